import { type Box, type MediaTimeUs, type Size, US_PER_SECOND } from '../../protocol/index.js';
import { HELD, MOVED } from './background.js';
import type { Followed } from './people.js';

/** Who came this far, in heights, is somebody; what never moved may be the place where somebody stood when the film began. */
const CAME = 0.5;
/** Who has not moved this far for this long is furniture after all. */
const STIRS = 0.25;
const LONGEST_US = 90 * US_PER_SECOND;

interface Stayer {
  from: Box;
  came: boolean;
  since: MediaTimeUs;
}

/** Keeps people who came and then stop out of the background. */
export class Stayers {
  readonly #stayers = new Map<number, Stayer>();

  reset(): void {
    this.#stayers.clear();
  }

  /** Whether somebody followed has gone some way: patches that stay where they first were are not known to be people. */
  came(trackId: number): boolean {
    return this.#stayers.get(trackId)?.came ?? false;
  }

  /**
   * Calls `learn` with what moved under people who came marked as held; the mask is as before afterwards.
   * @param followed boxes in pixels of the mask
   */
  hold(mask: Uint8Array, { width, height }: Size, followed: readonly Followed[], nowUs: MediaTimeUs, learn: () => void): void {
    const held = followed.filter((f) => this.#isHeld(f, nowUs)).map((f) => f.box);
    for (const id of this.#stayers.keys()) if (!followed.some((f) => f.trackId === id)) this.#stayers.delete(id);
    const mark = (from: number, to: number) => {
      for (const box of held) {
        const margin = 0.1 * box.height;
        const [x0, x1] = [Math.max(0, Math.round(box.x - margin)), Math.min(width, Math.round(box.x + box.width + margin))];
        const [y0, y1] = [Math.max(0, Math.round(box.y - margin)), Math.min(height, Math.round(box.y + box.height + margin))];
        for (let y = y0; y < y1; y++) {
          for (let at = y * width + x0; at < y * width + x1; at++) if (mask[at] === from) mask[at] = to;
        }
      }
    };
    mark(MOVED, HELD);
    learn();
    mark(HELD, MOVED);
  }

  #isHeld({ trackId, box }: Followed, nowUs: MediaTimeUs): boolean {
    const stayer = this.#stayers.get(trackId) ?? { from: box, came: false, since: nowUs };
    this.#stayers.set(trackId, stayer);
    const moved = Math.hypot(
      box.x + box.width / 2 - stayer.from.x - stayer.from.width / 2,
      box.y + box.height - stayer.from.y - stayer.from.height,
    );
    if (moved > (stayer.came ? STIRS : CAME) * box.height) {
      stayer.came = true;
      stayer.from = box;
      stayer.since = nowUs;
    }
    return stayer.came && nowUs - stayer.since < LONGEST_US;
  }
}
