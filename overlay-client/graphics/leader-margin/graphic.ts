import type { Box } from '../../../protocol/index.js';
import { gapBetween } from '../gaps.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { Fader, PRESENCE_US } from '../motion.js';
import type { Part } from '../part.js';
import { formatTime, gapStep, hasStarted } from '../race-clock.js';
import type { Ranked } from '../ranking.js';
import { capitals, whoIs } from '../roster.js';
import { type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import type { TextStyle } from '../text.js';
import { surfaceOn } from '../theme.js';
import type { LeaderMarginData } from './manifest.js';

/** Design units. */
const LAYOUT = { width: 400, head: 40, big: 84, foot: 40, bar: 8, pad: 16 } as const;

interface Margin {
  readonly leader: string;
  readonly colour: string;
  readonly second: string;
  readonly seconds: string;
  readonly metres: string;
  /** '' once the race is won. */
  readonly toGo: string;
}

export class LeaderMargin implements Graphic<LeaderMarginData> {
  readonly #env: GraphicEnvironment;
  readonly #spot: Spot;
  readonly #sheet: Sheet;
  readonly #fader = new Fader(PRESENCE_US);
  #margin: Margin | undefined;
  #step = Number.NaN;
  #isShown = false;
  #isNew = true;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#sheet = new Sheet(env, 'margin');
  }

  advance(moment: Moment<LeaderMarginData>): void {
    const { frame, data } = moment;
    const [first, second] = this.#env.race.ranked;
    const toGoM = first ? this.#env.race.lengthM - first.standing.distanceM : Number.POSITIVE_INFINITY;
    this.#isShown = second !== undefined && hasStarted(frame) && (data.lastM === 0 || toGoM <= data.lastM);
    const step = gapStep(frame.mediaTimeUs);
    if (this.#isShown && first && second && (step !== this.#step || !this.#margin)) {
      this.#step = step;
      this.#margin = this.#measure(first, second, frame.mediaTimeUs);
    }
    // What is so from the beginning needs no transition.
    const shown = this.#fader.step(this.#isShown, this.#isNew ? PRESENCE_US : moment.elapsedUs);
    this.#isNew = false;
    const { px } = this.#env.theme;
    const size = { width: px(LAYOUT.width), height: px(LAYOUT.head) + px(LAYOUT.big) + px(LAYOUT.foot) };
    this.#spot.advance(size, data.place, { ...moment, presence: Math.min(moment.presence, shown) });
  }

  #measure(first: Ranked, second: Ranked, nowUs: number): Margin {
    const { race, scene } = this.#env;
    const ahead = race.get(first.key);
    const behind = race.get(second.key);
    const gap = ahead && behind && gapBetween(race, ahead, behind, nowUs);
    const leader = whoIs(scene, first.rosterIndex, first.standing.trackId);
    const toGoM = Math.ceil(race.lengthM - first.standing.distanceM);
    return {
      leader: leader.name,
      colour: leader.colour,
      second: whoIs(scene, second.rosterIndex, second.standing.trackId).shortName,
      seconds: gap?.seconds === undefined ? '–' : `+${formatTime(gap.seconds, 2)}`,
      metres: `${(gap?.metres ?? second.standing.gapM).toFixed(1)} m`,
      toGo: first.standing.finishedAtUs === null && toGoM > 0 ? `${toGoM} m` : '',
    };
  }

  draw({ frame, data, presence }: Moment<LeaderMarginData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    const margin = this.#margin;
    const shown = Math.min(presence, this.#fader.value);
    if (!box || !margin || shown <= 0) return [];
    const content = `${data.title}\n${Object.values(margin).join('\n')}`;
    return [
      this.#sheet.draw(entering(box, shown, this.#env.theme), content, shown, (pen, size) => this.#paint(pen, size, data.title, margin)),
    ];
  }

  #paint(pen: Pen, { width, height }: Box, title: string, margin: Margin): void {
    const { px, unit, colours } = this.#env.theme;
    const pad = px(LAYOUT.pad);
    const head = px(LAYOUT.head);
    const foot = px(LAYOUT.foot);
    pen.card({ x: 0, y: 0, width, height });
    pen.g.rect(0, 0, width, head).fill({ color: colours.cardSoft, alpha: 0.94 });
    pen.g.rect(0, head, px(LAYOUT.bar), height - head).fill({ color: surfaceOn(margin.colour, colours) });
    const small: TextStyle = { weight: 700, sizePx: px(21), colour: colours.text, spacingPx: 0.8 * unit };
    const toGo =
      margin.toGo === '' ? 0 : pen.figures(margin.toGo, { ...small, colour: colours.accentText }, width - pad, head / 2, 'right');
    const left = px(LAYOUT.bar) + pad;
    pen.text(capitals(title), small, left, width - pad - toGo - (toGo > 0 ? pad : 0), head / 2);
    const middle = head + px(LAYOUT.big) / 2;
    pen.figures(margin.seconds, { weight: 800, sizePx: px(72), colour: colours.accentText }, left, middle);
    pen.figures(margin.metres, { weight: 700, sizePx: px(42), colour: colours.text }, width - pad, middle, 'right');
    const last = height - foot / 2 - px(4);
    const half = Math.round((left + width - pad) / 2);
    const name: TextStyle = { weight: 700, sizePx: px(24), colour: colours.text };
    const taken = pen.text(capitals(margin.leader), name, left, half + px(30), last, 'left');
    pen.text(capitals(margin.second), { ...name, weight: 500, colour: colours.muted }, left + taken + pad, width - pad, last, 'right');
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#sheet.destroy();
  }
}
