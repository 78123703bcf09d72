import { readFileSync } from 'node:fs';
import type { Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PicturePlane } from './blender.js';
import { COLOUR_BINS } from './colour-density.js';
import { CHROMA_BELL, LUMA_BELL, PAST_SAYS, SHADED_BELL, SHARES, WEIGHTS } from './front-tables.js';

const PAGE = 65_536;
/** Above what the kernel itself may use. */
const FIRST = 4096;
/** The largest matte, with a row and a cell more. */
const CELLS = 1024 * 1025 + 1;
/** Pixels around the picture; see `front.as.ts`. */
const MARGIN = 2;
/** Rows of luma that are brought into the kernel's memory at a time. */
const STRIP = 16;
const BLOCK = 16;
/** How many pictures have room: those of a moment ago, and the one looked at. */
export const SLOTS = 6;

/** What `front.as.ts` exports. Addresses are bytes in its memory. */
interface Calls {
  setPicture(...numbers: number[]): void;
  setMemory(list: number): void;
  begin(slot: number, columns: number, known: number, colours: number): number;
  uncovered(y: number, from: number, to: number, strength: number, out: number): void;
  coarse(x: number, y: number, luma: number, u: number, v: number): number;
}

/** What the kernel asks for while it judges. */
export interface Answers {
  /** Where a block's ground was seen: fills in `which` and `affine`, and `foundIn`. */
  find(block: number, x: number, y: number): void;
  /** What a bin's colour says: fills in `says` and `saidIn`. */
  say(bin: number): void;
}

let compiled: WebAssembly.Module | undefined;

/**
 * The WebAssembly kernel that judges pixels, and its memory: a few pictures have room there, of which only the rows that are looked at are copied, once a
 * picture.
 */
export class FrontKernel {
  readonly calls: Calls;
  /** Counts frames, 1 to 255: what was found out in another is not of this one. */
  frame = 0;
  readonly cells: Uint8Array;
  /** By column, and by row, of squares of two by two pixels; see `cells.ts`. */
  readonly across: Int32Array;
  readonly down: Int32Array;
  readonly columnOf: Int32Array;
  readonly rowOf: Int32Array;
  readonly says: Int16Array;
  readonly saidIn: Uint8Array;
  /** By block; see `past-ground.ts`. */
  readonly which: Int8Array;
  readonly foundIn: Uint8Array;
  readonly affine: Float32Array;
  /** A row of the mask, and where it lies. */
  readonly row: Uint8Array;
  readonly rowAt: number;
  readonly #planes: readonly (readonly (Uint8Array | Uint16Array)[])[];
  /** By slot and strip: its rows are there. */
  readonly #loaded: readonly Uint8Array[];
  readonly #strideC: number;
  readonly #strideY: number;
  readonly #shiftY: number;
  readonly #height: number;

