import type { Box } from '../../protocol/index.js';
import type { MaskKernels } from './mask-kernels.js';

/** A connected patch of moved pixels, in the mask's pixels. */
export interface Blob {
  readonly box: Box;
  /** Moved pixels in it. */
  readonly area: number;
}

/** Pictures are smoothed, and far less than full contrast counts: what moved looks larger by this on every side, pixels of the mask. */
const GROWN = 1;

/** From head to foot as it really is, of a box around moved pixels; arms and legs swing, so its width stays. */
export function shrunk({ x, y, width, height }: Box): Box {
  const h = Math.max(1, height - 2 * GROWN);
  return { x, y: y + (height - h) / 2, width, height: h };
}

/** Cleans a mask in place and takes its connected patches of at least `minArea` pixels, in reading order. */
export function findBlobs(kernels: MaskKernels, mask: Uint8Array, minArea: number): Blob[] {
  const patches = kernels.patches(mask);
  const found: { blob: Blob; order: number }[] = [];
  for (let i = 0; i < patches.length; i += 6) {
    const [x, y, right, bottom, area, order] = patches.subarray(i, i + 6);
    if (area >= minArea) found.push({ blob: { box: { x, y, width: right - x, height: bottom - y }, area }, order });
  }
  return found.sort((a, b) => a.order - b.order).map(({ blob }) => blob);
}
