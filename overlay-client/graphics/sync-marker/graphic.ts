import type { Box } from '../../../protocol/index.js';
import { Figures, figuresWidth } from '../figures.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { baselineFor, type TextStyle } from '../text.js';
import { BITS, GUARDS, type MarkerLayout, markerLayout } from './layout.js';
import type { SyncMarkerData } from './manifest.js';

const WHITE = '#ffffff';
const BLACK = '#000000';

/** Draws the frame's number; opaque, without animation: it is there to be read by a program. */
export class SyncMarker implements Graphic<SyncMarkerData> {
  readonly #part: Part;
  readonly #blocks = takeGraphics();
  readonly #figures: Figures;
  readonly #layout: MarkerLayout;
  readonly #style: TextStyle;
  readonly #width: number;
  readonly #textWidth: number;

  constructor(env: GraphicEnvironment) {
    this.#part = new Part(`${env.id}/marker`);
    this.#figures = new Figures(env.text);
    this.#layout = markerLayout(env.theme.picture);
    this.#style = { weight: 700, sizePx: Math.max(8, this.#layout.block * 2), colour: WHITE };
    this.#part.view.addChild(this.#blocks, this.#figures.view);
    this.#width = this.#layout.block * (BITS + 2 * GUARDS + 2);
    this.#textWidth = figuresWidth(env.text, '0'.repeat(10), this.#style) + this.#layout.block;
  }

  advance(): void {}

  draw({ frame, data, presence }: Moment<SyncMarkerData>): readonly Part[] {
    if (presence < 1) return [];
    const { block, x, y } = this.#layout;
    const height = block * 3;
    const width = this.#width + (data.text ? this.#textWidth : 0);
    this.#part.place(x - block, y - block, width, height);
    if (!this.#part.changed([frame.frameIndex, data.text ? 1 : 0])) return [this.#part];
    const g = this.#blocks.clear();
    g.rect(0, 0, width, height).fill({ color: BLACK });
    const white = (index: number): void => {
      g.rect(block * (1 + index), block, block, block).fill({ color: WHITE });
    };
    white(0);
    white(BITS + 2 * GUARDS - 1);
    for (let bit = 0; bit < BITS; bit++) if (Math.floor(frame.frameIndex / 2 ** bit) % 2 === 1) white(GUARDS + bit);
    this.#figures.view.visible = data.text;
    if (data.text) this.#figures.set(String(frame.frameIndex), this.#style, this.#width, baselineFor(height / 2, this.#style.sizePx));
    return [this.#part];
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    this.#figures.destroy();
    this.#part.destroy();
  }
}
