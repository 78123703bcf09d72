import {
  type Box,
  type ByHand,
  type ColourKey,
  coarserMatte,
  decodeMatte,
  encodeMatte,
  type Matte,
  type OverlayRegion,
  type Point,
} from '../../protocol/index.js';
import type { SourceInfo } from '../frame.js';
import type { PicturePlane } from './blender.js';
import { colourWeights } from './colour.js';
import { chromaPlace, KeyColours, lumaPlace, SURE, UNKNOWN } from './key-colours.js';
import type { Layer } from './layer.js';
import { crossings, reaches } from './outline.js';

/** Cells across of a matte that has none of the tracker's to begin with. */
const COLUMNS = 240;
/** Where a cell is looked at, shares of it: once in each quarter of its rows and columns. */
const INSIDE = [
  [0.125, 0.375],
  [0.375, 0.875],
  [0.625, 0.125],
  [0.875, 0.625],
] as const;
/** A pole is taken for at least this share of a cell wide: one that falls between two would let the line through. */
const POLE_LEAST = 0.7;

/**
 * Colour keys and standing things that an operator pointed out, over what was found out about a frame. A colour that is plainly one of the picks decides by
 * itself; in the soft edge around them it moves what was found out, by as much as it is sure; away from them it says nothing.
 */
export class HandKeys {
  readonly #info: Pick<SourceInfo, 'size' | 'format' | 'colour'>;
  readonly #colours = new Map<string, { readonly key: ColourKey; readonly picks: string; readonly colours: KeyColours }>();
  #planes: readonly [PicturePlane, PicturePlane, PicturePlane] | undefined;
  #keys: readonly { readonly colours: KeyColours; readonly outline: readonly Point[] | undefined }[] = [];
  #poles: readonly (readonly Point[])[] = [];
  #cells = new Uint8Array(0);
  /** Of the region that is looked at. */
  #mask: Uint8Array | undefined;
  #former: Uint8Array | undefined;
  /** How many samples the mask has, in a row and in all, and which is the region's first. */
  #stride = 0;
  #count = 0;
  #origin = 0;
  readonly #xs: number[] = [];

  constructor(info: Pick<SourceInfo, 'size' | 'format' | 'colour'>) {
    this.#info = info;
  }

