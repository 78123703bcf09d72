import type { Box } from '../../../protocol/index.js';
import { drawCard, shadowRoom } from '../card.js';
import type { GraphicEnvironment } from '../graphic.js';
import { clamp } from '../motion.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import type { PathsData } from './manifest.js';

/** Cold to warm; each step differs from its neighbours in lightness too, for eyes that see few colours. */
const STEPS = [
  '#2f6bff',
  '#1f93ff',
  '#18b9f2',
  '#17d3cf',
  '#2fe29a',
  '#7deb62',
  '#c5ea3f',
  '#ffdc2e',
  '#ffb31f',
  '#ff861c',
  '#ff5722',
  '#f0283c',
] as const;
export const SPEED_STEPS = STEPS.length;

/** Which colour a speed has, 0 to {@link SPEED_STEPS} - 1. */
export function speedStep(mps: number, { slowMps, fastMps }: PathsData): number {
  const share = (mps - slowMps) / Math.max(fastMps - slowMps, 0.1);
  return clamp(Math.floor(share * SPEED_STEPS), 0, SPEED_STEPS - 1);
}

export function speedColour(step: number): string {
  return STEPS[clamp(step, 0, SPEED_STEPS - 1)]!;
}

const UNITS = { kmh: { factor: 3.6, name: 'km/h' }, mps: { factor: 1, name: 'm/s' }, mph: { factor: 2.236936, name: 'mph' } } as const;
const WIDTH = 288;
const HEIGHT = 58;

/** What the colours mean: a small card in the corner. */
export class SpeedScale {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #card = takeGraphics();
  readonly #labels: readonly Label[];
  #drawn = '';

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#part = new Part(`${env.id}/scale`);
    this.#labels = Array.from({ length: 3 }, () => new Label(env.text));
    this.#part.view.addChild(this.#card, ...this.#labels.map(({ view }) => view));
  }

  box(): Box {
    const { theme } = this.#env;
    const { safe } = theme;
    const [width, height] = [Math.min(theme.px(WIDTH), safe.width), theme.px(HEIGHT)];
    return { x: safe.x, y: Math.max(safe.y, safe.y + safe.height - height), width, height };
  }

  draw(data: PathsData, opacity: number): Part {
    const { theme, text } = this.#env;
    const box = this.box();
    const room = shadowRoom(theme);
    this.#part.place(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
    const drawn = `${data.slowMps} ${data.fastMps} ${data.speedUnit} ${opacity.toFixed(3)}`;
    if (drawn === this.#drawn) return this.#part;
    this.#drawn = drawn;
    this.#part.touch();
    this.#part.view.alpha = opacity;
    const g = this.#card.clear();
    drawCard(g, theme, { x: room, y: room, width: box.width, height: box.height });
    const [left, right] = [room + theme.px(14), room + box.width - theme.px(14)];
    const top = room + theme.px(14);
    for (const [i, colour] of STEPS.entries()) {
      const x = Math.round(left + ((right - left) * i) / SPEED_STEPS);
      g.rect(x, top, Math.round(left + ((right - left) * (i + 1)) / SPEED_STEPS) - x, theme.px(10)).fill({ color: colour });
    }
    const { factor, name } = UNITS[data.speedUnit];
    const figures: TextStyle = { weight: 700, sizePx: theme.px(20), colour: theme.colours.text };
    const marks = [0, 0.5, 1].map((share) => {
      const value = (data.slowMps + (Math.max(data.fastMps, data.slowMps) - data.slowMps) * share) * factor;
      return `${value < 10 && value % 1 > 0.05 ? value.toFixed(1) : Math.round(value)}${share === 1 ? ` ${name}` : ''}`;
    });
    for (const [i, label] of this.#labels.entries()) {
      const mark = marks[i] ?? '';
      const width = text.width(mark, figures);
      const x = left + (right - left - width) * (i / 2);
      label.set(mark, figures, x, baselineFor(room + theme.px(41), figures.sizePx));
    }
    return this.#part;
  }

  destroy(): void {
    for (const label of this.#labels) label.destroy();
    this.#part.destroy();
  }
}
