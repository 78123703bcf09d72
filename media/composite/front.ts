import type { Frame } from 'node-av/lib';
import { type Box, type ByHand, encodeMatte, type Matte, type MediaTimeUs, type OverlayRegion, type Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PictureView } from '../pictures/index.js';
import type { PicturePlane } from './blender.js';
import { Cells, LOOK } from './cells.js';
import { Colours } from './colours.js';
import { FROM, FrontKernel, ODDS } from './front-kernel.js';
import type { Layer } from './layer.js';
import { PastGround } from './past-ground.js';
import { Pixels } from './pixels.js';

/** What is known of who stands in front of the ground in a frame, before its own colours were looked at. */
export interface Front {
  readonly matte: Matte | undefined;
  /** Those followed, source pixels. */
  readonly people: readonly Box[];
  /** How far the matte is to be believed, 0 (graphics lie over everything) to 1. */
  readonly strength: number;
  /** What an operator said, which holds at any strength. */
  readonly byHand?: ByHand;
  /** Where the picture shows the ground, so that it can be told how that looked a moment ago; left out where it is not known for sure. */
  readonly view?: PictureView;
  readonly mediaTimeUs: MediaTimeUs;
  /** When its shot began: what was seen in another one tells nothing of this. */
  readonly shotSinceUs: MediaTimeUs;
}

type Planes = readonly [PicturePlane, PicturePlane, PicturePlane];

/** How far a box is grown before what lies outside it is taken for ground: share of its width on both sides, of its height below and above. */
const GROW = { side: 0.25, below: 0.06, above: 0.04 } as const;
/** Rows around those that are asked for that are looked at with them. */
const AROUND = 4;
/** Cells of the refined matte across the picture, at most. */
const COLUMNS_MAX = 160;

/**
 * Decides for every pixel of a ground graphic whether the ground is seen there or somebody in front of it. The tracker's matte knows where people are,
 * coarsely and by luma alone; the picture's own colours know where they end: how the ground looks under a graphic is learnt beside the people, and what
 * inside their boxes looks otherwise is not the ground (two colour densities and a prior, as GrabCut's data term; Rother, Kolmogorov, Blake 2004). Pictures of
 * a moment ago know best: how the ground looked at that very place when nobody stood there.
 */
export class FrontMatte {
  readonly #size: Size;
  readonly #cells: Cells;
  readonly #pixels: Pixels;
  readonly #colours: Colours;
  readonly #past: PastGround;
  readonly #kernel: FrontKernel;
  #planes: Planes | undefined;
  #slot = 0;
  #strength = 0;
  #shotSinceUs: MediaTimeUs | undefined;

