import { z } from 'zod';
import { apply, depth, type Point } from './geometry.js';
import { above, type UprightCamera } from './upright.js';

/**
 * What an operator says by hand of what lies on the ground and what stands before it, where the tracker's matte is not enough: colours, and things that
 * never move.
 */

const finite = z.number().finite();
const ground = z.tuple([finite, finite]);
const id = z.string().regex(/^[a-z0-9][a-z0-9-]{0,39}$/, 'lower-case letters, digits and hyphens, at most 40');
const colours = z
  .array(z.string().regex(/^#[0-9a-f]{6}$/, 'like #1e90ff'))
  .max(12)
  .default([]);

/** Colours by which ground and what stands before it are told apart, in the whole picture or in a part of the ground. */
export const ColourKey = z.strictObject({
  id,
  /** Corners on the ground, metres; it moves with the ground in the picture. Absent: the whole picture. */
  region: z.array(ground).min(3).max(40).optional(),
  /** "Draw here": the ground's colours, in sun and shadow. Ground graphics are painted on them, whatever the tracker thinks. */
  draw: colours,
  /** "Never here": what stands in front of the ground. */
  never: colours,
  /** How far off a colour may be, 8-bit chroma levels, and over how many more what is said of it fades. */
  tolerance: finite.min(4).max(60).default(10),
  softness: finite.min(0).max(60).default(8),
});
export type ColourKey = z.infer<typeof ColourKey>;

/** A pole, post or sign: it stands still on the ground, so that everything painted on the ground where it is seen lies behind it. */
export const Pole = z.strictObject({
  id,
  /** Metres on the ground. */
  foot: ground,
  /** Metres; the third is the height. It may lean. */
  top: z.tuple([finite, finite, finite.positive().max(200)]),
  widthM: finite.positive().max(50).default(0.1),
});
export type Pole = z.infer<typeof Pole>;

const unlike = (list: readonly { readonly id: string }[]): boolean => new Set(list.map((one) => one.id)).size === list.length;

export const UnderFeet = z.strictObject({
  /** Where regions overlap, the later one counts. */
  keys: z.array(ColourKey).max(8).refine(unlike, 'two keys have the same id').default([]),
  poles: z.array(Pole).max(60).refine(unlike, 'two poles have the same id').default([]),
});
export type UnderFeet = z.infer<typeof UnderFeet>;

/** What an operator said, where it is in one frame's picture (continuous pixels). */
export interface ByHand {
  /** `outline`: the part of the picture a key is for; absent: all of it. Later ones count where they overlap. */
  readonly keys: readonly { readonly key: ColourKey; readonly outline?: readonly Point[] }[];
  /** Outlines of what stands still before the ground. */
  readonly poles: readonly (readonly Point[])[];
}

/** Leaning is this much less likely than standing taller, metre for metre. */
const UPRIGHT = 1e4;

/**
 * Where the top of something that stands on the ground is, from where it is seen: of all places on that line of sight nearly the one that makes it stand
 * most upright. (A camera taken apart from the ground's homography alone has a vertical good to a degree or two; the lean takes up the rest.)
 * @param seen its top, picture pixels without a lens. @returns undefined where that is not above its foot.
 */
export function topOf({ groundToImage: h, up }: UprightCamera, foot: Point, seen: Point): Pole['top'] | undefined {
  // Two equations in (x, y, height) from foot; the solution least in x and y is weighted least squares' own.
  const row = (at: 0 | 3, pixel: number, rise: number) => {
    const [a, b, c] = [h[at] - pixel * h[6], h[at + 1]! - pixel * h[7], h[at + 2]! - pixel * h[8]];
    return { a, b, c: rise - pixel * up[2], rest: -(a * foot.x + b * foot.y + c) };
  };
  const [p, q] = [row(0, seen.x, up[0]), row(3, seen.y, up[1])];
  const dot = (s: typeof p, t: typeof p): number => s.a * t.a + s.b * t.b + UPRIGHT * s.c * t.c;
  const [pp, pq, qq] = [dot(p, p), dot(p, q), dot(q, q)];
  const determinant = pp * qq - pq * pq;
  if (!(determinant > 0)) return undefined;
  const s = (qq * p.rest - pq * q.rest) / determinant;
  const t = (pp * q.rest - pq * p.rest) / determinant;
  const height = UPRIGHT * (p.c * s + q.c * t);
  return height > 0 ? [foot.x + p.a * s + q.a * t, foot.y + p.b * s + q.b * t, height] : undefined;
}

/** The four corners of a pole in the picture without a lens, its foot first; empty where none of it is in front of the camera. */
export function poleOutline(camera: UprightCamera, { foot: [x, y], top, widthM }: Pole): Point[] {
  const foot = { x, y };
  const head = { x: top[0], y: top[1] };
  const [near, far] = [depth(camera.groundToImage, foot), depth(camera.groundToImage, head) + top[2] * camera.up[2]];
  if (!(near * far > 0)) return [];
  const [a, b] = [apply(camera.groundToImage, foot), above(camera, head, top[2])];
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  if (!(length > 0)) return [];
  const across = { x: (a.y - b.y) / length, y: (b.x - a.x) / length };
  const side = (at: Point, depthThere: number, way: number): Point => {
    const half = (way * widthM * camera.metrePx) / (2 * Math.abs(depthThere));
    return { x: at.x + across.x * half, y: at.y + across.y * half };
  };
  return [side(a, near, -1), side(a, near, 1), side(b, far, 1), side(b, far, -1)];
}
