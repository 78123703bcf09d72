import type { Point } from '../../protocol/index.js';
import { silhouetteChances } from '../silhouette-chances.js';
import { MOVED, UNKNOWN } from '../vision/background.js';
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
const { silhouette: SILHOUETTE, chanceOf, gain: GAIN, loss: LOSS, free: FREE, freed: FREED } = TABLES;

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
  /** Chance that nobody accounted for covers a pixel. */
  #free = new Float32Array(0);
  #moved: Moved | undefined;
  // Where the silhouette last lay in the picture, and which of its cells each row and column is.
  #width = 0;
  #whole = 0;
  #left = 0;
  #right = 0;
  #top = 0;
  #bottom = 0;
  #columns = new Int32Array(0);
  #rows = new Int32Array(0);

  load(moved: Moved): void {
    const pixels = moved.size.width * moved.size.height;
    if (this.#free.length !== pixels) {
      this.#free = new Float32Array(pixels);
      this.#columns = new Int32Array(moved.size.width);
      this.#rows = new Int32Array(moved.size.height);
    }
    this.#free.fill(1);
    this.#moved = moved;
  }

  /** Accounts for someone standing at a point. */
  add(ground: Point): void {
    this.#cover(ground, FREE);
  }

  /** Takes someone added at the same point out again. */
  remove(ground: Point): void {
    this.#cover(ground, FREED);
  }

  #cover(ground: Point, factors: Float32Array): void {
    if (!this.#place(ground)) return;
    const free = this.#free;
    for (let y = this.#top; y < this.#bottom; y++) {
      const row = this.#rows[y - this.#top];
      for (let x = this.#left; x < this.#right; x++) {
        const at = y * this.#width + x;
        free[at] = Math.min(1, free[at] * factors[SILHOUETTE[row + this.#columns[x - this.#left]]]);
      }
    }
  }

  /**
   * What one more person at a point would explain beyond those added: 1 is what a runner seen whole and alone does, 0 nothing either way, negative speaks
   * against it. Undefined where the picture does not show the place.
   */
  explains(ground: Point): number | undefined {
    if (!this.#moved || !this.#place(ground)) return undefined;
    const { mask } = this.#moved;
    const free = this.#free;
    const columns = this.#columns;
    const [left, right] = [this.#left, this.#right];
    let gain = 0;
    let faint = 0;
    let inside = 0;
    for (let y = this.#top; y < this.#bottom; y++) {
      const row = this.#rows[y - this.#top];
      for (let x = left; x < right; x++) {
        const at = y * this.#width + x;
        const value = mask[at];
        if (value === UNKNOWN) continue;
        inside++;
        const level = SILHOUETTE[row + columns[x - left]];
        if (level === 0) continue;
        if (value === MOVED) {
          const others = ((free[at] * (LEVELS - 1) + 0.5) | 0) * LEVELS;
          gain += GAIN[others + level];
          faint += GAIN[others + (level >> 1)];
        } else {
          gain += LOSS[level];
          faint += LOSS[level >> 1];
        }
      }
    }
    if (!(inside > LEAST_INSIDE * this.#whole)) return undefined;
    // Someone dressed like the ground shows in patches: taken for what they are, whole or faint, by what fits better.
    return Math.max(gain, faint) / (inside * (USUAL / (COLUMNS * ROWS)));
  }

  /** Lays the silhouette over a person at a point; false where none of it is in the picture. */
  #place(ground: Point): boolean {
    const box = this.#moved?.personAt(ground);
    if (!box || !this.#moved) return false;
    const { width, height } = this.#moved.size;
    const wide = WIDTH * box.height;
    const left = box.x + (box.width - wide) / 2;
    const [x0, x1] = [Math.round(left), Math.round(left + wide)];
    const [y0, y1] = [Math.round(box.y), Math.round(box.y + box.height)];
    this.#width = width;
    this.#whole = (x1 - x0) * (y1 - y0);
    this.#left = Math.max(0, x0);
    this.#right = Math.min(width, x1);
    this.#top = Math.max(0, y0);
    this.#bottom = Math.min(height, y1);
    if (this.#right <= this.#left || this.#bottom <= this.#top) return false;
    const cell = (v: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor(v * count)));
    for (let x = this.#left; x < this.#right; x++) this.#columns[x - this.#left] = cell((x + 0.5 - left) / wide, COLUMNS);
    for (let y = this.#top; y < this.#bottom; y++) this.#rows[y - this.#top] = COLUMNS * cell((y + 0.5 - box.y) / box.height, ROWS);
    return true;
  }
}
