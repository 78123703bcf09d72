import { apply, depth, type Mat3, multiply, normalise, rescale, type Size } from '../../protocol/index.js';

/**
 * Robust fit of a homography to measured points, each with its own uncertainty: iteratively reweighted Gauss–Newton with the redescending
 * Geman–McClure weight, its scale shrinking from what the start needs to what the measurements promise (graduated non-convexity).
 */

/** Point pairs p → q in pixels; `info` is the inverse covariance (xx, yy, xy) of q. Struct of arrays, `count` used. */
export class PointMatches {
  count = 0;
  readonly px: Float64Array;
  readonly py: Float64Array;
  readonly qx: Float64Array;
  readonly qy: Float64Array;
  readonly ixx: Float64Array;
  readonly iyy: Float64Array;
  readonly ixy: Float64Array;
  /** Weight of each pair in the last fit, 0 (outlier) to 1. */
  readonly weight: Float64Array;
  readonly distance: Float64Array;

  constructor(capacity: number) {
    const array = () => new Float64Array(capacity);
    this.px = array();
    this.py = array();
    this.qx = array();
    this.qy = array();
    this.ixx = array();
    this.iyy = array();
    this.ixy = array();
    this.weight = array();
    this.distance = array();
  }

  add(px: number, py: number, qx: number, qy: number, ixx: number, iyy: number, ixy: number): void {
    const i = this.count++;
    this.px[i] = px;
    this.py[i] = py;
    this.qx[i] = qx;
    this.qy[i] = qy;
    this.ixx[i] = ixx;
    this.iyy[i] = iyy;
    this.ixy[i] = ixy;
  }
}

export interface FitOptions {
  /** Size of the picture, for conditioning. */
  readonly size: Size;
  /** How far rotation, scale and shear may be from the start's (1 = the picture's half width over itself): weight of the prior. */
  readonly shapeSigma: number;
  /** The same for the two perspective terms. */
  readonly perspectiveSigma: number;
  readonly iterations: number;
}

export interface HomographyFit {
  /** Carries p to q, pixels. */
  readonly homography: Mat3;
  /** Information matrix (8×8) of its elements in unit coordinates (origin in the picture's middle, half its width 1, last element 1), prior left out. */
  readonly information: Float64Array;
}

/**
 * Improves `start` so that it carries p to q; leaves each pair's weight in `matches.weight`.
 * @returns undefined when the system is singular (no usable pairs).
 */
export function fitHomography(matches: PointMatches, start: Mat3, options: FitOptions): HomographyFit | undefined {
  const { width, height } = options.size;
  const s = width / 2;
  const toUnit: Mat3 = [1 / s, 0, -1, 0, 1 / s, -height / width, 0, 0, 1];
  const fromUnit: Mat3 = [s, 0, width / 2, 0, s, height / 2, 0, 0, 1];
  let h = [...normalise(multiply(multiply(toUnit, start), fromUnit))];
  const prior = h.slice();
  const shape = 1 / options.shapeSigma ** 2;
  const perspective = 1 / options.perspectiveSigma ** 2;
  const priorInfo = [shape, shape, 0, shape, shape, 0, perspective, perspective];
  const normal = new Float64Array(64);
  const right = new Float64Array(8);
  const information = new Float64Array(64);
  let scale = Number.POSITIVE_INFINITY;
  let noise = 1;
  for (let k = 0; k < options.iterations; k++) {
    const [quarter, median] = measure(matches, h, s, width, height);
    noise = noiseOf(quarter);
    // At the end a pair within three of its own sigmas counts; the scale never grows again.
    scale = Math.min(scale, Math.max(9 * noise, 6 * median));
    if (k > 2) scale = Math.max(9 * noise, scale * 0.5);
    accumulate(matches, h, s, width, height, scale, normal, right);
    information.set(normal);
    for (let i = 0; i < 8; i++) {
      normal[i * 9] += priorInfo[i];
      right[i] -= priorInfo[i] * (h[i] - prior[i]);
    }
    const step = solveSymmetric(normal, right);
    if (!step) return undefined;
    h = h.map((v, i) => (i < 8 ? v + step[i] : v));
    if (k > 3 && scale <= 9.5 * noise && step.every((v) => Math.abs(v) < 1e-7)) break;
  }
  noise = noiseOf(measure(matches, h, s, width, height)[0]);
  let counted = 0;
  for (let i = 0; i < matches.count; i++) counted += matches.weight[i] = gemanMcClure(matches.distance[i], 9 * noise);
  const doubt = 1 + (noise - 1) * Math.max(1, counted / PLACES);
  for (let i = 0; i < 64; i++) information[i] /= doubt;
  const [a, b, c, d, e, f, g, i] = h;
  return { homography: rescale(multiply(multiply(fromUnit, [a, b, c, d, e, f, g, i, 1]), toUnit)), information };
}

/** A quarter of all pairs differ by less than this if their covariances are right (χ² with two degrees of freedom). */
const QUARTER = 0.575;
/** Noise is believed to be at most so many times what the covariances say. */
const MOST_NOISE = 16;

/** What pairs differ by beyond their own noise is shared by neighbours: it averages out over so many places, not over all pairs. */
const PLACES = 16;

/**
 * How many times more than their covariances say the pairs differ, as the best quarter of them tells: up to three quarters may be outliers. A world
 * that is not quite flat, a coder or a rolling shutter does that to all alike.
 */
function noiseOf(quarter: number): number {
  return Math.max(1, Math.min(MOST_NOISE, quarter / QUARTER));
}

