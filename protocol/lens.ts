import { z } from 'zod';
import type { Point } from './geometry.js';
import type { Size } from './units.js';

/**
 * How a lens bends straight lines: radial terms after Conrady (1919) and Brown (1966), about the middle of the picture. What a camera without
 * the lens shows at distance r from the middle, in units of half the picture's diagonal, is seen at r · (1 + k1 r² + k2 r⁴): k1 < 0 is a
 * barrel, k1 > 0 a cushion. OpenCV says the same with r in focal lengths: its k1 is this one times (focal length / half diagonal)², its k2
 * times the fourth power.
 */
export const LensTerms = z.strictObject({ k1: z.number().finite().min(-10).max(10), k2: z.number().finite().min(-10).max(10) });
export type LensTerms = z.infer<typeof LensTerms>;

/** The lens of pictures of one size. */
export interface Lens extends LensTerms {
  /** Continuous pixels. */
  readonly centre: Point;
  /** Half the picture's diagonal, pixels. */
  readonly radiusPx: number;
  /** How far out a camera without the lens shows what is seen in the corners, half diagonals. Farther out nothing is seen, and the lens goes on evenly. */
  readonly reach: number;
}

/** Out to the corners a lens must spread by at least this much of what it does in the middle: else it folds the picture over, or nearly so. */
const LEAST_SLOPE = 0.05;
/** Steps in which a lens is looked through from the middle out, half diagonals, and how far. */
const LOOK_STEP = 0.01;
const LOOK_MAX = 5;

export function lensOf({ k1, k2 }: LensTerms, { width, height }: Size): Lens {
  return { k1, k2, centre: { x: width / 2, y: height / 2 }, radiusPx: Math.hypot(width, height) / 2, reach: solved({ k1, k2 }, 1) };
}

/**
 * Why terms are no lens, one line, or undefined: what is seen in the picture must be the farther from the middle the farther it is without the
 * lens, out to the corners. A lens that folds shows two things in one place.
 */
export function lensProblem(terms: LensTerms): string | undefined {
  for (let r = 0; r <= LOOK_MAX; r += LOOK_STEP) {
    if (bent(terms, r) >= 1) return undefined;
    if (slope(terms, r) < LEAST_SLOPE) break;
  }
  return `the lens (k1 ${rounded(terms.k1)}, k2 ${rounded(terms.k2)}) folds the picture over before its corners; solve it again with points towards the corners, or leave it out`;
}

/** Where the lens shows a point that a camera without it would show here; pixels. */
export function bend(lens: Lens, straight: Point): Point {
  const { centre, radiusPx } = lens;
  const [x, y] = [(straight.x - centre.x) / radiusPx, (straight.y - centre.y) / radiusPx];
  const r = Math.hypot(x, y);
  const scale = radiusPx * (r === 0 ? 1 : seen(lens, r) / r);
  return { x: centre.x + x * scale, y: centre.y + y * scale };
}

/** The other way round: where a camera without the lens would show what is seen here; pixels. */
export function unbend(lens: Lens, at: Point): Point {
  const { centre, radiusPx, reach } = lens;
  const [x, y] = [(at.x - centre.x) / radiusPx, (at.y - centre.y) / radiusPx];
  const distance = Math.hypot(x, y);
  if (distance === 0) return at;
  const r = distance > 1 ? reach + (distance - 1) / slope(lens, reach) : solved(lens, distance);
  const scale = (radiusPx * r) / distance;
  return { x: centre.x + x * scale, y: centre.y + y * scale };
}

/** How {@link bend} moves with its point: d(x, y) of what is seen over d(x, y) of the straight picture, row-major. */
export function bendSlope(lens: Lens, straight: Point): readonly [number, number, number, number] {
  const { centre, radiusPx, reach } = lens;
  const [x, y] = [(straight.x - centre.x) / radiusPx, (straight.y - centre.y) / radiusPx];
  const r = Math.hypot(x, y);
  if (r === 0) return [1, 0, 0, 1];
  const across = seen(lens, r) / r;
  // Along the radius it stretches by another factor than across it.
  const more = (slope(lens, Math.min(r, reach)) - across) / (r * r);
  return [across + more * x * x, more * x * y, more * x * y, across + more * y * y];
}

/** Beyond the corners the terms say nothing: there a polynomial would sooner or later lead back into the picture. */
function seen(lens: Lens, r: number): number {
  return r <= lens.reach ? bent(lens, r) : 1 + slope(lens, lens.reach) * (r - lens.reach);
}

function bent({ k1, k2 }: LensTerms, r: number): number {
  const r2 = r * r;
  return r * (1 + r2 * (k1 + k2 * r2));
}

function slope({ k1, k2 }: LensTerms, r: number): number {
  const r2 = r * r;
  return 1 + r2 * (3 * k1 + 5 * k2 * r2);
}

/** The distance without the lens of what is seen so far out (at most 1): Newton's method, within a bracket that it must not leave. */
function solved(terms: LensTerms, distance: number): number {
  let [low, high] = [0, LOOK_MAX];
  let r = distance;
  for (let step = 0; step < 60; step++) {
    const off = bent(terms, r) - distance;
    const rises = slope(terms, r);
    // Where it falls, the first place that is seen so far out lies before.
    if (off > 0 || rises <= 0) high = r;
    else low = r;
    const next = r - off / rises;
    const inside = rises > 0 && next > low && next < high;
    const to = inside ? next : (low + high) / 2;
    if (Math.abs(to - r) < 1e-12) return to;
    r = to;
  }
  return r;
}

function rounded(value: number): number {
  return Math.round(value * 1e4) / 1e4;
}
