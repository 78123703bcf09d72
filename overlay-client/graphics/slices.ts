import type { Box, Size } from '../../protocol/index.js';

/** Pixels that one more rectangle costs, in time. */
const SLICE_COST_PX = 1500;
const SLICES_MAX = 32;

/**
 * Disjoint whole-pixel rectangles inside (0, 0)–bounds that hold every one of `boxes`: the bounds cut across their longer side, each slice
 * as tall as what crosses it. For things that wind diagonally through a bounding box that is mostly empty.
 */
export function slices(boxes: readonly Box[], bounds: Size): Box[] {
  const upright = bounds.height > bounds.width;
  const length = upright ? bounds.height : bounds.width;
  const breadth = upright ? bounds.width : bounds.height;
  const wanted = Math.round(Math.sqrt((length * breadth) / SLICE_COST_PX));
  const count = Math.max(1, Math.min(SLICES_MAX, wanted, length));
  const low = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  for (const box of boxes) {
    const start = upright ? box.y : box.x;
    const end = start + (upright ? box.height : box.width);
    const from = upright ? box.x : box.y;
    const to = from + (upright ? box.width : box.height);
    for (let i = Math.max(0, sliceOf(start, length, count)); i <= Math.min(count - 1, sliceOf(end, length, count)); i++) {
      low[i] = Math.min(low[i]!, from);
      high[i] = Math.max(high[i]!, to);
    }
  }
  const out: Box[] = [];
  for (let i = 0; i < count; i++) {
    const start = cut(i, length, count);
    const size = cut(i + 1, length, count) - start;
    const from = Math.max(0, Math.floor(low[i]!));
    const across = Math.min(breadth, Math.ceil(high[i]!)) - from;
    if (size <= 0 || !(across > 0)) continue;
    out.push(upright ? { x: from, y: start, width: across, height: size } : { x: start, y: from, width: size, height: across });
  }
  return out;
}

function cut(index: number, length: number, count: number): number {
  return Math.round((length * index) / count);
}

/** Slice that holds a place, whichever way the cuts were rounded. */
function sliceOf(place: number, length: number, count: number): number {
  const guess = Math.floor((place / length) * count);
  for (const i of [guess - 1, guess, guess + 1]) if (place >= cut(i, length, count) && place < cut(i + 1, length, count)) return i;
  return guess;
}
