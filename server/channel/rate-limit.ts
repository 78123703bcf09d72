/** Token bucket: `perSecond` on average, twice that in a burst. Pure: the time is given. */
export class RateLimit {
  readonly #perSecond: number;
  #left: number;
  #atMs = 0;

  constructor(perSecond: number) {
    this.#perSecond = perSecond;
    this.#left = perSecond * 2;
  }

  /** @returns false when there were too many. */
  take(nowMs: number): boolean {
    const gained = ((nowMs - this.#atMs) / 1000) * this.#perSecond;
    this.#atMs = nowMs;
    this.#left = Math.min(this.#perSecond * 2, this.#left + Math.max(0, gained));
    if (this.#left < 1) return false;
    this.#left--;
    return true;
  }
}
