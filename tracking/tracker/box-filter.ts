import { apply, type Box, depth, type Mat3, type Point } from '../../protocol/index.js';
import type { BoxNoise } from './noise-estimate.js';

/** One coordinate: position and velocity with their covariance. */
class Axis {
  position: number;
  velocity = 0;
  pp: number;
  pv = 0;
  vv: number;

  constructor(position: number, positionVariance: number, velocityVariance: number) {
    this.position = position;
    this.pp = positionVariance;
    this.vv = velocityVariance;
  }

  /** Constant velocity with white acceleration of spectral density `q` over `dt` seconds. */
  predict(dt: number, q: number): void {
    this.position += this.velocity * dt;
    this.pp += dt * (2 * this.pv + dt * this.vv) + (q * dt * dt * dt) / 3;
    this.pv += dt * this.vv + (q * dt * dt) / 2;
    this.vv += q * dt;
  }

  update(measured: number, variance: number): void {
    const s = this.pp + variance;
    const kp = this.pp / s;
    const kv = this.pv / s;
    const innovation = measured - this.position;
    this.position += kp * innovation;
    this.velocity += kv * innovation;
    this.vv -= kv * this.pv;
    this.pv *= 1 - kp;
    this.pp *= 1 - kp;
  }
}

/**
 * Kalman filter of one box: centre, width and height, each with constant velocity, in seconds, so that frames may be of any length or missing.
 * The four coordinates are filtered apart: noise is taken alike and independent in each.
 */
export class BoxFilter {
  readonly #x: Axis;
  readonly #y: Axis;
  readonly #w: Axis;
  readonly #h: Axis;
  readonly #noise: BoxNoise;

  /** @param firstVelocity standard deviation of a new track's velocity, heights / s */
  constructor(box: Box, noise: BoxNoise, firstVelocity: number) {
    const area = box.height ** 2;
    const velocity = firstVelocity ** 2 * area;
    this.#noise = noise;
    this.#x = new Axis(box.x + box.width / 2, noise.x.measured * area, velocity);
    this.#y = new Axis(box.y + box.height / 2, noise.y.measured * area, velocity);
    this.#w = new Axis(box.width, noise.width.measured * area, velocity / 16);
    this.#h = new Axis(box.height, noise.height.measured * area, velocity / 16);
  }

  get box(): Box {
    const width = Math.max(this.#w.position, 1);
    const height = Math.max(this.#h.position, 1);
    return { x: this.#x.position - width / 2, y: this.#y.position - height / 2, width, height };
  }

  /** Pixels a second. */
  get velocity(): { x: number; y: number } {
    return { x: this.#x.velocity, y: this.#y.velocity };
  }

  predict(dtS: number): void {
    const area = Math.max(this.#h.position, 1) ** 2;
    this.#x.predict(dtS, this.#noise.x.acceleration * area);
    this.#y.predict(dtS, this.#noise.y.acceleration * area);
    this.#w.predict(dtS, this.#noise.width.acceleration * area);
    this.#h.predict(dtS, this.#noise.height.acceleration * area);
  }

  update(box: Box): void {
    const area = Math.max(this.#h.position, 1) ** 2;
    this.#x.update(box.x + box.width / 2, this.#noise.x.measured * area);
    this.#y.update(box.y + box.height / 2, this.#noise.y.measured * area);
    this.#w.update(box.width, this.#noise.width.measured * area);
    this.#h.update(box.height, this.#noise.height.measured * area);
  }

  /** Multiplies the velocity by `factor`; the size stops changing: what is not seen is not known to grow. */
  slowDown(factor: number): void {
    this.#x.velocity *= factor;
    this.#y.velocity *= factor;
    this.#w.velocity = 0;
    this.#h.velocity = 0;
  }

  /** Carries the state into the next picture of a moving camera, mean and covariance (BoT-SORT, Aharon 2022), linear about the centre. */
  move(previousToCurrent: Mat3): void {
    const x = this.#x;
    const y = this.#y;
    const { to, a, b, c, d, scale } = localMotion(previousToCurrent, { x: x.position, y: y.position });
    const [vx, vy] = [x.velocity, y.velocity];
    x.position = to.x;
    y.position = to.y;
    x.velocity = a * vx + b * vy;
    y.velocity = c * vx + d * vy;
    const [aa, bb, cc, dd] = [a * a, b * b, c * c, d * d];
    for (const key of ['pp', 'pv', 'vv'] as const) {
      const [px, py] = [x[key], y[key]];
      x[key] = aa * px + bb * py;
      y[key] = cc * px + dd * py;
    }
    for (const axis of [this.#w, this.#h]) {
      axis.position *= scale;
      axis.velocity *= scale;
      axis.pp *= scale * scale;
      axis.pv *= scale * scale;
      axis.vv *= scale * scale;
    }
  }
}

/** A box as the moved picture shows it: its centre mapped, its size scaled by the motion's local scale. */
export function moveBox(previousToCurrent: Mat3, box: Box): Box {
  const { to, scale } = localMotion(previousToCurrent, { x: box.x + box.width / 2, y: box.y + box.height / 2 });
  const width = box.width * scale;
  const height = box.height * scale;
  return { x: to.x - width / 2, y: to.y - height / 2, width, height };
}

/** A homography near one point: where that goes, the Jacobian [a b; c d] and the scale of lengths. */
function localMotion(m: Mat3, from: Point) {
  const w = depth(m, from);
  const to = apply(m, from);
  const a = (m[0] - to.x * m[6]) / w;
  const b = (m[1] - to.x * m[7]) / w;
  const c = (m[3] - to.y * m[6]) / w;
  const d = (m[4] - to.y * m[7]) / w;
  return { to, a, b, c, d, scale: Math.sqrt(Math.abs(a * d - b * c)) };
}
