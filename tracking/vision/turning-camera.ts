import { type Mat3, multiply, rescale, type Size } from '../../protocol/index.js';
import { type PointMatches, solveSymmetric } from './homography-fit.js';

/**
 * A camera that turns and zooms on its place (a tripod): every picture relates to every other by K·R·K⁻¹, four numbers instead of a
 * homography's eight, whatever the shape of the scene. Knowing that, links between pictures far along a pan cannot bend: drift in the
 * perspective terms, the worst there is, has nowhere to go. The common focal length follows from the links themselves.
 *
 * Unit coordinates here: origin in the picture's middle (taken for the optical axis), half its width is 1.
 */

/** One picture of a turning camera: K = diag(f, f, 1) and the turn from the reference. */
export interface Turn {
  readonly focal: number;
  readonly rotation: Mat3;
}

/** A measurement between two pictures: carries pixels of `from` to `to`, with the information matrix of its eight free elements (unit coordinates, last element 1). */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly homography: Mat3;
  readonly information: Float64Array;
}

/** Converts between pixels and unit coordinates. */
export class UnitFrame {
  readonly #to: Mat3;
  readonly #from: Mat3;

  constructor(readonly size: Size) {
    const s = size.width / 2;
    this.#to = [1 / s, 0, -1, 0, 1 / s, -size.height / size.width, 0, 0, 1];
    this.#from = [s, 0, s, 0, s, size.height / 2, 0, 0, 1];
  }

