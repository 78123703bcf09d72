import type { Box, Size } from '../../protocol/index.js';
import { MOVED } from './background.js';

/** Counts of moved pixels over any rectangle in four look-ups; rectangles can be erased. */
export class MaskSums {
  readonly #sums: Int32Array;
  readonly #mask: Uint8Array;
  readonly #stride: number;

  constructor(readonly size: Size) {
    this.#stride = size.width + 1;
    this.#sums = new Int32Array(this.#stride * (size.height + 1));
    this.#mask = new Uint8Array(size.width * size.height);
  }

  load(mask: Uint8Array): void {
    this.#mask.set(mask);
    this.#sum(0);
  }

  /** Moved pixels inside a box (clipped to the picture, rounded to whole pixels). */
  count(box: Box): number {
    const { x0, y0, x1, y1 } = this.#clip(box);
    if (x1 <= x0 || y1 <= y0) return 0;
    const s = this.#sums;
    const n = this.#stride;
    return s[y1 * n + x1] - s[y0 * n + x1] - s[y1 * n + x0] + s[y0 * n + x0];
  }

  /** Takes a box's pixels out of the count. */
  erase(box: Box): void {
    const { x0, y0, x1, y1 } = this.#clip(box);
    if (x1 <= x0 || y1 <= y0) return;
    for (let y = y0; y < y1; y++) this.#mask.fill(0, y * this.size.width + x0, y * this.size.width + x1);
    this.#sum(y0);
  }

  #sum(from: number): void {
    const { width, height } = this.size;
    const sums = this.#sums;
    const mask = this.#mask;
    for (let y = from; y < height; y++) {
      let row = 0;
      const at = (y + 1) * this.#stride + 1;
      for (let x = 0; x < width; x++) {
        if (mask[y * width + x] === MOVED) row++;
        sums[at + x] = sums[at + x - this.#stride] + row;
      }
    }
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

/** A box without the empty rows at its top, at most a quarter of it: someone shorter, or bent. */
export function trimTop(sums: MaskSums, box: Box): Box {
  let cut = 0;
  while (cut < box.height / 4 && sums.count({ x: box.x, y: box.y + cut, width: box.width, height: 1 }) === 0) cut++;
  return { ...box, y: box.y + cut, height: box.height - cut };
}

function clamp(v: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, v));
}
