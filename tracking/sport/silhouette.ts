import type { Box, Point } from '../../protocol/index.js';
import { silhouetteChances } from '../silhouette-chances.js';
import { SilhouetteKernel } from '../silhouette-kernel.js';
import type { Moved } from '../vision/foreground.js';

/** Chance that a pixel nobody covers is marked as moved. */
const NOISE = 0.08;
/** The silhouette is `COLUMNS` × `ROWS` cells over a person's height and this share of it in width. */
const COLUMNS = 28;
const ROWS = 32;
const WIDTH = 0.7;
/** Chances are kept in this many steps, up to the highest. */
const LEVELS = 16;
const HIGHEST = 0.7;
/** Less than this share of a person inside the picture tells nothing about where they are. */
const LEAST_INSIDE = 0.5;

/** Someone running, averaged over a stride: head, trunk with arms, legs that swing. */
const TABLES = silhouetteChances({
  columns: COLUMNS,
  rows: ROWS,
  width: WIDTH,
  levels: LEVELS,
  highest: HIGHEST,
  noise: NOISE,
  chance(y, soft) {
    if (y < 0.14) return 0.5 * soft(0.09, 0.08) * Math.min(1, y / 0.08);
    if (y < 0.6) return Math.max(0.7 * soft(0.1, 0.06), 0.22 * soft(0.2, 0.1));
    const down = (y - 0.6) / 0.4;
    return (0.6 - 0.3 * down) * soft(0.11 + 0.07 * down, 0.12);
  },
});
const { silhouette: SILHOUETTE, chanceOf, gain: GAIN, loss: LOSS } = TABLES;

/** A pixel's gain averaged over the silhouette, for someone seen whole and alone. */
const USUAL = SILHOUETTE.reduce((sum, level) => {
  const t = chanceOf(level);
  return sum + t * GAIN[(LEVELS - 1) * LEVELS + level] + (1 - t) * LOSS[level];
}, 0);

/**
 * How well people at given places explain what moved: every pixel moves by chance, or because one of those covering it does (a generative
 * model of the mask; Fleuret et al. 2008, probabilistic occupancy map). A pixel someone else already explains tells little, so a person hidden by
 * another is neither seen nor denied.
 */
export class Silhouettes {
  #kernel: SilhouetteKernel | undefined;
  #moved: Moved | undefined;

  load(moved: Moved): void {
    const { width, height } = moved.size;
    if (this.#kernel?.size.width !== width || this.#kernel.size.height !== height) {
      this.#kernel = new SilhouetteKernel(moved.size, COLUMNS, TABLES);
    }
    this.#kernel.load(moved.mask);
    this.#moved = moved;
  }

  /** Accounts for someone standing at a point. */
  add(ground: Point): void {
    const box = this.#boxAt(ground);
    if (box) this.#kernel?.add(box);
  }

  /** Takes someone added at the same point out again. */
  remove(ground: Point): void {
    const box = this.#boxAt(ground);
    if (box) this.#kernel?.remove(box);
  }

  /**
   * What one more person at a point would explain beyond those added: 1 is what a runner seen whole and alone does, 0 nothing either way, negative speaks
   * against it. Undefined where the picture does not show the place.
   */
  explains(ground: Point): number | undefined {
    const box = this.#boxAt(ground);
    const sums = box && this.#kernel?.weigh(box, 1);
    if (!this.#kernel || !sums) return undefined;
    const [gain, faint, , , , area] = sums;
    const inside = this.#kernel.known;
    if (!(inside > LEAST_INSIDE * area)) return undefined;
    // Someone dressed like the ground shows in patches: taken for what they are, whole or faint, by what fits better.
    return Math.max(gain, faint) / (inside * (USUAL / (COLUMNS * ROWS)));
  }

  /** The box of the silhouette of a person at a point. */
  #boxAt(ground: Point): Box | undefined {
    const box = this.#moved?.personAt(ground);
    if (!box) return undefined;
    const wide = WIDTH * box.height;
    return { x: box.x + (box.width - wide) / 2, y: box.y, width: wide, height: box.height };
  }
}
