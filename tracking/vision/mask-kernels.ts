import { readFileSync } from 'node:fs';
import type { Size } from '../../protocol/index.js';

/** The exports of `mask.as.ts`. Pointers are byte offsets into its memory. */
interface MaskExports {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  planeBytes(stride: number, h: number): number;
  clean(mask: number, w: number, h: number, plane: number, spare: number, stride: number): void;
  connect(plane: number, w: number, h: number, stride: number, runs: number, patches: number): number;
  sum(mask: number, w: number, h: number, sums: number): void;
}

function isMask(exports: object): exports is MaskExports {
  return ['memory', 'alloc', 'planeBytes', 'clean', 'connect', 'sum'].every((name) => name in exports);
}

let compiled: WebAssembly.Module | undefined;

/** int32 of a run and of a patch. */
const RUN = 4;
const PATCH = 6;

/** Work on masks of one size, one byte a pixel, in memory of its own. */
export class MaskKernels {
  readonly #wasm: MaskExports;
  readonly #mask: number;
  readonly #planes: readonly [number, number];
  readonly #stride: number;
  readonly #runs: number;
  readonly #patches: number;
  readonly #sums: number;

  constructor(readonly size: Size) {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./mask.wasm', import.meta.url)));
    const abort = () => {
      throw new Error('the mask kernels ran out of memory');
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    if (!isMask(exports)) throw new Error('dist/tracking/vision/mask.wasm does not fit this build; run npm run build again');
    this.#wasm = exports;
    const { width, height } = size;
    this.#stride = width + 32;
    const runs = Math.ceil(width / 2) * height;
    this.#mask = exports.alloc(width * height);
    const bytes = exports.planeBytes(this.#stride, height);
    this.#planes = [exports.alloc(bytes), exports.alloc(bytes)];
    this.#runs = exports.alloc(runs * RUN * 4);
    this.#patches = exports.alloc(runs * PATCH * 4);
    this.#sums = exports.alloc((width + 1) * (height + 1) * 4);
  }

  /**
   * Cleans a mask in place, specks go and cracks close, and takes what then moved apart.
   * @returns for each connected patch: first column and row, after the last column and row, area, reading order; valid until the next call.
   */
  patches(mask: Uint8Array): Int32Array {
    const { width, height } = this.size;
    const [plane, cleaned] = this.#planes;
    const own = new Uint8Array(this.#wasm.memory.buffer, this.#mask, width * height);
    own.set(mask);
    this.#wasm.clean(this.#mask, width, height, plane, cleaned, this.#stride);
    mask.set(own);
    const count = this.#wasm.connect(cleaned, width, height, this.#stride, this.#runs, this.#patches);
    return new Int32Array(this.#wasm.memory.buffer, this.#patches, count * PATCH);
  }

  /** Moved pixels above and left of every pixel corner, (width + 1) × (height + 1); valid until the next call. */
  sums(mask: Uint8Array): Int32Array {
    const { width, height } = this.size;
    new Uint8Array(this.#wasm.memory.buffer, this.#mask, width * height).set(mask);
    this.#wasm.sum(this.#mask, width, height, this.#sums);
    return new Int32Array(this.#wasm.memory.buffer, this.#sums, (width + 1) * (height + 1));
  }
}
