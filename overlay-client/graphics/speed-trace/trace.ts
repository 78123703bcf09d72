import { type MediaTimeUs, type TrackedSubject, US_PER_SECOND } from '../../../protocol/index.js';
import { passedAtUs } from '../gaps.js';
import { samplePlaces } from '../plot.js';
import { gapStep } from '../race-clock.js';
import type { RaceLog, RaceRecord } from '../race-log.js';

/** Speed at one moment. */
export interface TracePoint {
  /** Along the course from its start, or of the way gone where there is no course. */
  readonly distanceM: number;
  /** Since the start of the race, or since the first place seen; of the channel's media time where there is no course. */
  readonly timeS: number;
  readonly speedMps: number;
  /** NaN near the ends of what is known. */
  readonly accelerationMps2: number;
}

type Measured = Omit<TracePoint, 'accelerationMps2'>;

/** Speeds are means over this much of the course, metres: single steps and measuring noise do not show. */
const OVER_M = 5;
/** Acceleration is the change of speed over this many metres each way; of time, seconds, where there is no course. */
const REACH_M = 4;
const REACH_S = 0.4;

/** Speeds further than this share off the median over so much to either side are not believed: who was lost and found elsewhere did not run there. */
const USUAL_M = 8;
const USUAL_S = 1;
const UNUSUAL = 0.1;

/** A competitor's race so far, place by place; standing on the line when the race starts, where that was seen. */
export function trace(race: RaceLog, record: RaceRecord, widthPx: number): TracePoint[] {
  const startedAtUs = race.clock.startedAtUs;
  const points: Measured[] = startedAtUs === undefined ? [] : [{ distanceM: 0, timeS: 0, speedMps: 0 }];
  let originUs = startedAtUs;
  for (const distanceM of samplePlaces(0, race.lengthM, widthPx)) {
    const at = distanceM > 0 ? passedAtUs(race, record, distanceM) : undefined;
    const speedMps = record.speedAtMps(distanceM, OVER_M);
    if (at === undefined || speedMps === undefined) continue;
    originUs ??= at;
    points.push({ distanceM, timeS: (at - originUs) / US_PER_SECOND, speedMps });
  }
  const inM = (point: Measured) => point.distanceM;
  return withAcceleration(usual(points, inM, USUAL_M), inM, REACH_M);
}

/** The same without bursts: the median of what is around takes their place, over as much on both sides as there is. */
function usual(points: readonly Measured[], place: (point: Measured) => number, reach: number): Measured[] {
  let count = 0;
  return points.map((point, i) => {
    count = Math.min(i, points.length - 1 - i, count + 1);
    while (count > 0 && (place(point) - place(points[i - count]!) > reach || place(points[i + count]!) - place(point) > reach)) count--;
    const around = points.slice(i - count, i + count + 1).map(({ speedMps }) => speedMps);
    const median = around.sort((a, b) => a - b)[count]!;
    return Math.abs(point.speedMps - median) > UNUSUAL * median ? { ...point, speedMps: median } : point;
  });
}

/** @param place what `reach` is measured in; grows from point to point. */
function withAcceleration(points: readonly Measured[], place: (point: Measured) => number, reach: number): TracePoint[] {
  let from = 0;
  let to = 0;
  return points.map((point) => {
    while (points[from + 1] && place(points[from + 1]!) <= place(point) - reach) from++;
    while (points[to] && place(points[to]!) < place(point) + reach) to++;
    const [a, b] = [points[from]!, points[to]];
    const accelerationMps2 = b && b.timeS > a.timeS ? (b.speedMps - a.speedMps) / (b.timeS - a.timeS) : Number.NaN;
    return { ...point, accelerationMps2 };
  });
}

/** How far back one is shown where there is no course, seconds. */
export const WINDOW_S = 40;

/** One subject's speed over the last seconds, where there is no course to remember it by: five times a second. */
export class RecentSpeed {
  #key = '';
  #step = Number.NaN;
  #points: Measured[] = [];

  /** Every frame once. @param key of the subject; another one starts anew. */
  observe(key: string, subject: TrackedSubject | undefined, nowUs: MediaTimeUs): void {
    if (key !== this.#key) this.#points = [];
    this.#key = key;
    const step = gapStep(nowUs);
    if (!subject || step === this.#step) return;
    this.#step = step;
    const timeS = nowUs / US_PER_SECOND;
    const speedMps = Math.hypot(subject.velocity.x, subject.velocity.y);
    const before = this.#points.at(-1);
    const distanceM = before ? before.distanceM + speedMps * (timeS - before.timeS) : 0;
    this.#points.push({ distanceM, timeS, speedMps });
    while (this.#points[0]!.timeS < timeS - WINDOW_S) this.#points.shift();
  }

  get latestMps(): number | undefined {
    return this.#points.at(-1)?.speedMps;
  }

  /** Times are seconds before now, negative. */
  points(nowUs: MediaTimeUs): TracePoint[] {
    const now = nowUs / US_PER_SECOND;
    const shifted = this.#points.map((point) => ({ ...point, timeS: point.timeS - now }));
    const inS = (point: Measured) => point.timeS;
    return withAcceleration(usual(shifted, inS, USUAL_S), inS, REACH_S);
  }
}
