import type { Box } from '../../protocol/index.js';

/** Intersection over union of both boxes grown by `buffer` of their own size on every side (C-BIoU, Yang 2023). */
export function bufferedIou(a: Box, b: Box, buffer: number): number {
  const ax = a.width * buffer;
  const ay = a.height * buffer;
  const bx = b.width * buffer;
  const by = b.height * buffer;
  const w = Math.min(a.x + a.width + ax, b.x + b.width + bx) - Math.max(a.x - ax, b.x - bx);
  if (w <= 0) return 0;
  const h = Math.min(a.y + a.height + ay, b.y + b.height + by) - Math.max(a.y - ay, b.y - by);
  if (h <= 0) return 0;
  const grown = (1 + 2 * buffer) ** 2;
  const inter = w * h;
  return inter / ((a.width * a.height + b.width * b.height) * grown - inter);
}

/** Overlap of the boxes' vertical extents (Hybrid-SORT, Yang 2024): tells people apart who stand one behind the other. */
export function heightIou(a: Box, b: Box): number {
  const inter = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (inter <= 0) return 0;
  return inter / (Math.max(a.y + a.height, b.y + b.height) - Math.min(a.y, b.y));
}
