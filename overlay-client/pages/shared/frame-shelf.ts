import type { TrackingFrame } from '../../../protocol/index.js';
import { MediaClock } from './media-clock.js';

/** Frames waiting to be shown; more than this and the oldest fall off (a page in the background draws nothing). */
const CAPACITY = 1200;

/** Holds frames back by a delay, then hands each out once, in order. Pure: the time is given. */
export class FrameShelf {
  readonly #delayMs: number;
  readonly #clock = new MediaClock();
  #frames: TrackingFrame[] = [];

  /** @param delayMs 0 shows every frame as soon as it is here; otherwise frames are paced by media time, which also takes out jitter. */
  constructor(delayMs: number) {
    this.#delayMs = delayMs;
  }

  get waiting(): number {
    return this.#frames.length;
  }

  push(frame: TrackingFrame, nowMs: number): void {
    const newest = this.#frames.at(-1);
    const steady = this.#clock.observe(frame.mediaTimeUs, nowMs);
    if (!steady || (newest && frame.mediaTimeUs <= newest.mediaTimeUs)) this.#frames = [];
    this.#frames.push(frame);
    if (this.#frames.length > CAPACITY) this.#frames.shift();
  }

  /** @returns the frames whose time has come, oldest first: the last is to be shown, the others only to be known. */
  take(nowMs: number): readonly TrackingFrame[] {
    if (this.#delayMs === 0) return this.#frames.splice(0);
    const untilUs = this.#clock.mediaTimeUs(nowMs) - this.#delayMs * 1000;
    let due = 0;
    while (due < this.#frames.length && (this.#frames[due]?.mediaTimeUs ?? 0) <= untilUs) due++;
    return this.#frames.splice(0, due);
  }
}
