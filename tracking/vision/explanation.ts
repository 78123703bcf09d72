import type { Box, Size } from '../../protocol/index.js';
import { silhouetteChances } from '../silhouette-chances.js';
import { HIDDEN, SilhouetteKernel } from '../silhouette-kernel.js';
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
const { silhouette: SILHOUETTE, chanceOf, gain: GAIN, loss: LOSS } = TABLES;

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
  readonly #kernel: SilhouetteKernel;

  constructor(
    readonly size: Size,
    readonly occluders: Occluders,
  ) {
    this.#kernel = new SilhouetteKernel(size, COLUMNS, TABLES);
  }

  /** Begins with a copy of a mask that nobody explains yet. */
  load(mask: Uint8Array): void {
    this.occluders.hide(this.#kernel.load(mask), this.size, HIDDEN);
  }

  /** Accounts for somebody. */
  add(person: Box): void {
    this.#kernel.add(spread(person));
  }

  /** Takes somebody added with the same box out again. */
  remove(person: Box): void {
    this.#kernel.remove(spread(person));
  }

  /** What one more person would explain beyond those added; undefined where the picture does not show enough of them. */
  evidence(person: Box): Evidence | undefined {
    const step = Math.max(1, Math.round(person.height / LOOKED_AT_ROWS));
    const sums = this.#kernel.weigh(spread(person), step);
    if (!sums) return undefined;
    const [gain, faint, open, all, plain, area] = sums;
    // Of what a whole person is expected to show, this much is in the picture and known.
    const inside = (all * step * step) / (area * LEVELS_USUAL);
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
    return this.#kernel.unexplained(box);
  }
}

/** The box of the silhouette, which is wider than somebody is taken to be. */
function spread({ x, y, width, height }: Box): Box {
  const wide = WIDTH * height;
  return { x: x + (width - wide) / 2, y, width: wide, height };
}
