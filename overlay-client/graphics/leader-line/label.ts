import type { Box, Point } from '../../../protocol/index.js';
import type { Band } from '../bands.js';
import { drawCard, shadowRoom } from '../card.js';
import { Figures, figuresWidth } from '../figures.js';
import type { GraphicEnvironment, Moment } from '../graphic.js';
import { clamp, slacken } from '../motion.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { formatTime, gapStep, hasStarted, type RaceClock } from '../race-clock.js';
import { baselineFor, Label, type TextStyle } from '../text.js';
import { ACCENT } from '../theme.js';
import type { LeaderLineData } from './manifest.js';

const HEIGHT = 36;

/** A small card at one end of the line: the lead, or the race time. */
export class LineLabel {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #card = takeGraphics();
  readonly #caption: Label;
  readonly #figures: Figures;
  readonly #captionStyle: TextStyle;
  readonly #figureStyle: TextStyle;
  #text: { caption: string; figures: string } | undefined;
  #step = Number.NaN;
  #end: 'a' | 'b' | undefined;
  #anchor: Point | undefined;
  #colour: string = ACCENT;
  #drawn = '';

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#part = new Part(`${env.id}/label`);
    this.#caption = new Label(env.text);
    this.#figures = new Figures(env.text);
    this.#captionStyle = { weight: 700, sizePx: env.theme.px(17), colour: env.theme.colours.muted, spacingPx: env.theme.px(1) };
    this.#figureStyle = { weight: 800, sizePx: env.theme.px(26), colour: env.theme.colours.text };
    this.#part.view.addChild(this.#card, this.#caption.view, this.#figures.view);
  }

  advance(moment: Moment<LeaderLineData>, band: Band, clock: RaceClock): void {
    const now = moment.frame.mediaTimeUs;
    const step = gapStep(now);
    const held = moment.data.label === 'gap' && this.#text !== undefined && step === this.#step;
    if (!held) this.#text = labelText(moment, clock);
    this.#step = step;
    this.#colour = moment.data.colour;
    this.#follow(band);
  }

  /** Stays at the end nearer to the camera; changes sides only when the other one is clearly nearer. */
  #follow(band: Band): void {
    const lower = band.a.y >= band.b.y ? 'a' : 'b';
    if (this.#end === undefined || Math.abs(band.a.y - band.b.y) > 60 * this.#env.theme.unit) this.#end = lower;
    const end = this.#end === 'a' ? band.a : band.b;
    const slack = 1.5 * this.#env.theme.unit;
    const held = this.#anchor ?? end;
    this.#anchor = { x: slacken(held.x, end.x, slack), y: slacken(held.y, end.y, slack) };
  }

  #box(): Box | undefined {
    const { theme, text } = this.#env;
    if (!this.#text || !this.#anchor || !this.#end) return undefined;
    const figures = figuresWidth(text, this.#text.figures, this.#figureStyle);
    const caption = this.#text.caption === '' ? 0 : Math.ceil(text.width(this.#text.caption, this.#captionStyle)) + theme.px(9);
    const width = theme.px(16) + caption + figures + theme.px(11);
    const height = theme.px(HEIGHT);
    const { safe } = theme;
    const x = clamp(Math.round(this.#anchor.x - width / 2), safe.x, Math.max(safe.x, safe.x + safe.width - width));
    const y = clamp(Math.round(this.#anchor.y + theme.px(12)), safe.y, Math.max(safe.y, safe.y + safe.height - height));
    return { x, y, width, height };
  }

  draw(opacity: number): Part | undefined {
    const box = this.#box();
    const text = this.#text;
    if (!box || !text) return undefined;
    const { theme } = this.#env;
    const room = shadowRoom(theme);
    this.#part.place(box.x - room, box.y - room, box.width + 2 * room, box.height + 2 * room);
    const drawn = `${text.caption} ${text.figures} ${this.#colour} ${opacity.toFixed(3)}`;
    if (drawn !== this.#drawn) {
      this.#drawn = drawn;
      this.#part.touch();
      this.#part.view.alpha = opacity;
      this.#card.clear();
      drawCard(this.#card, theme, { x: room, y: room, width: box.width, height: box.height, bar: this.#colour });
      const centre = room + box.height / 2;
      this.#caption.set(text.caption, this.#captionStyle, room + theme.px(16), baselineFor(centre, this.#captionStyle.sizePx));
      this.#figures.setRight(
        text.figures,
        this.#figureStyle,
        room + box.width - theme.px(11),
        baselineFor(centre, this.#figureStyle.sizePx),
      );
    }
    return this.#part;
  }

  keepOut(): readonly Box[] {
    const box = this.#box();
    return box ? [box] : [];
  }

  destroy(): void {
    this.#caption.destroy();
    this.#figures.destroy();
    this.#part.destroy();
  }
}

function labelText({ frame, data }: Moment<LeaderLineData>, clock: RaceClock): { caption: string; figures: string } | undefined {
  const [leader, second] = frame.standings;
  if (!leader) return undefined;
  if (data.label === 'time') {
    const seconds = clock.raceTimeS(leader.finishedAtUs ?? frame.mediaTimeUs);
    if (seconds === undefined) return undefined;
    return { caption: '', figures: formatTime(seconds, leader.finishedAtUs === null || !clock.isExact ? 1 : 2) };
  }
  if (data.reference === 'fixed') return { caption: 'TO GO', figures: `${Math.max(0, data.distanceM - leader.distanceM).toFixed(1)} m` };
  if (!second || !hasStarted(frame)) return undefined;
  if (second.gapS !== null) return { caption: 'LEAD', figures: `${second.gapS.toFixed(2)} s` };
  return { caption: 'LEAD', figures: `${second.gapM.toFixed(1)} m` };
}
