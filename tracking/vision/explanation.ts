import type { Box, Size } from '../../protocol/index.js';
import { silhouetteChances } from '../silhouette-chances.js';
import { MOVED, SHADOW, UNKNOWN } from './background.js';
import type { Occluders } from './occluders.js';

/** Chance that a pixel nobody covers is marked as moved. */
const NOISE = 0.03;
/** The silhouette is `COLUMNS` × `ROWS` cells over a person's height and this share of it in width. */
const COLUMNS = 24;
const ROWS = 40;
const WIDTH = 0.6;
/** Chances are kept in this many steps, up to the highest. */
const LEVELS = 16;
const HIGHEST = 0.9;
/** Less than this share of a person inside the picture tells nothing about where they are. */
const LEAST_INSIDE = 0.3;

/** Someone walking: head, trunk with arms, legs that swing. */
const TABLES = silhouetteChances({
  columns: COLUMNS,
  rows: ROWS,
  width: WIDTH,
  levels: LEVELS,
  highest: HIGHEST,
  noise: NOISE,
  chance(y, soft) {
    if (y < 0.16) return 0.85 * soft(0.07, 0.06) * Math.min(1, y / 0.05);
    if (y < 0.55) return Math.max(0.9 * soft(0.11, 0.06), 0.35 * soft(0.17, 0.08));
    const down = (y - 0.55) / 0.45;
    return (0.85 - 0.3 * down) * soft(0.1 + 0.05 * down, 0.08 + 0.06 * down);
  },
});
const { silhouette: SILHOUETTE, chanceOf, gain: GAIN, loss: LOSS, free: FREE, freed: FREED } = TABLES;

/** The columns, from the first to after the last, in which a row of the silhouette covers anything. */
const SPANS = Array.from({ length: ROWS }, (_, row) => {
  const cells = SILHOUETTE.subarray(row * COLUMNS, (row + 1) * COLUMNS);
  const covers = (level: number) => level > 0;
  return { first: Math.max(0, cells.findIndex(covers)), after: cells.findLastIndex(covers) + 1 };
});

/** A cell's gain averaged over the silhouette, for someone seen whole and alone. */
const USUAL =
  SILHOUETTE.reduce((sum, level) => {
    const t = chanceOf(level);
    return sum + t * GAIN[(LEVELS - 1) * LEVELS + level] + (1 - t) * LOSS[level];
  }, 0) /
  (COLUMNS * ROWS);

/** A cell's level averaged over the silhouette. */
const LEVELS_USUAL = SILHOUETTE.reduce((sum, level) => sum + level, 0) / (COLUMNS * ROWS);
/** Of someone hidden almost wholly, what is seen counts as if this share were. */
const LEAST_PLAIN = 0.3;
/** So many rows of pixels are looked at, of large people fewer than there are. */
const LOOKED_AT_ROWS = 45;

/** What speaks for somebody at a place. */
export interface Evidence {
  /** 1: explains all that someone alone would, of what is in the picture; 0 nothing either way; negative: speaks against it. */
  readonly share: number;
  /** Share of the silhouette that nothing and nobody else covers. */
  readonly free: number;
  /** Share of the silhouette that is in the picture. */
  readonly inside: number;
}

/**
 * A mask of moved pixels explained by people: every pixel moves by chance, or because one of those covering it does (a generative model of the
 * mask; Fleuret et al. 2008, probabilistic occupancy map). What somebody else already explains tells little, so who is hidden is
 * neither seen nor denied. Boxes are whole people, head to foot, in pixels of the mask.
 */
export class Explanation {
  readonly #free: Float32Array;
  #mask: Uint8Array = new Uint8Array(0);
  // Where the silhouette last lay in the picture, and which of its cells each row and column is.
  #whole = 0;
  #left = 0;
  #right = 0;
  #top = 0;
  #bottom = 0;
  readonly #columns: Int32Array;
  readonly #rows: Int32Array;
  /** Where each column of the silhouette begins in the picture, and where the last one ends. */
  readonly #begins = new Int32Array(COLUMNS + 1);

  constructor(
    readonly size: Size,
    readonly occluders: Occluders,
  ) {
    this.#free = new Float32Array(size.width * size.height);
    this.#columns = new Int32Array(size.width);
    this.#rows = new Int32Array(size.height);
  }

  /** Begins with a mask that nobody explains yet. It is read until the next call. */
  load(mask: Uint8Array): void {
    this.#mask = mask;
    this.#free.fill(1);
  }

  /** Accounts for somebody. */
  add(person: Box): void {
    this.#cover(person, FREE);
  }

  /** Takes somebody added with the same box out again. */
  remove(person: Box): void {
    this.#cover(person, FREED);
  }

