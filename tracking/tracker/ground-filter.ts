import type { Point } from '../../protocol/index.js';
import { add, inverse, type Matrix, multiply, transpose } from './matrix.js';

/** Symmetric 2×2: variances along x and y and their covariance. */
export interface Spread {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** What the filter believed at one frame: before and after that frame's measurement. */
export interface FilterStep {
  readonly dtS: number;
  readonly predicted: Matrix;
  readonly predictedCovariance: Matrix;
  readonly state: Matrix;
  readonly covariance: Matrix;
}

/** A measurement further than this many standard deviations from where it is expected is trusted less, the further the less. */
const OUTLIER = 3;

/** State x, y, vx, vy. */
const N = 4;

export function firstStep(at: Point, velocity: Point, noise: Spread, velocityVariance: number): FilterStep {
  const state = Float64Array.of(at.x, at.y, velocity.x, velocity.y);
  const covariance = new Float64Array(N * N);
  covariance[0] = noise.xx;
  covariance[1] = noise.xy;
  covariance[4] = noise.xy;
  covariance[5] = noise.yy;
  covariance[10] = velocityVariance;
  covariance[15] = velocityVariance;
  return { dtS: 0, predicted: state, predictedCovariance: covariance, state, covariance };
}

/**
 * One Kalman step on the ground: constant velocity, white acceleration of spectral density `q`.
 * @returns the step, and how many standard deviations off the measurement was
 */
export function nextStep(before: FilterStep, dtS: number, q: number, measured: Point, noise: Spread): { step: FilterStep; off: number } {
  const predicted = Float64Array.from(before.state);
  predicted[0] += dtS * predicted[2];
  predicted[1] += dtS * predicted[3];
  const f = transition(dtS);
  const predictedCovariance = multiply(multiply(f, before.covariance, N, N, N), transpose(f, N, N), N, N, N);
  for (const axis of [0, 1]) {
    predictedCovariance[axis * 5] += (q * dtS ** 3) / 3;
    predictedCovariance[axis * 5 + 2] += (q * dtS ** 2) / 2;
    predictedCovariance[axis * 5 + 8] += (q * dtS ** 2) / 2;
    predictedCovariance[axis * 5 + 10] += q * dtS;
  }
  const p = predictedCovariance;
  const dx = measured.x - predicted[0];
  const dy = measured.y - predicted[1];
  const off = Math.sqrt(quadratic(inverse(Float64Array.of(p[0] + noise.xx, p[1] + noise.xy, p[4] + noise.xy, p[5] + noise.yy), 2), dx, dy));
  const doubt = off > OUTLIER ? (off / OUTLIER) ** 2 : 1;
  const total = Float64Array.of(p[0] + noise.xx * doubt, p[1] + noise.xy * doubt, p[4] + noise.xy * doubt, p[5] + noise.yy * doubt);
  const left = new Float64Array(N * 2);
  for (let i = 0; i < N; i++) {
    left[i * 2] = p[i * N];
    left[i * 2 + 1] = p[i * N + 1];
  }
  const gain = multiply(left, inverse(total, 2), N, 2, 2);
  const state = predicted.map((v, i) => v + gain[i * 2] * dx + gain[i * 2 + 1] * dy);
  const covariance = symmetric(add(p, multiply(gain, transpose(left, N, 2), N, 2, N), -1));
  return { step: { dtS, predicted, predictedCovariance, state, covariance }, off };
}

/** Rauch–Tung–Striebel: the state at `steps[0]`, given every measurement up to the last step. */
export function smoothedState(steps: readonly FilterStep[]): Matrix {
  let smoothed = steps[steps.length - 1].state;
  for (let i = steps.length - 2; i >= 0; i--) {
    const next = steps[i + 1];
    const back = multiply(
      multiply(steps[i].covariance, transpose(transition(next.dtS), N, N), N, N, N),
      inverse(next.predictedCovariance, N),
      N,
      N,
      N,
    );
    smoothed = add(steps[i].state, multiply(back, add(smoothed, next.predicted, -1), N, N, 1));
  }
  return smoothed;
}

function transition(dtS: number): Matrix {
  return Float64Array.of(1, 0, dtS, 0, 0, 1, 0, dtS, 0, 0, 1, 0, 0, 0, 0, 1);
}

/** Rounding errors that differ across the diagonal would grow from step to step. */
function symmetric(a: Matrix): Matrix {
  for (let i = 0; i < N; i++) {
    for (let j = 0; j < i; j++) {
      const mean = (a[i * N + j] + a[j * N + i]) / 2;
      a[i * N + j] = mean;
      a[j * N + i] = mean;
    }
  }
  return a;
}

function quadratic(m: Matrix, x: number, y: number): number {
  return m[0] * x * x + (m[1] + m[2]) * x * y + m[3] * y * y;
}
