import type { Standing, TrackingFrame } from '../../protocol/index.js';
import { displayKey } from './roster.js';
import { SteadyOrder } from './steady-order.js';

/** A place in the race as it is shown. */
export interface Ranked {
  readonly key: string;
  readonly standing: Standing;
  readonly rosterIndex: number;
  /** 1 = first. Lags the standing's own rank a little, so that it does not flicker. */
  readonly rank: number;
}

/** Tracks remembered by name; more than a race has, so that forgetting all at once does no harm. */
const KNOWN_MAX = 4000;

/** The order of a race as every graphic shows it: steady, and by competitor rather than by track. */
export class Ranking {
  readonly #order = new SteadyOrder();
  /** Who a track was when last seen: standings outlive the sight of their subject. */
  readonly #known = new Map<number, number>();

  /** @returns the order to show on this frame, first place first. */
  observe(frame: TrackingFrame): Ranked[] {
    if (this.#known.size > KNOWN_MAX) this.#known.clear();
    for (const { trackId, rosterIndex } of frame.subjects) if (rosterIndex >= 0) this.#known.set(trackId, rosterIndex);
    const entries = new Map<string, { standing: Standing; rosterIndex: number }>();
    for (const standing of frame.standings) {
      const rosterIndex = this.#known.get(standing.trackId) ?? -1;
      const key = displayKey({ trackId: standing.trackId, rosterIndex });
      if (!entries.has(key)) entries.set(key, { standing, rosterIndex });
    }
    return this.#order.update([...entries.keys()], frame.mediaTimeUs).map((key, i) => ({ key, ...entries.get(key)!, rank: i + 1 }));
  }
}
