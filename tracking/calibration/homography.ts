import { apply, invert, type Mat3, multiply, type Point } from '../../protocol/index.js';
import { smallestEigenvector, solve } from './linear-algebra.js';

/**
 * Homography from point pairs: normalised direct linear transform (Hartley 1997), then Levenberg–Marquardt on the distance in the
 * picture, so that the answer is the most likely one when clicks are off by some pixels in any direction.
 */

/**
 * The matrix that carries `from[i]` to `to[i]` with the least squared distance, at least four pairs in general position.
 * @returns undefined when the pairs determine no invertible mapping. Scale and sign are arbitrary.
 */
export function fitHomography(from: readonly Point[], to: readonly Point[]): Mat3 | undefined {
  const nf = normaliser(from);
  const nt = normaliser(to);
  const back = invert(nt);
  if (!back) return undefined;
  const f = from.map((p) => apply(nf, p));
  const t = to.map((p) => apply(nt, p));
  const linear = directLinear(f, t);
  const refined = refine(linear, f, t);
  const h = multiply(back, multiply(refined, nf));
  return invert(refined) && h.every(Number.isFinite) ? h : undefined;
}

/** Moves the centroid to the origin and the mean distance from it to √2. */
function normaliser(points: readonly Point[]): Mat3 {
  const n = points.length;
  const cx = points.reduce((s, p) => s + p.x, 0) / n;
  const cy = points.reduce((s, p) => s + p.y, 0) / n;
  const mean = points.reduce((s, p) => s + Math.hypot(p.x - cx, p.y - cy), 0) / n;
  const k = mean > 0 ? Math.SQRT2 / mean : 1;
  return [k, 0, -k * cx, 0, k, -k * cy, 0, 0, 1];
}

function directLinear(from: readonly Point[], to: readonly Point[]): Mat3 {
  const ata = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  for (const [i, p] of from.entries()) {
    const q = to[i];
    const rows = [
      [p.x, p.y, 1, 0, 0, 0, -q.x * p.x, -q.x * p.y, -q.x],
      [0, 0, 0, p.x, p.y, 1, -q.y * p.x, -q.y * p.y, -q.y],
    ];
    for (const row of rows) for (let a = 0; a < 9; a++) for (let b = 0; b < 9; b++) ata[a][b] += row[a] * row[b];
  }
  return toMat3(smallestEigenvector(ata));
}

/** Levenberg–Marquardt over all nine elements; the damping takes care of the free scale. */
function refine(start: Mat3, from: readonly Point[], to: readonly Point[]): Mat3 {
  let h = start;
  let cost = squaredError(h, from, to);
  let damping = 1e-3;
  for (let step = 0; step < 100 && cost > 1e-28 && damping < 1e12; step++) {
    const { jtj, jtr } = normalEquations(h, from, to);
    const damped = jtj.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + damping * 1e-9 : value)));
    const delta = solve(damped, jtr);
    const raw = delta ? h.map((value, i) => value - delta[i]) : [...h];
    const norm = Math.hypot(...raw);
    const next = toMat3(raw.map((value) => value / norm));
    const nextCost = squaredError(next, from, to);
    if (delta && nextCost < cost) {
      const gain = (cost - nextCost) / cost;
      h = next;
      cost = nextCost;
      damping = Math.max(damping / 10, 1e-12);
      if (gain < 1e-12) break;
    } else damping *= 10;
  }
  return h;
}

function squaredError(h: Mat3, from: readonly Point[], to: readonly Point[]): number {
  let sum = 0;
  for (const [i, p] of from.entries()) {
    const q = apply(h, p);
    sum += (q.x - to[i].x) ** 2 + (q.y - to[i].y) ** 2;
  }
  return Number.isFinite(sum) ? sum : Number.POSITIVE_INFINITY;
}

function normalEquations(h: Mat3, from: readonly Point[], to: readonly Point[]): { jtj: number[][]; jtr: number[] } {
  const jtj = Array.from({ length: 9 }, () => new Array<number>(9).fill(0));
  const jtr = new Array<number>(9).fill(0);
  for (const [i, p] of from.entries()) {
    const w = h[6] * p.x + h[7] * p.y + h[8];
    const q = apply(h, p);
    const [x, y, one] = [p.x / w, p.y / w, 1 / w];
    const rows: [number[], number][] = [
      [[x, y, one, 0, 0, 0, -q.x * x, -q.x * y, -q.x * one], q.x - to[i].x],
      [[0, 0, 0, x, y, one, -q.y * x, -q.y * y, -q.y * one], q.y - to[i].y],
    ];
    for (const [row, residual] of rows) {
      for (let a = 0; a < 9; a++) {
        jtr[a] += row[a] * residual;
        for (let b = 0; b < 9; b++) jtj[a][b] += row[a] * row[b];
      }
    }
  }
  return { jtj, jtr };
}

function toMat3(v: readonly number[]): Mat3 {
  return [v[0], v[1], v[2], v[3], v[4], v[5], v[6], v[7], v[8]];
}
