import type { Box, Point } from '../../protocol/index.js';
import { clamp } from './motion.js';

/** Plane geometry of cards: picture pixels, y down. */

/** True when two boxes come nearer than `gap`. */
export function tooClose(a: Box, b: Box, gap: number): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

export function clampInto(box: Box, room: Box): Box {
  return {
    ...box,
    x: clamp(box.x, room.x, Math.max(room.x, room.x + room.width - box.width)),
    y: clamp(box.y, room.y, Math.max(room.y, room.y + room.height - box.height)),
  };
}

/** Where a stem leaves its card: the point of the card's edge that faces the subject, not too near a corner. */
export function attachPoint(card: Box, head: Point): Point {
  const inset = Math.min(card.width / 2, card.height * 0.6);
  if (head.y >= card.y + card.height) return { x: clamp(head.x, card.x + inset, card.x + card.width - inset), y: card.y + card.height };
  if (head.y <= card.y) return { x: clamp(head.x, card.x + inset, card.x + card.width - inset), y: card.y };
  return { x: head.x < card.x ? card.x : card.x + card.width, y: card.y + card.height / 2 };
}

/** True when segments a–b and c–d cross. */
export function segmentsCross(a: Point, b: Point, c: Point, d: Point): boolean {
  const side = (p: Point, q: Point, r: Point): number => (q.x - p.x) * (r.y - p.y) - (q.y - p.y) * (r.x - p.x);
  return side(a, b, c) * side(a, b, d) < 0 && side(c, d, a) * side(c, d, b) < 0;
}

/** True when a segment touches a box. */
export function segmentHits(a: Point, b: Point, box: Box): boolean {
  let from = 0;
  let to = 1;
  const limits = [
    [b.x - a.x, box.x - a.x, box.x + box.width - a.x],
    [b.y - a.y, box.y - a.y, box.y + box.height - a.y],
  ] as const;
  for (const [delta, low, high] of limits) {
    if (delta === 0) {
      if (low > 0 || high < 0) return false;
      continue;
    }
    from = Math.max(from, (delta > 0 ? low : high) / delta);
    to = Math.min(to, (delta > 0 ? high : low) / delta);
    if (from > to) return false;
  }
  return true;
}

/** Smallest box around points, x, y pairs. */
export function boxAround(points: readonly number[]): Box {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let i = 0; i + 1 < points.length; i += 2) {
    left = Math.min(left, points[i]!);
    right = Math.max(right, points[i]!);
    top = Math.min(top, points[i + 1]!);
    bottom = Math.max(bottom, points[i + 1]!);
  }
  return { x: left, y: top, width: right - left, height: bottom - top };
}

/** Smallest box of whole pixels around points, x, y pairs; without any its size is negative. */
export function wholePixels(points: readonly number[]): Box {
  const { x, y, width, height } = boxAround(points);
  const [left, top] = [Math.floor(x), Math.floor(y)];
  return { x: left, y: top, width: Math.ceil(x + width) - left, height: Math.ceil(y + height) - top };
}

/** Points, x, y pairs, as seen from a box's top-left corner. */
export function moved(points: readonly number[], { x, y }: Point): number[] {
  return points.map((value, i) => value - (i % 2 === 0 ? x : y));
}
