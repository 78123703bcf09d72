import { type Box, type MediaTimeUs, type Point, US_PER_SECOND } from '../../../protocol/index.js';
import { Follower, slacken } from '../motion.js';
import { clampInto, tooClose } from '../rects.js';
import { boxAt, isTaken, type Placed, type Side, type Slot, type SlotContext, slotCost, slotsFor } from './slots.js';

/** A card that wants a place. */
export interface TagRequest {
  readonly key: string;
  /** Where its subject is: the top of the head, or the point where it left the picture; continuous picture pixels. */
  readonly anchor: Point;
  /** The subject's box, picture pixels. */
  readonly body: Box;
  readonly side: Side;
  /** Size of the card, whole pixels. */
  readonly width: number;
  readonly height: number;
}

/** A card that has one. */
export interface TagPlace {
  readonly key: string;
  /** Whole picture pixels; never on another card, never outside the safe area. */
  readonly box: Box;
  readonly side: Side;
  /** Media time since which it has stood there without a break. */
  readonly sinceUs: MediaTimeUs;
}

interface Tag {
  request: TagRequest;
  held: Point;
  velocity: Point;
  slot: Slot;
  slotSinceUs: MediaTimeUs;
  x: Follower;
  y: Follower;
  box: Box;
  /** Media time since which the card has room; undefined while it has none and is not shown. */
  roomSinceUs: MediaTimeUs | undefined;
}

const SLACK = 5;
const SETTLE_S = 0.45;
const REVIEW_EVERY_US = 250_000;
/** A better place must be better by this much, and the old one have stood this long, before a card moves to it. */
const GAIN = 60;
const STAY_US = 900_000;
const VELOCITY_S = 0.12;
const PUSHES = 10;

/**
 * Places cards beside their subjects: each in a free slot that it keeps while it can, moved without jumps or jitter, never overlapping.
 * Requests earlier in the list have the first claim. Advance it once a frame.
 */
export class TagLayout {
  readonly #safe: Box;
  readonly #unit: number;
  readonly #gap: number;
  readonly #tags = new Map<string, Tag>();
  #reviewedAtUs = Number.NEGATIVE_INFINITY;

  constructor(safe: Box, unit: number) {
    this.#safe = safe;
    this.#unit = unit;
    this.#gap = Math.max(2, Math.round(5 * unit));
  }

