import { z } from 'zod';
import type { ChannelScene } from '../../protocol/index.js';
import type { Ranked } from './ranking.js';

/** A competitor as an operator names one: see {@link subjectField}. */
export interface Chosen {
  /** See `displayKey`. */
  readonly key: string;
  readonly rosterIndex: number;
  /** -1 for a roster entry that has not been seen. */
  readonly trackId: number;
  /** The place in the race, where there is one. */
  readonly place: Ranked | undefined;
}

const PLACES = new Map([
  ['leader', 1],
  ['second', 2],
  ['third', 3],
]);

/** A data field that names a competitor; '' names nobody. */
export function subjectField(title: string) {
  return z.string().max(300).meta({
    title,
    description:
      'leader, second, third, or rank 4: whoever is there; else a bib, a name, or roster 0 for the first entry of the start list',
    gddType: 'single-line',
  });
}

/**
 * Who is meant: `leader`, `second`, `third`, `rank N`; `roster N` (from 0, as in the start list); else a bib, else a name.
 * @param ranked the order to go by, first place first.
 * @returns undefined where there is nobody of that description (yet).
 */
export function chooseSubject(text: string, scene: ChannelScene, ranked: readonly Ranked[]): Chosen | undefined {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return undefined;
  const rank = PLACES.get(wanted) ?? numberAfter('rank', wanted);
  if (rank !== undefined) {
    const place = ranked[rank - 1];
    return place && { key: place.key, rosterIndex: place.rosterIndex, trackId: place.standing.trackId, place };
  }
  const rosterIndex = numberAfter('roster', wanted) ?? indexOfEntry(wanted, scene);
  if (!scene.roster[rosterIndex]) return undefined;
  const place = ranked.find((one) => one.rosterIndex === rosterIndex);
  return { key: `r${rosterIndex}`, rosterIndex, trackId: place?.standing.trackId ?? -1, place };
}

function numberAfter(word: string, text: string): number | undefined {
  const found = new RegExp(`^${word}[ :]?(\\d{1,5})$`).exec(text)?.[1];
  return found === undefined ? undefined : Number(found);
}

function indexOfEntry(wanted: string, { roster }: ChannelScene): number {
  const bib = roster.findIndex((entry) => entry.bib?.toLowerCase() === wanted);
  return bib >= 0 ? bib : roster.findIndex(({ name, shortName }) => name.toLowerCase() === wanted || shortName?.toLowerCase() === wanted);
}
