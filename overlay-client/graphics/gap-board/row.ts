import { Figures } from '../figures.js';
import type { GraphicEnvironment } from '../graphic.js';
import { clamp, easeInOut } from '../motion.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { capitals, type Who } from '../roster.js';
import { isRightToLeft } from '../script.js';
import { MOVE_US } from '../steady-order.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import { CARD_ALPHA, surfaceOn, type Theme } from '../theme.js';

const ENTER_US = 250_000;

/** The board's measures, design units. */
export const BOARD = {
  rowHeight: 38,
  rowGap: 2,
  headHeight: 44,
  rank: 42,
  bar: 6,
  name: 236,
  seconds: 92,
  metres: 88,
  split: 96,
  pad: 12,
} as const;

export interface RowContent {
  readonly rank: number;
  readonly who: Who;
  /** '' where not known or not wanted. */
  readonly seconds: string;
  readonly metres: string;
  /** Time at the last intermediate mark. */
  readonly split: string;
  readonly leader: boolean;
}

export interface RowColumns {
  readonly seconds: boolean;
  readonly metres: boolean;
  /** How far the column of intermediate times has come out, 0 to 1. */
  readonly split: number;
}

/** Left and right part of a row: only the right one, the running gap, is drawn often. */
export class BoardRow {
  readonly #theme: Theme;
  readonly #env: GraphicEnvironment;
  readonly #left: Part;
  readonly #right: Part;
  readonly #leftCard = takeGraphics();
  readonly #rightCard = takeGraphics();
  readonly #rank: Figures;
  readonly #name: Label;
  readonly #seconds: Figures;
  readonly #metres: Figures;
  readonly #split: Figures;
  #fromY: number | undefined;
  #toY = 0;
  #movedAtUs = 0;
  readonly #bornAtUs: number;
  #leftDrawn = '';
  #rightDrawn = '';
  #content: RowContent | undefined;

  constructor(env: GraphicEnvironment, key: string, nowUs: number, fadeIn: boolean) {
    this.#env = env;
    this.#theme = env.theme;
    this.#left = new Part(`${env.id}/${key}/name`);
    this.#right = new Part(`${env.id}/${key}/gap`);
    this.#rank = new Figures(env.text);
    this.#name = new Label(env.text);
    this.#seconds = new Figures(env.text);
    this.#metres = new Figures(env.text);
    this.#split = new Figures(env.text);
    this.#left.view.addChild(this.#leftCard, this.#rank.view, this.#name.view);
    this.#right.view.addChild(this.#rightCard, this.#seconds.view, this.#metres.view, this.#split.view);
    this.#bornAtUs = fadeIn ? nowUs : nowUs - ENTER_US;
  }

