import type { Box } from '../../../protocol/index.js';
import { drawCard } from '../card.js';
import { Figures, figuresWidth } from '../figures.js';
import type { GraphicEnvironment } from '../graphic.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { capitals } from '../roster.js';
import { isRightToLeft } from '../script.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import { BOARD } from './row.js';

/** The board's title. */
export class BoardHead {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #card = takeGraphics();
  readonly #title: Label;
  readonly #mark: Figures;
  #drawn = '';

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#part = new Part(`${env.id}/head`);
    this.#title = new Label(env.text);
    this.#mark = new Figures(env.text);
    this.#part.view.addChild(this.#card, this.#title.view, this.#mark.view);
  }

  /** @param mark where the intermediate times are from, '' without. */
  draw(title: string, mark: string, { x, y, width }: Pick<Box, 'x' | 'y' | 'width'>, alpha: number): Part {
    const { px, unit, colours } = this.#env.theme;
    const height = px(BOARD.headHeight);
    this.#part.place(x, y, width, height);
    const drawn = `${title}|${mark}|${width}|${alpha.toFixed(3)}`;
    if (drawn === this.#drawn) return this.#part;
    this.#drawn = drawn;
    this.#part.touch();
    this.#part.view.alpha = alpha;
    const style: TextStyle = { weight: 800, sizePx: px(24), colour: colours.text, spacingPx: 0.8 * unit };
    const left = px(BOARD.pad);
    const markStyle: TextStyle = { weight: 700, sizePx: px(22), colour: colours.accentText };
    const taken = mark === '' ? 0 : figuresWidth(this.#env.text, mark, markStyle) + left;
    const text = this.#env.text.fit(this.#env.text.clean(capitals(title)), style, width - 2 * left - taken);
    const g = this.#card.clear();
    drawCard(g, this.#env.theme, { x: 0, y: 0, width, height, alpha: 0.94, fill: colours.cardSoft, shadow: false });
    g.rect(0, height - px(3), width, px(3)).fill({ color: colours.accent });
    const baseline = baselineFor((height - px(3)) / 2, style.sizePx);
    const titleWidth = Math.ceil(this.#env.text.width(text, style));
    this.#title.set(text, style, isRightToLeft(text) ? width - left - taken - titleWidth : left, baseline);
    this.#mark.setRight(mark, markStyle, width - left, baseline);
    return this.#part;
  }

  destroy(): void {
    this.#title.destroy();
    this.#mark.destroy();
    this.#part.destroy();
  }
}
