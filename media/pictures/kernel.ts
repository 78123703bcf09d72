import { readFileSync } from 'node:fs';
import { bendSlope, type Lens } from '../../protocol/index.js';
import type { Field } from './field.js';
import type { PictureMap } from './picture-map.js';

const PAGE = 65_536;
/** Above what the kernel itself may use. */
const FIRST = 1024;
const KEYS = FIRST;
/** Of four pixels at once, for as many pictures as a panorama is made of. */
const MOST_SAMPLES = 32;
const MAP = KEYS + MOST_SAMPLES * 16;
/** The lens undone before the map, and the one that bends after it: 7 f64 each, see `pictures.as.ts`. */
const LENSES = MAP + 72;
const LENS_BYTES = 56;
const COLOUR = LENSES + 2 * LENS_BYTES;
const HEAP = 2048;
/** See `mask.as.ts`. */
const MARGIN = 16;

/** What `pictures.as.ts` exports. Addresses are bytes in its memory. */
interface Exports {
  readonly memory: WebAssembly.Memory;
  warpPicture(...numbers: number[]): void;
  warpCutOut(...numbers: number[]): void;
  pick(...numbers: number[]): void;
  difference(...numbers: number[]): void;
  closeGaps(...numbers: number[]): void;
  soften(...numbers: number[]): void;
  fillHoles(...numbers: number[]): void;
  settle(...numbers: number[]): void;
  owners(...numbers: number[]): void;
  spreadOut(...numbers: number[]): void;
}

/** A 4:2:0 8-bit picture in the kernel's memory. */
export interface HeldPicture {
  readonly luma: number;
  readonly u: number;
  readonly v: number;
  /** Bytes in a row of luma and of colour. */
  readonly stride: number;
  readonly strideC: number;
  readonly width: number;
  readonly height: number;
  /** One byte for each 8 × 8 pixels: not 0 where somebody stands. */
  readonly grid: number;
}

let compiled: WebAssembly.Module | undefined;

