import type { Box } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { Part } from '../part.js';
import { type CurveLook, drawCurve, niceCeil, type Plot, plotStep, plotX, plotY, type Sample } from '../plot.js';
import { gapStep } from '../race-clock.js';
import type { RaceRecord } from '../race-log.js';
import { Ranking } from '../ranking.js';
import { capitals, type Who, whoIs } from '../roster.js';
import { type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import { type Chosen, chooseSubject } from '../subject-choice.js';
import type { TextStyle } from '../text.js';
import { visibleOn } from '../theme.js';
import type { SpeedTraceData } from './manifest.js';
import { type TracePoint, trace } from './trace.js';

/** Design units. */
const LAYOUT = { width: 600, head: 48, figures: 172, scale: 46, plot: 132, second: 92, axis: 30, pad: 14, bar: 8 } as const;
/** More grey curves than this hide the one that counts. */
const OTHERS_MAX = 24;

interface Shown {
  readonly key: string;
  readonly who: Who;
  readonly own: readonly TracePoint[];
  readonly others: readonly (readonly TracePoint[])[];
  /** '–' where not known. */
  readonly acceleration: string;
}

export class SpeedTrace implements Graphic<SpeedTraceData> {
  readonly #env: GraphicEnvironment;
  readonly #ranking = new Ranking();
  readonly #spot: Spot;
  readonly #now: Sheet;
  readonly #plots: Sheet;
  #shown: Shown | undefined;
  #speedMps: number | undefined;
  #step = Number.NaN;
  #grown = Number.NaN;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#now = new Sheet(env, 'now');
    this.#plots = new Sheet(env, 'plot');
  }

  advance(moment: Moment<SpeedTraceData>): void {
    const { data, frame, presence } = moment;
    const { race, scene } = this.#env;
    const ranked = this.#ranking.observe(frame);
    const chosen = chooseSubject(data.subject, scene, ranked);
    const record = chosen && race.get(chosen.key);
    const step = gapStep(frame.mediaTimeUs);
    const grown = plotStep(frame.mediaTimeUs, this.#env.id);
    const isOther = chosen?.key !== this.#shown?.key;
    if (step !== this.#step || isOther) this.#speedMps = chosen?.place?.standing.speedMps;
    this.#step = step;
    if (!chosen || !record) this.#shown = undefined;
    else if (presence > 0 && (grown !== this.#grown || isOther)) {
      this.#grown = grown;
      this.#shown = this.#measure(chosen, record, data);
    }
    this.#spot.advance(this.#size(data), data.place, this.#shown ? moment : { ...moment, presence: 0 });
  }

  #measure({ key, rosterIndex, trackId }: Chosen, record: RaceRecord, data: SpeedTraceData): Shown {
    const { race, scene, theme } = this.#env;
    const width = theme.px(LAYOUT.width - LAYOUT.figures);
    const own = trace(race, record, width);
    const others = data.others ? race.records().filter((other) => other !== record) : [];
    const last = own.findLast(({ accelerationMps2 }) => !Number.isNaN(accelerationMps2))?.accelerationMps2;
    return {
      ...{ key, who: whoIs(scene, rosterIndex, trackId), own },
      others: others.slice(0, OTHERS_MAX).map((other) => trace(race, other, width)),
      acceleration: last === undefined ? '–' : `${last < 0 ? '−' : '+'}${Math.abs(last).toFixed(1)}`,
    };
  }

  /** Speed now and the highest so far, in the unit asked for; '–' where not known. */
  #speeds({ own }: Shown, unit: SpeedTraceData['unit']): { readonly speed: string; readonly top: string } {
    const now = this.#speedMps;
    const written = (mps: number): string => (Math.max(0, mps) * factorOf(unit)).toFixed(1);
    const top = own.length > 1 ? written(Math.max(now ?? 0, ...own.map(({ speedMps }) => speedMps))) : '–';
    return { speed: now === undefined ? '–' : written(now), top };
  }

  #size(data: SpeedTraceData): { width: number; height: number } {
    const { px, safe } = this.#env.theme;
    const second = data.show === 'both' ? px(LAYOUT.second) : 0;
    return { width: Math.min(safe.width, px(LAYOUT.width)), height: px(LAYOUT.head) + px(LAYOUT.plot) + second + px(LAYOUT.axis) };
  }

  draw({ frame, data, presence }: Moment<SpeedTraceData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    const shown = this.#shown;
    if (!box || !shown || presence <= 0) return [];
    const at = entering(box, presence, this.#env.theme);
    const { who, acceleration, own, others } = shown;
    const { speed, top } = this.#speeds(shown, data.unit);
    const split = this.#env.theme.px(LAYOUT.figures);
    const left = { ...at, width: split };
    const right = { ...at, x: at.x + split, width: at.width - split };
    const now = [who.name, who.colour, speed, acceleration, top, data.show, data.unit].join('\n');
    // The race so far grows only: how far everyone has come tells it apart.
    const grown = [own, ...others].map((points) => `${points.length}:${points.at(-1)?.speedMps.toFixed(2) ?? ''}`).join(' ');
    const plots = [who.name, who.colour, data.show, data.axis, data.unit, grown].join('\n');
    return [
      this.#plots.draw(right, plots, presence, (pen, size) => this.#drawPlots(pen, size, shown, data)),
      this.#now.draw(left, now, presence, (pen, size) => this.#drawNow(pen, size, shown, data)),
    ];
  }

  #drawNow(pen: Pen, { width, height }: Box, shown: Shown, data: SpeedTraceData): void {
    const { who, acceleration } = shown;
    const { speed, top } = this.#speeds(shown, data.unit);
    const { px, unit, colours } = this.#env.theme;
    const head = px(LAYOUT.head);
    pen.card({ x: 0, y: 0, width, height, shadow: false, square: true });
    pen.g.rect(0, 0, width, head).fill({ color: colours.cardSoft, alpha: 0.94 });
    pen.g.rect(0, 0, px(LAYOUT.bar), height).fill({ color: who.colour });
    const left = px(LAYOUT.bar) + px(LAYOUT.pad);
    const label: TextStyle = { weight: 700, sizePx: px(19), colour: colours.muted, spacingPx: 0.6 * unit };
    pen.text(data.unit.toUpperCase(), { ...label, colour: colours.text }, left, width, head / 2);
    const isSpeed = data.show !== 'acceleration';
    const big = head + px(44);
    pen.figures(isSpeed ? speed : acceleration, { weight: 800, sizePx: px(62), colour: colours.accentText }, left, big);
    const second: TextStyle = { weight: 700, sizePx: px(28), colour: colours.text };
    let y = big + px(58);
    if (isSpeed) {
      const taken = pen.text('TOP', label, left, width, y, 'left');
      pen.figures(top, second, left + taken + px(10), y);
      y += px(48);
    }
    if (data.show === 'speed') return;
    if (isSpeed) pen.figures(acceleration, second, left, y);
    pen.figures('m/s²', { ...label, spacingPx: 0 }, isSpeed ? left + px(66) : left, y);
  }

  #drawPlots(pen: Pen, { width, height }: Box, shown: Shown, data: SpeedTraceData): void {
    const { px, unit, colours } = this.#env.theme;
    pen.card({ x: 0, y: 0, width, height, shadow: false, square: true });
    const head = px(LAYOUT.head);
    pen.g.rect(0, 0, width, head).fill({ color: colours.cardSoft, alpha: 0.94 });
    const name: TextStyle = { weight: 800, sizePx: px(26), colour: colours.text, spacingPx: 0.3 * unit };
    pen.text(capitals(shown.who.name), name, px(8), width - px(LAYOUT.pad), head / 2);
    const axisHeight = px(LAYOUT.axis);
    const bottom = height - axisHeight;
    const firstBottom = data.show === 'both' ? head + px(LAYOUT.plot) : bottom;
    const area = (top: number, end: number): Box => {
      const left = px(LAYOUT.scale);
      return { x: left, y: top + px(12), width: width - left - px(LAYOUT.pad) - px(4), height: end - top - px(16) };
    };
    if (data.show !== 'acceleration') this.#drawSpeed(pen, area(head, firstBottom), shown, data);
    if (data.show !== 'speed') this.#drawAcceleration(pen, area(data.show === 'both' ? firstBottom : head, bottom), shown, data);
    const style = this.#axisStyle();
    const end = data.axis === 'distance' ? `${Math.round(this.#env.race.lengthM)} m` : `${this.#xRange(shown, data)[1]} s`;
    const { x, width: across } = area(head, bottom);
    pen.figures('0', style, x, height - axisHeight / 2);
    pen.figures(end, style, x + across, height - axisHeight / 2, 'right');
  }

  #axisStyle(): TextStyle {
    const { px, colours } = this.#env.theme;
    return { weight: 500, sizePx: px(19), colour: colours.muted };
  }

  #xRange({ own, others }: Shown, { axis }: SpeedTraceData): readonly [number, number] {
    if (axis === 'distance') return [0, Math.max(1, this.#env.race.lengthM)];
    return [0, niceCeil(Math.max(5, ...[own, ...others].map((points) => points.at(-1)?.timeS ?? 0)))];
  }

  #drawSpeed(pen: Pen, box: Box, shown: Shown, data: SpeedTraceData): void {
    const factor = factorOf(data.unit);
    const value = (point: TracePoint): number => point.speedMps * factor;
    const most = niceCeil(Math.max(1, ...[shown.own, ...shown.others].flat().map(value)));
    const plot: Plot = { box, x: this.#xRange(shown, data), y: [0, most] };
    this.#drawFrame(pen, plot, [most, 0], 0);
    this.#drawAll(pen, plot, shown, data, value);
  }

  #drawAcceleration(pen: Pen, box: Box, shown: Shown, data: SpeedTraceData): void {
    const value = (point: TracePoint): number => point.accelerationMps2;
    const sizes = shown.own.map(value).filter((a) => !Number.isNaN(a));
    const most = niceCeil(Math.max(1, ...sizes.map(Math.abs)));
    const plot: Plot = { box, x: this.#xRange(shown, data), y: [-most, most] };
    this.#drawFrame(pen, plot, [most, -most], 0);
    this.#drawAll(pen, plot, { ...shown, others: [] }, data, value);
  }

  #drawFrame(pen: Pen, plot: Plot, labels: readonly [number, number], base: number): void {
    const { px, colours } = this.#env.theme;
    const { box } = plot;
    const [top, bottom] = labels;
    pen.g.rect(box.x, Math.round(plotY(plot, base)), box.width, px(1)).fill({ color: colours.muted, alpha: 0.6 });
    pen.g.rect(box.x, box.y, box.width, px(1)).fill({ color: colours.muted, alpha: 0.25 });
    const text = (value: number): string => (value < 0 ? `−${-value}` : String(value));
    // Within the plot's height: the plot below has numbers too.
    pen.figures(text(top), this.#axisStyle(), box.x - px(8), box.y + px(6), 'right');
    pen.figures(text(bottom), this.#axisStyle(), box.x - px(8), box.y + box.height - px(6), 'right');
  }

  #drawAll(pen: Pen, plot: Plot, { who, own, others }: Shown, { axis }: SpeedTraceData, value: (point: TracePoint) => number): void {
    const { unit, colours } = this.#env.theme;
    const samples = (points: readonly TracePoint[]): Sample[] =>
      points.map((point) => [axis === 'distance' ? point.distanceM : point.timeS, value(point)]);
    const grey: CurveLook = { color: colours.muted, width: 1.5 * unit, alpha: 0.45 };
    for (const points of others) drawCurve(pen.g, plot, samples(points), grey);
    const color = visibleOn(who.colour, colours);
    const line = samples(own);
    drawCurve(pen.g, plot, line, { color, width: 3 * unit });
    const last = line.findLast(([, y]) => !Number.isNaN(y));
    if (last) pen.g.circle(plotX(plot, last[0]), plotY(plot, last[1]), 4.5 * unit).fill({ color });
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#now.destroy();
    this.#plots.destroy();
  }
}

function factorOf(unit: SpeedTraceData['unit']): number {
  return unit === 'km/h' ? 3.6 : 1;
}
