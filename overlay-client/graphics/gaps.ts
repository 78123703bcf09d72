import { type MediaTimeUs, US_PER_SECOND } from '../../protocol/index.js';
import type { RaceLog, RaceRecord } from './race-log.js';
import type { Ranked } from './ranking.js';

/** How far one competitor is behind another. */
export interface Gap {
  /** Undefined where it is not known when the one ahead was there. */
  readonly seconds: number | undefined;
  readonly metres: number;
}

/** Media time at which a competitor was at a place; everyone is on the start line when the race starts, and at the finish as it was timed. */
export function passedAtUs(race: RaceLog, record: RaceRecord, distanceM: number): MediaTimeUs | undefined {
  if (distanceM <= 0) return race.clock.startedAtUs;
  if (distanceM >= race.lengthM && record.finishedAtUs !== null) return record.finishedAtUs;
  return record.timeAtUs(distanceM);
}

/**
 * The gap as it stands. Once the one ahead has finished it is the final margin: in metres what it was at that moment, in seconds between
 * the two at the finish as soon as both are there.
 */
export function gapBetween(race: RaceLog, ahead: RaceRecord, behind: RaceRecord, nowUs: MediaTimeUs): Gap {
  const finish = ahead.finishedAtUs;
  const behindM = behind.latest.distanceM;
  const metres =
    finish === null ? ahead.latest.distanceM - behindM : race.lengthM - (behind.distanceAtM(finish) ?? Math.min(behindM, race.lengthM));
  const thereAtUs = behindM > 0 ? passedAtUs(race, ahead, Math.min(behindM, race.lengthM)) : undefined;
  const seconds = thereAtUs === undefined ? undefined : Math.max(0, (nowUs - thereAtUs) / US_PER_SECOND);
  if (finish !== null && behind.finishedAtUs !== null) {
    return { seconds: finishMarginS(race, finish, behind.finishedAtUs), metres: Math.max(0, metres) };
  }
  return { seconds, metres: Math.max(0, metres) };
}

/** Seconds behind the one shown first, who is not always the one measured first; null where that is not known. */
export function secondsBehind(race: RaceLog, first: Ranked | undefined, { key, standing }: Ranked, nowUs: MediaTimeUs): number | null {
  if (!first || first.standing.rank === 1) return standing.gapS;
  if (standing.finishedAtUs === null && standing.distanceM >= first.standing.distanceM) return 0;
  const [ahead, behind] = [race.get(first.key), race.get(key)];
  return (ahead && behind && gapBetween(race, ahead, behind, nowUs).seconds) ?? null;
}

/**
 * Seconds between two finishes: between the times as they are written, to the hundredth, so that every graphic says the same and a viewer who
 * subtracts finds it right. Exact where the start was not seen and no such times are written.
 */
export function finishMarginS(race: RaceLog, aheadUs: MediaTimeUs, behindUs: MediaTimeUs): number {
  const [ahead, behind] = [race.raceTimeS(aheadUs), race.raceTimeS(behindUs)];
  if (ahead === undefined || behind === undefined || !race.clock.isExact) return (behindUs - aheadUs) / US_PER_SECOND;
  return (hundredths(behind) - hundredths(ahead)) / 100;
}

function hundredths(seconds: number): number {
  return Math.floor(seconds * 100 + 1e-6);
}

/** Media time at which the first of all was at a place. */
export function firstAtUs(race: RaceLog, distanceM: number): MediaTimeUs | undefined {
  let first: MediaTimeUs | undefined;
  for (const record of race.records()) {
    const at = passedAtUs(race, record, distanceM);
    if (at !== undefined && (first === undefined || at < first)) first = at;
  }
  return first;
}

/** Who was first over the finish, and when; undefined while nobody was. */
export function winner(race: RaceLog): { readonly record: RaceRecord; readonly finishedAtUs: MediaTimeUs } | undefined {
  let first: { record: RaceRecord; finishedAtUs: MediaTimeUs } | undefined;
  for (const record of race.records()) {
    const at = record.finishedAtUs;
    if (at !== null && (first === undefined || at < first.finishedAtUs)) first = { record, finishedAtUs: at };
  }
  return first;
}