  toUnit(h: Mat3): Mat3 {
    return multiply(multiply(this.#to, h), this.#from);
  }

  toPixels(h: Mat3): Mat3 {
    return rescale(multiply(multiply(this.#from, h), this.#to));
  }
}

/** Carries unit coordinates of picture `a` to those of picture `b`. */
export function between(a: Turn, b: Turn): Mat3 {
  const r = multiply(b.rotation, transpose(a.rotation));
  const i = 1 / a.focal;
  const f = b.focal;
  return [f * r[0] * i, f * r[1] * i, f * r[2], f * r[3] * i, f * r[4] * i, f * r[5], r[6] * i, r[7] * i, r[8]];
}

/** The turn nearest to what a homography (unit coordinates, from picture `a`) does. */
export function nearestTurn(a: Turn, h: Mat3): Turn {
  const m = multiply(h, [a.focal, 0, 0, 0, a.focal, 0, 0, 0, 1]);
  const n = [0, 3, 6].map((r) => Math.hypot(m[r], m[r + 1], m[r + 2]));
  const focal = Math.sqrt(n[0] * n[1]) / n[2];
  const z = [m[6] / n[2], m[7] / n[2], m[8] / n[2]];
  const x0 = [m[0] / n[0], m[1] / n[0], m[2] / n[0]];
  const along = x0[0] * z[0] + x0[1] * z[1] + x0[2] * z[2];
  const x1 = x0.map((v, i) => v - along * z[i]);
  const length = Math.hypot(...x1);
  const x = x1.map((v) => v / length);
  const y = [z[1] * x[2] - z[2] * x[1], z[2] * x[0] - z[0] * x[2], z[0] * x[1] - z[1] * x[0]];
  return { focal, rotation: multiply([x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]], a.rotation) };
}

/**
 * Fits a turn to measured points, their weights as the general fit left them.
 * @param key the picture the points' p are of; `start` near the answer.
 */
export function fitTurn(matches: PointMatches, size: Size, key: Turn, start: Turn): Turn | undefined {
  const s = size.width / 2;
  let turn = start;
  const normal = new Float64Array(16);
  const right = new Float64Array(4);
  for (let k = 0; k < 4; k++) {
    normal.fill(0);
    right.fill(0);
    const r = multiply(turn.rotation, transpose(key.rotation));
    const f = turn.focal;
    for (let i = 0; i < matches.count; i++) {
      const weight = matches.weight[i] * s * s;
      if (weight < 1e-3 * s * s) continue;
      const x = (matches.px[i] - size.width / 2) / s / key.focal;
      const y = (matches.py[i] - size.height / 2) / s / key.focal;
      const z = 1 / (r[6] * x + r[7] * y + r[8]);
      const a = (r[0] * x + r[1] * y + r[2]) * z;
      const b = (r[3] * x + r[4] * y + r[5]) * z;
      const ex = (matches.qx[i] - size.width / 2) / s - f * a;
      const ey = (matches.qy[i] - size.height / 2) / s - f * b;
      // Turning by ω moves the ray by ω × ray.
      const ju = [-f * a * b, f * (1 + a * a), -f * b, f * a];
      const jv = [-f * (1 + b * b), f * a * b, f * a, f * b];
      const ixx = matches.ixx[i] * weight;
      const iyy = matches.iyy[i] * weight;
      const ixy = matches.ixy[i] * weight;
      for (let c = 0; c < 4; c++) {
        const wu = ixx * ju[c] + ixy * jv[c];
        const wv = ixy * ju[c] + iyy * jv[c];
        right[c] += wu * ex + wv * ey;
        for (let d = 0; d < 4; d++) normal[c * 4 + d] += wu * ju[d] + wv * jv[d];
      }
    }
    const step = solveSymmetric(normal, right);
    if (!step) return undefined;
    turn = stepped(turn, step, 0);
  }
  return turn;
}

/**
 * Places all pictures at once so that the links agree best (Levenberg–Marquardt over turns, zooms and the reference's focal length).
 * @param turns where they are thought to be; the first is the reference and does not turn.
 * @returns the turns, and how well they explain the links: squared disagreement a degree of freedom, about 1 where nothing but noise remains.
 */
export function solveTurns(turns: readonly Turn[], links: readonly Link[], frame: UnitFrame): { turns: Turn[]; chiSquare: number } {
  const n = 1 + 4 * (turns.length - 1);
  const measured = links.map((link) => eight(frame.toUnit(link.homography)));
  let best = [...turns];
  let cost = totalCost(best, links, measured);
  let damping = 1e-4;
  for (let k = 0; k < 12 && damping < 1e6; k++) {
    const { normal, right } = normalEquations(best, links, measured, n);
    for (let i = 0; i < n; i++) normal[i * n + i] *= 1 + damping;
    // A weak pull on the focal length: without turning it is free, and does not matter.
    normal[0] += 1e-3;
    const step = solveSymmetric(normal, right);
    const next = step
      ? best.map((t, i) => (i === 0 ? { ...t, focal: t.focal * Math.exp(clampStep(step[0])) } : stepped(t, step, 4 * i - 3)))
      : best;
    const nextCost = step ? totalCost(next, links, measured) : Number.POSITIVE_INFINITY;
    if (nextCost < cost) {
      const gain = 1 - nextCost / cost;
      best = next;
      cost = nextCost;
      damping = Math.max(1e-9, damping / 10);
      if (gain < 1e-6) break;
    } else damping *= 10;
  }
  return { turns: best, chiSquare: cost / Math.max(1, 8 * links.length - n) };
}

/** Root mean square distance between where two homographies (unit coordinates) put points that both keep in the picture. */
export function distanceBetween(a: Mat3, b: Mat3, size: Size): number {
  const aspect = size.height / size.width;
  let sum = 0;
  let count = 0;
  for (let j = -2; j <= 2; j++) {
    for (let i = -2; i <= 2; i++) {
      const x = i * 0.4;
      const y = j * 0.4 * aspect;
      const wa = a[6] * x + a[7] * y + a[8];
      const wb = b[6] * x + b[7] * y + b[8];
      const u = (a[0] * x + a[1] * y + a[2]) / wa;
      const v = (a[3] * x + a[4] * y + a[5]) / wa;
      if (Math.abs(u) > 1 || Math.abs(v) > aspect) continue;
      sum += (u - (b[0] * x + b[1] * y + b[2]) / wb) ** 2 + (v - (b[3] * x + b[4] * y + b[5]) / wb) ** 2;
      count++;
    }
  }
  return count ? Math.sqrt(sum / count) : 0;
}

function normalEquations(turns: readonly Turn[], links: readonly Link[], measured: readonly Float64Array[], n: number) {
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  const h = 1e-6;
  for (const [l, link] of links.entries()) {
    const ends = [link.from, link.to];
    const at = eight(between(turns[link.from], turns[link.to]));
    const residual = measured[l].map((v, i) => v - at[i]);
    const columns: { index: number; derivative: Float64Array }[] = [];
    for (const [e, node] of ends.entries()) {
      for (let p = node === 0 ? 3 : 0; p < 4; p++) {
        const delta = new Float64Array(4);
        delta[p] = h;
        const moved = stepped(turns[node], delta, 0);
        const there = eight(e === 0 ? between(moved, turns[link.to]) : between(turns[link.from], moved));
        columns.push({ index: node === 0 ? 0 : 4 * node - 3 + p, derivative: there.map((v, i) => (v - at[i]) / h) });
      }
    }
    for (const a of columns) {
      const weighted = new Float64Array(8);
      for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) weighted[r] += link.information[r * 8 + c] * a.derivative[c];
      for (let r = 0; r < 8; r++) right[a.index] += weighted[r] * residual[r];
      for (const b of columns) for (let r = 0; r < 8; r++) normal[a.index * n + b.index] += weighted[r] * b.derivative[r];
    }
  }
  return { normal, right };
}

function totalCost(turns: readonly Turn[], links: readonly Link[], measured: readonly Float64Array[]): number {
  let cost = 0;
  for (const [l, link] of links.entries()) {
    const at = eight(between(turns[link.from], turns[link.to]));
    const e = measured[l].map((v, i) => v - at[i]);
    for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) cost += e[r] * link.information[r * 8 + c] * e[c];
  }
  return cost;
}

/** A turn changed by a small rotation vector and a small change of the focal length's logarithm. */
function stepped(turn: Turn, step: Float64Array, at: number): Turn {
  return {
    rotation: multiply(rotationOf(step[at], step[at + 1], step[at + 2]), turn.rotation),
    focal: turn.focal * Math.exp(clampStep(step[at + 3])),
  };
}

function clampStep(v: number): number {
  return Math.max(-0.5, Math.min(0.5, v));
}

/** Rotation by a vector (Rodrigues). */
function rotationOf(x: number, y: number, z: number): Mat3 {
  const angle = Math.hypot(x, y, z);
  const a = angle > 1e-9 ? Math.sin(angle) / angle : 1;
  const b = angle > 1e-9 ? (1 - Math.cos(angle)) / (angle * angle) : 0.5;
  return [
    1 - b * (y * y + z * z),
    b * x * y - a * z,
    b * x * z + a * y,
    b * x * y + a * z,
    1 - b * (x * x + z * z),
    b * y * z - a * x,
    b * x * z - a * y,
    b * y * z + a * x,
    1 - b * (x * x + y * y),
  ];
}

function eight(h: Mat3): Float64Array {
  return Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7], (i) => h[i] / h[8]);
}

function transpose(m: Mat3): Mat3 {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
}
