import { type Box, type MediaTimeUs, US_PER_SECOND } from '../../../protocol/index.js';
import { firstAtUs, winner } from '../gaps.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { clamp, easeInOut } from '../motion.js';
import type { Part } from '../part.js';
import { formatRaceTime, formatTime, gapStep, hasStarted } from '../race-clock.js';
import { capitals } from '../roster.js';
import { type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import type { TextStyle } from '../text.js';
import type { RaceClockData } from './manifest.js';

/** Design units. */
const LAYOUT = { width: 216, height: 66, title: 34, split: 46, pad: 16 } as const;
const SPLIT_FADE_US = 200_000;
/** Stands where the start was not seen. */
const UNKNOWN = '–:––';

interface Split {
  readonly caption: string;
  readonly time: string;
  readonly atUs: MediaTimeUs;
}

export class RaceClockCard implements Graphic<RaceClockData> {
  readonly #env: GraphicEnvironment;
  readonly #spot: Spot;
  readonly #main: Sheet;
  readonly #under: Sheet;
  #text = '';
  #stopped = false;
  #split: Split | undefined;
  #lookedAt = Number.NaN;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#main = new Sheet(env, 'time');
    this.#under = new Sheet(env, 'split');
  }

  advance(moment: Moment<RaceClockData>): void {
    const { data, frame } = moment;
    const { race } = this.#env;
    const end = winner(race)?.finishedAtUs;
    this.#stopped = end !== undefined;
    const seconds = race.raceTimeS(end ?? frame.mediaTimeUs);
    this.#text = hasStarted(frame) || this.#stopped ? this.#time(data, seconds) : this.#time(data, 0);
    this.#lookForSplit(frame.mediaTimeUs, data);
    this.#spot.advance(this.#size(data), data.place, moment);
  }

  #time(data: RaceClockData, seconds: number | undefined): string {
    if (seconds === undefined) return UNKNOWN;
    const decimals = this.#stopped && this.#env.race.clock.isExact ? 2 : 1;
    // Time left is rounded up, as time gone is cut: it reads 0.0 when nothing is left.
    const scale = 10 ** decimals;
    const left = Math.ceil(Math.max(0, data.countdownS - seconds) * scale - 1e-6) / scale;
    return formatTime(data.mode === 'elapsed' ? seconds : left, decimals);
  }

  #lookForSplit(now: MediaTimeUs, data: RaceClockData): void {
    const step = gapStep(now);
    if (step === this.#lookedAt) return;
    this.#lookedAt = step;
    const { race } = this.#env;
    this.#split = undefined;
    for (const mark of race.marksM) {
      // The finish stops the clock itself.
      if (mark >= race.lengthM) continue;
      const atUs = firstAtUs(race, mark);
      if (atUs === undefined || now - atUs > data.splitS * US_PER_SECOND) continue;
      const seconds = race.raceTimeS(atUs);
      if (seconds !== undefined)
        this.#split = { caption: `${Math.round(mark * 10) / 10} m`, time: formatRaceTime(race.clock, seconds), atUs };
    }
  }

  #size({ title }: RaceClockData): { width: number; height: number } {
    const { px } = this.#env.theme;
    return { width: px(LAYOUT.width), height: px(LAYOUT.height) + px(LAYOUT.split) + (title === '' ? 0 : px(LAYOUT.title)) };
  }

  draw({ frame, data, presence }: Moment<RaceClockData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    if (!box || presence <= 0) return [];
    const { px, picture } = this.#env.theme;
    const at = entering(box, presence, this.#env.theme);
    const splitHeight = px(LAYOUT.split);
    // The clock stands towards the picture's edge, what comes and goes on its inner side.
    const splitFirst = box.y + box.height / 2 > picture.height / 2;
    const main = { ...at, y: at.y + (splitFirst ? splitHeight : 0), height: box.height - splitHeight };
    const parts = [
      this.#main.draw(main, `${this.#text}|${this.#stopped}|${data.title}`, presence, (pen, size) => this.#drawMain(pen, size, data.title)),
    ];
    const split = this.#split;
    if (!split || data.splitS <= 0) return parts;
    const age = frame.mediaTimeUs - split.atUs;
    const shown = easeInOut(clamp(Math.min(age, data.splitS * US_PER_SECOND - age) / SPLIT_FADE_US, 0, 1)) * presence;
    if (shown <= 0) return parts;
    const under = { ...at, y: splitFirst ? at.y : at.y + main.height, height: splitHeight };
    parts.push(this.#under.draw(under, `${split.caption}|${split.time}`, shown, (pen, size) => this.#drawSplit(pen, size, split)));
    return parts;
  }

  #drawMain(pen: Pen, { width, height }: Box, title: string): void {
    const { px, unit, colours } = this.#env.theme;
    pen.card({ x: 0, y: 0, width, height });
    const titleHeight = title === '' ? 0 : px(LAYOUT.title);
    if (titleHeight > 0) {
      const style: TextStyle = { weight: 700, sizePx: px(20), colour: colours.text, spacingPx: 0.8 * unit };
      pen.g.rect(0, 0, width, titleHeight).fill({ color: colours.cardSoft, alpha: 0.94 });
      pen.text(capitals(title), style, px(LAYOUT.pad), width - px(LAYOUT.pad), titleHeight / 2);
    }
    const style: TextStyle = { weight: 800, sizePx: px(46), colour: this.#stopped ? colours.accentText : colours.text };
    pen.figures(this.#text, style, width - px(LAYOUT.pad), (titleHeight + height) / 2, 'right');
    pen.g.rect(0, height - px(3), width, px(3)).fill({ color: colours.accent });
  }

  #drawSplit(pen: Pen, { width, height }: Box, { caption, time }: Split): void {
    const { px, colours } = this.#env.theme;
    pen.card({ x: 0, y: 0, width, height, fill: colours.cardSoft });
    const soft: TextStyle = { weight: 500, sizePx: px(24), colour: colours.text };
    const strong: TextStyle = { weight: 700, sizePx: px(30), colour: colours.accentText };
    pen.figures(caption, soft, px(LAYOUT.pad), height / 2);
    pen.figures(time, strong, width - px(LAYOUT.pad), height / 2, 'right');
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#main.destroy();
    this.#under.destroy();
  }
}
