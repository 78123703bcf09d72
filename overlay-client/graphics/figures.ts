import { Container, Sprite, Texture } from 'pixi.js';
import { bleed, type TextPainter, type TextStyle } from './text.js';

/** Width of figures set with {@link Figures}, whole pixels. */
export function figuresWidth(painter: TextPainter, text: string, style: TextStyle): number {
  let width = 0;
  for (const character of text) width += painter.figure(character, style).advance;
  return width;
}

/** Running numbers in fixed-width figures: a change draws no new text, it only puts other pictures in place. */
export class Figures {
  readonly view = new Container();
  readonly #painter: TextPainter;
  #drawn = '';

  constructor(painter: TextPainter) {
    this.#painter = painter;
  }

  /** Sets the text flush with `right` and on `baseline`, whole local pixels. @returns true when anything changed. */
  setRight(text: string, style: TextStyle, right: number, baseline: number): boolean {
    return this.set(text, style, right - figuresWidth(this.#painter, text, style), baseline);
  }

  /** Sets the text from `left` on. @returns true when anything changed. */
  set(text: string, style: TextStyle, left: number, baseline: number): boolean {
    const drawn = `${text} ${style.weight} ${style.sizePx} ${style.colour} ${left} ${baseline}`;
    if (drawn === this.#drawn) return false;
    this.#drawn = drawn;
    const characters = [...text];
    while (this.view.children.length < characters.length) this.view.addChild(new Sprite(Texture.EMPTY));
    let x = Math.round(left);
    for (const [i, child] of this.view.children.entries()) {
      const character = characters[i];
      child.visible = character !== undefined && character !== ' ';
      if (character === undefined || !(child instanceof Sprite)) continue;
      const { texture, advance } = this.#painter.figure(character, style);
      const inset = /[0-9]/.test(character) ? Math.round((advance - this.#painter.width(character, style)) / 2) : 0;
      child.texture = texture;
      child.position.set(x + inset - bleed(style), Math.round(baseline) - style.sizePx);
      x += advance;
    }
    return true;
  }

  destroy(): void {
    this.view.destroy({ children: true });
  }
}
