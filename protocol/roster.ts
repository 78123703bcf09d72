import type { RosterEntry } from './project.js';

/**
 * Whether two start lists have the same people at the same places, so that what goes by a place on the list (names, the order of a race) still holds:
 * nobody taken away, and no more than one place whose entry agrees in neither bib, name nor lane (somebody corrected).
 */
export function samePeople(before: readonly RosterEntry[], after: readonly RosterEntry[]): boolean {
  if (after.length < before.length) return false;
  return before.filter((entry, i) => !sameOne(entry, after[i])).length <= 1;
}

function sameOne(a: RosterEntry, b: RosterEntry | undefined): boolean {
  if (!b) return false;
  return a.name === b.name || (a.bib !== undefined && a.bib === b.bib) || (a.lane !== undefined && a.lane === b.lane);
}
