import { type Box, decodeMatte, encodeMatte, type Matte, type OverlayRegion, type Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ByHand } from './by-hand.js';
import { COLOUR_BINS, ColourDensity, colourBin } from './colour-density.js';
import type { PicturePlane } from './kernel.js';
import type { Layer } from './layer.js';
import { Squares } from './squares.js';

/** What is known of who stands in front of the ground in a frame, before its own colours were looked at. */
export interface Front {
  readonly matte: Matte | undefined;
  /** Those followed, source pixels. */
  readonly people: readonly Box[];
  /** How far the matte is to be believed, 0 (graphics lie over everything) to 1. */
  readonly strength: number;
  /** What an operator said, which holds at any strength. */
  readonly byHand?: ByHand;
}

/** How far a box is grown before what lies outside it is taken for ground: share of its width on both sides, of its height below and above. */
const GROW = { side: 0.25, below: 0.06, above: 0.04 } as const;
/** Ground pixels looked at in a frame, and pixels of all people. */
const GROUND_SAMPLES = 400;
const FRONT_SAMPLES = 500;
/** Colours are learnt over frames: what is left of a frame's count by the next. */
const GROUND_KEPT = 0.95;
const FRONT_KEPT = 0.8;
/** Fewer ground pixels than this, all frames together: the colours tell nothing. */
const GROUND_LEAST = 200;
/** A shadow on the ground dims it; how much is not known, so all of these are, each with this weight. */
const SHADOWS = [0.85, 0.72, 0.6, 0.5, 0.42, 0.34] as const;
const SHADOW_WEIGHT = 0.12;
/** What a cell of the matte says, as log odds: much less than a colour that is plainly not the ground's. */
const SAYS_FRONT = 1.4;
const SAYS_GROUND = -0.45;
/** Away from everybody's box it takes more: what moved there is mostly a shadow. */
const AWAY = 1.5;
/** Colours never met: what either side may have besides those it was seen with. The ground's common colours count less than in proportion. */
const FRONT_UNSEEN = 0.2;
const GROUND_UNSEEN = 0.02;
const GROUND_POWER = 0.8;
/** In doubt somebody stands there: a line over an ankle is worse than a gap beside it. */
const IN_DOUBT = 0.45;
/** No place is surer than this by itself, log odds; places are averaged with their neighbours. */
const SUREST = 4;
/** Log odds over which an edge softens. */
const SOFT = 0.3;
/** Cells of the refined matte across the picture, at most. */
const COLUMNS_MAX = 160;
/** What a cell of the matte holds: somebody in front; somebody's box; any of these, or beside the first: worth looking at. */
const COVERED = 1;
const NEAR = 2;
const LOOK = 4;

/**
 * Decides for every pixel of a ground graphic whether the ground is seen there or somebody in front of it. The tracker's matte knows where people are,
 * coarsely and by luma alone; the picture's own colours know where they end: how the ground looks under a graphic is learnt beside the people, and what
 * inside their boxes looks otherwise is not the ground (two colour densities and a prior, as GrabCut's data term; Rother, Kolmogorov, Blake 2004).
 */
export class FrontMatte {
  readonly #size: Size;
  readonly #format: PictureFormat;
  readonly #ground = new ColourDensity();
  readonly #front = new ColourDensity();
  /** COVERED and NEAR, by cell of the matte. */
  #cells = new Uint8Array(0);
  /** Log odds that a colour is somebody's rather than the ground's, by bin. */
  readonly #says = new Float32Array(COLOUR_BINS);
  #columns = 0;
  #rows = 0;
  #boxes: readonly Box[] = [];
  #planes: readonly [PicturePlane, PicturePlane, PicturePlane] | undefined;
  #strength = 0;
  readonly #squares = new Squares(SOFT);

  constructor(size: Size, format: PictureFormat) {
    this.#size = size;
    this.#format = format;
  }

  /** Looks at a picture before anything is drawn on it. `layers` are the ground's regions. */
  look(
    planes: readonly [PicturePlane, PicturePlane, PicturePlane],
    layers: readonly { region: OverlayRegion; layer: Layer }[],
    front: Front,
  ): void {
    this.#planes = planes;
    this.#strength = front.strength;
    this.#boxes = front.people.map((box) => grown(box));
    this.#loadCells(front.matte);
    this.#ground.fade(GROUND_KEPT);
    this.#front.fade(FRONT_KEPT);
    this.#learnGround(layers);
    for (const box of front.people) this.#learnFront(box, Math.max(60, FRONT_SAMPLES / Math.max(1, front.people.length)));
    this.#weigh();
  }

