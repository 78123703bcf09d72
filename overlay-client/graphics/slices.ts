import type { Box, Size } from '../../protocol/index.js';
import { clamp } from './motion.js';

/** Pixels that one more rectangle costs, in time. */
const SLICE_COST_PX = 1000;
const SLICES_MAX = 32;
/** Soft edges may end this much further out than their outline, pixels. */
const EDGE = 0.125;

/**
 * Disjoint whole-pixel rectangles inside (0, 0)–bounds that hold every one of `outlines` (closed, x, y pairs): the bounds cut across their
 * longer side, each slice as tall as what crosses it. For things that wind diagonally through a bounding box that is mostly empty.
 */
export function slices(outlines: readonly (readonly number[])[], bounds: Size): Box[] {
  const upright = bounds.height > bounds.width;
  const length = upright ? bounds.height : bounds.width;
  const breadth = upright ? bounds.width : bounds.height;
  const wanted = Math.round(Math.sqrt((length * breadth) / SLICE_COST_PX));
  const count = Math.max(1, Math.min(SLICES_MAX, wanted, length));
  const low = new Float64Array(count).fill(Number.POSITIVE_INFINITY);
  const high = new Float64Array(count).fill(Number.NEGATIVE_INFINITY);
  const along = upright ? 1 : 0;
  for (const outline of outlines) {
    for (let i = 0; i + 1 < outline.length; i += 2) {
      const j = (i + 2) % outline.length;
      const [p, q] = outline[i + along]! <= outline[j + along]! ? [i, j] : [j, i];
      const [start, end] = [outline[p + along]!, outline[q + along]!];
      const [from, to] = [outline[p + 1 - along]!, outline[q + 1 - along]!];
      const across = (place: number): number => from + (to - from) * clamp((place - start) / (end - start), 0, 1);
      const last = Math.min(count - 1, sliceOf(end + EDGE, length, count));
      for (let k = Math.max(0, sliceOf(start - EDGE, length, count)); k <= last; k++) {
        const a = end > start ? across(cut(k, length, count) - EDGE) : from;
        const b = end > start ? across(cut(k + 1, length, count) + EDGE) : to;
        low[k] = Math.min(low[k]!, a - EDGE, b - EDGE);
        high[k] = Math.max(high[k]!, a + EDGE, b + EDGE);
      }
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
