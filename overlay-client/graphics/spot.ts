import type { Box, MediaTimeUs, Size } from '../../protocol/index.js';
import type { Moment } from './graphic.js';
import { easeInOut } from './motion.js';
import { choice } from './ograf.js';
import type { Theme } from './theme.js';

/** Where a card stands when nothing is in its way. */
export type Place = 'top-left' | 'top' | 'top-right' | 'left' | 'centre' | 'right' | 'bottom-left' | 'bottom' | 'bottom-right';

/** Across and down, 0 to 1. */
const ANCHORS: Readonly<Record<Place, readonly [number, number]>> = {
  'top-left': [0, 0],
  top: [0.5, 0],
  'top-right': [1, 0],
  left: [0, 0.5],
  centre: [0.5, 0.5],
  right: [1, 0.5],
  'bottom-left': [0, 1],
  bottom: [0.5, 1],
  'bottom-right': [1, 1],
};

/** The data field that chooses one. */
export function placeField(place: Place) {
  return choice('Place', {
    ...{ 'top-left': 'Top left', top: 'Top', 'top-right': 'Top right', left: 'Left', centre: 'Centre', right: 'Right' },
    ...{ 'bottom-left': 'Bottom left', bottom: 'Bottom', 'bottom-right': 'Bottom right' },
  }).default(place);
}

/**
 * The free place nearest to the wanted one: there itself, then on top of or under what stands there (away from the picture's edge), then
 * so at the other places, nearest first; where none is free, the place at which it hides least.
 * @param taken rectangles to leave free. @param safe where the card may stand. @param gap to leave between cards, pixels.
 */
export function freePlace(size: Size, place: Place, taken: readonly Box[], safe: Box, gap: number): Box {
  const [wantedX, wantedY] = ANCHORS[place];
  const anchors = Object.values(ANCHORS).sort(
    ([ax, ay], [bx, by]) => Math.hypot(ax - wantedX, ay - wantedY) - Math.hypot(bx - wantedX, by - wantedY),
  );
  for (const [shareX, shareY] of anchors) {
    let box = anchored(size, shareX, shareY, safe);
    // Each step passes one rectangle for good: no more of them than there are.
    for (let i = 0; i <= taken.length && isWithin(box, safe); i++) {
      const hit = taken.find((other) => overlap(box, other, gap));
      if (!hit) return box;
      box = { ...box, y: shareY === 1 ? Math.floor(hit.y - gap - size.height) : Math.ceil(hit.y + hit.height + gap) };
    }
  }
  const hidden = (box: Box): number => taken.reduce((sum, other) => sum + sharedArea(box, other), 0);
  return anchors.map(([x, y]) => anchored(size, x, y, safe)).reduce((best, box) => (hidden(box) < hidden(best) ? box : best));
}

function sharedArea(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.max(0, width) * Math.max(0, height);
}

function anchored({ width, height }: Size, shareX: number, shareY: number, safe: Box): Box {
  const x = safe.x + Math.round(Math.max(0, safe.width - width) * shareX);
  return { x, y: safe.y + Math.round(Math.max(0, safe.height - height) * shareY), width, height };
}

function isWithin(box: Box, safe: Box): boolean {
  return box.y >= safe.y && box.y + box.height <= safe.y + safe.height;
}

function overlap(a: Box, b: Box, gap: number): boolean {
  return a.x < b.x + b.width + gap && b.x < a.x + a.width + gap && a.y < b.y + b.height + gap && b.y < a.y + a.height + gap;
}

const MOVE_US = 400_000;

/** Where a card stands from frame to frame: it makes way for cards that stand before it, and then stays until it goes off. */
export class Spot {
  readonly #theme: Theme;
  #wanted = '';
  #tried = '';
  #from: Box | undefined;
  #to: Box | undefined;
  #movedAtUs = 0;

  constructor(theme: Theme) {
    this.#theme = theme;
  }

  /** Every frame once. @returns the card's rectangle, undefined while it is off. */
  advance(size: Size, place: Place, { frame, presence, cards }: Pick<Moment<unknown>, 'frame' | 'presence' | 'cards'>): Box | undefined {
    const now = frame.mediaTimeUs;
    if (presence <= 0) {
      this.#to = undefined;
      this.#from = undefined;
      return undefined;
    }
    const wanted = `${place} ${size.width}x${size.height}`;
    const tried = cards.map(({ x, y, width, height }) => `${x},${y},${width},${height}`).join(' ');
    const to = this.#to;
    const blocked = to !== undefined && tried !== this.#tried && cards.some((box) => overlap(to, box, 0));
    if (to === undefined || wanted !== this.#wanted || blocked) {
      this.#go(freePlace(size, place, cards, this.#theme.safe, this.#theme.px(8)), now);
    }
    this.#wanted = wanted;
    this.#tried = tried;
    return this.at(now);
  }

  #go(to: Box, now: MediaTimeUs): void {
    this.#from = this.at(now);
    this.#to = to;
    this.#movedAtUs = now;
  }

  /** The rectangle at a media time, on its way to where it will stand. */
  at(nowUs: MediaTimeUs): Box | undefined {
    const to = this.#to;
    const from = this.#from;
    if (!to || !from) return to;
    const share = easeInOut((nowUs - this.#movedAtUs) / MOVE_US);
    return { ...to, x: Math.round(from.x + (to.x - from.x) * share), y: Math.round(from.y + (to.y - from.y) * share) };
  }

  /** Where it is going to stand: what others should leave free. */
  keepOut(): readonly Box[] {
    return this.#to ? [this.#to] : [];
  }
}

/** A card comes in from the picture's edge nearest to where it stands. @returns where it is to be drawn. */
export function entering(box: Box, presence: number, theme: Theme): Box {
  const away = Math.round((1 - presence) * theme.px(40));
  const middle = box.x + box.width / 2 - theme.picture.width / 2;
  if (Math.abs(middle) > theme.picture.width * 0.12) return { ...box, x: box.x + Math.sign(middle) * away };
  return { ...box, y: box.y + (box.y + box.height / 2 < theme.picture.height / 2 ? -away : away) };
}
