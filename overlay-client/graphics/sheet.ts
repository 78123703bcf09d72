import { Container, type Graphics } from 'pixi.js';
import type { Box } from '../../protocol/index.js';
import { type CardLook, drawCard, shadowRoom } from './card.js';
import { Figures, figuresWidth } from './figures.js';
import type { GraphicEnvironment } from './graphic.js';
import { Part } from './part.js';
import { releaseGraphics, takeGraphics } from './pool.js';
import { capitals } from './roster.js';
import { isRightToLeft } from './script.js';
import { baselineFor, Label, type TextStyle } from './text.js';
import type { Theme } from './theme.js';

/** `start` is the edge a text is read from. */
export type Align = 'start' | 'left' | 'centre' | 'right';

/** Writes and draws on a {@link Sheet}, in whole pixels from the card's top-left corner. */
export interface Pen {
  /** Shapes; they lie under the writing. */
  readonly g: Graphics;
  readonly theme: Theme;
  card(look: CardLook): void;
  /**
   * One line of text as it was typed in, cleaned and cut to its column.
   * @param align `start` is the edge the text is read from: the right one for Hebrew and Arabic.
   * @returns width of what was written.
   */
  text(text: string, style: TextStyle, left: number, right: number, centreY: number, align?: Align): number;
  /** Running figures, always read from the left. @param at the edge, or the middle, they are set to. @returns their width. */
  figures(text: string, style: TextStyle, at: number, centreY: number, align?: Exclude<Align, 'start'>): number;
}

/**
 * A part with a card's shadow room around it, drawn by a function that is called only when what it shows has changed: texts and figures
 * that stay are not drawn again.
 */
export class Sheet implements Pen {
  readonly g: Graphics;
  readonly theme: Theme;
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #labels: Label[] = [];
  readonly #figures: Figures[] = [];
  readonly #inside = new Container();
  #drawn = '';
  #labelsUsed = 0;
  #figuresUsed = 0;

  /** @param name of the part within the graphic. */
  constructor(env: GraphicEnvironment, name: string) {
    this.#env = env;
    this.theme = env.theme;
    this.g = takeGraphics();
    this.#part = new Part(`${env.id}/${name}`);
    const room = shadowRoom(env.theme);
    this.#inside.position.set(room, room);
    this.#inside.addChild(this.g);
    this.#part.view.addChild(this.#inside);
  }

  /**
   * @param box the card, shadow left out, whole picture pixels.
   * @param content everything that `paint` goes by, as text.
   */
  draw(box: Box, content: string, opacity: number, paint: (pen: Pen, box: Box) => void): Part {
    const room = shadowRoom(this.theme);
    this.#part.place(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
    const drawn = `${box.width}x${box.height}|${opacity.toFixed(3)}|${content}`;
    if (drawn === this.#drawn) return this.#part;
    this.#drawn = drawn;
    this.#part.touch();
    this.#part.view.alpha = opacity;
    this.g.clear();
    this.#labelsUsed = 0;
    this.#figuresUsed = 0;
    paint(this, box);
    for (let i = this.#labelsUsed; i < this.#labels.length; i++) this.#labels[i]!.view.visible = false;
    for (let i = this.#figuresUsed; i < this.#figures.length; i++) this.#figures[i]!.view.visible = false;
    return this.#part;
  }

  card(look: CardLook): void {
    drawCard(this.g, this.theme, look);
  }

  text(text: string, style: TextStyle, left: number, right: number, centreY: number, align: Align = 'start'): number {
    const painter = this.#env.text;
    const fitted = painter.fit(painter.clean(text), style, right - left);
    const width = Math.ceil(painter.width(fitted, style));
    const atRight = align === 'right' || (align === 'start' && isRightToLeft(fitted));
    const x = align === 'centre' ? (left + right - width) / 2 : atRight ? right - width : left;
    let label = this.#labels[this.#labelsUsed++];
    if (!label) {
      label = new Label(painter);
      this.#labels.push(label);
      this.#inside.addChild(label.view);
    }
    label.view.visible = true;
    label.set(fitted, style, x, baselineFor(centreY, style.sizePx));
    return width;
  }

  figures(text: string, style: TextStyle, at: number, centreY: number, align: Exclude<Align, 'start'> = 'left'): number {
    const width = figuresWidth(this.#env.text, text, style);
    let figures = this.#figures[this.#figuresUsed++];
    if (!figures) {
      figures = new Figures(this.#env.text);
      this.#figures.push(figures);
      this.#inside.addChild(figures.view);
    }
    figures.view.visible = true;
    figures.set(
      text,
      style,
      Math.round(align === 'left' ? at : align === 'right' ? at - width : at - width / 2),
      baselineFor(centreY, style.sizePx),
    );
    return width;
  }

  destroy(): void {
    for (const label of this.#labels) label.destroy();
    for (const figures of this.#figures) figures.destroy();
    releaseGraphics(this.g);
    this.#part.destroy();
  }
}

/** The head of a card: its title on a soft background, underlined in the look's strong colour. @param right end of the room for the title. */
export function heading(pen: Pen, title: string, width: number, height: number, right = width): void {
  const { px, unit, colours } = pen.theme;
  const style: TextStyle = { weight: 800, sizePx: px(24), colour: colours.text, spacingPx: 0.8 * unit };
  pen.g.rect(0, 0, width, height).fill({ color: colours.cardSoft, alpha: 0.94 });
  pen.g.rect(0, height - px(3), width, px(3)).fill({ color: colours.accent });
  pen.text(capitals(title), style, px(12), right - px(12), (height - px(3)) / 2);
}
