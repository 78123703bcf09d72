import { type MediaTimeUs, US_PER_SECOND } from '../../protocol/index.js';

/** Samples kept: five minutes at ten a second. */
const MOST_SAMPLES = 3000;
const SAMPLE_EVERY_US = 100_000;

/** When a competitor first was at which distance; distance never falls. Bounded: the oldest samples go first. */
export class DistanceHistory {
  readonly #distances: number[] = [];
  readonly #times: MediaTimeUs[] = [];

  /** Call in order of time. */
  add(distanceM: number, atUs: MediaTimeUs): void {
    const count = this.#distances.length;
    if (count > 0 && distanceM <= this.#distances[count - 1]) return;
    // The newest sample moves along until it is old enough to stay.
    if (count > 1 && atUs - this.#times[count - 2] < SAMPLE_EVERY_US) {
      this.#distances[count - 1] = distanceM;
      this.#times[count - 1] = atUs;
      return;
    }
    this.#distances.push(distanceM);
    this.#times.push(atUs);
    if (count >= 2 * MOST_SAMPLES) {
      this.#distances.splice(0, MOST_SAMPLES);
      this.#times.splice(0, MOST_SAMPLES);
    }
  }

  /** Seconds between the first time at `distanceM` and `nowUs`; null when that was before the first sample or has not happened. */
  secondsSince(distanceM: number, nowUs: MediaTimeUs): number | null {
    const d = this.#distances;
    const newest = d.length - 1;
    if (newest < 0 || distanceM < d[0] || distanceM > d[newest]) return null;
    let low = 0;
    let high = newest;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (d[middle] < distanceM) low = middle + 1;
      else high = middle;
    }
    const t = this.#times;
    const after = t[low];
    const atUs = low === 0 ? after : t[low - 1] + ((distanceM - d[low - 1]) / (d[low] - d[low - 1])) * (after - t[low - 1]);
    return Math.max(0, (nowUs - atUs) / US_PER_SECOND);
  }
}
