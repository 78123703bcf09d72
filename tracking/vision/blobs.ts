import type { Box, Size } from '../../protocol/index.js';
import { Arena, type OpenCv } from '../opencv.js';
import { UNKNOWN } from './background.js';

/** A connected patch of moved pixels, in the mask's pixels. */
export interface Blob {
  readonly box: Box;
  /** Moved pixels in it. */
  readonly area: number;
}

/**
 * Cleans a mask in place and takes its connected patches: specks go, cracks close.
 * @param mask one byte a pixel; above `threshold` counts.
 */
export function findBlobs(cv: OpenCv, mask: Uint8Array, { width, height }: Size, threshold: number, minArea: number): Blob[] {
  using arena = new Arena();
  const own = <T extends { delete(): void }>(object: T): T => arena.own(object);
  const moved = own(new cv.Mat(height, width, cv.CV_8UC1));
  moved.data.set(mask);
  cv.threshold(moved, moved, threshold, 255, cv.THRESH_BINARY);
  const small = own(cv.getStructuringElement(cv.MORPH_RECT, new cv.Size(2, 2)));
  const tall = own(cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(3, 5)));
  cv.morphologyEx(moved, moved, cv.MORPH_OPEN, small);
  cv.morphologyEx(moved, moved, cv.MORPH_CLOSE, tall);
  const cleaned = moved.data;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== UNKNOWN) mask[i] = cleaned[i];
  const labels = own(new cv.Mat());
  const stats = own(new cv.Mat());
  const centroids = own(new cv.Mat());
  const count = cv.connectedComponentsWithStats(moved, labels, stats, centroids, 8, cv.CV_32S);
  const blobs: Blob[] = [];
  for (let i = 1; i < count; i++) {
    const [x, y, w, h, area] = stats.data32S.subarray(i * 5, i * 5 + 5);
    if (area >= minArea) blobs.push({ box: { x, y, width: w, height: h }, area });
  }
  return blobs;
}

/** Sums of a mask over any rectangle in four look-ups. */
export class MaskSums {
  readonly #sums: Int32Array;
  readonly #stride: number;

  constructor(readonly size: Size) {
    this.#stride = size.width + 1;
    this.#sums = new Int32Array(this.#stride * (size.height + 1));
  }

  /** Counts pixels of value 255. */
  load(mask: Uint8Array): void {
    const { width, height } = this.size;
    const sums = this.#sums;
    for (let y = 0; y < height; y++) {
      let row = 0;
      const at = (y + 1) * this.#stride + 1;
      for (let x = 0; x < width; x++) {
        row += mask[y * width + x] === 255 ? 1 : 0;
        sums[at + x] = sums[at + x - this.#stride] + row;
      }
    }
  }

  /** Moved pixels inside a box (clipped to the picture, rounded to whole pixels). */
  count(box: Box): number {
    const { width, height } = this.size;
    const x0 = clamp(Math.round(box.x), 0, width);
    const x1 = clamp(Math.round(box.x + box.width), 0, width);
    const y0 = clamp(Math.round(box.y), 0, height);
    const y1 = clamp(Math.round(box.y + box.height), 0, height);
    if (x1 <= x0 || y1 <= y0) return 0;
    const s = this.#sums;
    const n = this.#stride;
    return s[y1 * n + x1] - s[y0 * n + x1] - s[y1 * n + x0] + s[y0 * n + x0];
  }
}

function clamp(v: number, low: number, high: number): number {
  return Math.max(low, Math.min(high, v));
}
