import type { Box, Point } from '../../protocol/index.js';
import type { Band } from './bands.js';
import { drawCard, shadowRoom } from './card.js';
import { Figures, figuresWidth } from './figures.js';
import type { GraphicEnvironment } from './graphic.js';
import { clamp, slacken } from './motion.js';
import { Part } from './part.js';
import { takeGraphics } from './pool.js';
import { tooClose } from './rects.js';
import { baselineFor, Label, type TextStyle } from './text.js';
import { readableOn } from './theme.js';

const HEIGHT = 36;
/** Words are cut beyond it: design units, and a share of the picture. */
const WORDS_MAX = 330;
const WORDS_SHARE = 0.4;
/** Chips, captions and figures of one card at most. */
const SEGMENTS_MAX = 4;
/** Heights at which a card may stand at its end of the line, nearest first. */
const LIFTS = [0, 1, -1, 2, -2, 3] as const;

/** Where a card stands: places above its own, negative below; at its own end of the line, or at the other. */
interface Place {
  readonly lift: number;
  readonly across: boolean;
}
const OWN: Place = { lift: 0, across: false };
/** Where a card may go that finds its place taken. */
const PLACES: readonly Place[] = [false, true].flatMap((across) => LIFTS.map((lift) => ({ lift, across })));

/** What a card says, from left to right: small capitals, running figures, or a word on a surface of the card's colour. */
export interface Segment {
  readonly kind: 'caption' | 'figures' | 'chip';
  readonly text: string;
  /** The theme's own when absent. */
  readonly colour?: string;
}

/** A small upright card at one end of a line on the ground. It stays inside the safe area, and does not tremble with the line. */
export class LineCard {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #card = takeGraphics();
  readonly #labels: readonly Label[];
  readonly #figures: readonly Figures[];
  #end: 'a' | 'b' | undefined;
  #above = false;
  #anchor: Point | undefined;
  /** The line's other end; undefined where the card stands over a place. */
  #across: Point | undefined;
  #segments: readonly Segment[] = [];
  #colour = '';
  #drawn = '';
  /** Not its own where others were there first. */
  #place = OWN;

  constructor(env: GraphicEnvironment, key: string) {
    this.#env = env;
    this.#part = new Part(key);
    this.#labels = Array.from({ length: SEGMENTS_MAX }, () => new Label(env.text));
    this.#figures = Array.from({ length: SEGMENTS_MAX }, () => new Figures(env.text));
    this.#part.view.addChild(this.#card, ...this.#labels.map(({ view }) => view), ...this.#figures.map(({ view }) => view));
  }

  /** @param segments at most four; none hides the card. @param colour of the bar at its left edge and of chips. */
  say(segments: readonly Segment[], colour: string): void {
    this.#colour = colour;
    this.#segments = segments.slice(0, SEGMENTS_MAX).map((segment) => this.#fitted(segment));
  }

