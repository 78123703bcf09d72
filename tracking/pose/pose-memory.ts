import type { Mat3, MediaTimeUs } from '../../protocol/index.js';

/** How far back it is known where the camera looked: an operator clicks points on a frozen frame, and takes his time. */
export const POSE_MEMORY_US = 600_000_000;
/** Ten minutes at sixty frames a second. */
const CAPACITY = 36_000;
/** A frame this near to the one asked for shows the same. */
const NEAR_US = 100_000;

/** Where the camera looked in the frames that were held, by media time. Bounded: the oldest go first. */
export class PoseMemory {
  readonly #poses: { readonly atUs: MediaTimeUs; readonly referenceToCurrent: Mat3 }[] = [];
  #next = 0;

  /** Another picture became the reference: what was remembered means nothing any more. */
  forget(): void {
    this.#poses.length = 0;
    this.#next = 0;
  }

  add(atUs: MediaTimeUs, referenceToCurrent: Mat3): void {
    this.#poses[this.#next] = { atUs, referenceToCurrent };
    this.#next = (this.#next + 1) % CAPACITY;
  }

  /** @returns reference → picture of the frame at that time, or undefined where that is not remembered. */
  at(mediaTimeUs: MediaTimeUs): Mat3 | undefined {
    let best: Mat3 | undefined;
    let least = NEAR_US;
    for (const { atUs, referenceToCurrent } of this.#poses) {
      const off = Math.abs(atUs - mediaTimeUs);
      if (off > least) continue;
      least = off;
      best = referenceToCurrent;
    }
    return best;
  }
}