  constructor({ width, height }: Size, format: PictureFormat, answers: Answers) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./front.wasm', import.meta.url)));
    const { exports } = new WebAssembly.Instance(compiled, { front: { find: answers.find, say: answers.say } });
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory) || !isCalls(exports))
      throw new Error('front.wasm is not the kernel this version was built with');
    this.calls = exports;
    let end = FIRST;
    const take = (bytes: number): number => {
      const at = end;
      end += (bytes + 79) & ~15;
      return at;
    };
    const isSemi = format.layout === 'semi';
    const step = isSemi ? 2 : 1;
    const wide = format.depth > 8 ? 2 : 1;
    const [widthC, heightC] = [width >> format.chromaShiftX, height >> format.chromaShiftY];
    this.#strideY = width;
    this.#strideC = step * widthC;
    this.#shiftY = format.chromaShiftY;
    this.#height = height;
    const squares = (width + 1) >> 1;
    const rows = (height + 1) >> 1;
    const blocks = Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);
    const pixels = (width + 2 * MARGIN) * (height + 2 * MARGIN);
    const sizes = [
      ...[SLOTS * 12, CELLS, squares * 4, rows * 4, squares * 4, rows * 4, COLOUR_BINS * 2, COLOUR_BINS],
      ...[blocks, blocks, blocks * 24],
      ...[LUMA_BELL, CHROMA_BELL, SHADED_BELL, PAST_SAYS].map((table) => table.byteLength),
      ...[pixels * 2, pixels * 2, pixels, pixels, pixels],
      ...[squares * rows, squares * rows, squares * rows, squares * rows],
      ...[WEIGHTS.byteLength, SHARES.byteLength],
    ];
    const at = sizes.map(take);
    const list = take(4 * at.length);
    this.rowAt = take(width);
    const planeAt = Array.from({ length: SLOTS }, () => {
      const y = take(wide * width * height);
      const u = take(wide * this.#strideC * heightC);
      return [y, u, isSemi ? u : take(wide * this.#strideC * heightC)];
    });
    memory.grow(Math.max(0, Math.ceil((end - memory.buffer.byteLength) / PAGE)));
    const { buffer } = memory;
    const view = <T>(Type: new (buffer: ArrayBuffer, at: number, length: number) => T, i: number, length: number): T =>
      new Type(buffer, at[i]!, length);
    this.cells = view(Uint8Array, 1, CELLS);
    this.across = view(Int32Array, 2, squares);
    this.down = view(Int32Array, 3, rows);
    this.columnOf = view(Int32Array, 4, squares);
    this.rowOf = view(Int32Array, 5, rows);
    this.says = view(Int16Array, 6, COLOUR_BINS);
    this.saidIn = view(Uint8Array, 7, COLOUR_BINS);
    this.which = view(Int8Array, 8, blocks);
    this.foundIn = view(Uint8Array, 9, blocks);
    this.affine = view(Float32Array, 10, blocks * 6);
    view(Float32Array, 11, LUMA_BELL.length).set(LUMA_BELL);
    view(Float32Array, 12, CHROMA_BELL.length).set(CHROMA_BELL);
    view(Float32Array, 13, SHADED_BELL.length).set(SHADED_BELL);
    view(Int16Array, 14, PAST_SAYS.length).set(PAST_SAYS);
    view(Float32Array, 24, WEIGHTS.length).set(WEIGHTS);
    view(Uint8Array, 25, SHARES.length).set(SHARES);
    this.row = new Uint8Array(buffer, this.rowAt, width);
    const Samples = wide === 2 ? Uint16Array : Uint8Array;
    this.#planes = planeAt.map(([y = 0, u = 0, v = 0]) => [
      new Samples(buffer, y, width * height),
      new Samples(buffer, u, this.#strideC * heightC),
      new Samples(buffer, v, this.#strideC * heightC),
    ]);
    this.#loaded = planeAt.map(() => new Uint8Array(Math.ceil(height / STRIP)));
    const addresses = planeAt.flatMap(([y = 0, u = 0, v = 0]) => [y, u, isSemi ? u + wide : v]);
    new Uint32Array(buffer, at[0], addresses.length).set(addresses);
    new Uint32Array(buffer, list, at.length).set(at);
    this.calls.setMemory(list);
    const extra = format.shift + format.depth - 8;
    const { chromaShiftX, chromaShiftY } = format;
    this.calls.setPicture(width, height, this.#strideY, this.#strideC, step, chromaShiftX, chromaShiftY, wide - 1, extra);
  }

  /** Another frame, its picture in a slot: what was found out is forgotten. @param known colours tell the ground from others @param colours their frame, see `Colours` */
  begin(slot: number, columns: number, known: boolean, colours: number): void {
    this.frame = this.calls.begin(slot, columns, known ? 1 : 0, colours);
  }

  /** Another picture is going to be in a slot: nothing of it is there yet. */
  empty(slot: number): void {
    this.#loaded[slot]?.fill(0);
  }

  /** Sees to it that rows `from` to `to` of a picture are in its slot. */
  load(slot: number, planes: readonly [PicturePlane, PicturePlane, PicturePlane], from: number, to: number): void {
    const loaded = this.#loaded[slot]!;
    const last = Math.min(loaded.length - 1, Math.floor(to / STRIP));
    for (let strip = Math.max(0, Math.floor(from / STRIP)); strip <= last; strip++) {
      if (loaded[strip] !== 0) continue;
      loaded[strip] = 1;
      const [y, u, v] = planes;
      const [ownY, ownU, ownV] = this.#planes[slot]!;
      const [top, end] = [strip * STRIP, Math.min(this.#height, (strip + 1) * STRIP)];
      copyRows(y, 0, ownY!, this.#strideY, top, end);
      const [topC, endC] = [top >> this.#shiftY, Math.min(u.height, (end + (1 << this.#shiftY) - 1) >> this.#shiftY)];
      copyRows(u, 0, ownU!, this.#strideC, topC, endC);
      if (u.step === 1) copyRows(v, v.first, ownV!, this.#strideC, topC, endC);
    }
  }
}

function copyRows(
  { samples, stride }: PicturePlane,
  first: number,
  own: Uint8Array | Uint16Array,
  ownStride: number,
  from: number,
  to: number,
): void {
  if (stride === ownStride) {
    own.set(samples.subarray(first + from * stride, first + to * stride), from * ownStride);
    return;
  }
  for (let row = from; row < to; row++) own.set(samples.subarray(first + row * stride, first + row * stride + ownStride), row * ownStride);
}

function isCalls(exports: WebAssembly.Exports): exports is WebAssembly.Exports & Calls {
  return ['setPicture', 'setMemory', 'begin', 'uncovered', 'coarse'].every((name) => typeof exports[name] === 'function');
}
