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
  const [from, to] = [columns(expected), columns(seen)];
  const shift = { x: 0, y: 0 };
  const before = neighbours(from, to, shift);
  let pairs = before;
  for (let round = 0; round < ROUNDS && pairs.length >= LEAST_PAIRS; round++) {
    shift.x += median(pairs.map((p) => p.x));
    shift.y += median(pairs.map((p) => p.y));
    pairs = neighbours(from, to, shift);
  }
  if (pairs.length < Math.max(LEAST_PAIRS, before.length)) return undefined;
  return distance(pairs) <= BELIEVED * distance(before) ? shift : undefined;
}

/** Boxes as columns of numbers: every pair is looked at, several times a frame. */
interface Columns {
  readonly x: Float64Array;
  readonly y: Float64Array;
  readonly height: Float64Array;
}

function columns(boxes: readonly Box[]): Columns {
  return {
    x: Float64Array.from(boxes, (b) => b.x + b.width / 2),
    y: Float64Array.from(boxes, (b) => b.y + b.height / 2),
    height: Float64Array.from(boxes, (b) => b.height),
  };
}

interface Pair extends Point {
  /** Square of the distance in heights. */
  readonly away: number;
}

/** Offsets between boxes that are each other's nearest, after shifting the expected ones. */
function neighbours(expected: Columns, seen: Columns, shift: Point): Pair[] {
  const seenBest = new Float64Array(seen.x.length).fill(REACH * REACH);
  const seenMate = new Int32Array(seen.x.length).fill(-1);
  const bests = new Float64Array(expected.x.length).fill(REACH * REACH);
  const mates = new Int32Array(expected.x.length).fill(-1);
  for (let i = 0; i < mates.length; i++) {
    const height = expected.height[i];
    const [fromX, fromY] = [expected.x[i] + shift.x, expected.y[i] + shift.y];
    const [reach, tallest, shortest] = [REACH * height, height * HEIGHTS, height / HEIGHTS];
    for (let j = 0; j < seenMate.length; j++) {
      const x = seen.x[j] - fromX;
      if (x > reach || x < -reach) continue;
      const y = seen.y[j] - fromY;
      if (y > reach || y < -reach || seen.height[j] > tallest || seen.height[j] < shortest) continue;
      const away = (x * x + y * y) / (height * height);
      if (away < bests[i]) {
        bests[i] = away;
        mates[i] = j;
      }
      if (away < seenBest[j]) {
        seenBest[j] = away;
        seenMate[j] = i;
      }
    }
  }
  const pairs: Pair[] = [];
  for (const [i, j] of mates.entries()) {
    if (j < 0 || seenMate[j] !== i) continue;
    pairs.push({ x: seen.x[j] - expected.x[i] - shift.x, y: seen.y[j] - expected.y[i] - shift.y, away: bests[i] });
  }
  return pairs;
}

/** Median distance in heights. */
function distance(pairs: readonly Pair[]): number {
  return Math.sqrt(median(pairs.map((p) => p.away)));
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1];
}
