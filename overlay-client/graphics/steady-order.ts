import type { MediaTimeUs } from '../../protocol/index.js';

/** How long two competitors must stay swapped before the board believes it. */
export const SWAP_AFTER_US = 300_000;

/**
 * The order a board shows: follows the standings, but two that flicker about each other do not shuffle. A pair changes places once its
 * order has been the other way round for {@link SWAP_AFTER_US} without a break.
 */
export class SteadyOrder {
  #shown: string[] = [];
  /** Pairs "a b" where a is shown before b but stands behind it, and since when. */
  #inverted = new Map<string, MediaTimeUs>();

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
    this.#shown = this.#sort(kept, nowUs);
    return this.#shown;
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
