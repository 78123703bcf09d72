import { type Box, decodeMatte, encodeMatte, type Matte, type OverlayRegion, type Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import { ColourDensity } from './colour-density.js';
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
}

/** How far a box is grown before what lies outside it is taken for ground: share of its width on both sides, of its height below and above. */
const GROW = { side: 0.25, below: 0.06, above: 0.04 } as const;
/** Ground pixels looked at in a frame, and pixels of all people. */
const GROUND_SAMPLES = 800;
const FRONT_SAMPLES = 1000;
/** Colours are learnt over frames: what is left of a frame's count by the next. */
const GROUND_KEPT = 0.9;
const FRONT_KEPT = 0.7;
/** Fewer ground pixels than this, all frames together: the colours tell nothing. */
const GROUND_LEAST = 200;
/** A shadow on the ground dims it; how much is not known, so all of these are, each with this weight. */
const SHADOWS = [0.85, 0.72, 0.6, 0.5, 0.42, 0.34] as const;
const SHADOW_WEIGHT = 0.12;
/** What a cell of the matte says, as log odds: much less than a colour that is plainly not the ground's. */
const SAYS_FRONT = 1.4;
const SAYS_GROUND = -0.2;
/** Away from everybody's box it takes more: what moved there is mostly a shadow. */
const AWAY = 1.5;
/** Colours never met: what either side may have besides those it was seen with. The ground's common colours count less than in proportion. */
const FRONT_UNSEEN = 0.2;
const GROUND_UNSEEN = 0.02;
const GROUND_POWER = 0.8;
/** In doubt somebody stands there: a line over an ankle is worse than a gap beside it. */
const IN_DOUBT = 0.6;
/** No place is surer than this by itself, log odds; places are averaged with their neighbours. */
const SUREST = 4;
/** Log odds over which an edge softens. */
const SOFT = 0.3;
/** A cell of the refined matte is at least a 240th of the picture wide. */
const COLUMNS_MAX = 240;

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
  #cells = new Uint8Array(0);
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
  }

  /**
   * Which share of a region's pixels shows, 255 all; undefined where all of it does. Judged for squares of
   * two pixels, as finely as colour is coded, and between them in proportion.
   * @param former a mask no longer needed, whose memory is used again where it fits. @returns at least width × height bytes, row after row.
   */
  maskOf(region: OverlayRegion, layer: Layer, former?: Uint8Array): Uint8Array | undefined {
    const areas = this.#strength > 0 ? this.#areas(region) : [];
    if (areas.length === 0) return undefined;
    const { width, height } = region;
    const mask = former && former.length >= width * height ? former : new Uint8Array(width * height);
    mask.fill(255, 0, width * height);
    const squares = this.#squares.begin(region);
    for (const area of areas) eachCovered(layer, area, (y, from, to) => squares.need(y, from, to));
    squares.judge((x, y) => this.#odds(x, y));
    for (const area of areas) {
      eachCovered(layer, area, (y, from, to) => {
        for (let x = from; x < to; x++) mask[y * width + x] = 255 - Math.round(255 * this.#strength * squares.at(x, y));
      });
    }
    return mask;
  }

  /** The tracker's matte as the picture's colours correct it, for those who have no picture; as it was where they tell nothing. */
  refined(coarse: Matte): Matte {
    if (this.#ground.total < GROUND_LEAST) return coarse;
    const { width: w, height: h } = this.#size;
    const width = Math.min(COLUMNS_MAX, coarse.width);
    const height = Math.max(1, Math.round((width * h) / w));
    const cells = new Uint8Array(width * height);
    const looked = new Uint8Array(width * height);
    const [dx, dy] = [w / width, h / height];
    const judge = (column: number, row: number): void => {
      const at = row * width + column;
      if (looked[at]) return;
      looked[at] = 1;
      let odds = 0;
      for (const [a, b] of INSIDE_CELL) odds += this.#odds(Math.floor((column + a) * dx), Math.floor((row + b) * dy));
      cells[at] = odds > 0 ? 1 : 0;
    };
    for (const area of this.#areas({ x: 0, y: 0, width: w, height: h })) {
      for (let row = Math.floor(area.y / dy); row < Math.min(height, (area.y + area.height) / dy); row++)
        for (let column = Math.floor(area.x / dx); column < Math.min(width, (area.x + area.width) / dx); column++) judge(column, row);
    }
    return encodeMatte(cells, width, height);
  }

  /** How surely somebody stands in front of the ground at a pixel, log odds. */
  #odds(x: number, y: number): number {
    const matte = this.#matteAt(x, y);
    const near = this.#isNear(x, y);
    if (matte === 0 && !near) return -SUREST;
    if (this.#ground.total < GROUND_LEAST) return matte > 0.5 ? SUREST : -SUREST;
    const [luma, u, v] = this.#colourAt(x, y);
    const prior = SAYS_GROUND + (SAYS_FRONT - SAYS_GROUND) * matte - (near ? 0 : AWAY);
    const front = FRONT_UNSEEN + (1 - FRONT_UNSEEN) * this.#front.relative(luma, u, v);
    const odds = prior + Math.log(front / (GROUND_UNSEEN + this.#ground.relative(luma, u, v) ** GROUND_POWER));
    return IN_DOUBT + Math.max(-SUREST, Math.min(SUREST, odds));
  }

  #isNear(x: number, y: number): boolean {
    return this.#boxes.some((b) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height);
  }

  #loadCells(matte: Matte | undefined): void {
    this.#columns = matte?.width ?? 0;
    this.#rows = matte?.height ?? 0;
    if (!matte) return;
    if (this.#cells.length < matte.width * matte.height) this.#cells = new Uint8Array(matte.width * matte.height);
    decodeMatte(matte, this.#cells);
  }

  /** The matte between its cells' centres, 0 to 1. */
  #matteAt(x: number, y: number): number {
    const columns = this.#columns;
    if (columns === 0) return 0;
    const u = Math.min(columns - 1, Math.max(0, ((x + 0.5) * columns) / this.#size.width - 0.5));
    const v = Math.min(this.#rows - 1, Math.max(0, ((y + 0.5) * this.#rows) / this.#size.height - 0.5));
    const [x0, y0] = [Math.floor(u), Math.floor(v)];
    const [x1, y1] = [Math.min(columns - 1, x0 + 1), Math.min(this.#rows - 1, y0 + 1)];
    const [a, b] = [u - x0, v - y0];
    const cell = (cx: number, cy: number): number => this.#cells[cy * columns + cx] ?? 0;
    return (cell(x0, y0) * (1 - a) + cell(x1, y0) * a) * (1 - b) + (cell(x0, y1) * (1 - a) + cell(x1, y1) * a) * b;
  }

  /** Eight-bit Y, U, V of a pixel. */
  #colourAt(x: number, y: number): [number, number, number] {
    const planes = this.#planes;
    if (!planes) return [0, 128, 128];
    const { chromaShiftX, chromaShiftY, depth } = this.#format;
    const sample = (plane: PicturePlane, px: number, py: number): number =>
      (plane.samples[plane.first + py * plane.stride + px * plane.step]! >> plane.shift) / 2 ** (depth - 8);
    const [cx, cy] = [x >> chromaShiftX, y >> chromaShiftY];
    return [sample(planes[0], x, y), sample(planes[1], cx, cy), sample(planes[2], cx, cy)];
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
          if (x < 0 || x >= width || this.#isNear(x, y) || this.#matteAt(x, y) > 0) continue;
          const [luma, u, v] = this.#colourAt(x, y);
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
        const [luma, u, v] = this.#colourAt(x, y);
        const unlike = 1 / (1 + 4 * this.#ground.relative(luma, u, v));
        this.#front.add(luma, u, v, unlike * (0.25 + 0.75 * this.#matteAt(x, y)));
      }
    }
  }

  /** Parts of a region near somebody, in its own pixels: boxes, and cells of the matte. */
  #areas({ x, y, width, height }: Box): Box[] {
    const areas: Box[] = [];
    const add = (box: Box): void => {
      const x0 = Math.max(0, Math.floor(box.x - x));
      const y0 = Math.max(0, Math.floor(box.y - y));
      const x1 = Math.min(width, Math.ceil(box.x + box.width - x));
      const y1 = Math.min(height, Math.ceil(box.y + box.height - y));
      if (x1 > x0 && y1 > y0) areas.push({ x: x0, y: y0, width: x1 - x0, height: y1 - y0 });
    };
    for (const box of this.#boxes) add(box);
    if (this.#columns === 0) return areas;
    const [w, h] = [this.#size.width / this.#columns, this.#size.height / this.#rows];
    const lastRow = Math.min(this.#rows - 1, Math.ceil((y + height) / h));
    for (let row = Math.max(0, Math.floor(y / h) - 1); row <= lastRow; row++) {
      const lastColumn = Math.min(this.#columns - 1, Math.ceil((x + width) / w));
      for (let column = Math.max(0, Math.floor(x / w) - 1); column <= lastColumn; column++) {
        if (this.#cells[row * this.#columns + column]) add({ x: (column - 0.5) * w, y: (row - 0.5) * h, width: 2 * w, height: 2 * h });
      }
    }
    return areas;
  }
}

/** Where a cell is looked at, shares of it. */
const INSIDE_CELL = [
  [0.25, 0.25],
  [0.75, 0.25],
  [0.5, 0.5],
  [0.25, 0.75],
  [0.75, 0.75],
] as const;

/** Runs of a layer's covered pixels within an area, in the region's own pixels. */
function eachCovered(
  { luma: { spans }, phaseX, phaseY, width, height }: Layer,
  area: Box,
  use: (y: number, from: number, to: number) => void,
): void {
  for (let s = 0; s < spans.length; s += 3) {
    const y = spans[s]! - phaseY;
    if (y < area.y || y >= Math.min(height, area.y + area.height)) continue;
    const from = Math.max(area.x, spans[s + 1]! - phaseX);
    const to = Math.min(width, area.x + area.width, spans[s + 2]! - phaseX);
    if (to > from) use(y, from, to);
  }
}

function grown({ x, y, width, height }: Box): Box {
  const side = GROW.side * width;
  return { x: x - side, y: y - GROW.above * height, width: width + 2 * side, height: height * (1 + GROW.above + GROW.below) };
}
