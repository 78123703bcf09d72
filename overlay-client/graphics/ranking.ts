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

/** The order of a race as every graphic shows it: steady, and by competitor rather than by track. */
export class Ranking {
  readonly #order = new SteadyOrder();

  /** @returns the order to show on this frame, first place first. */
  observe(frame: TrackingFrame): Ranked[] {
    const entries = new Map<string, Standing>();
    for (const standing of frame.standings) {
      const key = displayKey(standing);
      if (!entries.has(key)) entries.set(key, standing);
    }
    return this.#order.update([...entries.keys()], frame.mediaTimeUs).map((key, i) => {
      const standing = entries.get(key)!;
      return { key, standing, rosterIndex: standing.rosterIndex, rank: i + 1 };
    });
  }
}
