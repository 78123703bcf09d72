import { invert, type Mat3, multiply, type Size } from '../../protocol/index.js';
import type { CameraModel } from './camera-model.js';
import { type PointMatches, solveSymmetric } from './homography-fit.js';
import { type Motion, unrolled } from './rolling-shutter.js';

/** A measurement between two pictures: carries `from` to `to`, unit coordinates, with the information matrix of its eight free elements (last element 1). */
export interface Link {
  readonly from: number;
  readonly to: number;
  readonly homography: Mat3;
  readonly information: Float64Array;
  /** How those eight change with each second that a picture's rows take to be read. */
  readonly rolling: Float64Array;
}

/** Where pictures are, by a camera model, at the instant their middle row is read. View 0 is the reference. */
export interface Views<Shared, View> {
  readonly shared: Shared;
  /** From the top row to the bottom one, seconds. */
  readonly readoutS: number;
  readonly views: readonly View[];
}

export interface SolvedViews<Shared, View> extends Views<Shared, View> {
  /** Squared disagreement of the links a degree of freedom: about 1 where nothing but noise remains. */
  readonly chiSquare: number;
  /** Measured numbers less fitted ones. */
  readonly freedom: number;
}

const DIFFERENCE = 1e-6;

/** Carries picture `a` to picture `b`. */
export function between<Shared, View>(model: CameraModel<Shared, View>, shared: Shared, a: View, b: View): Mat3 {
  return linked(model.place(shared, a), model.place(shared, b));
}

/**
 * Places pictures at once so that the links between them agree best (Levenberg–Marquardt), from where they are thought to be.
 * @param firstFree views before this one stay; as soon as any but the reference does, what is shared stays too.
 * @param rolling whether the readout time is found too.
 */
export function solveViews<Shared, View>(
  model: CameraModel<Shared, View>,
  start: Views<Shared, View>,
  links: readonly Link[],
  firstFree: number,
  rounds: number,
  rolling = false,
): SolvedViews<Shared, View> {
  const sharedCount = firstFree <= 1 ? model.sharedCount + (rolling ? 1 : 0) : 0;
  const n = sharedCount + model.viewCount * (start.views.length - firstFree);
  const used = links.filter((link) => link.from >= firstFree || link.to >= firstFree);
  const at = (view: number) => sharedCount + model.viewCount * (view - firstFree);
  let best = start;
  let cost = totalCost(model, best, used);
  let damping = 1e-4;
  for (let k = 0; k < rounds && damping < 1e6; k++) {
    const { normal, right } = normalEquations(model, best, used, firstFree, sharedCount, n);
    for (let i = 0; i < n; i++) normal[i * n + i] *= 1 + damping;
    // A weak pull on what is shared: a camera that does not move says nothing of it, and it does not matter then.
    for (let i = 0; i < sharedCount; i++) normal[i * n + i] += 1e-3;
    const step = solveSymmetric(normal, right);
    let next = best;
    if (step) {
      const shared = sharedCount ? model.stepShared(best.shared, step, 0) : best.shared;
      const readoutS = sharedCount && rolling ? best.readoutS + step[model.sharedCount] : best.readoutS;
      next = { shared, readoutS, views: best.views.map((view, i) => (i < firstFree ? view : model.stepView(view, step, at(i)))) };
    }
    const nextCost = step ? totalCost(model, next, used) : Number.POSITIVE_INFINITY;
    if (nextCost < cost) {
      const gain = 1 - nextCost / cost;
      best = next;
      cost = nextCost;
      damping = Math.max(1e-9, damping / 10);
      if (gain < 1e-4) break;
    } else damping *= 10;
  }
  const freedom = 8 * used.length - n;
  return { ...best, freedom, chiSquare: cost / Math.max(1, freedom) };
}

/**
 * Fits one view to measured points, their weights as the general fit left them.
 * @param from the picture the points' p are of; `start` near the answer. Pixels of `size`.
 * @param rows how long they take to be read, and how either picture moves meanwhile.
 */
export function fitView<Shared, View>(
  model: CameraModel<Shared, View>,
  shared: Shared,
  rows: { readonly readoutS: number; readonly from: Motion; readonly to: Motion },
  matches: PointMatches,
  size: Size,
  from: View,
  start: View,
): View | undefined {
  const back = invert(model.place(shared, from));
  if (!back) return undefined;
  const s = size.width / 2;
  const n = model.viewCount;
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  const ju = new Float64Array(n);
  const jv = new Float64Array(n);
  let view = start;
  for (let k = 0; k < 4; k++) {
    normal.fill(0);
    right.fill(0);
    const h = multiply(model.place(shared, view), back);
    const slopes = viewSlopes(model, shared, view).map((slope) => multiply(slope, back));
    for (let i = 0; i < matches.count; i++) {
      if (matches.weight[i] < 1e-3) continue;
      const weight = matches.weight[i] * s * s;
      const [x, y] = unrolled((matches.px[i] - size.width / 2) / s, (matches.py[i] - size.height / 2) / s, rows.from, rows.readoutS, size);
      const [qx, qy] = unrolled((matches.qx[i] - size.width / 2) / s, (matches.qy[i] - size.height / 2) / s, rows.to, rows.readoutS, size);
      const d = 1 / (h[6] * x + h[7] * y + h[8]);
      const u = (h[0] * x + h[1] * y + h[2]) * d;
      const v = (h[3] * x + h[4] * y + h[5]) * d;
      const ex = qx - u;
      const ey = qy - v;
      for (let c = 0; c < n; c++) {
        const m = slopes[c];
        const w = m[6] * x + m[7] * y + m[8];
        ju[c] = (m[0] * x + m[1] * y + m[2] - u * w) * d;
        jv[c] = (m[3] * x + m[4] * y + m[5] - v * w) * d;
      }
      const ixx = matches.ixx[i] * weight;
      const iyy = matches.iyy[i] * weight;
      const ixy = matches.ixy[i] * weight;
      for (let c = 0; c < n; c++) {
        const wu = ixx * ju[c] + ixy * jv[c];
        const wv = ixy * ju[c] + iyy * jv[c];
        right[c] += wu * ex + wv * ey;
        for (let e = 0; e < n; e++) normal[c * n + e] += wu * ju[e] + wv * jv[e];
      }
    }
    const step = solveSymmetric(normal, right);
    if (!step) return undefined;
    view = model.stepView(view, step, 0);
  }
  return view;
}