  /** Sends the row to a place; it slides there from where it is. */
  moveTo(y: number, nowUs: number): void {
    if (this.#fromY === undefined) this.#fromY = y;
    else if (y !== this.#toY) this.#fromY = this.y(nowUs);
    else return;
    this.#toY = y;
    this.#movedAtUs = nowUs;
  }

  /** Puts the row to a place without sliding. */
  put(y: number): void {
    this.#fromY = y;
    this.#toY = y;
  }

  /** Top edge at a media time, whole pixels. */
  y(nowUs: number): number {
    const from = this.#fromY ?? this.#toY;
    return Math.round(from + (this.#toY - from) * easeInOut((nowUs - this.#movedAtUs) / MOVE_US));
  }

  isMovingUp(nowUs: number): boolean {
    return nowUs - this.#movedAtUs < MOVE_US && this.#toY < (this.#fromY ?? this.#toY);
  }

  update(content: RowContent): void {
    this.#content = content;
  }

  draw(x: number, columns: RowColumns, nowUs: number, presence: number): Part[] {
    const content = this.#content;
    if (!content) return [];
    const alpha = presence * clamp((nowUs - this.#bornAtUs) / ENTER_US, 0, 1);
    if (alpha <= 0) return [];
    const { px } = this.#theme;
    const y = this.y(nowUs);
    const height = px(BOARD.rowHeight);
    const leftWidth = px(BOARD.rank) + px(BOARD.bar) + px(BOARD.name);
    const rightWidth = gapWidth(this.#theme, columns);
    this.#left.place(x, y, leftWidth, height);
    this.#drawLeft(content, leftWidth, height, alpha);
    if (rightWidth === 0) return [this.#left];
    this.#right.place(x + leftWidth, y, rightWidth, height);
    this.#drawRight(content, columns, rightWidth, height, alpha);
    return [this.#left, this.#right];
  }

  #drawLeft({ rank, who, leader }: RowContent, width: number, height: number, alpha: number): void {
    const { px, colours } = this.#theme;
    const drawn = `${rank}|${who.name}|${who.shortName}|${who.colour}|${leader}|${alpha.toFixed(3)}`;
    if (drawn === this.#leftDrawn) return;
    this.#leftDrawn = drawn;
    this.#left.touch();
    this.#left.view.alpha = alpha;
    const nameStyle: TextStyle = { weight: 700, sizePx: px(25), colour: colours.text, spacingPx: 0.3 * this.#theme.unit };
    const nameLeft = px(BOARD.rank) + px(BOARD.bar) + px(BOARD.pad);
    const name = this.#env.text.fit(nameOn(this.#env, who, nameStyle, width - nameLeft - px(6)), nameStyle, width - nameLeft - px(6));
    const rankStyle: TextStyle = { weight: 800, sizePx: px(26), colour: leader ? colours.onAccent : colours.text };
    const g = this.#leftCard.clear();
    g.rect(0, 0, width, height).fill({ color: colours.card, alpha: CARD_ALPHA });
    g.rect(0, 0, px(BOARD.rank), height).fill(leader ? { color: colours.accent } : { color: colours.cardSoft, alpha: 0.9 });
    g.rect(px(BOARD.rank), 0, px(BOARD.bar), height).fill({ color: surfaceOn(who.colour, colours) });
    const rankText = String(rank);
    const rankWidth = this.#env.text.width(rankText, rankStyle);
    this.#rank.set(rankText, rankStyle, Math.round((px(BOARD.rank) - rankWidth) / 2), baselineFor(height / 2, rankStyle.sizePx));
    const atRight = isRightToLeft(name) ? width - px(6) - Math.ceil(this.#env.text.width(name, nameStyle)) : nameLeft;
    this.#name.set(name, nameStyle, atRight, baselineFor(height / 2, nameStyle.sizePx));
  }

  #drawRight({ seconds, metres, split, leader }: RowContent, columns: RowColumns, width: number, height: number, alpha: number): void {
    const drawn = [seconds, metres, split, leader, columns.seconds, columns.metres, width, alpha.toFixed(3)].join('|');
    if (drawn === this.#rightDrawn) return;
    this.#rightDrawn = drawn;
    const { px, colours } = this.#theme;
    this.#right.touch();
    this.#right.view.alpha = alpha;
    const strong: TextStyle = { weight: 700, sizePx: px(25), colour: leader ? colours.accentText : colours.text };
    const soft: TextStyle = { weight: 500, sizePx: px(22), colour: colours.muted };
    const g = this.#rightCard.clear();
    g.rect(0, 0, width, height).fill({ color: colours.card, alpha: CARD_ALPHA });
    let right = width - px(BOARD.pad);
    const isOut = columns.split === 1;
    this.#split.setRight(isOut ? split : '', { ...strong, weight: 500 }, right, baselineFor(height / 2, strong.sizePx));
    right -= splitWidth(this.#theme, columns);
    this.#metres.setRight(columns.metres ? metres : '', columns.seconds ? soft : strong, right, baselineFor(height / 2, strong.sizePx));
    if (columns.metres) right -= px(BOARD.metres);
    this.#seconds.setRight(columns.seconds ? seconds : '', strong, right, baselineFor(height / 2, strong.sizePx));
  }

  destroy(): void {
    this.#rank.destroy();
    this.#name.destroy();
    this.#seconds.destroy();
    this.#metres.destroy();
    this.#split.destroy();
    this.#left.destroy();
    this.#right.destroy();
  }
}

/** Whole name where it fits, else the short form. */
function nameOn(env: GraphicEnvironment, who: Who, style: TextStyle, maxWidth: number): string {
  const whole = env.text.clean(capitals(who.name));
  return env.text.width(whole, style) <= maxWidth ? whole : env.text.clean(capitals(who.shortName));
}

function splitWidth(theme: Theme, { split }: RowColumns): number {
  return Math.round(theme.px(BOARD.split) * split);
}

export function gapWidth(theme: Theme, columns: RowColumns): number {
  const wanted =
    (columns.seconds ? theme.px(BOARD.seconds) : 0) + (columns.metres ? theme.px(BOARD.metres) : 0) + splitWidth(theme, columns);
  return wanted === 0 ? 0 : wanted + theme.px(BOARD.pad);
}
