/**
 * Plane geometry shared by every part.
 *
 * Image coordinates are continuous source pixels: (0, 0) is the top-left *corner* of the picture, the centre of the first pixel is
 * (0.5, 0.5), x to the right, y down. Ground coordinates are metres on the plane people stand on (pixels of the reference picture when a
 * channel is uncalibrated). OpenCV puts the first pixel's centre at (0, 0): add 0.5 when leaving it, take 0.5 when entering.
 */

export interface Point {
  readonly x: number;
  readonly y: number;
}

/** Axis-aligned box, top-left corner and size. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** 3×3 matrix, row-major, 9 numbers. */
export type Mat3 = readonly [number, number, number, number, number, number, number, number, number];

export const IDENTITY: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];

/** `a · b`: applies b first, then a. */
export function multiply(a: Mat3, b: Mat3): Mat3 {
  return [
    a[0] * b[0] + a[1] * b[3] + a[2] * b[6],
    a[0] * b[1] + a[1] * b[4] + a[2] * b[7],
    a[0] * b[2] + a[1] * b[5] + a[2] * b[8],
    a[3] * b[0] + a[4] * b[3] + a[5] * b[6],
    a[3] * b[1] + a[4] * b[4] + a[5] * b[7],
    a[3] * b[2] + a[4] * b[5] + a[5] * b[8],
    a[6] * b[0] + a[7] * b[3] + a[8] * b[6],
    a[6] * b[1] + a[7] * b[4] + a[8] * b[7],
    a[6] * b[2] + a[7] * b[5] + a[8] * b[8],
  ];
}

export function determinant(m: Mat3): number {
  return m[0] * (m[4] * m[8] - m[5] * m[7]) - m[1] * (m[3] * m[8] - m[5] * m[6]) + m[2] * (m[3] * m[7] - m[4] * m[6]);
}

/** Inverse, or undefined when the matrix is singular to working precision. */
export function invert(m: Mat3): Mat3 | undefined {
  const det = determinant(m);
  const scale = Math.max(...m.map(Math.abs));
  if (!Number.isFinite(det) || Math.abs(det) <= 1e-18 * scale ** 3) return undefined;
  const d = 1 / det;
  return [
    (m[4] * m[8] - m[5] * m[7]) * d,
    (m[2] * m[7] - m[1] * m[8]) * d,
    (m[1] * m[5] - m[2] * m[4]) * d,
    (m[5] * m[6] - m[3] * m[8]) * d,
    (m[0] * m[8] - m[2] * m[6]) * d,
    (m[2] * m[3] - m[0] * m[5]) * d,
    (m[3] * m[7] - m[4] * m[6]) * d,
    (m[1] * m[6] - m[0] * m[7]) * d,
    (m[0] * m[4] - m[1] * m[3]) * d,
  ];
}

/** Same mapping, scaled so that the last element is 1 (or unit norm where it is 0). */
export function normalise(m: Mat3): Mat3 {
  const s = Math.abs(m[8]) > 1e-12 ? m[8] : Math.hypot(...m);
  return [m[0] / s, m[1] / s, m[2] / s, m[3] / s, m[4] / s, m[5] / s, m[6] / s, m[7] / s, m[8] / s];
}

/** Same mapping with a norm near that of the identity. Unlike {@link normalise} it keeps the sign, and with it which side of the horizon is in front. */
export function rescale(m: Mat3): Mat3 {
  const s = Math.hypot(...m) / Math.sqrt(3);
  return [m[0] / s, m[1] / s, m[2] / s, m[3] / s, m[4] / s, m[5] / s, m[6] / s, m[7] / s, m[8] / s];
}

/** Maps a point. The result is meaningless on the far side of the horizon: test {@link depth} where that can happen. */
export function apply(m: Mat3, p: Point): Point {
  const w = m[6] * p.x + m[7] * p.y + m[8];
  return { x: (m[0] * p.x + m[1] * p.y + m[2]) / w, y: (m[3] * p.x + m[4] * p.y + m[5]) / w };
}

/** The third homogeneous coordinate of `m · (x, y, 1)`: its sign tells which side of the horizon a point lies on. */
export function depth(m: Mat3, p: Point): number {
  return m[6] * p.x + m[7] * p.y + m[8];
}

export function scaling(sx: number, sy: number): Mat3 {
  return [sx, 0, 0, 0, sy, 0, 0, 0, 1];
}

export function translation(tx: number, ty: number): Mat3 {
  return [1, 0, tx, 0, 1, ty, 0, 0, 1];
}

/** Intersection over union of two boxes, 0 where they do not meet. */
export function iou(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (w <= 0 || h <= 0) return 0;
  const inter = w * h;
  return inter / (a.width * a.height + b.width * b.height - inter);
}