function normalEquations<Shared, View>(
  model: CameraModel<Shared, View>,
  at: Views<Shared, View>,
  links: readonly Link[],
  firstFree: number,
  sharedCount: number,
  n: number,
): { normal: Float64Array; right: Float64Array } {
  const normal = new Float64Array(n * n);
  const right = new Float64Array(n);
  const places = at.views.map((view) => model.place(at.shared, view));
  const own = at.views.map((view, i) => (i < firstFree ? [] : viewSlopes(model, at.shared, view)));
  const moved = sharedCount ? sharedSlopes(model, at) : [];
  const readoutAt = sharedCount > model.sharedCount ? model.sharedCount : undefined;
  for (const link of links) {
    const [a, b] = [places[link.from], places[link.to]];
    const back = invert(a);
    if (!back) continue;
    const h = multiply(b, back);
    const residual = residualOf(link, h, at.readoutS);
    const columns: { index: number; slope: Float64Array }[] = [];
    // d(B·A⁻¹) = dB·A⁻¹ − B·A⁻¹·dA·A⁻¹.
    const add = (index: number, da: Mat3 | undefined, db: Mat3 | undefined) => {
      const first = db ? multiply(db, back) : ZERO;
      const second = da ? multiply(h, multiply(da, back)) : ZERO;
      columns.push({ index, slope: eightSlope(h, first, second) });
    };
    if (readoutAt !== undefined) columns.push({ index: readoutAt, slope: link.rolling });
    for (const [p, slope] of moved.entries()) add(p, slope[link.from], slope[link.to]);
    for (const [p, slope] of own[link.from].entries()) add(sharedCount + model.viewCount * (link.from - firstFree) + p, slope, undefined);
    for (const [p, slope] of own[link.to].entries()) add(sharedCount + model.viewCount * (link.to - firstFree) + p, undefined, slope);
    for (const one of columns) {
      const weighted = new Float64Array(8);
      for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) weighted[r] += link.information[r * 8 + c] * one.slope[c];
      for (let r = 0; r < 8; r++) right[one.index] += weighted[r] * residual[r];
      for (const other of columns) for (let r = 0; r < 8; r++) normal[one.index * n + other.index] += weighted[r] * other.slope[r];
    }
  }
  return { normal, right };
}

function totalCost<Shared, View>(model: CameraModel<Shared, View>, at: Views<Shared, View>, links: readonly Link[]): number {
  const places = at.views.map((view) => model.place(at.shared, view));
  let cost = 0;
  for (const link of links) {
    const h = linked(places[link.from], places[link.to]);
    const e = residualOf(link, h, at.readoutS);
    for (let r = 0; r < 8; r++) for (let c = 0; c < 8; c++) cost += e[r] * link.information[r * 8 + c] * e[c];
  }
  return cost;
}

/** How a view's place changes with each of its numbers. */
function viewSlopes<Shared, View>(model: CameraModel<Shared, View>, shared: Shared, view: View): Mat3[] {
  const here = model.place(shared, view);
  return steps(model.viewCount).map((step) => slope(here, model.place(shared, model.stepView(view, step, 0))));
}

/** How every view's place changes with each shared number: [number][view]. */
function sharedSlopes<Shared, View>(model: CameraModel<Shared, View>, at: Views<Shared, View>): Mat3[][] {
  return steps(model.sharedCount).map((step) => {
    const shared = model.stepShared(at.shared, step, 0);
    return at.views.map((view) => slope(model.place(at.shared, view), model.place(shared, view)));
  });
}

function steps(count: number): Float64Array[] {
  return Array.from({ length: count }, (_, p) => {
    const step = new Float64Array(count);
    step[p] = DIFFERENCE;
    return step;
  });
}

function slope(from: Mat3, to: Mat3): Mat3 {
  const d = (i: number) => (to[i] - from[i]) / DIFFERENCE;
  return [d(0), d(1), d(2), d(3), d(4), d(5), d(6), d(7), d(8)];
}

const ZERO: Mat3 = [0, 0, 0, 0, 0, 0, 0, 0, 0];

function linked(a: Mat3, b: Mat3): Mat3 {
  return multiply(b, invert(a) ?? ZERO);
}

/** What a link measured beyond what the pictures' places and the rows' readout explain. */
function residualOf(link: Link, h: Mat3, readoutS: number): Float64Array {
  return eight(link.homography).map((v, i) => v - h[i] / h[8] - readoutS * link.rolling[i]);
}

function eight(h: Mat3): Float64Array {
  return Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7], (i) => h[i] / h[8]);
}

/** Slope of the eight free elements of `h`, given that of h as plus − minus. */
function eightSlope(h: Mat3, plus: Mat3, minus: Mat3): Float64Array {
  const last = plus[8] - minus[8];
  return Float64Array.from([0, 1, 2, 3, 4, 5, 6, 7], (i) => (plus[i] - minus[i] - (h[i] / h[8]) * last) / h[8]);
}