  /** Looks at a picture before anything is drawn on it. @returns false where nothing was said of it. */
  look(planes: readonly [PicturePlane, PicturePlane, PicturePlane], byHand: ByHand): boolean {
    this.#planes = planes;
    this.#keys = byHand.keys
      .filter(({ key }) => key.draw.length + key.never.length > 0)
      .map(({ key, outline }) => ({ colours: this.#coloursOf(key), outline }));
    this.#poles = byHand.poles;
    return this.#keys.length + this.#poles.length > 0;
  }

  /**
   * A ground region's mask (which share of its layer's luma samples shows, 255 all) with what was said by hand.
   * @param mask as it was found out; undefined where all shows; changed in place. @param former memory to use where there is none.
   * @returns undefined where all shows still.
   */
  maskOf(region: OverlayRegion, layer: Layer, mask: Uint8Array | undefined, former?: Uint8Array): Uint8Array | undefined {
    this.#mask = mask;
    this.#former = former;
    this.#stride = layer.luma.width;
    this.#count = this.#stride * layer.luma.height;
    this.#origin = layer.phaseY * this.#stride + layer.phaseX;
    for (const { colours, outline } of this.#keys) {
      if (outline && !reaches(outline, region)) continue;
      eachSpan(region, layer, (y, from, to) => {
        if (!outline) {
          this.#key(region, colours, y, from, to);
          return;
        }
        const xs = crossings(outline, region.y + y + 0.5, this.#xs);
        for (let i = 0; i + 1 < xs.length; i += 2) {
          const start = Math.max(from, Math.round(xs[i]!) - region.x);
          this.#key(region, colours, y, start, Math.min(to, Math.round(xs[i + 1]!) - region.x));
        }
      });
    }
    for (const pole of this.#poles) {
      if (!reaches(pole, region)) continue;
      eachSpan(region, layer, (y, from, to) => {
        const [left, right] = crossings(pole, region.y + y + 0.5, this.#xs);
        if (left === undefined || right === undefined) return;
        for (let x = Math.max(from, Math.floor(left) - region.x); x < Math.min(to, Math.ceil(right) - region.x); x++) {
          const covered = Math.min(region.x + x + 1, right) - Math.max(region.x + x, left);
          const shares = this.#own();
          const at = this.#origin + y * this.#stride + x;
          shares[at] = Math.round(shares[at]! * (1 - covered));
        }
      });
    }
    return this.#mask;
  }

  /** The matte with what was said by hand, for those who have no picture: in the cells that the ground's regions touch. */
  corrected(found: Matte | undefined, regions: readonly Box[]): Matte {
    const { width: w, height: h } = this.#info.size;
    const { width, height, runs } = found
      ? coarserMatte(found, COLUMNS)
      : { width: Math.min(COLUMNS, w), height: Math.max(1, Math.round((Math.min(COLUMNS, w) * h) / w)), runs: [] };
    if (this.#cells.length < width * height) this.#cells = new Uint8Array(width * height);
    const cells = this.#cells;
    decodeMatte({ width, height, runs }, cells);
    const [cellWidth, cellHeight] = [w / width, h / height];
    for (const { colours, outline } of this.#keys) {
      for (const region of regions) {
        if (outline && !reaches(outline, region)) continue;
        const last = Math.min(height, Math.ceil((region.y + region.height) / cellHeight));
        for (let row = Math.max(0, Math.floor(region.y / cellHeight)); row < last; row++) {
          const middle = (row + 0.5) * cellHeight;
          const xs = outline ? crossings(outline, middle, this.#xs) : [0, w];
          for (let i = 0; i + 1 < xs.length; i += 2) {
            const from = Math.max(0, region.x, xs[i]!);
            const to = Math.min(w, region.x + region.width, xs[i + 1]!);
            for (let column = Math.floor(from / cellWidth); column < Math.min(width, to / cellWidth); column++) {
              const said = this.#saidOf(colours, column * cellWidth, row * cellHeight, cellWidth, cellHeight);
              if (Math.abs(said) * 2 >= SURE) cells[row * width + column] = said > 0 ? 1 : 0;
            }
          }
        }
      }
    }
    for (const pole of this.#poles) {
      const ys = pole.map((p) => p.y / cellHeight);
      for (let row = Math.max(0, Math.floor(Math.min(...ys))); row < Math.min(height, Math.max(...ys)); row++) {
        const [left, right] = crossings(pole, (row + 0.5) * cellHeight, this.#xs);
        if (left === undefined || right === undefined) continue;
        const grow = Math.max(0, POLE_LEAST * cellWidth - (right - left)) / 2;
        const from = Math.round((left - grow) / cellWidth);
        const to = Math.max(from + 1, Math.round((right + grow) / cellWidth));
        if (to > 0 && from < width) cells.fill(1, row * width + Math.max(0, from), row * width + Math.min(width, to));
      }
    }
    return encodeMatte(cells, width, height);
  }

  /** Made anew only where what it says of colours changed. */
  #coloursOf(key: ColourKey): KeyColours {
    const known = this.#colours.get(key.id);
    if (known?.key === key) return known.colours;
    const { id, draw, never, tolerance, softness } = key;
    const picks = JSON.stringify([draw, never, tolerance, softness]);
    const colours = known?.picks === picks ? known.colours : new KeyColours(key, colourWeights(this.#info.colour, { depth: 8 }));
    this.#colours.set(id, { key, picks, colours });
    return colours;
  }

  /** The mask, made where there is none yet. */
  #own(): Uint8Array {
    if (this.#mask) return this.#mask;
    this.#mask = this.#former && this.#former.length >= this.#count ? this.#former : new Uint8Array(this.#count);
    return this.#mask.fill(255, 0, this.#count);
  }

  /** A run of a region's pixels by their colours. */
  #key(region: Box, colours: KeyColours, y: number, from: number, to: number): void {
    const [luma, cb, cr] = this.#planes!;
    const { depth, shift, chromaShiftX, chromaShiftY } = this.#info.format;
    const down = shift + depth - 8;
    const py = region.y + y;
    const lumaRow = luma.first + py * luma.stride;
    const chromaRow = (py >> chromaShiftY) * cb.stride;
    const { table } = colours;
    let shares = this.#mask;
    let block = -1;
    let hue = 0;
    for (let x = from; x < to; x++) {
      const px = region.x + x;
      if (px >> chromaShiftX !== block) {
        block = px >> chromaShiftX;
        const chroma = chromaRow + block * cb.step;
        hue = chromaPlace(cb.samples[cb.first + chroma]! >> down, cr.samples[cr.first + chroma]! >> down);
      }
      const place = lumaPlace(luma.samples[lumaRow + px]! >> down) + hue;
      let said = table[place]!;
      if (said === UNKNOWN) said = colours.learn(place);
      if (said === 0 || (said < 0 && !shares)) continue;
      shares ??= this.#own();
      const at = this.#origin + y * this.#stride + x;
      const shown = shares[at]!;
      if (said > 0) shares[at] = shown - (shown * said) / SURE + 0.5;
      else if (shown < 255) shares[at] = shown - ((255 - shown) * said) / SURE + 0.5;
    }
  }

  /** What a key says of a cell of the matte, in the mean. */
  #saidOf(colours: KeyColours, x: number, y: number, width: number, height: number): number {
    const [luma, cb, cr] = this.#planes!;
    const { depth, shift, chromaShiftX, chromaShiftY } = this.#info.format;
    const down = shift + depth - 8;
    let sum = 0;
    for (const [across, downwards] of INSIDE) {
      const px = Math.floor(x + across * width);
      const py = Math.floor(y + downwards * height);
      const chroma = (py >> chromaShiftY) * cb.stride + (px >> chromaShiftX) * cb.step;
      const hue = chromaPlace(cb.samples[cb.first + chroma]! >> down, cr.samples[cr.first + chroma]! >> down);
      sum += colours.says(lumaPlace(luma.samples[luma.first + py * luma.stride + px]! >> down) + hue);
    }
    return sum / INSIDE.length;
  }
}

/** Runs of a region's covered pixels, in its own pixels. */
function eachSpan(region: Box, layer: Layer, use: (y: number, from: number, to: number) => void): void {
  const { spans } = layer.luma;
  for (let s = 0; s < spans.length; s += 3) {
    const y = spans[s]! - layer.phaseY;
    if (y < 0 || y >= region.height) continue;
    const from = Math.max(0, spans[s + 1]! - layer.phaseX);
    const to = Math.min(region.width, spans[s + 2]! - layer.phaseX);
    if (from < to) use(y, from, to);
  }
}