/** The WebAssembly kernel and its memory. Memory is taken like a stack: `mark`, take, `release`. */
export class PictureKernel {
  private readonly kernel: Exports;
  private next = HEAP;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./pictures.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, {});
    if (!isKernel(exports)) throw new Error('pictures.wasm is not the kernel this version was built with');
    this.kernel = exports;
  }

  /** 16-byte aligned, with as much behind it that may be read. */
  take(bytes: number): number {
    const at = this.next;
    this.next = (at + bytes + 31) & ~15;
    const { memory } = this.kernel;
    const missing = this.next - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / PAGE));
    return at;
  }

  /** Zeros to work with, until released; a view, see {@link reserve}. */
  zeros(length: number): Uint8Array {
    return this.bytes(this.take(length), length).fill(0);
  }

  ints(length: number): Int32Array {
    return new Int32Array(this.kernel.memory.buffer, this.take(length * 4), length).fill(0);
  }

  floats(length: number): Float32Array {
    return new Float32Array(this.kernel.memory.buffer, this.take(length * 4), length).fill(0);
  }

  /** Sees to it that so much can be taken without making views of before invalid. */
  reserve(bytes: number): void {
    const mark = this.mark();
    this.take(bytes);
    this.release(mark);
  }

  mark(): number {
    return this.next;
  }

  release(mark: number): void {
    this.next = mark;
  }

  /** A view; valid until memory is taken. */
  bytes(at: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, at, length);
  }

  /** @param map region pixels → picture pixels. @param colour see `rgbWeights`. @param fine colour too is read between samples. */
  warpPicture(
    picture: HeldPicture,
    map: PictureMap,
    colour: readonly number[],
    out: number,
    width: number,
    height: number,
    fine: boolean,
  ): void {
    this.setMap(map);
    new Float32Array(this.kernel.memory.buffer, COLOUR, 7).set(colour);
    const { luma, u, v, stride, strideC, grid } = picture;
    this.kernel.warpPicture(
      luma,
      u,
      v,
      stride,
      strideC,
      picture.width,
      picture.height,
      grid,
      MAP,
      COLOUR,
      out,
      width,
      height,
      fine ? 1 : 0,
    );
  }

  warpCutOut(
    source: number,
    sourceWidth: number,
    sourceHeight: number,
    map: PictureMap,
    out: number,
    width: number,
    height: number,
    opacity: number,
  ): void {
    this.setMap(map);
    this.kernel.warpCutOut(source, sourceWidth, sourceHeight, MAP, out, width, height, Math.round(opacity * 256));
  }

  pick(samples: number, count: number, pixels: number, out: number, spread: number): void {
    this.kernel.pick(samples, count, pixels, out, spread, KEYS);
  }

  difference(picture: number, plate: number, spread: number, width: number, height: number, out: number): void {
    this.kernel.difference(picture, plate, spread, width, height, out);
  }

  /** Bridges gaps of a mask of 0 and 255 in this memory, up to twice the radius: grown, then shrunk as much. */
  closeGaps(mask: Uint8Array, width: number, height: number, radius: number): void {
    const mark = this.mark();
    this.kernel.closeGaps(mask.byteOffset, width, height, radius, this.take(mask.length + 2 * MARGIN));
    this.release(mark);
  }

  /** A soft edge of a pixel for a mask in this memory: weights 1 2 1 both ways. */
  soften(mask: Uint8Array, width: number, height: number): void {
    const mark = this.mark();
    this.kernel.soften(mask.byteOffset, width, height, this.take(mask.length + 2 * MARGIN));
    this.release(mark);
  }

  /** What of a mask in this memory cannot be reached from its border becomes 255. */
  fillHoles(mask: Uint8Array, width: number, height: number): void {
    const mark = this.mark();
    const outside = this.zeros(mask.length);
    this.kernel.fillHoles(mask.byteOffset, width, height, outside.byteOffset, this.take(4 * mask.length));
    this.release(mark);
  }

  /** Lets a field's shares settle. @param columnEvidence for each column and person, added to each cell's own. All lie in this memory. */
  settle({ order, cells, lanes, right, down, share }: Field, evidence: Float32Array, columnEvidence: Float32Array, sweeps: number): void {
    const mark = this.mark();
    const stirred = this.zeros(right.length).fill(1);
    const views = [evidence, columnEvidence, right, down, share, stirred].map(({ byteOffset }) => byteOffset);
    this.kernel.settle(order.byteOffset, order.length, cells.columns, lanes, ...views, sweeps);
    this.release(mark);
  }

  /** Whose each pixel most likely is, and how surely the first one's; see `Parting`. */
  spreadOut({ share, lanes, cells }: Field): { readonly mine: Uint8Array; readonly owner: Uint8Array } {
    const { columns, rows, step, region } = cells;
    const { width, height } = region;
    const mine = this.zeros(width * height);
    const owner = this.zeros(width * height);
    const mark = this.mark();
    const [owners, scratch] = [this.take(columns * rows), this.take(columns * rows)];
    this.kernel.owners(share.byteOffset, lanes, columns, rows, owners, scratch);
    this.kernel.spreadOut(share.byteOffset, lanes, owners, columns, rows, step, width, height, mine.byteOffset, owner.byteOffset);
    this.release(mark);
    return { mine, owner };
  }

  private setMap({ from, matrix, to }: PictureMap): void {
    const numbers = new Float64Array(this.kernel.memory.buffer, MAP, 9 + 14);
    numbers.set(matrix);
    numbers.set(lensNumbers(from), 9);
    numbers.set(lensNumbers(to), 16);
  }
}

const CALLS = [
  'warpPicture',
  'warpCutOut',
  'pick',
  'difference',
  'closeGaps',
  'soften',
  'fillHoles',
  'settle',
  'owners',
  'spreadOut',
] as const;

function isKernel(exports: WebAssembly.Exports): exports is WebAssembly.Exports & Exports {
  return exports.memory instanceof WebAssembly.Memory && CALLS.every((name) => typeof exports[name] === 'function');
}

/** Half the diagonal is 0 where there is no lens. */
function lensNumbers(lens: Lens | undefined): readonly number[] {
  if (!lens) return [0, 0, 0, 0, 0, 0, 0];
  const { k1, k2, centre, radiusPx, reach } = lens;
  const [slope] = bendSlope(lens, { x: centre.x + reach * radiusPx, y: centre.y });
  return [radiusPx, k1, k2, centre.x, centre.y, reach, slope];
}