  /**
   * Which share of a region's pixels shows, 255 all; undefined where all of it does. Judged for squares of
   * two pixels, as finely as colour is coded, and between them in proportion.
   * @param former a mask no longer needed, whose memory is used again where it fits. @returns at least width × height bytes, row after row.
   */
  maskOf(region: OverlayRegion, layer: Layer, former?: Uint8Array): Uint8Array | undefined {
    if (this.#strength <= 0 || !this.#isLookedAt(region, layer)) return undefined;
    const { width, height } = region;
    const mask = former && former.length >= width * height ? former : new Uint8Array(width * height);
    mask.fill(255, 0, width * height);
    const squares = this.#squares.begin(region);
    this.#eachRun(region, layer, (y, from, to) => squares.need(y, from, to));
    squares.judge((x, y) => this.#odds(x, y));
    const scale = 255 * this.#strength;
    this.#eachRun(region, layer, (y, from, to) => {
      for (let x = from; x < to; x++) mask[y * width + x] = 255 - Math.round(scale * squares.at(x, y));
    });
    return mask;
  }

  /** The tracker's matte as the picture's colours correct it, for those who have no picture; as it was where they tell nothing. */
  refined(coarse: Matte): Matte {
    if (this.#ground.total < GROUND_LEAST) return coarse;
    const { width: w, height: h } = this.#size;
    const width = Math.min(COLUMNS_MAX, coarse.width);
    const height = Math.max(1, Math.round((width * h) / w));
    const cells = new Uint8Array(width * height);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const x = Math.floor(((column + 0.5) * w) / width);
        const y = Math.floor(((row + 0.5) * h) / height);
        if (!(this.#cellAt(x, y) & LOOK)) continue;
        let odds = 0;
        for (const [a, b] of INSIDE_CELL) odds += this.#odds(Math.floor(((column + a) * w) / width), Math.floor(((row + b) * h) / height));
        cells[row * width + column] = odds > 0 ? 1 : 0;
      }
    }
    return encodeMatte(cells, width, height);
  }

  /** How surely somebody stands in front of the ground at a pixel, log odds. */
  #odds(x: number, y: number): number {
    const near = (this.#cellAt(x, y) & NEAR) !== 0;
    const matte = this.#matteAt(x, y);
    if (matte === 0 && !near) return -SUREST;
    if (this.#ground.total < GROUND_LEAST) return matte > 0.5 ? SUREST : -SUREST;
    const prior = SAYS_GROUND + (SAYS_FRONT - SAYS_GROUND) * matte - (near ? 0 : AWAY);
    const odds = prior + this.#says[this.#binAt(x, y)]!;
    return IN_DOUBT + Math.max(-SUREST, Math.min(SUREST, odds));
  }

  /** What every colour says, once a frame. */
  #weigh(): void {
    const ground = this.#ground;
    const front = this.#front;
    this.#says.fill(Math.log(FRONT_UNSEEN / GROUND_UNSEEN));
    const weigh = (bin: number): void => {
      const ofFront = FRONT_UNSEEN + (1 - FRONT_UNSEEN) * front.relative(bin);
      this.#says[bin] = Math.log(ofFront / (GROUND_UNSEEN + ground.relative(bin) ** GROUND_POWER));
    };
    ground.each(weigh);
    front.each(weigh);
  }

  /** The cell of the matte that holds a pixel. */
  #cellAt(x: number, y: number): number {
    const column = Math.min(this.#columns - 1, Math.floor((x * this.#columns) / this.#size.width));
    const row = Math.min(this.#rows - 1, Math.floor((y * this.#rows) / this.#size.height));
    return this.#cells[row * this.#columns + column]!;
  }

  #loadCells(matte: Matte | undefined): void {
    const { width, height } = this.#size;
    this.#columns = matte?.width ?? COLUMNS_MAX;
    this.#rows = matte?.height ?? Math.max(1, Math.round((COLUMNS_MAX * height) / width));
    const count = this.#columns * this.#rows;
    if (this.#cells.length < count) this.#cells = new Uint8Array(count);
    if (matte) decodeMatte(matte, this.#cells);
    else this.#cells.fill(0, 0, count);
    const [dx, dy] = [this.#columns / width, this.#rows / height];
    this.#lookAround();
    for (const box of this.#boxes) {
      const to = Math.min(this.#columns, Math.ceil((box.x + box.width) * dx));
      for (let row = Math.max(0, Math.floor(box.y * dy)); row < Math.min(this.#rows, (box.y + box.height) * dy); row++)
        for (let cell = Math.max(0, Math.floor(box.x * dx)); cell < to; cell++) this.#cells[row * this.#columns + cell]! |= NEAR | LOOK;
    }
  }

  /** Covered cells and those beside them are worth looking at. */
  #lookAround(): void {
    const columns = this.#columns;
    for (let row = 0; row < this.#rows; row++) {
      for (let column = 0; column < columns; column++) {
        if (!(this.#cells[row * columns + column]! & COVERED)) continue;
        for (let y = Math.max(0, row - 1); y <= Math.min(this.#rows - 1, row + 1); y++)
          for (let x = Math.max(0, column - 1); x <= Math.min(columns - 1, column + 1); x++) this.#cells[y * columns + x]! |= LOOK;
      }
    }
  }

  #isLookedAt(region: OverlayRegion, layer: Layer): boolean {
    let is = false;
    this.#eachRun(region, layer, () => {
      is = true;
    });
    return is;
  }

  /** Runs of a region's covered pixels, in its own pixels, in cells worth looking at. */
  #eachRun(region: OverlayRegion, layer: Layer, use: (y: number, from: number, to: number) => void): void {
    const { spans } = layer.luma;
    const cellWidth = this.#size.width / this.#columns;
    for (let s = 0; s < spans.length; s += 3) {
      const y = spans[s]! - layer.phaseY;
      if (y < 0 || y >= region.height) continue;
      const row = Math.min(this.#rows - 1, Math.floor(((region.y + y) * this.#rows) / this.#size.height)) * this.#columns;
      const last = Math.min(region.width, spans[s + 2]! - layer.phaseX);
      let x = Math.max(0, spans[s + 1]! - layer.phaseX);
      while (x < last) {
        const column = Math.min(this.#columns - 1, Math.floor((region.x + x) / cellWidth));
        const to = Math.min(last, Math.max(x + 1, Math.ceil((column + 1) * cellWidth) - region.x));
        if (this.#cells[row + column]! & LOOK) use(y, x, to);
        x = to;
      }
    }
  }

  /** The matte between its cells' centres, 0 to 1. */
  #matteAt(x: number, y: number): number {
    const columns = this.#columns;
    const u = Math.min(columns - 1, Math.max(0, ((x + 0.5) * columns) / this.#size.width - 0.5));
    const v = Math.min(this.#rows - 1, Math.max(0, ((y + 0.5) * this.#rows) / this.#size.height - 0.5));
    const x0 = Math.floor(u);
    const y0 = Math.floor(v);
    const right = x0 + 1 < columns ? 1 : 0;
    const down = y0 + 1 < this.#rows ? columns : 0;
    const at = y0 * columns + x0;
    const cells = this.#cells;
    const a = u - x0;
    const b = v - y0;
    const upper = (cells[at]! & COVERED) * (1 - a) + (cells[at + right]! & COVERED) * a;
    const lower = (cells[at + down]! & COVERED) * (1 - a) + (cells[at + down + right]! & COVERED) * a;
    return upper * (1 - b) + lower * b;
  }

  #sample(plane: 0 | 1 | 2, x: number, y: number): number {
    const { samples, first, stride, step, shift } = this.#planes![plane];
    return (samples[first + y * stride + x * step]! >> shift) >> (this.#format.depth - 8);
  }

  #binAt(x: number, y: number): number {
    const cx = x >> this.#format.chromaShiftX;
    const cy = y >> this.#format.chromaShiftY;
    return colourBin(this.#sample(0, x, y), this.#sample(1, cx, cy), this.#sample(2, cx, cy));
  }

  /** The ground's colours under its graphics, where nobody is. */
  #learnGround(layers: readonly { region: OverlayRegion; layer: Layer }[]): void {
    let covered = 0;
    for (const { layer } of layers)
      for (let s = 0; s < layer.luma.spans.length; s += 3) covered += layer.luma.spans[s + 2]! - layer.luma.spans[s + 1]!;
    const stride = Math.max(2, Math.ceil(covered / GROUND_SAMPLES));
    const { width, height } = this.#size;
    for (const { region, layer } of layers) {
      const { spans } = layer.luma;
      for (let s = 0; s < spans.length; s += 3) {
        const y = region.y - layer.phaseY + spans[s]!;
        if (y < 0 || y >= height) continue;
        for (
          let x = region.x - layer.phaseX + spans[s + 1]! + ((spans[s]! * 7) % stride);
          x < region.x - layer.phaseX + spans[s + 2]!;
          x += stride
        ) {
          if (x < 0 || x >= width || (this.#cellAt(x, y) & LOOK) !== 0) continue;
          const luma = this.#sample(0, x, y);
          const u = this.#sample(1, x >> this.#format.chromaShiftX, y >> this.#format.chromaShiftY);
          const v = this.#sample(2, x >> this.#format.chromaShiftX, y >> this.#format.chromaShiftY);
          this.#ground.add(luma, u, v, 1);
          for (const dim of SHADOWS) this.#ground.add(16 + (luma - 16) * dim, 128 + (u - 128) * dim, 128 + (v - 128) * dim, SHADOW_WEIGHT);
        }
      }
    }
  }

  /** Somebody's colours: those in their box that the ground does not have, the more the matte agrees. */
  #learnFront(box: Box, samples: number): void {
    const stride = Math.max(1, Math.round(Math.sqrt((box.width * box.height) / samples)));
    const { width, height } = this.#size;
    for (let y = Math.max(0, Math.ceil(box.y)); y < Math.min(height, box.y + box.height); y += stride) {
      for (let x = Math.max(0, Math.ceil(box.x)); x < Math.min(width, box.x + box.width); x += stride) {
        const luma = this.#sample(0, x, y);
        const u = this.#sample(1, x >> this.#format.chromaShiftX, y >> this.#format.chromaShiftY);
        const v = this.#sample(2, x >> this.#format.chromaShiftX, y >> this.#format.chromaShiftY);
        const unlike = 1 / (1 + 4 * this.#ground.relative(colourBin(luma, u, v)));
        this.#front.add(luma, u, v, unlike * (0.25 + 0.75 * this.#matteAt(x, y)));
      }
    }
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
