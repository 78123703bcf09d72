import { decodeTrackingFrame, type MediaTimeUs, type TrackingFrame } from '../../protocol/index.js';

/** Calibrations are for frames of the last ten minutes: more rounds of a recording than that are none. */
const MOST_LOOPS = 1000;
/** Where the header of an encoded TrackingFrame says that histories start again (see the codec). */
const FLAGS_AT = 3;
const DISCONTINUITY = 2;

/** What the server knows of a channel's newest frame; positions pass through undecoded. */
export class Newest {
  #bytes: Uint8Array | null = null;
  readonly #loops: MediaTimeUs[] = [];

  /** @returns whether another picture begins with it: its tracks are others than those before. */
  take(bytes: Uint8Array): boolean {
    this.#bytes = bytes;
    return ((bytes[FLAGS_AT] ?? 0) & DISCONTINUITY) !== 0;
  }

  /** The recording or scene began again. */
  loop(atUs: MediaTimeUs): void {
    this.#loops.push(atUs);
    if (this.#loops.length > MOST_LOOPS) this.#loops.shift();
  }

  /** The process ended: its media time is over. */
  forget(): void {
    this.#bytes = null;
    this.#loops.length = 0;
  }

  get frame(): TrackingFrame | null {
    return this.#bytes && decodeTrackingFrame(this.#bytes);
  }

  /** Media times at which the recording began again, in order. */
  get loops(): readonly MediaTimeUs[] {
    return this.#loops;
  }
}