  advance(requests: readonly TagRequest[], keepOut: readonly Box[], nowUs: MediaTimeUs, elapsedUs: number): TagPlace[] {
    const bodies = requests.filter((request) => request.side === 'inside').map((request) => request.body);
    const review = nowUs - this.#reviewedAtUs >= REVIEW_EVERY_US;
    if (review) this.#reviewedAtUs = nowUs;
    const wanted = new Set(requests.map((request) => request.key));
    for (const key of this.#tags.keys()) if (!wanted.has(key)) this.#tags.delete(key);

    const placed: Placed[] = [];
    const tags: Tag[] = [];
    for (const request of requests) {
      const tag = this.#follow(request, elapsedUs);
      const context: SlotContext = {
        ...{ width: request.width, height: request.height, anchor: tag?.held ?? request.anchor, side: request.side },
        ...{ safe: this.#safe, unit: this.#unit, gap: this.#gap, placed, keepOut, bodies },
      };
      const settled = tag ? this.#choose(tag, context, nowUs, review) : this.#enter(request, context, nowUs);
      placed.push({ box: boxAt(context, settled.slot), head: context.anchor, hasStem: request.side === 'inside' });
      tags.push(settled);
    }
    for (const [i, tag] of tags.entries()) this.#move(tag, placed[i]!.box, elapsedUs);
    separate(tags, keepOut, this.#safe, this.#gap);
    return this.#show(tags, keepOut, nowUs);
  }

  /** Dead zone around the anchor, and its velocity. */
  #follow(request: TagRequest, elapsedUs: number): Tag | undefined {
    const tag = this.#tags.get(request.key);
    if (!tag) return undefined;
    const sideChanged = tag.request.side !== request.side;
    tag.request = request;
    if (sideChanged) {
      tag.held = request.anchor;
      tag.velocity = { x: 0, y: 0 };
      tag.slotSinceUs = Number.NEGATIVE_INFINITY;
      tag.slot = { dx: 0, dy: 0, cost: Number.POSITIVE_INFINITY };
      return tag;
    }
    const slack = Math.max(2.5, SLACK * this.#unit);
    const held = { x: slacken(tag.held.x, request.anchor.x, slack), y: slacken(tag.held.y, request.anchor.y, slack) };
    const dt = elapsedUs / US_PER_SECOND;
    if (dt > 0) {
      const share = 1 - Math.exp(-dt / VELOCITY_S);
      tag.velocity = {
        x: tag.velocity.x + ((held.x - tag.held.x) / dt - tag.velocity.x) * share,
        y: tag.velocity.y + ((held.y - tag.held.y) / dt - tag.velocity.y) * share,
      };
    }
    tag.held = held;
    return tag;
  }

  #enter(request: TagRequest, context: SlotContext, nowUs: MediaTimeUs): Tag {
    const slot = bestSlot(context).slot;
    const box = boxAt(context, slot);
    const tag: Tag = {
      ...{ request, held: request.anchor, velocity: { x: 0, y: 0 }, slot, slotSinceUs: nowUs, box, roomSinceUs: undefined },
      x: new Follower(box.x, SETTLE_S),
      y: new Follower(box.y, SETTLE_S),
    };
    this.#tags.set(request.key, tag);
    return tag;
  }

  /** Keeps the slot while it is free and no clearly better one has been there for a while. */
  #choose(tag: Tag, context: SlotContext, nowUs: MediaTimeUs, review: boolean): Tag {
    const box = boxAt(context, tag.slot);
    const taken = !Number.isFinite(tag.slot.cost) || isTaken(context, box);
    if (!taken && (!review || nowUs - tag.slotSinceUs < STAY_US)) return tag;
    const best = bestSlot(context);
    const current = taken ? Number.POSITIVE_INFINITY : slotCost(context, tag.slot, box);
    if (best.cost < current - GAIN * this.#unit) {
      tag.slot = best.slot;
      tag.slotSinceUs = nowUs;
    }
    return tag;
  }

  #move(tag: Tag, target: Box, elapsedUs: number): void {
    const { width, height } = tag.request;
    // Where the safe area holds a card back, its subject's motion is not its own.
    const free = { x: tag.held.x + tag.slot.dx - width / 2, y: tag.held.y + tag.slot.dy - height / 2 };
    tag.x.step(target.x, free.x === target.x ? tag.velocity.x : 0, elapsedUs);
    tag.y.step(target.y, free.y === target.y ? tag.velocity.y : 0, elapsedUs);
    const box = clampInto({ x: tag.x.position, y: tag.y.position, width, height }, this.#safe);
    tag.box = { x: Math.round(box.x), y: Math.round(box.y), width, height };
  }

  /** The last word: what still overlaps after pushing is not shown, the later request first. */
  #show(tags: readonly Tag[], keepOut: readonly Box[], nowUs: MediaTimeUs): TagPlace[] {
    const shown: TagPlace[] = [];
    for (const tag of tags) {
      const blocked =
        !within(tag.box, this.#safe) ||
        shown.some((other) => tooClose(tag.box, other.box, 1)) ||
        keepOut.some((other) => tooClose(tag.box, other, 1));
      if (blocked) {
        tag.roomSinceUs = undefined;
        continue;
      }
      tag.roomSinceUs ??= nowUs;
      shown.push({ key: tag.request.key, box: tag.box, side: tag.request.side, sinceUs: tag.roomSinceUs });
    }
    return shown;
  }
}

function bestSlot(context: SlotContext): { slot: Slot; cost: number } {
  let best: { slot: Slot; cost: number } | undefined;
  const slots = slotsFor(context.side, context.width, context.height, context.unit);
  for (const slot of slots) {
    if (best && slot.cost >= best.cost) continue;
    const box = boxAt(context, slot);
    if (isTaken(context, box)) continue;
    const cost = slotCost(context, slot, box);
    if (!best || cost < best.cost) best = { slot, cost };
  }
  return best ?? { slot: slots[0]!, cost: Number.POSITIVE_INFINITY };
}

/** Pushes overlapping cards apart along the shorter way, until none overlap or the rounds are over; what was pushed stays pushed. */
function separate(tags: readonly Tag[], keepOut: readonly Box[], safe: Box, gap: number): void {
  for (let round = 0; round < PUSHES; round++) {
    let moved = false;
    for (let i = 0; i < tags.length; i++) {
      for (let j = i + 1; j < tags.length; j++) moved = pushApart(tags[i]!, tags[j]!, gap) || moved;
      for (const fixed of keepOut) moved = pushOut(tags[i]!, fixed, gap) || moved;
    }
    for (const tag of tags) tag.box = clampInto(tag.box, safe);
    if (!moved) return;
  }
}

function pushApart(a: Tag, b: Tag, gap: number): boolean {
  if (!tooClose(a.box, b.box, gap)) return false;
  const overX = Math.min(a.box.x + a.box.width, b.box.x + b.box.width) + gap - Math.max(a.box.x, b.box.x);
  const overY = Math.min(a.box.y + a.box.height, b.box.y + b.box.height) + gap - Math.max(a.box.y, b.box.y);
  if (overX < overY) {
    const sign = a.box.x + a.box.width / 2 <= b.box.x + b.box.width / 2 ? -1 : 1;
    nudge(a, (sign * Math.ceil(overX)) / 2, 0);
    nudge(b, (-sign * Math.ceil(overX)) / 2, 0);
  } else {
    const sign = a.box.y + a.box.height / 2 <= b.box.y + b.box.height / 2 ? -1 : 1;
    nudge(a, 0, (sign * Math.ceil(overY)) / 2);
    nudge(b, 0, (-sign * Math.ceil(overY)) / 2);
  }
  return true;
}

function pushOut(tag: Tag, fixed: Box, gap: number): boolean {
  if (!tooClose(tag.box, fixed, gap)) return false;
  const { box } = tag;
  const ways = [
    { dx: fixed.x + fixed.width + gap - box.x, dy: 0 },
    { dx: fixed.x - gap - box.width - box.x, dy: 0 },
    { dx: 0, dy: fixed.y + fixed.height + gap - box.y },
    { dx: 0, dy: fixed.y - gap - box.height - box.y },
  ].sort((p, q) => Math.hypot(p.dx, p.dy) - Math.hypot(q.dx, q.dy));
  nudge(tag, ways[0]!.dx, ways[0]!.dy);
  return true;
}

/** Moves the card and its motion, outward to whole pixels. */
function nudge(tag: Tag, dx: number, dy: number): void {
  const x = Math.sign(dx) * Math.ceil(Math.abs(dx));
  const y = Math.sign(dy) * Math.ceil(Math.abs(dy));
  tag.box = { ...tag.box, x: tag.box.x + x, y: tag.box.y + y };
  tag.x.shift(x);
  tag.y.shift(y);
}

function within(box: Box, room: Box): boolean {
  return box.x >= room.x && box.y >= room.y && box.x + box.width <= room.x + room.width && box.y + box.height <= room.y + room.height;
}
