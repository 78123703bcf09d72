import { type Box, encodeMatte, type Matte, type OverlayRegion, type Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import { Cells, LOOK, NEAR } from './cells.js';
import { Colours } from './colours.js';
import type { PicturePlane } from './kernel.js';
import type { Layer } from './layer.js';
import { ODDS, Squares } from './squares.js';

/** What is known of who stands in front of the ground in a frame, before its own colours were looked at. */
export interface Front {
  readonly matte: Matte | undefined;
  /** Those followed, source pixels. */
  readonly people: readonly Box[];
  /** How far the matte is to be believed, 0 (graphics lie over everything) to 1. */
  readonly strength: number;
}

/** How far a box is grown before what lies outside it is taken for ground: share of its width on both sides, of its height below and above. */
const GROW = { side: 0.25, below: 0.06, above: 0.04 } as const;
/** What a cell of the matte says, as log odds: much less than a colour that is plainly not the ground's. */
const SAYS_FRONT = 1.4;
const SAYS_GROUND = -0.45;
/** Away from everybody's box it takes more: what moved there is mostly a shadow. */
const AWAY = 1.5;
/** In doubt somebody stands there: a line over an ankle is worse than a gap beside it. */
const IN_DOUBT = 0.45;
/** No place is surer than this by itself, log odds; places are averaged with their neighbours. */
const SUREST = 4;
/** Log odds over which an edge softens. */
const SOFT = 0.3;
/** Cells of the refined matte across the picture, at most. */
const COLUMNS_MAX = 160;

/**
 * Decides for every pixel of a ground graphic whether the ground is seen there or somebody in front of it. The tracker's matte knows where people are,
 * coarsely and by luma alone; the picture's own colours know where they end: how the ground looks under a graphic is learnt beside the people, and what
 * inside their boxes looks otherwise is not the ground (two colour densities and a prior, as GrabCut's data term; Rother, Kolmogorov, Blake 2004).
 */
export class FrontMatte {
  readonly #size: Size;
  readonly #cells: Cells;
  readonly #colours: Colours;
  readonly #squares: Squares;
  #strength = 0;

  constructor(size: Size, format: PictureFormat) {
    this.#size = size;
    this.#cells = new Cells(size);
    this.#colours = new Colours(size, format);
    this.#squares = new Squares(size, SOFT, (column, row) => this.#odds(column, row));
  }

  /** Looks at a picture before anything is drawn on it. `layers` are the ground's regions. */
  look(
    planes: readonly [PicturePlane, PicturePlane, PicturePlane],
    layers: readonly { region: OverlayRegion; layer: Layer }[],
    front: Front,
  ): void {
    this.#strength = Math.round(256 * Math.min(1, front.strength));
    this.#cells.load(front.matte, front.people.map(grown));
    this.#colours.learn(planes, layers, front.people, this.#cells);
    this.#squares.begin();
  }

  /**
   * Which share of a region's pixels shows, 255 all; undefined where all of it does. Judged for squares of
   * two pixels, as finely as colour is coded, and between them in proportion.
   * @param former a mask no longer needed, whose memory is used again where it fits. @returns at least width × height bytes, row after row.
   */
  maskOf(region: OverlayRegion, layer: Layer, former?: Uint8Array): Uint8Array | undefined {
    if (this.#strength <= 0) return undefined;
    const { width, height } = region;
    const { spans } = layer.luma;
    const right = Math.min(width, this.#size.width - region.x);
    let mask: Uint8Array | undefined;
    for (let s = 0; s < spans.length; s += 3) {
      const y = spans[s]! - layer.phaseY;
      if (y < Math.max(0, -region.y) || y >= Math.min(height, this.#size.height - region.y)) continue;
      const row = this.#cells.rowOf(region.y + y);
      const from = region.x + Math.max(0, -region.x, spans[s + 1]! - layer.phaseX);
      const end = region.x + Math.min(right, spans[s + 2]! - layer.phaseX);
      for (let x = this.#cells.next(true, row, from, end); x < end; ) {
        if (!mask) mask = former && former.length >= width * height ? former.fill(255) : new Uint8Array(width * height).fill(255);
        const to = this.#cells.next(false, row, x, end);
        this.#squares.uncovered(region.y + y, x, to, this.#strength, mask, y * width + x - region.x);
        x = this.#cells.next(true, row, to, end);
      }
    }
    return mask;
  }

  /** The tracker's matte as the picture's colours correct it, for those who have no picture; as it was where they tell nothing. */
  refined(coarse: Matte): Matte {
    if (!this.#colours.known) return coarse;
    const { width: w, height: h } = this.#size;
    const width = Math.min(COLUMNS_MAX, coarse.width);
    const height = Math.max(1, Math.round((width * h) / w));
    const cells = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      const middle = this.#cells.rowOf(Math.floor(((row + 0.5) * h) / height));
      for (let x = this.#cells.next(true, middle, 0, w); x < w; ) {
        const column = Math.floor((x * width) / w);
        const x0 = (column * w) / width;
        if (this.#cells.at(Math.floor(x0 + (0.5 * w) / width), Math.floor(((row + 0.5) * h) / height)) & LOOK) {
          let odds = 0;
          for (const [a, b] of INSIDE_CELL)
            odds += this.#squares.oddsAt(Math.floor(x0 + (a * w) / width) >> 1, Math.floor(((row + b) * h) / height) >> 1);
          cells[row * width + column] = odds > 0 ? 1 : 0;
        }
        x = this.#cells.next(true, middle, Math.ceil(((column + 1) * w) / width), w);
      }
    }
    return encodeMatte(cells, width, height);
  }

  /** How surely somebody stands in front of the ground at a square of two by two pixels, log odds in {@link ODDS}. */
  #odds(column: number, row: number): number {
    const [x, y] = [2 * column, 2 * row];
    const near = (this.#cells.at(x, y) & NEAR) !== 0;
    const matte = this.#cells.matteAt(column, row);
    if (matte === 0 && !near) return -SUREST * ODDS;
    if (!this.#colours.known) return matte > 128 ? SUREST * ODDS : -SUREST * ODDS;
    const prior = SAYS_GROUND * ODDS + (SAYS_FRONT - SAYS_GROUND) * matte - (near ? 0 : AWAY * ODDS);
    const odds = prior + this.#colours.at(x, y);
    return IN_DOUBT * ODDS + Math.max(-SUREST * ODDS, Math.min(SUREST * ODDS, odds));
  }
}

/** Where a cell is looked at, shares of it. */
const INSIDE_CELL = [
  [0.5, 0.5],
  [0.25, 0.8],
  [0.75, 0.8],
] as const;

function grown({ x, y, width, height }: Box): Box {
  const side = GROW.side * width;
  return { x: x - side, y: y - GROW.above * height, width: width + 2 * side, height: height * (1 + GROW.above + GROW.below) };
}