  #fitted(segment: Segment): Segment {
    if (segment.kind === 'figures') return segment;
    const { theme, text } = this.#env;
    const most = Math.min(theme.px(WORDS_MAX), theme.safe.width * WORDS_SHARE);
    return { ...segment, text: text.fit(segment.text, this.#style(segment.kind, segment.colour), most) };
  }

  /** Stays at the end nearer to the camera, or the further one; changes sides only when the other one is clearly so. */
  follow(band: Band, end: 'near' | 'far'): void {
    const low = band.a.y >= band.b.y ? 'a' : 'b';
    const wanted = (end === 'near') === (low === 'a') ? 'a' : 'b';
    if (this.#end === undefined || Math.abs(band.a.y - band.b.y) > 60 * this.#env.theme.unit) this.#end = wanted;
    this.#above = end === 'far';
    const [own, other] = this.#end === 'a' ? [band.a, band.b] : [band.b, band.a];
    this.#anchor = this.#held(this.#anchor, own);
    this.#across = this.#held(this.#across, other);
  }

  /** Hangs over a place of the picture. */
  standOver(place: Point): void {
    this.#above = true;
    this.#anchor = this.#held(this.#anchor, place);
    this.#across = undefined;
  }

  #held(held: Point | undefined, place: Point): Point {
    const slack = 1.5 * this.#env.theme.unit;
    return held ? { x: slacken(held.x, place.x, slack), y: slacken(held.y, place.y, slack) } : place;
  }

  #style(kind: Segment['kind'], colour: string | undefined): TextStyle {
    const { theme } = this.#env;
    const { muted, text } = theme.colours;
    switch (kind) {
      case 'caption':
        return { weight: 700, sizePx: theme.px(17), colour: colour ?? muted, spacingPx: theme.px(1) };
      case 'figures':
        return { weight: 800, sizePx: theme.px(26), colour: colour ?? text };
      case 'chip':
        return { weight: 800, sizePx: theme.px(19), colour: readableOn(this.#colour), spacingPx: theme.px(1) };
    }
  }

  #width({ kind, text, colour }: Segment): number {
    const style = this.#style(kind, colour);
    if (kind === 'figures') return figuresWidth(this.#env.text, text, style);
    return Math.ceil(this.#env.text.width(text, style)) + (kind === 'chip' ? this.#env.theme.px(12) : 0);
  }

  /** Moves over or under what already stands there, or to the other end, and back once its own place is well clear. After `follow`, once a frame. */
  settle(taken: readonly Box[]): void {
    const room = this.#env.theme.px(4);
    const isFree = (place: Place, by: number): boolean => {
      const box = this.#box(place);
      return !box || taken.every((other) => !tooClose(box, other, by));
    };
    if (this.#place !== OWN && isFree(OWN, 3 * room)) this.#place = OWN;
    if (isFree(this.#place, room)) return;
    this.#place = PLACES.find((place) => isFree(place, room)) ?? OWN;
  }

  #box({ lift, across } = this.#place): Box | undefined {
    const { theme } = this.#env;
    const anchor = (across ? this.#across : undefined) ?? this.#anchor;
    if (this.#segments.length === 0 || !anchor) return undefined;
    const widths = this.#segments.map((segment) => this.#width(segment));
    const width = theme.px(16) + widths.reduce((sum, one) => sum + one, 0) + theme.px(9) * (widths.length - 1) + theme.px(11);
    const height = theme.px(HEIGHT);
    const { safe } = theme;
    const top = this.#above !== across ? anchor.y - theme.px(12) - height : anchor.y + theme.px(12);
    const x = clamp(Math.round(anchor.x - width / 2), safe.x, Math.max(safe.x, safe.x + safe.width - width));
    const y = clamp(Math.round(top) - lift * (height + theme.px(6)), safe.y, Math.max(safe.y, safe.y + safe.height - height));
    return { x, y, width, height };
  }

  draw(opacity: number): Part | undefined {
    const box = this.#box();
    if (!box || opacity <= 0) return undefined;
    const { theme } = this.#env;
    const room = shadowRoom(theme);
    this.#part.place(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
    const words = this.#segments.map(({ kind, text, colour = '' }) => `${kind} ${text} ${colour}`).join('|');
    const drawn = `${words} ${this.#colour} ${opacity.toFixed(3)}`;
    if (drawn === this.#drawn) return this.#part;
    this.#drawn = drawn;
    this.#part.touch();
    this.#part.view.alpha = opacity;
    this.#card.clear();
    drawCard(this.#card, theme, { x: room, y: room, width: box.width, height: box.height, bar: this.#colour });
    this.#set(room, box.height);
    return this.#part;
  }

  #set(room: number, height: number): void {
    const { theme } = this.#env;
    const centre = room + height / 2;
    let x = room + theme.px(16);
    for (const [i, label] of this.#labels.entries()) {
      const segment = this.#segments[i];
      const style = segment && this.#style(segment.kind, segment.colour);
      const isFigures = segment?.kind === 'figures';
      if (style && isFigures) this.#figures[i]?.set(segment.text, style, x, baselineFor(centre, style.sizePx));
      if (this.#figures[i]) this.#figures[i].view.visible = isFigures;
      label.view.visible = segment !== undefined && !isFigures;
      if (!segment || !style) continue;
      const width = this.#width(segment);
      if (segment.kind === 'chip') {
        this.#card.roundRect(x, room + theme.px(6), width, height - 2 * theme.px(6), theme.px(2)).fill({ color: this.#colour });
      }
      if (!isFigures) label.set(segment.text, style, x + (segment.kind === 'chip' ? theme.px(6) : 0), baselineFor(centre, style.sizePx));
      x += width + theme.px(9);
    }
  }

  keepOut(): readonly Box[] {
    const box = this.#box();
    return box ? [box] : [];
  }

  destroy(): void {
    for (const label of this.#labels) label.destroy();
    for (const figures of this.#figures) figures.destroy();
    this.#part.destroy();
  }
}
