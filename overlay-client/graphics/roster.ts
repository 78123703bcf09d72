import type { ChannelScene, TrackedSubject } from '../../protocol/index.js';
import { graphemes, isJoined } from './script.js';
import { subjectColour } from './theme.js';

/** How a subject is shown, the same in every graphic. */
export interface Who {
  readonly name: string;
  readonly shortName: string;
  readonly colour: string;
  readonly team: string;
  readonly bib: string;
  /** False for a track nobody has put a name to. */
  readonly named: boolean;
}

/** @param rosterIndex -1 while it is not known who this is: the end of the track's number stands for a name. */
export function whoIs(scene: ChannelScene, rosterIndex: number, trackId: number): Who {
  const entry = scene.roster[rosterIndex];
  if (!entry) {
    const alias = String(trackId % 1000);
    return { name: alias, shortName: alias, colour: subjectColour(trackId), team: '', bib: '', named: false };
  }
  return {
    name: entry.name,
    shortName: entry.shortName ?? shorten(entry.name),
    colour: entry.colour ?? subjectColour(rosterIndex),
    team: entry.team ?? '',
    bib: entry.bib ?? '',
    named: true,
  };
}

/** Initial and last word: "Ana Maria Souza" → "A. Souza". One word stays as it is; Arabic knows no initials: the last word alone. */
export function shorten(name: string): string {
  const words = name.trim().split(/\s+/);
  const last = words.at(-1) ?? '';
  return words.length > 1 && !isJoined(name) ? `${graphemes(words[0]!)[0]}. ${last}` : last;
}

/** Capitals as each script writes them: Greek capitals carry no accents. */
export function capitals(text: string): string {
  return /\p{Script=Greek}/u.test(text) ? text.toLocaleUpperCase('el') : text.toUpperCase();
}

/** Identity for display: the roster entry where known, so that a competitor who gets a new track keeps the place; else the track. */
export function displayKey(subject: Pick<TrackedSubject, 'trackId' | 'rosterIndex'>): string {
  return subject.rosterIndex >= 0 ? `r${subject.rosterIndex}` : `t${subject.trackId}`;
}
