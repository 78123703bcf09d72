import type { MediaTimeUs } from '../../protocol/index.js';

/** How long two competitors must stay swapped before the board believes it. */
export const SWAP_AFTER_US = 300_000;
/** How long a change of places takes before the eye; the next one waits for it. */
export const MOVE_US = 400_000;
/** Up to so many swaps are shown one after the other; more are a new order, taken as a whole. */
const SWAPS_MAX = 3;

/**
 * The order a board shows: follows the standings, but two that flicker about each other do not shuffle. A pair changes places once its
 * order has been the other way round for {@link SWAP_AFTER_US} without a break; one pair at a time, the foremost first.
 */
export class SteadyOrder {
  #shown: string[] = [];
  /** Pairs "a b" where a is shown before b but stands behind it, and since when. */
  #inverted = new Map<string, MediaTimeUs>();
  #movedUs = Number.NEGATIVE_INFINITY;

  /** @param keys in standings' order. @returns keys in the order to show. */
  update(keys: readonly string[], nowUs: MediaTimeUs): readonly string[] {
    const rank = new Map(keys.map((key, i) => [key, i]));
    const kept = this.#shown.filter((key) => rank.has(key));
    const known = new Set(kept);
    // Newcomers enter where they stand among those shown.
    for (const key of keys) {
      if (known.has(key)) continue;
      const at = kept.findIndex((other) => rank.get(other)! > rank.get(key)!);
      kept.splice(at < 0 ? kept.length : at, 0, key);
    }
    const inverted = new Map<string, MediaTimeUs>();
    for (let i = 0; i < kept.length; i++) {
      for (let j = i + 1; j < kept.length; j++) {
        if (rank.get(kept[i]!)! < rank.get(kept[j]!)!) continue;
        const pair = `${kept[i]} ${kept[j]}`;
        inverted.set(pair, this.#inverted.get(pair) ?? nowUs);
      }
    }
    this.#inverted = inverted;
    this.#shown = nowUs - this.#movedUs < MOVE_US ? kept : this.#moved(kept, this.#sort(kept, nowUs), nowUs);
    return this.#shown;
  }

  /** The next step from one order to another. */
  #moved(from: readonly string[], to: readonly string[], nowUs: MediaTimeUs): string[] {
    const place = new Map(to.map((key, i) => [key, i]));
    const isBehind = (i: number, j: number) => place.get(from[i]!)! > place.get(from[j]!)!;
    let swaps = 0;
    for (let i = 0; i < from.length; i++) for (let j = i + 1; j < from.length; j++) swaps += Number(isBehind(i, j));
    if (swaps > 0) this.#movedUs = nowUs;
    if (swaps === 0 || swaps > SWAPS_MAX) return [...to];
    const at = from.findIndex((_, i) => i + 1 < from.length && isBehind(i, i + 1));
    return from.map((key, i) => (i === at ? from[i + 1]! : i === at + 1 ? from[i - 1]! : key));
  }

  /** Insertion sort that moves an entry up only past those it has been ahead of for long enough. */
  #sort(keys: readonly string[], nowUs: MediaTimeUs): string[] {
    const out: string[] = [];
    for (const key of keys) {
      let at = out.length;
      while (at > 0) {
        const since = this.#inverted.get(`${out[at - 1]} ${key}`);
        if (since === undefined || nowUs - since < SWAP_AFTER_US) break;
        at--;
      }
      out.splice(at, 0, key);
    }
    return out;
  }
}
