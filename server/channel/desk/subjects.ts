import type { DeskCommand, RosterEntry, SubjectMarks } from '../../../protocol/index.js';

/** Of one track or two. */
export type SubjectCommand = Exclude<Extract<DeskCommand, { command: `subject.${string}` }>, { command: 'subject.letGo' }>;

/** A subject as positions report it now. */
export interface Seen {
  readonly trackId: number;
  readonly rosterIndex: number;
}

const MOST_MARKS = 1000;

/**
 * What operators said, after one more word of theirs.
 * @param seen subjects of the newest frame: a swap exchanges the names they carry there
 * @throws Error with one line for a subject or an entry that there is not.
 */
export function applySubjectCommand(
  marks: SubjectMarks,
  command: SubjectCommand,
  roster: readonly RosterEntry[],
  seen: readonly Seen[],
): { marks: SubjectMarks; line: string } {
  const called = (trackId: number): string => {
    const index = carried(marks, trackId, seen);
    return roster[index]?.name ?? `track ${trackId}`;
  };
  switch (command.command) {
    case 'subject.name': {
      const { trackId, rosterIndex } = command;
      if (rosterIndex >= roster.length)
        throw new Error(`the start list has no entry ${rosterIndex}: it has ${roster.length}, counted from 0`);
      known(marks, trackId, seen);
      const line = rosterIndex < 0 ? `${called(trackId)} has no name any more` : `track ${trackId} is ${roster[rosterIndex]?.name}`;
      return { marks: named(marks, trackId, rosterIndex), line };
    }
    case 'subject.swap': {
      const { a, b } = command;
      if (a === b) throw new Error('a subject cannot be swapped with itself');
      known(marks, a, seen);
      known(marks, b, seen);
      const aliases = marks.aliases.filter(([, as]) => as !== a && as !== b);
      const fromA = tracksOf(marks, a).map((id): [number, number] => [id, b]);
      const fromB = tracksOf(marks, b).map((id): [number, number] => [id, a]);
      const both = [...aliases, ...fromA, ...fromB].filter(([id, as]) => id !== as);
      let next: SubjectMarks = { ...marks, aliases: bounded(both) };
      for (const id of [a, b]) {
        const index = carried(marks, id, seen);
        if (index >= 0) next = named(next, id, index);
      }
      return { marks: next, line: `${called(a)} and ${called(b)} swapped` };
    }
    case 'subject.merge': {
      const { from, into } = command;
      if (from === into) throw new Error('a subject cannot be merged with itself');
      known(marks, from, seen);
      const aliases = marks.aliases.filter(([, as]) => as !== from);
      const moved = tracksOf(marks, from).map((id): [number, number] => [id, into]);
      const line = `track ${from} is ${called(into)}`;
      const index = carried(marks, into, seen);
      const next = {
        ...marks,
        aliases: bounded([...aliases, ...moved].filter(([id, as]) => id !== as)),
        named: marks.named.filter((n) => n.trackId !== from),
        hidden: marks.hidden.filter((id) => id !== from),
      };
      return { marks: index >= 0 ? named(next, into, index) : next, line };
    }
    case 'subject.lock': {
      const { trackId, locked } = command;
      const index = carried(marks, trackId, seen);
      if (index < 0) throw new Error(`track ${trackId} has no name to lock: name it first`);
      const next = named(marks, trackId, index);
      const line = `${called(trackId)} ${locked ? 'locked' : 'unlocked'}`;
      return { marks: { ...next, named: next.named.map((n) => (n.trackId === trackId ? { ...n, locked } : n)) }, line };
    }
    case 'subject.hide': {
      const { trackId, hidden } = command;
      if (hidden) known(marks, trackId, seen);
      const others = marks.hidden.filter((id) => id !== trackId);
      const line = `${called(trackId)} ${hidden ? 'hidden' : 'shown again'}`;
      return { marks: { ...marks, hidden: hidden ? bounded([...others, trackId]) : others }, line };
    }
  }
}

/** Names carried over to another start list, by bib, else by name; an entry that is gone takes its name with it. */
export function carriedOver(marks: SubjectMarks, before: readonly RosterEntry[], after: readonly RosterEntry[]): SubjectMarks {
  const named = marks.named.flatMap((mark) => {
    const entry = before[mark.rosterIndex];
    if (!entry) return [mark];
    const byBib = entry.bib === undefined ? -1 : after.findIndex((e) => e.bib === entry.bib);
    const rosterIndex = byBib >= 0 ? byBib : after.findIndex((e) => e.name === entry.name);
    return rosterIndex >= 0 ? [{ ...mark, rosterIndex }] : [];
  });
  return { ...marks, named };
}

/** Before an operator's word is taken back, what the tracker had found by itself must be known: it is put down as if it had been said. */
export function spelledOut(marks: SubjectMarks, trackIds: readonly number[], seen: readonly Seen[]): SubjectMarks {
  let next = marks;
  for (const id of trackIds) {
    const index = carried(marks, id, seen);
    if (index >= 0 && !marks.named.some((n) => n.trackId === id)) next = named(next, id, index);
  }
  return next;
}

/** The entry a subject carries now: what an operator said, else what the tracker found; -1 for none. */
function carried(marks: SubjectMarks, trackId: number, seen: readonly Seen[]): number {
  const said = marks.named.find((n) => n.trackId === trackId);
  return said?.rosterIndex ?? seen.find((s) => s.trackId === trackId)?.rosterIndex ?? -1;
}

/** An entry is one subject's: whoever had it loses it. */
function named(marks: SubjectMarks, trackId: number, rosterIndex: number): SubjectMarks {
  const locked = marks.named.find((n) => n.trackId === trackId)?.locked ?? false;
  const others = marks.named.filter((n) => n.trackId !== trackId && (n.rosterIndex !== rosterIndex || rosterIndex < 0));
  return { ...marks, named: bounded([...others, { trackId, rosterIndex, locked: locked && rosterIndex >= 0 }]) };
}

/** The tracks that are reported as this one. */
function tracksOf(marks: SubjectMarks, reported: number): number[] {
  const own = marks.aliases.some(([id]) => id === reported) ? [] : [reported];
  return [...own, ...marks.aliases.filter(([, as]) => as === reported).map(([id]) => id)];
}

function known(marks: SubjectMarks, trackId: number, seen: readonly Seen[]): void {
  if (seen.some((s) => s.trackId === trackId) || marks.named.some((n) => n.trackId === trackId) || marks.hidden.includes(trackId)) return;
  throw new Error(`there is no subject with track number ${trackId} in the picture now`);
}

/** The oldest go first: their tracks ended long ago. */
function bounded<T>(list: readonly T[]): T[] {
  return list.slice(-MOST_MARKS);
}
