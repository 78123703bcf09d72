import type { Mat3, Point } from '../../protocol/index.js';
import type { GroundCovariance, GroundError } from '../pose/index.js';
import { inverse } from './linear-algebra.js';
import { type CalibratedCamera, groundToImageBy, slopeAlong, slopesBy } from './refine-camera.js';

const RIGHT = { x: 1, y: 0 };
const DOWN = { x: 0, y: 1 };

/**
 * How far off a calibration may be at each place: the camera's covariance carried to the ground (first order). It stays true when the camera
 * moves on, for places are carried back to the calibrated picture; far from the points it grows by itself.
 * @param information inverse covariance of the camera's nine numbers, moved by `by`
 */
export function groundError(calibrated: CalibratedCamera, by: readonly number[], information: readonly (readonly number[])[]): GroundError {
  const covariance = inverse(information);
  const m = groundToImageBy(calibrated, by);
  const slopes = slopesBy(calibrated, by);
  return (ground: Point): GroundCovariance => {
    const slope = (direction: Point, d: Mat3) => slopeAlong(m, ground, direction, d);
    // An image point that stays moves on the ground as the picture moves, back through the picture's slope.
    const [a, c] = [RIGHT, DOWN].map((direction) => -slopeAlong(m, ground, direction, m, 1, 0, 0));
    const [b, d] = [RIGHT, DOWN].map((direction) => -slopeAlong(m, ground, direction, m, 0, 1, 0));
    const det = a * d - b * c;
    const dx = slopes.map((s) => slope(RIGHT, s));
    const dy = slopes.map((s) => slope(DOWN, s));
    const x = dx.map((v, i) => (d * v - b * dy[i]) / det);
    const y = dx.map((v, i) => (a * dy[i] - c * v) / det);
    const form = (u: readonly number[], v: readonly number[]) =>
      u.reduce((sum, ui, i) => sum + ui * covariance[i].reduce((s, value, j) => s + value * v[j], 0), 0);
    return { xx: form(x, x), xy: form(x, y), yy: form(y, y) };
  };
}
