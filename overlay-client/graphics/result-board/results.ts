import { type ChannelScene, type MediaTimeUs, US_PER_SECOND } from '../../../protocol/index.js';
import { finishMarginS, winner } from '../gaps.js';
import { formatRaceTime, formatTime } from '../race-clock.js';
import type { RaceLog, RaceRecord } from '../race-log.js';
import { type Who, whoIs } from '../roster.js';

/** One line of a result. */
export interface Result {
  /** '' for who is not, or not yet, in the result. */
  readonly rank: string;
  readonly who: Who;
  /** Race time, or what stands instead of it. */
  readonly time: string;
  /** Behind the winner; '' for the winner and without a time. */
  readonly gap: string;
}

/** Who has not come this much further, metres, for this long after the winner was in, has given up. */
const PROGRESS_M = 1;
const GIVEN_UP_US = 10 * US_PER_SECOND;

/** Tells who is still on the way from who has stopped. */
export class Progress {
  readonly #last = new Map<string, { readonly distanceM: number; readonly atUs: MediaTimeUs }>();
  readonly #gaveUp = new Set<string>();

  /** Every frame once. */
  observe(race: RaceLog, nowUs: MediaTimeUs): void {
    const wonAtUs = winner(race)?.finishedAtUs;
    for (const { key, latest } of race.records()) {
      const last = this.#last.get(key);
      if (!last || latest.distanceM > last.distanceM + PROGRESS_M) {
        this.#last.set(key, { distanceM: latest.distanceM, atUs: nowUs });
        this.#gaveUp.delete(key);
      } else if (wonAtUs !== undefined && nowUs - Math.max(wonAtUs, last.atUs) > GIVEN_UP_US) this.#gaveUp.add(key);
    }
  }

  hasGivenUp(key: string): boolean {
    return this.#gaveUp.has(key);
  }
}

/** What stands where, from the top. */
const GROUPS = ['finished', 'on the way', 'gave up', 'remark'] as const;

interface Entry {
  readonly who: Who;
  readonly group: (typeof GROUPS)[number];
  readonly remark: string;
  readonly record: RaceRecord | undefined;
}

/**
 * The result as far as it stands: those who have finished, by their times; those on the way, by distance; those who have given up (DNF);
 * last, those of `remarks` (by bib), seen or not.
 */
export function results(scene: ChannelScene, race: RaceLog, progress: Progress, remarks: ReadonlyMap<string, string>): Result[] {
  const entries: Entry[] = race.records().map((record) => {
    const who = whoIs(scene, record.rosterIndex, record.trackId);
    const remark = remarks.get(who.bib);
    if (remark !== undefined) return { who, record, remark, group: 'remark' };
    if (record.finishedAtUs !== null) return { who, record, remark: '', group: 'finished' };
    return progress.hasGivenUp(record.key)
      ? { who, record, remark: 'DNF', group: 'gave up' }
      : { who, record, remark: '', group: 'on the way' };
  });
  for (const [rosterIndex, { bib = '' }] of scene.roster.entries()) {
    const remark = remarks.get(bib);
    if (remark !== undefined && !race.of(rosterIndex))
      entries.push({ who: whoIs(scene, rosterIndex, 0), record: undefined, remark, group: 'remark' });
  }
  entries.sort(inOrder);
  // The first of the result, who need not have been the first over the line.
  const firstUs = entries[0]?.group === 'finished' ? (entries[0].record?.finishedAtUs ?? 0) : 0;
  return entries.map(({ who, group, remark, record }, i) => {
    if (group !== 'finished' || record?.finishedAtUs === undefined || record.finishedAtUs === null)
      return { rank: '', who, time: remark, gap: '' };
    return { rank: String(i + 1), who, ...times(race, record.finishedAtUs, firstUs) };
  });
}

function inOrder(a: Entry, b: Entry): number {
  const byGroup = GROUPS.indexOf(a.group) - GROUPS.indexOf(b.group);
  if (byGroup !== 0) return byGroup;
  const byTime = (a.record?.finishedAtUs ?? 0) - (b.record?.finishedAtUs ?? 0);
  return byTime || (b.record?.latest.distanceM ?? 0) - (a.record?.latest.distanceM ?? 0);
}

function times(race: RaceLog, atUs: MediaTimeUs, firstUs: MediaTimeUs): Pick<Result, 'time' | 'gap'> {
  const seconds = race.raceTimeS(atUs);
  const gap = atUs > firstUs ? `+${formatTime(finishMarginS(race, firstUs, atUs), 2)}` : '';
  return { time: seconds === undefined ? '' : formatRaceTime(race.clock, seconds), gap };
}
