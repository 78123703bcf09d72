import type { Point } from '../../protocol/index.js';
import type { GroundCovariance, GroundError } from '../pose/index.js';
import { type Camera, project } from './camera.js';
import { inverse } from './linear-algebra.js';

/**
 * How far off a calibration may be at each place: the camera's covariance carried to the ground (first order). It stays true when the camera
 * moves on, for places are carried back to the calibrated picture; far from the points it grows by itself.
 * @param information inverse covariance of the camera's nine numbers
 */
export function groundError(camera: Camera, information: readonly (readonly number[])[]): GroundError {
  const covariance = inverse(information);
  return (ground: Point): GroundCovariance => {
    const { dx, dy } = project(camera, ground);
    // An image point that stays moves on the ground as the picture moves, back through the picture's slope.
    const [a, b, c, d] = [-dx[4], -dx[5], -dy[4], -dy[5]];
    const det = a * d - b * c;
    const x = dx.map((v, i) => (d * v - b * dy[i]) / det);
    const y = dx.map((v, i) => (a * dy[i] - c * v) / det);
    const form = (u: readonly number[], v: readonly number[]) =>
      u.reduce((sum, ui, i) => sum + ui * covariance[i].reduce((s, value, j) => s + value * v[j], 0), 0);
    return { xx: form(x, x), xy: form(x, y), yy: form(y, y) };
  };
}
