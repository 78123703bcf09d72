import { drawCard } from '../card.js';
import type { GraphicEnvironment } from '../graphic.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { capitals } from '../roster.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import { BOARD } from './row.js';

/** The board's title. */
export class BoardHead {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #card = takeGraphics();
  readonly #title: Label;
  #drawn = '';

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#part = new Part(`${env.id}/head`);
    this.#title = new Label(env.text);
    this.#part.view.addChild(this.#card, this.#title.view);
  }

  draw(title: string, x: number, y: number, width: number, alpha: number): Part {
    const { px, unit, colours } = this.#env.theme;
    const height = px(BOARD.headHeight);
    this.#part.place(x, y, width, height);
    const drawn = `${title}|${width}|${alpha.toFixed(3)}`;
    if (drawn === this.#drawn) return this.#part;
    this.#drawn = drawn;
    this.#part.touch();
    this.#part.view.alpha = alpha;
    const style: TextStyle = { weight: 800, sizePx: px(24), colour: colours.text, spacingPx: 0.8 * unit };
    const left = px(BOARD.pad);
    const text = this.#env.text.fit(this.#env.text.clean(capitals(title)), style, width - 2 * left);
    const g = this.#card.clear();
    drawCard(g, this.#env.theme, { x: 0, y: 0, width, height, alpha: 0.94, fill: colours.cardSoft, shadow: false });
    g.rect(0, height - px(3), width, px(3)).fill({ color: colours.accent });
    this.#title.set(text, style, left, baselineFor((height - px(3)) / 2, style.sizePx));
    return this.#part;
  }

  destroy(): void {
    this.#title.destroy();
    this.#part.destroy();
  }
}
