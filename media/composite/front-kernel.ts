import { readFileSync } from 'node:fs';
import type { Size } from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PicturePlane } from './blender.js';
import { COLOUR_BINS } from './colour-density.js';

/** As in `front-picture.as.ts`: log odds are counted in so many parts; how many pictures have room, those of a moment ago and the one looked at. */
export const ODDS = 256;
export const SLOTS = 6;
/** As in `front.as.ts`: log odds from which somebody is seen rather than the ground. */
export const FROM = 0.6;
/** As in `front-past.as.ts`: the side of a square of pixels that is looked up in one picture, by one affine mapping, which is exact to a tenth of a pixel. */
export const BLOCK = 16;
/** As in `front-prior.as.ts`: the largest matte, with a row and a cell more. */
const CELLS = 1024 * 1025 + 1;
/** Rows of luma that are brought into the kernel's memory at a time. */
const STRIP = 16;

/** What `front.as.ts` exports. */
interface Calls {
  open(...numbers: number[]): void;
  begin(slot: number, known: number, colours: number): number;
  setColumns(columns: number): void;
  /** Into {@link FrontKernel.mask}. */
  uncovered(y: number, from: number, to: number, strength: number): void;
  coarse(x: number, y: number, luma: number, u: number, v: number): number;
  matteAt(column: number, row: number): number;
}
const CALLS: readonly (keyof Calls)[] = ['open', 'begin', 'setColumns', 'uncovered', 'coarse', 'matteAt'];

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
  /** Of the pixels last asked for. */
  readonly mask: Uint8Array;
  /** Y, U and V by slot; U and V of a semi-planar picture are one. */
  readonly #planes: readonly (readonly (Uint8Array | Uint16Array)[])[];
  /** By slot and strip: its rows are there. */
  readonly #loaded: readonly Uint8Array[];
  readonly #shiftY: number;
  readonly #height: number;

  /** @throws MediaError when there is no memory for it */
  constructor({ width, height }: Size, { chromaShiftX, chromaShiftY, depth, shift, layout }: PictureFormat, answers: Answers) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./front.wasm', import.meta.url)));
    const abort = (): never => {
      throw new MediaError(`there is no memory for what stands in front of the ground in pictures of ${width}×${height}`);
    };
    const { exports } = new WebAssembly.Instance(compiled, { front: { find: answers.find, say: answers.say }, env: { abort } });
    const { memory } = exports;
    if (!(memory instanceof WebAssembly.Memory) || !isCalls(exports))
      throw new Error('front.wasm is not the kernel this version was built with');
    this.calls = exports;
    this.#shiftY = chromaShiftY;
    this.#height = height;
    const isSemi = layout === 'semi';
    const Samples = depth > 8 ? Uint16Array : Uint8Array;
    exports.open(width, height, chromaShiftX, chromaShiftY, isSemi ? 1 : 0, Samples.BYTES_PER_ELEMENT, shift + depth - 8);
    const { buffer } = memory;
    const address = (name: string): number => {
      const global = exports[name];
      return global instanceof WebAssembly.Global ? Number(global.value) : 0;
    };
    const [columns, rows] = [(width + 1) >> 1, (height + 1) >> 1];
    const blocks = Math.ceil(width / BLOCK) * Math.ceil(height / BLOCK);
    this.cells = new Uint8Array(buffer, address('cells'), CELLS);
    this.across = new Int32Array(buffer, address('across'), columns);
    this.down = new Int32Array(buffer, address('down'), rows);
    this.columnOf = new Int32Array(buffer, address('columnOf'), columns);
    this.rowOf = new Int32Array(buffer, address('rowOf'), rows);
    this.says = new Int16Array(buffer, address('says'), COLOUR_BINS);
    this.saidIn = new Uint8Array(buffer, address('saidIn'), COLOUR_BINS);
    this.which = new Int8Array(buffer, address('which'), blocks);
    this.foundIn = new Uint8Array(buffer, address('foundIn'), blocks);
    this.affine = new Float32Array(buffer, address('affine'), blocks * 6);
    this.mask = new Uint8Array(buffer, address('mask'), width);
    const slots = new Uint32Array(buffer, address('slots'), 3 * SLOTS);
    const chroma = (isSemi ? 2 : 1) * (width >> chromaShiftX) * (height >> chromaShiftY);
    this.#planes = Array.from({ length: SLOTS }, (_, slot) => {
      const [y = 0, u = 0, v = 0] = slots.subarray(3 * slot);
      const ofU = new Samples(buffer, u, chroma);
      return [new Samples(buffer, y, width * height), ofU, isSemi ? ofU : new Samples(buffer, v, chroma)];
    });
    this.#loaded = this.#planes.map(() => new Uint8Array(Math.ceil(height / STRIP)));
  }

  /** Another frame, its picture in a slot: what was found out is forgotten. @param known colours tell the ground from others @param colours their frame, see `Colours` */
  begin(slot: number, known: boolean, colours: number): void {
    this.frame = this.calls.begin(slot, known ? 1 : 0, colours);
  }

  /** Another picture is going to be in a slot: nothing of it is there yet. */
  empty(slot: number): void {
    this.#loaded[slot]?.fill(0);
  }

  /** Sees to it that rows `from` to `to` of a picture are in its slot. */
  load(slot: number, [y, u, v]: readonly [PicturePlane, PicturePlane, PicturePlane], from: number, to: number): void {
    const loaded = this.#loaded[slot]!;
    const [ownY, ownU, ownV] = this.#planes[slot]!;
    const last = Math.min(loaded.length - 1, Math.floor(to / STRIP));
    for (let strip = Math.max(0, Math.floor(from / STRIP)); strip <= last; strip++) {
      if (loaded[strip] !== 0) continue;
      loaded[strip] = 1;
      const [top, end] = [strip * STRIP, Math.min(this.#height, (strip + 1) * STRIP)];
      copyRows(y, ownY!, top, end);
      const [topC, endC] = [top >> this.#shiftY, Math.min(u.height, (end + (1 << this.#shiftY) - 1) >> this.#shiftY)];
      copyRows(u, ownU!, topC, endC);
      if (ownV !== ownU) copyRows(v, ownV!, topC, endC);
    }
  }
}

/** @param own rows without gaps */
function copyRows({ samples, stride, width, step }: PicturePlane, own: Uint8Array | Uint16Array, from: number, to: number): void {
  const length = width * step;
  if (stride === length) own.set(samples.subarray(from * stride, to * stride), from * length);
  else for (let row = from; row < to; row++) own.set(samples.subarray(row * stride, row * stride + length), row * length);
}

function isCalls(exports: WebAssembly.Exports): exports is WebAssembly.Exports & Calls {
  return CALLS.every((name) => typeof exports[name] === 'function');
}
