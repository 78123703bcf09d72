import type { Box, Size } from '../../protocol/index.js';
import { Arena, type OpenCv } from '../opencv.js';
import { UNKNOWN } from './background.js';

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
  const tall = own(cv.getStructuringElement(cv.MORPH_ELLIPSE, new cv.Size(3, 5)));
  cv.medianBlur(moved, moved, 3);
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
