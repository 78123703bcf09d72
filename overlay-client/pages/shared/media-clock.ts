const JUMP_MS = 1_000;
const LEAK = 0.005;

/**
 * Tells which media time belongs to a wall time, from frames that arrive with jitter. The earliest arrivals set the pace: the offset falls
 * at once and rises slowly (so that clock drift is followed). Leaps of more than a second start it again.
 */
export class MediaClock {
  #offsetMs: number | undefined;

  /** A frame of this media time arrived. @returns false when the clock had to start again. */
  observe(mediaTimeUs: number, nowMs: number): boolean {
    const sample = nowMs - mediaTimeUs / 1000;
    if (this.#offsetMs === undefined || Math.abs(sample - this.#offsetMs) > JUMP_MS) {
      const first = this.#offsetMs === undefined;
      this.#offsetMs = sample;
      return first;
    }
    this.#offsetMs = sample < this.#offsetMs ? sample : this.#offsetMs + (sample - this.#offsetMs) * LEAK;
    return true;
  }

  /** Media time of the newest frame that can have arrived by now, microseconds; -Infinity before the first. */
  mediaTimeUs(nowMs: number): number {
    return this.#offsetMs === undefined ? Number.NEGATIVE_INFINITY : (nowMs - this.#offsetMs) * 1000;
  }
}
