import { determinant, type Mat3, multiply, type Point, translation } from './geometry.js';
import type { Size } from './units.js';

/** A camera taken apart: enough to stand people upright on the ground. */
export interface UprightCamera {
  readonly groundToImage: Mat3;
  /** What one metre of height adds to the homogeneous image point. */
  readonly up: readonly [number, number, number];
  /** Pixels of a metre seen square on, times the homogeneous depth. */
  readonly metrePx: number;
}

/**
 * Finds the vertical from the ground's homography alone: square pixels, the optical axis through the picture's middle, focal length from
 * the two constraints a rotation puts on the homography's first columns (Zhang 2000); a usual one where they say nothing.
 * @returns undefined for a degenerate homography.
 */
export function uprightCamera(groundToImage: Mat3, size: Size): UprightCamera | undefined {
  const h = multiply(translation(-size.width / 2, -size.height / 2), groundToImage);
  const f = focalLength(h) ?? 1.2 * size.width;
  const column = (i: number) => [h[i] / f, h[i + 3] / f, h[i + 6]];
  const [a, b, t] = [column(0), column(1), column(2)];
  const norm = Math.sqrt(Math.hypot(...a) * Math.hypot(...b));
  if (!(norm > 0) || determinant(h) === 0) return undefined;
  const cross = [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]].map((v) => v / norm);
  // Up is the side of the ground the camera is on: it sits at the origin, the ground at t.
  const side = cross[0] * t[0] + cross[1] * t[1] + cross[2] * t[2];
  const [x, y, z] = cross.map((v) => (side > 0 ? -v : v));
  return { groundToImage, up: [f * x + (size.width / 2) * z, f * y + (size.height / 2) * z, z], metrePx: f * norm };
}

/** Focal length in pixels from a homography whose image origin is the principal point; undefined where the view does not tell. */
export function focalLength(h: Mat3): number | undefined {
  const a1 = h[0] * h[1] + h[3] * h[4];
  const b1 = h[6] * h[7];
  const a2 = h[0] ** 2 + h[3] ** 2 - h[1] ** 2 - h[4] ** 2;
  const b2 = h[6] ** 2 - h[7] ** 2;
  const inverseSquare = -(a1 * b1 + a2 * b2) / (a1 * a1 + a2 * a2);
  const f = 1 / Math.sqrt(inverseSquare);
  return Number.isFinite(f) ? f : undefined;
}

/** Image of the point `heightM` above a ground point. */
export function above(camera: UprightCamera, ground: Point, heightM: number): Point {
  const h = camera.groundToImage;
  const w = h[6] * ground.x + h[7] * ground.y + h[8] + heightM * camera.up[2];
  return {
    x: (h[0] * ground.x + h[1] * ground.y + h[2] + heightM * camera.up[0]) / w,
    y: (h[3] * ground.x + h[4] * ground.y + h[5] + heightM * camera.up[1]) / w,
  };
}
