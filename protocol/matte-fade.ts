import type { Matte } from './matte.js';
import type { TrackingFrame } from './tracking-frame.js';
import type { MediaTimeUs } from './units.js';

/** How long the matte takes to full strength, and, once none comes any more, to nothing. Slow enough never to flicker. */
const IN_US = 200_000;
const OUT_US = 400_000;

/** The matte to draw by, and how far it is to be believed: 0 (graphics lie over everything) to 1. */
export interface FadingMatte {
  readonly matte: Matte | undefined;
  readonly strength: number;
}

/**
 * The matte from frame to frame: one that is missing or late fades out as it was last known, and graphics lie over everything again; they never
 * blink. The first one of all counts whole at once.
 */
export class MatteFade {
  #strength = 0;
  #last: Matte | undefined;
  #atUs: MediaTimeUs | undefined;

  /** Frames in order, as they are drawn. */
  next(frame: TrackingFrame): FadingMatte {
    const isFirst = this.#atUs === undefined;
    const sinceUs = this.#atUs === undefined ? 0 : Math.max(0, frame.mediaTimeUs - this.#atUs);
    this.#atUs = frame.mediaTimeUs;
    const isKnown = frame.matte !== undefined && !frame.predicted;
    // Another picture: what was known of the one before is worth nothing.
    if (frame.discontinuity || isFirst) {
      this.#last = undefined;
      this.#strength = isKnown ? 1 : 0;
    }
    this.#strength = Math.max(0, Math.min(1, this.#strength + (isKnown ? sinceUs / IN_US : -sinceUs / OUT_US)));
    this.#last = frame.matte ?? this.#last;
    return { matte: this.#last, strength: this.#last ? this.#strength : 0 };
  }
}
