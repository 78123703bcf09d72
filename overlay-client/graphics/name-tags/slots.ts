import type { Box, Point } from '../../../protocol/index.js';
import { attachPoint, clampInto, segmentHits, segmentsCross, tooClose } from '../rects.js';

/** A place a card may take, as an offset of its centre from the subject's head (or from the edge of the picture it left by). */
export interface Slot {
  readonly dx: number;
  readonly dy: number;
  /** How much this place is disliked by itself, pixels of distance. */
  readonly cost: number;
}

export type Side = 'inside' | 'left' | 'right' | 'top' | 'bottom';

/** A card that has its place: other cards keep clear of it. */
export interface Placed {
  readonly box: Box;
  readonly head: Point;
  readonly hasStem: boolean;
}

const LEVELS = 7;

/** Places to try, in design order: straight above first, then higher, beside, below. */
export function slotsFor(side: Side, width: number, height: number, unit: number): Slot[] {
  const slots: Slot[] = [];
  const pitch = height + 8 * unit;
  if (side !== 'inside') {
    const upright = side === 'left' || side === 'right';
    for (let i = 0; i <= 10; i++) {
      for (const sign of i === 0 ? [1] : [1, -1]) {
        const along = i * sign * (upright ? pitch : width * 0.55);
        slots.push({ dx: upright ? 0 : along, dy: upright ? along : 0, cost: Math.abs(along) });
      }
    }
    return slots;
  }
  const rise = height / 2 + 34 * unit;
  for (let level = 0; level < LEVELS; level++) {
    for (const share of [0, 0.45, -0.45, 0.9, -0.9, 1.4, -1.4]) {
      const dx = share * width;
      slots.push({ dx, dy: -rise - level * pitch, cost: Math.abs(dx) * 0.8 + level * pitch * 0.75 });
    }
  }
  for (const sign of [1, -1]) {
    const dx = sign * (width / 2 + 44 * unit);
    slots.push({ dx, dy: 0, cost: width * 0.6 + 60 * unit });
    slots.push({ dx, dy: pitch, cost: width * 0.6 + 110 * unit });
    slots.push({ dx: dx * 1.4, dy: 3 * pitch, cost: width * 0.9 + 220 * unit });
  }
  return slots;
}

export interface SlotContext {
  readonly width: number;
  readonly height: number;
  readonly anchor: Point;
  readonly side: Side;
  readonly safe: Box;
  readonly unit: number;
  /** Gap between cards. */
  readonly gap: number;
  readonly placed: readonly Placed[];
  readonly keepOut: readonly Box[];
  /** Boxes of everyone in the picture: better not covered, least of all at the top, where the head is. */
  readonly bodies: readonly Box[];
}

export function boxAt(context: Pick<SlotContext, 'width' | 'height' | 'anchor' | 'safe'>, slot: Slot): Box {
  const { width, height, anchor, safe } = context;
  return clampInto({ x: anchor.x + slot.dx - width / 2, y: anchor.y + slot.dy - height / 2, width, height }, safe);
}

/** True when a place would put a card on another one, or on a graphic that stands there. */
export function isTaken(context: SlotContext, box: Box): boolean {
  return (
    context.placed.some((other) => tooClose(box, other.box, context.gap)) ||
    context.keepOut.some((other) => tooClose(box, other, context.gap))
  );
}

/** How good a free place is, in pixels of distance; lower is better. */
export function slotCost(context: SlotContext, slot: Slot, box: Box): number {
  const { anchor, unit } = context;
  const pushed = Math.hypot(box.x + box.width / 2 - anchor.x - slot.dx, box.y + box.height / 2 - anchor.y - slot.dy);
  let cost = slot.cost + pushed;
  for (const body of context.bodies) cost += coverCost(box, body) * unit;
  if (context.side !== 'inside') return cost;
  const from = attachPoint(box, anchor);
  for (const other of context.placed) {
    if (segmentHits(from, anchor, other.box)) cost += 90 * unit;
    if (!other.hasStem) continue;
    const start = attachPoint(other.box, other.head);
    if (segmentsCross(from, anchor, start, other.head)) cost += 160 * unit;
    if (segmentHits(start, other.head, box)) cost += 90 * unit;
  }
  return cost;
}

/** Dislike of covering a subject, design units: all of it for the head, less for the rest. */
function coverCost(card: Box, body: Box): number {
  const wide = Math.min(card.x + card.width, body.x + body.width) - Math.max(card.x, body.x);
  const headHeight = body.height * 0.3;
  const head = Math.min(card.y + card.height, body.y + headHeight) - Math.max(card.y, body.y);
  const rest = Math.min(card.y + card.height, body.y + body.height) - Math.max(card.y, body.y + headHeight);
  if (wide <= 0) return 0;
  return head > 0 ? 130 : rest > 0 ? 60 : 0;
}
