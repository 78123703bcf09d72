import { apply, bend, type LensTerms, lensOf, lensProblem, type Mat3, type Point, type Size } from '../../protocol/index.js';
import { fitHomography } from './homography.js';
import { solve } from './linear-algebra.js';

/** What points say of the lens. */
export interface LensEstimate {
  /** Null where they do not show that it bends anything. */
  readonly lens: LensTerms | null;
  /** Why not, or how much it bends; one line. */
  readonly note: string;
}

const LEAST_POINTS = 8;
/** With a second term: two more points than with one. */
const LEAST_POINTS_TWO_TERMS = 10;
/** Clicks are no better than this, pixels: where points agree as well, there is nothing to explain. */
const CLICK_PX = 0.15;
/** Difference of the Bayesian information criterion that counts as strong evidence (Kass and Raftery 1995). */
const STRONG_EVIDENCE = 6;
/** The outermost point must lie this far out, share of half the diagonal; and points in so many quarters of the picture. */
const FAR_OUT = 0.5;
const QUARTERS = 3;

interface Fit {
  readonly h: Mat3;
  readonly lens: LensTerms;
  readonly sumOfSquares: number;
}

/**
 * Whether and how the lens bends lines, from clicked points: homography and one or two radial terms together (Levenberg–Marquardt on the
 * distance in the picture), a term kept only on strong evidence.
 * @param points of one plane, wrong ones already left out; image in continuous pixels of a picture of this size
 */
export function estimateLens(points: readonly { readonly image: Point; readonly ground: Point }[], size: Size): LensEstimate {
  const none = (note: string): LensEstimate => ({ lens: null, note });
  const image = points.map((p) => p.image);
  const ground = points.map((p) => p.ground);
  const centre = { x: size.width / 2, y: size.height / 2 };
  const radiusPx = Math.hypot(centre.x, centre.y);
  if (points.length < LEAST_POINTS)
    return none(`lens: ${LEAST_POINTS} points or more would show whether it bends lines; there are ${points.length}`);
  const farthest = Math.max(...image.map((p) => Math.hypot(p.x - centre.x, p.y - centre.y))) / radiusPx;
  const quarters = new Set(image.map((p) => `${p.x < centre.x} ${p.y < centre.y}`)).size;
  if (farthest < FAR_OUT || quarters < QUARTERS) return none('lens: points nearer to the corners would show whether it bends lines');
  const h = fitHomography(ground, image);
  if (!h) return none('lens: the points do not determine the ground');
  const straight: LensTerms = { k1: 0, k2: 0 };
  const none0: Fit = { h, lens: straight, sumOfSquares: squares(residualsOf(h, straight, size, ground, image)) };
  const one = refine(none0, size, ground, image, 1);
  const two = points.length >= LEAST_POINTS_TWO_TERMS ? refine(one, size, ground, image, 2) : undefined;
  const n = 2 * points.length;
  const criterion = (fit: Fit, terms: number): number =>
    n * Math.log((fit.sumOfSquares + n * CLICK_PX ** 2) / n) + (8 + terms) * Math.log(n);
  let [best, terms] = [none0, 0];
  for (const [fit, count] of [[one, 1] as const, ...(two ? [[two, 2] as const] : [])]) {
    if (lensProblem(fit.lens) === undefined && criterion(best, terms) - criterion(fit, count) > STRONG_EVIDENCE * (count - terms))
      [best, terms] = [fit, count];
  }
  if (terms === 0) return none('lens: the points show no bending of lines');
  // What is seen in the corners, and where it would be seen without the lens.
  const edgePx = Math.abs(lensOf(best.lens, size).reach - 1) * radiusPx;
  return {
    lens: best.lens,
    note: `lens: it bends lines by ${edgePx.toFixed(1)} px in the corners (${best.lens.k1 + best.lens.k2 < 0 ? 'barrel' : 'cushion'})`,
  };
}

/** How far each point is from where it was seen, x and y by turns, pixels. */
function residualsOf(h: Mat3, terms: LensTerms, size: Size, ground: readonly Point[], image: readonly Point[]): number[] {
  const lens = lensOf(terms, size);
  return ground.flatMap((g, i) => {
    const p = bend(lens, apply(h, g));
    return [p.x - image[i].x, p.y - image[i].y];
  });
}

function squares(residuals: readonly number[]): number {
  return residuals.reduce((sum, v) => sum + v * v, 0);
}

/** Levenberg–Marquardt over the homography's eight numbers (each as a share of its own size) and the lens's terms; slopes by differences. */
function refine(start: Fit, size: Size, ground: readonly Point[], image: readonly Point[], terms: 1 | 2): Fit {
  const scales = scalesOf(start.h, ground);
  const at = (x: readonly number[]): Pick<Fit, 'h' | 'lens'> => {
    const k = (i: number): number => start.h[i] + x[i] * scales[i];
    return {
      h: [k(0), k(1), k(2), k(3), k(4), k(5), k(6), k(7), start.h[8]],
      lens: { k1: start.lens.k1 + x[8], k2: terms === 2 ? start.lens.k2 + x[9] : start.lens.k2 },
    };
  };
  const residuals = (x: readonly number[]): number[] => {
    const { h, lens } = at(x);
    return residualsOf(h, lens, size, ground, image);
  };
  const count = 8 + terms;
  let x = new Array<number>(count).fill(0);
  let r = residuals(x);
  let sum = squares(r);
  let damping = 1e-3;
  for (let step = 0; step < 60 && damping < 1e12; step++) {
    const slopes = x.map((_, k) => {
      const by = 1e-6;
      const moved = residuals(x.map((v, i) => (i === k ? v + by : v)));
      return moved.map((v, i) => (v - r[i]) / by);
    });
    const normal = slopes.map((a, i) => slopes.map((b, j) => dot(a, b) * (i === j ? 1 + damping : 1) + (i === j ? 1e-12 : 0)));
    const delta = solve(
      normal,
      slopes.map((a) => -dot(a, r)),
    );
    const next = delta && x.map((v, i) => v + delta[i]);
    const nextR = next && residuals(next);
    const nextSum = nextR ? squares(nextR) : Number.POSITIVE_INFINITY;
    if (next && nextR && nextSum < sum) {
      const gain = sum - nextSum;
      [x, r, sum] = [next, nextR, nextSum];
      damping = Math.max(damping / 10, 1e-12);
      if (gain < 1e-12 * (1 + sum)) break;
    } else damping *= 10;
  }
  return { ...at(x), sumOfSquares: sum };
}

/** How much each number of a homography may change to move points by about as much as the others do. */
function scalesOf(h: Mat3, ground: readonly Point[]): number[] {
  const reach = Math.max(1e-9, ...ground.map((g) => Math.hypot(g.x, g.y)));
  const rows = [0, 3].map((i) => Math.max(Math.abs(h[i]) * reach, Math.abs(h[i + 1]) * reach, Math.abs(h[i + 2]), 1e-12));
  const last = Math.max(Math.abs(h[6]) * reach, Math.abs(h[7]) * reach, Math.abs(h[8]), 1e-12);
  return [...rows.flatMap((size) => [size / reach, size / reach, size]), last / reach, last / reach];
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((sum, v, i) => sum + v * b[i], 0);
}