  constructor(size: Size, format: PictureFormat) {
    this.#size = size;
    this.#kernel = new FrontKernel(size, format, {
      find: (block, x, y) => this.#past.find(block, x, y),
      say: (bin) => this.#colours.say(bin),
    });
    this.#cells = new Cells(size, this.#kernel);
    this.#pixels = new Pixels(format);
    this.#colours = new Colours(size, this.#pixels, this.#kernel);
    this.#past = new PastGround(size, format, this.#kernel);
  }

  /** Whether a frame's picture should be kept, to know later how its ground looked. */
  wants({ view, mediaTimeUs, shotSinceUs }: Front): boolean {
    if (shotSinceUs !== this.#shotSinceUs) this.#past.forget();
    this.#shotSinceUs = shotSinceUs;
    return view !== undefined && this.#past.wants(mediaTimeUs);
  }

  /** @param native a reference of its own to the picture nothing was drawn on; freed here */
  keep(native: Frame, { view, people, mediaTimeUs }: Front): void {
    if (view) this.#past.keep(native, view, people.map(grown), mediaTimeUs);
    else native.free();
  }

  /** Frees the pictures that were kept. */
  close(): void {
    this.#past.forget();
  }

  /** Looks at a picture before anything is drawn on it. `layers` are the ground's regions. */
  look(planes: Planes, layers: readonly { region: OverlayRegion; layer: Layer }[], front: Front): void {
    this.#strength = Math.round(256 * Math.min(1, front.strength));
    this.#cells.load(front.matte, front.people.map(grown));
    this.#pixels.take(planes);
    this.#planes = planes;
    this.#slot = this.#past.begin(front.view, front.mediaTimeUs);
    this.#colours.learn(layers, front.people, this.#cells);
    for (const { region, layer } of layers) this.#seek(region, layer);
    this.#kernel.begin(this.#slot, this.#colours.known, this.#colours.frame);
  }

  /** Where nobody is known to be, a place in each cell: what is not the ground's colour there may be somebody all the same. */
  #seek(region: OverlayRegion, { luma: { spans }, phaseX, phaseY }: Layer): void {
    if (!this.#colours.known) return;
    const { pitch } = this.#cells;
    for (let s = 0; s < spans.length; s += 3) {
      const y = region.y - phaseY + spans[s]!;
      if (y < 0 || y >= this.#size.height || y % pitch !== pitch >> 1) continue;
      const end = Math.min(this.#size.width, region.x - phaseX + spans[s + 2]!);
      for (let x = Math.max(0, region.x - phaseX + spans[s + 1]!); x < end; x += pitch)
        if ((this.#cells.at(x >> 1, y >> 1) & LOOK) === 0 && this.#colours.isForeign(x, y)) this.#cells.lookAt(x >> 1, y >> 1);
    }
  }

  /**
   * Which share of a layer's luma samples shows, 255 all; undefined where all of it does.
   * @param former a mask no longer needed, whose memory is used again where it fits. @returns a byte a sample, at least as many as the layer has.
   */
  maskOf(region: OverlayRegion, { luma, phaseX, phaseY }: Layer, former?: Uint8Array): Uint8Array | undefined {
    const planes = this.#planes;
    if (this.#strength <= 0 || !planes) return undefined;
    const { spans, width } = luma;
    const [left, top] = [region.x - phaseX, region.y - phaseY];
    let mask: Uint8Array | undefined;
    for (let s = 0; s < spans.length; s += 3) {
      const y = top + spans[s]!;
      if (y < 0 || y >= this.#size.height) continue;
      const row = this.#cells.rowOf(y);
      const end = Math.min(this.#size.width, left + spans[s + 2]!);
      for (let x = this.#cells.next(true, row, Math.max(0, left + spans[s + 1]!), end); x < end; ) {
        mask ??= whole(width * luma.height, former);
        const to = this.#cells.next(false, row, x, end);
        this.#kernel.load(this.#slot, planes, y - AROUND, y + AROUND);
        this.#kernel.calls.uncovered(y, x, to, this.#strength);
        mask.set(this.#kernel.mask.subarray(0, to - x), spans[s]! * width + x - left);
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
    const [dx, dy] = [w / width, h / height];
    for (let row = 0; row < height; row++) {
      const middle = ((row + 0.5) * dy) >> 1;
      for (let column = 0; column < width; column++) {
        if ((this.#cells.at(((column + 0.5) * dx) >> 1, middle) & LOOK) === 0) continue;
        let odds = 0;
        for (const [a, b] of INSIDE_CELL) odds += this.#coarse(Math.floor((column + a) * dx), Math.floor((row + b) * dy));
        if (odds > INSIDE_CELL.length * FROM * ODDS) cells[row * width + column] = 1;
      }
    }
    return encodeMatte(cells, width, height);
  }

  /** How surely somebody stands in front of the ground at a pixel, log odds in {@link ODDS}, without what was seen there a moment ago. */
  #coarse(x: number, y: number): number {
    return this.#kernel.calls.coarse(x, y, this.#pixels.luma(x, y), this.#pixels.u(x, y), this.#pixels.v(x, y));
  }
}

/** Where a cell is looked at, shares of it. */
const INSIDE_CELL = [
  [0.5, 0.5],
  [0.25, 0.8],
  [0.75, 0.8],
] as const;

/** A mask through which all shows. */
function whole(count: number, former: Uint8Array | undefined): Uint8Array {
  return former && former.length >= count ? former.fill(255, 0, count) : new Uint8Array(count).fill(255);
}

function grown({ x, y, width, height }: Box): Box {
  const side = GROW.side * width;
  return { x: x - side, y: y - GROW.above * height, width: width + 2 * side, height: height * (1 + GROW.above + GROW.below) };
}
