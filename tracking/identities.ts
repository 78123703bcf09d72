import { NO_MARKS, type SubjectMarks, type TrackedSubject } from '../protocol/index.js';

/** What the tracker must not decide by itself: operators have. */
export interface Decided {
  /** Entries of the roster that are given to nobody else. */
  readonly entries: ReadonlySet<number>;
  /** Tracks that get no name. */
  readonly nameless: ReadonlySet<number>;
}

export const NOTHING_DECIDED: Decided = { entries: new Set(), nameless: new Set() };

/**
 * Puts what operators said about who is who into effect, frame by frame, before the tracker gives names by itself. A word holds from the first frame its
 * track is seen in until the tracks begin anew: the same number then is somebody else.
 */
export class Identities {
  #marks: SubjectMarks = NO_MARKS;
  #aliases: ReadonlyMap<number, number> = new Map();
  #named: ReadonlyMap<number, SubjectMarks['named'][number]> = new Map();
  #hidden: ReadonlySet<number> = new Set();
  /** Tracks with a name by an operator that have been seen, by the number they are reported under. */
  readonly #seen = new Set<number>();

  /** All that is in force from the next frame on. */
  mark(marks: SubjectMarks): void {
    this.#marks = marks;
    this.#aliases = new Map(marks.aliases);
    this.#named = new Map(marks.named.map((n) => [n.trackId, n]));
    this.#hidden = new Set(marks.hidden);
    for (const id of this.#seen) if (!this.#named.has(id)) this.#seen.delete(id);
  }

  /** The tracks begin anew. */
  reset(): void {
    this.mark(NO_MARKS);
  }

  /** @returns the subjects as operators want them, in the same order, and what is decided by that. */
  apply(subjects: readonly TrackedSubject[]): { subjects: TrackedSubject[]; decided: Decided } {
    if (this.#marks === NO_MARKS) return { subjects: [...subjects], decided: NOTHING_DECIDED };
    const shown = this.#reported(subjects).filter((s) => !this.#hidden.has(s.trackId));
    const present = new Set(shown.map((s) => s.trackId));
    for (const id of present) if (this.#named.has(id)) this.#seen.add(id);
    const entries = new Set<number>();
    for (const { trackId, rosterIndex, locked } of this.#named.values()) {
      if (rosterIndex >= 0 && (present.has(trackId) || (locked && this.#seen.has(trackId)))) entries.add(rosterIndex);
    }
    const nameless = new Set([...this.#named.values()].filter((n) => n.rosterIndex < 0).map((n) => n.trackId));
    const named = shown.map((s): TrackedSubject => {
      const said = this.#named.get(s.trackId);
      if (said) return { ...s, rosterIndex: said.rosterIndex };
      // Whoever came with an entry that is somebody else's by an operator's word is not who the tracker thought.
      return entries.has(s.rosterIndex) ? { ...s, rosterIndex: -1 } : s;
    });
    return { subjects: named, decided: { entries, nameless } };
  }

  /** Under the numbers they are known by; of two with the same, the one that is seen, else the newer track. */
  #reported(subjects: readonly TrackedSubject[]): TrackedSubject[] {
    if (this.#aliases.size === 0) return [...subjects];
    const best = new Map<number, TrackedSubject>();
    for (const s of subjects) {
      const trackId = this.#aliases.get(s.trackId) ?? s.trackId;
      const other = best.get(trackId);
      if (!other || (s.state === 'visible' && other.state !== 'visible') || (s.state === other.state && s.trackId > other.trackId))
        best.set(trackId, s);
    }
    const chosen = new Set(best.values());
    return subjects.filter((s) => chosen.has(s)).map((s) => ({ ...s, trackId: this.#aliases.get(s.trackId) ?? s.trackId }));
  }
}
