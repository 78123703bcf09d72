import type { Box, Point } from '../../protocol/index.js';

/** Fewer neighbours say nothing about the camera. */
const LEAST_PAIRS = 4;
const ROUNDS = 3;
/** A pair is near: within this many heights, and heights differing by no more than this factor. */
const REACH = 1;
const HEIGHTS = 1.4;
/** The shift is believed where it leaves at most this share of the distance. */
const BELIEVED = 0.6;

/**
 * How far everything has moved together beyond what was expected: a camera that starts or stops panning, seen from the people alone. Robust: median
 * over mutual nearest neighbours, repeated from where the last round ended.
 * @returns the shift in pixels, or undefined where people do not agree on one
 */
export function commonShift(expected: readonly Box[], seen: readonly Box[]): Point | undefined {
  if (expected.length < LEAST_PAIRS || seen.length < LEAST_PAIRS) return undefined;
  const shift = { x: 0, y: 0 };
  const before = neighbours(expected, seen, shift);
  let pairs = before;
  for (let round = 0; round < ROUNDS && pairs.length >= LEAST_PAIRS; round++) {
    shift.x += median(pairs.map((p) => p.x));
    shift.y += median(pairs.map((p) => p.y));
    pairs = neighbours(expected, seen, shift);
  }
  if (pairs.length < Math.max(LEAST_PAIRS, before.length)) return undefined;
  return distance(pairs) <= BELIEVED * distance(before) ? shift : undefined;
}

interface Pair extends Point {
  /** Square of the distance in heights. */
  readonly away: number;
}

/** Offsets between boxes that are each other's nearest, after shifting the expected ones. */
function neighbours(expected: readonly Box[], seen: readonly Box[], shift: Point): Pair[] {
  const nearest = seen.map(() => ({ of: -1, away: REACH * REACH }));
  const pairs = expected.map((e, i) => {
    const best = { at: -1, x: 0, y: 0, away: REACH * REACH };
    const reach = REACH * e.height;
    const fromX = e.x + e.width / 2 + shift.x;
    const fromY = e.y + e.height / 2 + shift.y;
    for (const [j, s] of seen.entries()) {
      const x = s.x + s.width / 2 - fromX;
      const y = s.y + s.height / 2 - fromY;
      if (Math.abs(x) > reach || Math.abs(y) > reach || s.height > e.height * HEIGHTS || e.height > s.height * HEIGHTS) continue;
      const away = (x * x + y * y) / (e.height * e.height);
      if (away < best.away) Object.assign(best, { at: j, x, y, away });
      if (away < nearest[j].away) nearest[j] = { of: i, away };
    }
    return best;
  });
  return pairs.filter((p, i) => p.at >= 0 && nearest[p.at].of === i);
}

/** Median distance in heights. */
function distance(pairs: readonly Pair[]): number {
  return Math.sqrt(median(pairs.map((p) => p.away)));
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1];
}
