import type { Front } from '../../media/index.js';
import type { Matte, MediaTimeUs, TrackingFrame } from '../../protocol/index.js';

/** How long the matte takes to full strength, and, once none comes any more, to nothing. Slow enough never to flicker. */
const IN_US = 200_000;
const OUT_US = 400_000;

/**
 * Who stands in front of the ground, from frame to frame: a matte that is missing or late fades out over what was last known, and graphics lie over
 * everything again; they never blink.
 */
export class MatteFade {
  #strength = 0;
  #last: Matte | undefined;
  #atUs: MediaTimeUs | undefined;

  /** Frames in order, as they are drawn. */
  next(frame: TrackingFrame): Front {
    const sinceUs = this.#atUs === undefined ? 0 : Math.max(0, frame.mediaTimeUs - this.#atUs);
    this.#atUs = frame.mediaTimeUs;
    // A cut brings other people: what was known of the ones before is worth nothing.
    if (frame.discontinuity) {
      this.#strength = frame.matte ? 1 : 0;
      this.#last = undefined;
    }
    const isKnown = frame.matte !== undefined && !frame.predicted;
    if (this.#last === undefined && isKnown && sinceUs === 0) this.#strength = 1;
    this.#strength = Math.max(0, Math.min(1, this.#strength + (isKnown ? sinceUs / IN_US : -sinceUs / OUT_US)));
    this.#last = frame.matte ?? this.#last;
    const people = frame.subjects.filter((subject) => subject.state !== 'outside').map((subject) => subject.box);
    return { matte: this.#last, people, strength: this.#last ? this.#strength : 0 };
  }
}
