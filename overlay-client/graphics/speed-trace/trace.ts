import { US_PER_SECOND } from '../../../protocol/index.js';
import { passedAtUs } from '../gaps.js';
import { samplePlaces } from '../plot.js';
import type { RaceLog, RaceRecord } from '../race-log.js';

/** Speed at one place of the course. */
export interface TracePoint {
  readonly distanceM: number;
  /** Since the start of the race. */
  readonly timeS: number;
  readonly speedMps: number;
  /** NaN near the ends of what is known. */
  readonly accelerationMps2: number;
}

/** Speeds are means over this much of the course, metres: single steps and measuring noise do not show. */
const OVER_M = 5;
/** Acceleration is the change of speed over this many metres each way. */
const REACH_M = 4;

/** A competitor's race so far, place by place; standing on the line when the race starts. Empty where its start was not seen. */
export function trace(race: RaceLog, record: RaceRecord, widthPx: number): TracePoint[] {
  const startedAtUs = race.clock.startedAtUs;
  if (startedAtUs === undefined) return [];
  const points: { distanceM: number; timeS: number; speedMps: number }[] = [{ distanceM: 0, timeS: 0, speedMps: 0 }];
  for (const distanceM of samplePlaces(0, race.lengthM, widthPx)) {
    const at = distanceM > 0 ? passedAtUs(race, record, distanceM) : undefined;
    const speedMps = record.speedAtMps(distanceM, OVER_M);
    if (at !== undefined && speedMps !== undefined) points.push({ distanceM, timeS: (at - startedAtUs) / US_PER_SECOND, speedMps });
  }
  let from = 0;
  let to = 0;
  return points.map((point) => {
    while (points[from + 1] && points[from + 1]!.distanceM <= point.distanceM - REACH_M) from++;
    while (points[to] && points[to]!.distanceM < point.distanceM + REACH_M) to++;
    const [a, b] = [points[from]!, points[to]];
    const accelerationMps2 = b && b.timeS > a.timeS ? (b.speedMps - a.speedMps) / (b.timeS - a.timeS) : Number.NaN;
    return { ...point, accelerationMps2 };
  });
}
