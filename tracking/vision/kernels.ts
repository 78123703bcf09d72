import { readFileSync } from 'node:fs';
import type { Mat3, Size } from '../../protocol/index.js';

/** The exports of `kernels.as.ts`. Pointers are byte offsets into its memory. */
interface KernelExports {
  readonly memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  smooth(src: number, dst: number, w: number, h: number, rows: number): void;
  halve(src: number, dst: number, w: number, h: number): void;
  cornerness(src: number, dst: number, w: number, h: number, work: number): void;
  templateBytes(): number;
  makeTemplates(src: number, w: number, corners: number, n: number, out: number): void;
  follow(
    img: number,
    w: number,
    h: number,
    templates: number,
    centres: number,
    n: number,
    homography: number,
    iterations: number,
    reach: number,
    out: number,
  ): void;
}

/** Side of a template, pixels. */
export const PATCH = 12;
/** float32 values `follow` writes for each patch. */
export const FOLLOWED = 12;
/** Most patches one call may follow. */
export const MAX_PATCHES = 512;

function isKernels(exports: object): exports is KernelExports {
  const names = ['memory', 'alloc', 'smooth', 'halve', 'cornerness', 'templateBytes', 'makeTemplates', 'follow'];
  return names.every((name) => name in exports);
}

let compiled: WebAssembly.Module | undefined;

/** One instance of the numeric kernels with a memory of its own. Memory is only ever taken, so buffers are made once and reused. */
export class Kernels {
  readonly call: KernelExports;
  readonly #homography: number;
  readonly #followed: number;

  constructor() {
    compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernels.wasm', import.meta.url)));
    const abort = () => {
      throw new Error('the vision kernels ran out of memory');
    };
    const { exports } = new WebAssembly.Instance(compiled, { env: { abort } });
    if (!isKernels(exports)) throw new Error('dist/tracking/vision/kernels.wasm does not fit this build; run npm run build again');
    this.call = exports;
    this.#homography = this.alloc(9 * 8);
    this.#followed = this.alloc(MAX_PATCHES * FOLLOWED * 4);
  }

  alloc(bytes: number): number {
    return this.call.alloc(bytes);
  }

  /** A view; valid until the next `alloc`. */
  f32(pointer: number, length: number): Float32Array {
    return new Float32Array(this.call.memory.buffer, pointer, length);
  }

  i32(pointer: number, length: number): Int32Array {
    return new Int32Array(this.call.memory.buffer, pointer, length);
  }

  u8(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.call.memory.buffer, pointer, length);
  }

  /**
   * Finds `n` templates again in a picture.
   * @param toPicture key picture → this picture, both in this level's continuous pixels: where to look.
   * @param reach how far from there a patch may be found, pixels of this level.
   * @returns `FOLLOWED` values a patch (see the kernel); valid until the next call.
   */
  follow(picture: Level, templates: number, centres: number, n: number, toPicture: Mat3, iterations: number, reach: number): Float32Array {
    new Float64Array(this.call.memory.buffer, this.#homography, 9).set(toPicture);
    this.call.follow(
      picture.data,
      picture.width,
      picture.height,
      templates,
      centres,
      n,
      this.#homography,
      iterations,
      reach,
      this.#followed,
    );
    return this.f32(this.#followed, n * FOLLOWED);
  }
}

/** One level of a pyramid: float32 luma in kernel memory. */
export interface Level extends Size {
  readonly data: number;
}

/** A picture at full analysis size and at each half, smoothed. Level `l` has 2⁻ˡ the coordinates of level 0. */
export class Pyramid {
  readonly levels: readonly Level[];
  readonly #input: number;
  readonly #rows: number;

  constructor(
    readonly kernels: Kernels,
    readonly size: Size,
  ) {
    const levels: Level[] = [];
    let { width, height } = size;
    while (levels.length < 2 || (levels.length < 4 && width >= 40 && height >= 30)) {
      levels.push({ width, height, data: kernels.alloc(width * height * 4) });
      width >>= 1;
      height >>= 1;
    }
    this.levels = levels;
    this.#input = kernels.alloc(size.width * size.height);
    this.#rows = kernels.alloc((size.width + 32) * 2);
  }

  /** The size of `halfPicture`. */
  get half(): Size {
    const { width, height } = this.levels[1];
    return { width, height };
  }

  /** Half the analysis size, float32, smoothed; valid until the next `load`. */
  get halfPicture(): Float32Array {
    const { width, height, data } = this.levels[1];
    return this.kernels.f32(data, width * height);
  }

  /** @param luma width × height bytes. */
  load(luma: Uint8Array): void {
    const { kernels, levels } = this;
    const [base] = levels;
    kernels.u8(this.#input, base.width * base.height).set(luma);
    kernels.call.smooth(this.#input, base.data, base.width, base.height, this.#rows);
    for (let l = 1; l < levels.length; l++) {
      kernels.call.halve(levels[l - 1].data, levels[l].data, levels[l - 1].width, levels[l - 1].height);
    }
  }
}
