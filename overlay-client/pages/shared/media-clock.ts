const JUMP_MS = 1_000;
const WINDOW_MS = 1_000;

/**
 * Tells which media time belongs to a wall time, from frames that arrive with jitter: the least late frame of the last one to two seconds
 * sets the pace, so that a pause or clock drift is followed soon. Leaps of more than a second start it again. Pure: the time is given.
 */
export class MediaClock {
  /** Least `arrival − media time` of this window and of the one before, milliseconds. */
  #least = Number.POSITIVE_INFINITY;
  #leastBefore = Number.POSITIVE_INFINITY;
  #windowUntilMs = Number.NEGATIVE_INFINITY;

  /** A frame of this media time arrived. @returns false when the clock had to start again. */
  observe(mediaTimeUs: number, nowMs: number): boolean {
    const lateMs = nowMs - mediaTimeUs / 1000;
    const offset = this.#offsetMs();
    const leapt = offset !== undefined && Math.abs(lateMs - offset) > JUMP_MS;
    if (leapt) {
      this.#least = Number.POSITIVE_INFINITY;
      this.#leastBefore = Number.POSITIVE_INFINITY;
    } else if (nowMs >= this.#windowUntilMs) {
      this.#leastBefore = this.#least;
      this.#least = Number.POSITIVE_INFINITY;
      this.#windowUntilMs = nowMs + WINDOW_MS;
    }
    this.#least = Math.min(this.#least, lateMs);
    return !leapt;
  }

  /** Media time of the newest frame that can have arrived by now, microseconds; -Infinity before the first. */
  mediaTimeUs(nowMs: number): number {
    const offset = this.#offsetMs();
    return offset === undefined ? Number.NEGATIVE_INFINITY : (nowMs - offset) * 1000;
  }

  #offsetMs(): number | undefined {
    const least = Math.min(this.#least, this.#leastBefore);
    return Number.isFinite(least) ? least : undefined;
  }
}
