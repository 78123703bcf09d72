import type { Mat3, MediaTimeUs } from '../../protocol/index.js';

/** How far back it is known where the camera looked: an operator clicks points on a frozen frame, and takes his time. */
export const POSE_MEMORY_US = 600_000_000;
/** Ten minutes at sixty frames a second. */
const CAPACITY = 36_000;
/** Frames this near to one that was not measured say where the camera looked in it. */
const NEAR_US = 100_000;

interface Remembered {
  readonly atUs: MediaTimeUs;
  readonly referenceToCurrent: Mat3;
  /** Changes of the pictures' lens before it. */
  readonly changes: number;
}

/** Where the camera looked in the frames that were held, by media time. Bounded: the oldest go first. */
export class PoseMemory {
  readonly #poses: Remembered[] = [];
  #next = 0;
  /** What matrices become with each change of the pictures' lens. */
  readonly #changes: ((referenceToCurrent: Mat3) => Mat3)[] = [];

  /** Another picture became the reference: what was remembered means nothing any more. */
  forget(): void {
    this.#poses.length = 0;
    this.#next = 0;
    this.#changes.length = 0;
  }

  add(atUs: MediaTimeUs, referenceToCurrent: Mat3): void {
    this.#poses[this.#next] = { atUs, referenceToCurrent, changes: this.#changes.length };
    this.#next = (this.#next + 1) % CAPACITY;
  }

  /** Pictures have another lens taken out of them from now on: what is remembered is translated when it is asked for. */
  change(translate: (referenceToCurrent: Mat3) => Mat3): void {
    this.#changes.push(translate);
  }

  #now({ referenceToCurrent, changes }: Remembered): Mat3 {
    return this.#changes.slice(changes).reduce((m, translate) => translate(m), referenceToCurrent);
  }

  /** @returns reference → picture of the frame at that time (between two that were measured, what lies between), or undefined where that is not remembered. */
  at(mediaTimeUs: MediaTimeUs): Mat3 | undefined {
    let before: Remembered | undefined;
    let after: Remembered | undefined;
    for (const pose of this.#poses) {
      const off = pose.atUs - mediaTimeUs;
      if (off <= 0 && -off <= NEAR_US && (!before || pose.atUs > before.atUs)) before = pose;
      if (off >= 0 && off <= NEAR_US && (!after || pose.atUs < after.atUs)) after = pose;
    }
    const one = before ?? after;
    if (!before || !after) return one && this.#now(one);
    const share = after.atUs === before.atUs ? 0 : (mediaTimeUs - before.atUs) / (after.atUs - before.atUs);
    const [from, to] = [this.#now(before), this.#now(after)];
    // Homographies have no scale of their own: both are brought to the same one.
    const mixed = (i: number): number => (1 - share) * ((from[i] ?? 0) / from[8]) + share * ((to[i] ?? 0) / to[8]);
    return [mixed(0), mixed(1), mixed(2), mixed(3), mixed(4), mixed(5), mixed(6), mixed(7), mixed(8)];
  }
}
