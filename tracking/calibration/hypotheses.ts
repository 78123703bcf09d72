import { apply, depth, focalLength, type Mat3, multiply, type Size, translation } from '../../protocol/index.js';
import { type Camera, cameraFrom } from './camera.js';
import { solve } from './linear-algebra.js';
import type { PointMatch } from './matches.js';

/** Sets of four points that are tried; all there are where they are fewer. */
const MOST_SETS = 500;
/** Homographies that are made cameras. */
const KEPT = 8;
/** Distance at which a point no longer speaks for a homography, share of the picture's width. */
const TOLERANCE_SHARE = 0.02;
/** Focal lengths tried beside the one a homography says itself, shares of the width, and the range of those believed. */
const FOCALS = [0.8, 1.6, 3.2];
const SHORTEST = 0.2;
const LONGEST = 40;

/** Cameras through four of the points that most others agree with, the best first. The same for the same points, always. */
export function startCameras(matches: readonly PointMatch[], size: Size): Camera[] {
  const found: { readonly h: Mat3; readonly support: number }[] = [];
  for (const four of fours(matches.length)) {
    const h = through(four.map((i) => matches[i]));
    if (h) found.push({ h, support: support(h, matches, TOLERANCE_SHARE * size.width) });
  }
  found.sort((a, b) => b.support - a.support);
  return found.slice(0, KEPT).flatMap(({ h }) => {
    const own = focalLength(multiply(translation(-size.width / 2, -size.height / 2), h)) ?? 0;
    const focals = [own, ...FOCALS.map((share) => share * size.width)];
    return focals
      .filter((f) => f > SHORTEST * size.width && f < LONGEST * size.width)
      .flatMap((f) => {
        const camera = cameraFrom(h, size, f);
        return camera ? [camera] : [];
      });
  });
}

/** Homography through four pairs, ground → picture, all four in front of the camera; undefined where there is none. */
function through(four: readonly PointMatch[]): Mat3 | undefined {
  const rows: number[][] = [];
  const values: number[] = [];
  for (const { ground: g, image: p } of four) {
    rows.push([g.x, g.y, 1, 0, 0, 0, -p.x * g.x, -p.x * g.y], [0, 0, 0, g.x, g.y, 1, -p.y * g.x, -p.y * g.y]);
    values.push(p.x, p.y);
  }
  const h = solve(rows, values);
  if (!h?.every(Number.isFinite)) return undefined;
  const s = h[6] * four[0].ground.x + h[7] * four[0].ground.y + 1 < 0 ? -1 : 1;
  const m: Mat3 = [s * h[0], s * h[1], s * h[2], s * h[3], s * h[4], s * h[5], s * h[6], s * h[7], s];
  return four.every(({ ground }) => depth(m, ground) > 0) ? m : undefined;
}

/** Summed confidence of those that agree, fading with distance (MSAC, Torr and Zisserman 2000). */
function support(h: Mat3, matches: readonly PointMatch[], tolerance: number): number {
  let sum = 0;
  for (const { ground, image, confidence } of matches) {
    if (!(depth(h, ground) > 0)) continue;
    const p = apply(h, ground);
    const square = ((p.x - image.x) ** 2 + (p.y - image.y) ** 2) / tolerance ** 2;
    sum += confidence * Math.max(0, 1 - square);
  }
  return sum;
}

/** All sets of four out of n, or as many drawn by a fixed seed. */
function* fours(n: number): Generator<readonly [number, number, number, number]> {
  if ((n * (n - 1) * (n - 2) * (n - 3)) / 24 <= MOST_SETS) {
    for (let a = 0; a < n; a++) {
      for (let b = a + 1; b < n; b++) for (let c = b + 1; c < n; c++) for (let d = c + 1; d < n; d++) yield [a, b, c, d];
    }
    return;
  }
  let state = 1;
  // Numerical Recipes' congruential generator; its high bits are good enough to draw points.
  const draw = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let i = 0; i < MOST_SETS; i++) {
    const set = new Set<number>();
    while (set.size < 4) set.add(draw());
    const [a, b, c, d] = set;
    yield [a, b, c, d];
  }
}
