import { readFileSync } from 'node:fs';
import type { Box, Size } from '../protocol/index.js';
import type { SilhouetteChances } from './silhouette-chances.js';

/** The exports of `silhouette.as.ts`. Pointers are byte offsets into its memory. */
interface SilhouetteExports {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  prepare(width: number, height: number, silhouette: number, columns: number, rows: number, gain: number, loss: number): void;
  maskAt(): number;
  clear(): void;
  cover(x: number, y: number, wide: number, tall: number, factors: number): void;
  evidence(x: number, y: number, wide: number, tall: number, step: number, sums: number): number;
  known(): number;
  unexplained(x0: number, y0: number, x1: number, y1: number): number;
}

function isSilhouette(exports: object): exports is SilhouetteExports {
  return ['memory', 'alloc', 'prepare', 'maskAt', 'clear', 'cover', 'evidence', 'known', 'unexplained'].every((name) => name in exports);
}

let compiled: WebAssembly.Module | undefined;

/** Mask value of a pixel that did not move where something stands in front of the people: it tells nothing. */
export const HIDDEN = 2;
/** float64 values `weigh` gives. */
const SUMS = 6;

/** One silhouette laid over masks of one size, thousands of times a frame. Boxes are the silhouette's, in pixels of the mask. */
export class SilhouetteKernel {
  readonly #wasm: SilhouetteExports;
  readonly #mask: Uint8Array;
  readonly #at: number;
  readonly #sums: Float64Array;
  readonly #free: number;
  readonly #freed: number;

  constructor(
    readonly size: Size,
    columns: number,
    { silhouette, gain, loss, free, freed }: SilhouetteChances,
  ) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./silhouette.wasm', import.meta.url)));
    const abort = () => {
      throw new Error('the silhouette kernel ran out of memory');
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    if (!isSilhouette(exports)) throw new Error('dist/tracking/silhouette.wasm does not fit this build; run npm run build again');
    this.#wasm = exports;
    const table = (values: Float32Array | Uint8Array) => {
      const pointer = exports.alloc(values.byteLength);
      new Uint8Array(exports.memory.buffer, pointer, values.byteLength).set(new Uint8Array(values.buffer));
      return pointer;
    };
    const rows = silhouette.length / columns;
    exports.prepare(size.width, size.height, table(silhouette), columns, rows, table(gain), table(loss));
    this.#free = table(free);
    this.#freed = table(freed);
    this.#at = exports.alloc(SUMS * 8);
    // Nothing is allocated later, so views stay.
    this.#sums = new Float64Array(exports.memory.buffer, this.#at, SUMS);
    this.#mask = new Uint8Array(exports.memory.buffer, exports.maskAt(), size.width * size.height);
  }

  /** Begins with a mask that nobody explains yet. @returns its copy, which may be changed until the first box is laid. */
  load(mask: Uint8Array): Uint8Array {
    this.#mask.set(mask);
    this.#wasm.clear();
    return this.#mask;
  }

  /** Accounts for somebody. */
  add({ x, y, width, height }: Box): void {
    this.#wasm.cover(x, y, width, height, this.#free);
  }

  /** Takes somebody added with the same box out again. */
  remove({ x, y, width, height }: Box): void {
    this.#wasm.cover(x, y, width, height, this.#freed);
  }

  /**
   * What one more silhouette explains beyond those added.
   * @param step looks at every so many rows and columns
   * @returns gain of somebody whole, of somebody faint, levels nobody covers, levels known, those of them not hidden, and the box's pixels;
   * valid until the next call; undefined where the box is not in the picture.
   */
  weigh({ x, y, width, height }: Box, step: number): Float64Array | undefined {
    return this.#wasm.evidence(x, y, width, height, step, this.#at) ? this.#sums : undefined;
  }

  /** Known pixels under all of the box last laid. */
  get known(): number {
    return this.#wasm.known();
  }

  /** Moved pixels in a box that nobody explains. */
  unexplained(box: Box): number {
    const { width, height } = this.size;
    const x1 = Math.min(width, Math.ceil(box.x + box.width));
    const y1 = Math.min(height, Math.ceil(box.y + box.height));
    return this.#wasm.unexplained(Math.max(0, Math.floor(box.x)), Math.max(0, Math.floor(box.y)), x1, y1);
  }
}
