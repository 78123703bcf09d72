import type { Box, Size } from '../../protocol/index.js';
import type { MaskKernels } from './mask-kernels.js';

/** Counts of moved pixels over any rectangle in four look-ups. */
export class MaskSums {
  readonly #kernels: MaskKernels;
  #sums: Int32Array = new Int32Array(0);
  readonly #stride: number;

  constructor(kernels: MaskKernels) {
    this.#kernels = kernels;
    this.#stride = kernels.size.width + 1;
  }

  get size(): Size {
    return this.#kernels.size;
  }

  load(mask: Uint8Array): void {
    this.#sums = this.#kernels.sums(mask);
  }

  /** Moved pixels inside a box (clipped to the picture, rounded to whole pixels). */
  count(box: Box): number {
    const { x0, y0, x1, y1 } = this.#clip(box);
    if (x1 <= x0 || y1 <= y0) return 0;
    const s = this.#sums;
    const n = this.#stride;
    return s[y1 * n + x1] - s[y0 * n + x1] - s[y1 * n + x0] + s[y0 * n + x0];
  }

  #clip(box: Box): { x0: number; y0: number; x1: number; y1: number } {
    const { width, height } = this.size;
    return {
      x0: clamp(Math.round(box.x), 0, width),
      x1: clamp(Math.round(box.x + box.width), 0, width),
      y0: clamp(Math.round(box.y), 0, height),
      y1: clamp(Math.round(box.y + box.height), 0, height),
    };
  }
}

/** A box without the columns at its sides that hold fewer moved pixels than `least`: a shadow's end, a cable. */
export function trimColumns(sums: MaskSums, box: Box, least: number): Box {
  let left = box.x;
  let right = box.x + box.width;
  const thin = (x: number) => sums.count({ x, y: box.y, width: 1, height: box.height }) < least;
  while (left < right - 2 && thin(left)) left++;
  while (right > left + 2 && thin(right - 1)) right--;
  return { ...box, x: left, width: right - left };
}

function clamp(v: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, v));
}
