import { type MediaTimeUs, US_PER_SECOND } from '../../../protocol/index.js';
import { gapBetween, passedAtUs } from '../gaps.js';
import type { GraphicEnvironment } from '../graphic.js';
import { type Sample, samplePlaces } from '../plot.js';
import { formatTime } from '../race-clock.js';
import type { RaceRecord } from '../race-log.js';
import { type Who, whoIs } from '../roster.js';
import type { Chosen } from '../subject-choice.js';

/** What a column shows of one competitor; '–' where it is not known. */
export interface Column {
  readonly key: string;
  readonly who: Who;
  readonly lane: string;
  readonly speed: string;
  readonly gap: string;
  readonly metres: string;
  readonly ahead: boolean;
}

const UNKNOWN = '–';

/** Columns in the order of `chosen`. */
export function columns(env: GraphicEnvironment, chosen: readonly Chosen[], unit: 'km/h' | 'm/s', nowUs: MediaTimeUs): Column[] {
  const { race, scene } = env;
  const records = chosen.flatMap(({ key }) => race.get(key) ?? []);
  const ahead = records.length > 0 ? records.reduce((a, b) => (isAhead(b, a) ? b : a)) : undefined;
  return chosen.map(({ key, rosterIndex, trackId, place }) => {
    const record = race.get(key);
    const who = whoIs(scene, rosterIndex, trackId);
    const lane = scene.roster[rosterIndex]?.lane;
    const speedMps = place?.standing.speedMps;
    const gap = record && ahead && record !== ahead ? gapBetween(race, ahead, record, nowUs) : undefined;
    return {
      ...{ key, who, lane: lane === undefined ? UNKNOWN : String(lane), ahead: record !== undefined && record === ahead },
      speed: speedMps === undefined ? UNKNOWN : (Math.max(0, speedMps) * (unit === 'km/h' ? 3.6 : 1)).toFixed(1),
      gap: gap?.seconds === undefined ? (record === ahead && record ? '' : UNKNOWN) : `+${formatTime(gap.seconds, 2)}`,
      metres: gap ? `${gap.metres.toFixed(1)} m` : '',
    };
  });
}

/** By the finish where both have one, else by distance. */
function isAhead(a: RaceRecord, b: RaceRecord): boolean {
  if (a.finishedAtUs !== null && b.finishedAtUs !== null) return a.finishedAtUs < b.finishedAtUs;
  if (a.finishedAtUs !== null || b.finishedAtUs !== null) return a.finishedAtUs !== null;
  return a.latest.distanceM > b.latest.distanceM;
}

/** Seconds behind the first of the chosen, along the course, for each of them; as far as all have come. */
export function gapCurves(env: GraphicEnvironment, chosen: readonly Chosen[], widthPx: number): Sample[][] {
  const { race } = env;
  const records = chosen.map(({ key }) => race.get(key));
  const curves = chosen.map((): Sample[] => []);
  for (const place of samplePlaces(0, race.lengthM, widthPx)) {
    const times = records.map((record) => record && passedAtUs(race, record, place));
    const known = times.filter((time) => time !== undefined);
    const first = Math.min(...known);
    for (const [i, time] of times.entries()) {
      curves[i]!.push([place, time === undefined || known.length < 2 ? Number.NaN : (time - first) / US_PER_SECOND]);
    }
  }
  return curves;
}