  /** What one more person would explain beyond those added; undefined where the picture does not show enough of them. */
  evidence(person: Box): Evidence | undefined {
    if (!this.#place(person)) return undefined;
    const mask = this.#mask;
    const free = this.#free;
    const columns = this.#columns;
    const left = this.#left;
    let gain = 0;
    let faint = 0;
    let open = 0;
    let all = 0;
    let plain = 0;
    const { occluders } = this;
    const step = Math.max(1, Math.round(person.height / LOOKED_AT_ROWS));
    const [rows, begins, top, bottom, width] = [this.#rows, this.#begins, this.#top, this.#bottom, this.size.width];
    for (let y = top; y < bottom; y += step) {
      const row = rows[y - top] * COLUMNS;
      const line = y * width;
      const { first, after } = SPANS[rows[y - top]];
      const end = begins[after];
      const from = Math.ceil((begins[first] - left) / step) * step + left;
      for (let x = from; x < end; x += step) {
        const level = SILHOUETTE[row + columns[x - left]];
        if (level === 0) continue;
        const value = mask[line + x];
        if (value === UNKNOWN) continue;
        all += level;
        if (value !== MOVED && occluders.hides(x, y)) continue;
        const others = free[line + x];
        open += others * level;
        plain += level;
        if (value === MOVED) {
          const at = ((others * (LEVELS - 1) + 0.5) | 0) * LEVELS;
          gain += GAIN[at + level];
          faint += GAIN[at + (level >> 1)];
        } else if (value !== SHADOW) {
          gain += LOSS[level];
          faint += LOSS[level >> 1];
        }
      }
    }
    // Of what a whole person is expected to show, this much is in the picture and known.
    const inside = (all * step * step) / (this.#whole * LEVELS_USUAL);
    if (!(inside > LEAST_INSIDE)) return undefined;
    // Someone dressed like the ground shows in patches: taken for what they are, whole or faint, by what fits better.
    return {
      share: (Math.max(gain, faint) * LEVELS_USUAL) / (Math.max(plain, LEAST_PLAIN * all) * USUAL),
      free: open / all,
      inside: Math.min(1, inside),
    };
  }

  /** Moved pixels in a box that nobody explains. */
  unexplained(box: Box): number {
    const { width, height } = this.size;
    const x1 = Math.min(width, Math.ceil(box.x + box.width));
    const y1 = Math.min(height, Math.ceil(box.y + box.height));
    let count = 0;
    for (let y = Math.max(0, Math.floor(box.y)); y < y1; y++) {
      for (let x = Math.max(0, Math.floor(box.x)); x < x1; x++) {
        if (this.#mask[y * width + x] === MOVED) count += this.#free[y * width + x];
      }
    }
    return count;
  }

  #cover(person: Box, factors: Float32Array): void {
    if (!this.#place(person)) return;
    const free = this.#free;
    for (let y = this.#top; y < this.#bottom; y++) {
      const row = this.#rows[y - this.#top] * COLUMNS;
      for (let x = this.#left; x < this.#right; x++) {
        const at = y * this.size.width + x;
        free[at] = Math.min(1, free[at] * factors[SILHOUETTE[row + this.#columns[x - this.#left]]]);
      }
    }
  }

  /** Lays the silhouette over a person; false where none of it is in the picture. */
  #place(person: Box): boolean {
    const { width, height } = this.size;
    const wide = WIDTH * person.height;
    const left = person.x + (person.width - wide) / 2;
    const [x0, x1] = [Math.round(left), Math.round(left + wide)];
    const [y0, y1] = [Math.round(person.y), Math.round(person.y + person.height)];
    this.#whole = (x1 - x0) * (y1 - y0);
    this.#left = Math.max(0, x0);
    this.#right = Math.min(width, x1);
    this.#top = Math.max(0, y0);
    this.#bottom = Math.min(height, y1);
    if (this.#right <= this.#left || this.#bottom <= this.#top) return false;
    const cell = (v: number, count: number) => Math.max(0, Math.min(count - 1, Math.floor(v * count)));
    this.#begins.fill(this.#right);
    for (let x = this.#right - 1; x >= this.#left; x--) {
      const column = cell((x + 0.5 - left) / wide, COLUMNS);
      this.#columns[x - this.#left] = column;
      // Columns narrower than a pixel begin where the next one does.
      for (let c = column; c >= 0 && this.#begins[c] > x; c--) this.#begins[c] = x;
    }
    for (let y = this.#top; y < this.#bottom; y++) {
      this.#rows[y - this.#top] = cell((y + 0.5 - person.y) / person.height, ROWS);
    }
    return true;
  }
}