function gemanMcClure(squaredDistance: number, scale: number): number {
  const r = scale / (scale + squaredDistance);
  return r * r;
}

/** Squared Mahalanobis distance of every pair into `distance`; returns their lower quartile and median. */
function measure(m: PointMatches, h: readonly number[], s: number, width: number, height: number): readonly [number, number] {
  for (let i = 0; i < m.count; i++) {
    const x = (m.px[i] - width / 2) / s;
    const y = (m.py[i] - height / 2) / s;
    const w = h[6] * x + h[7] * y + 1;
    const ex = m.qx[i] - width / 2 - (s * (h[0] * x + h[1] * y + h[2])) / w;
    const ey = m.qy[i] - height / 2 - (s * (h[3] * x + h[4] * y + h[5])) / w;
    m.distance[i] = m.ixx[i] * ex * ex + m.iyy[i] * ey * ey + 2 * m.ixy[i] * ex * ey;
  }
  const sorted = m.weight.subarray(0, m.count);
  sorted.set(m.distance.subarray(0, m.count));
  sorted.sort();
  return m.count ? [sorted[m.count >> 2], sorted[m.count >> 1]] : [0, 0];
}

function accumulate(
  m: PointMatches,
  h: readonly number[],
  s: number,
  width: number,
  height: number,
  scale: number,
  normal: Float64Array,
  right: Float64Array,
): void {
  normal.fill(0);
  right.fill(0);
  const ju = new Float64Array(8);
  const jv = new Float64Array(8);
  for (let i = 0; i < m.count; i++) {
    const x = (m.px[i] - width / 2) / s;
    const y = (m.py[i] - height / 2) / s;
    const d = 1 / (h[6] * x + h[7] * y + 1);
    const u = (h[0] * x + h[1] * y + h[2]) * d;
    const v = (h[3] * x + h[4] * y + h[5]) * d;
    const ex = (m.qx[i] - width / 2) / s - u;
    const ey = (m.qy[i] - height / 2) / s - v;
    ju[0] = x * d;
    ju[1] = y * d;
    ju[2] = d;
    ju[6] = -u * x * d;
    ju[7] = -u * y * d;
    jv[3] = x * d;
    jv[4] = y * d;
    jv[5] = d;
    jv[6] = -v * x * d;
    jv[7] = -v * y * d;
    const weight = gemanMcClure(m.distance[i], scale) * s * s;
    const ixx = m.ixx[i] * weight;
    const iyy = m.iyy[i] * weight;
    const ixy = m.ixy[i] * weight;
    const gx = ixx * ex + ixy * ey;
    const gy = ixy * ex + iyy * ey;
    for (let r = 0; r < 8; r++) {
      const wu = ixx * ju[r] + ixy * jv[r];
      const wv = ixy * ju[r] + iyy * jv[r];
      right[r] += gx * ju[r] + gy * jv[r];
      for (let c = r; c < 8; c++) normal[r * 8 + c] += wu * ju[c] + wv * jv[c];
    }
  }
  for (let r = 0; r < 8; r++) for (let c = 0; c < r; c++) normal[r * 8 + c] = normal[c * 8 + r];
}

/** Cholesky solution of an 8×8 symmetric system, or undefined when it is not positive definite. */
export function solveSymmetric(a: Float64Array, b: Float64Array): Float64Array | undefined {
  const n = b.length;
  const l = Float64Array.from(a);
  const x = Float64Array.from(b);
  for (let j = 0; j < n; j++) {
    let diagonal = l[j * n + j];
    for (let k = 0; k < j; k++) diagonal -= l[j * n + k] ** 2;
    if (!(diagonal > 1e-12)) return undefined;
    diagonal = Math.sqrt(diagonal);
    l[j * n + j] = diagonal;
    for (let i = j + 1; i < n; i++) {
      let v = l[i * n + j];
      for (let k = 0; k < j; k++) v -= l[i * n + k] * l[j * n + k];
      l[i * n + j] = v / diagonal;
    }
    let v = x[j];
    for (let k = 0; k < j; k++) v -= l[j * n + k] * x[k];
    x[j] = v / diagonal;
  }
  for (let j = n - 1; j >= 0; j--) {
    let v = x[j];
    for (let k = j + 1; k < n; k++) v -= l[k * n + j] * x[k];
    x[j] = v / l[j * n + j];
  }
  return x;
}

/** Share of a picture that another one covers: a 9×7 grid of the picture's points carried over. Both of one size unless told. */
export function coverage(pictureToOther: Mat3, other: Size, picture: Size = other): number {
  let inside = 0;
  for (let j = 0; j < 7; j++) {
    for (let i = 0; i < 9; i++) {
      const p = { x: ((i + 0.5) / 9) * picture.width, y: ((j + 0.5) / 7) * picture.height };
      if (depth(pictureToOther, p) <= 0) continue;
      const q = apply(pictureToOther, p);
      if (q.x >= 0 && q.y >= 0 && q.x < other.width && q.y < other.height) inside++;
    }
  }
  return inside / 63;
}

/** How much larger a small area at the picture's middle becomes. */
export function scaleAtMiddle(h: Mat3, { width, height }: Size): number {
  const x = width / 2;
  const y = height / 2;
  const w = h[6] * x + h[7] * y + h[8];
  const u = (h[0] * x + h[1] * y + h[2]) / w;
  const v = (h[3] * x + h[4] * y + h[5]) / w;
  return Math.abs((h[0] - u * h[6]) * (h[4] - v * h[7]) - (h[1] - u * h[7]) * (h[3] - v * h[6])) / (w * w);
}
