import type { Box } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { Part } from '../part.js';
import { drawCurve, niceCeil, type Plot, plotStep, plotX, plotY, type Sample } from '../plot.js';
import { gapStep } from '../race-clock.js';
import { capitals } from '../roster.js';
import { type Pen, Sheet } from '../sheet.js';
import { entering, Spot } from '../spot.js';
import { type Chosen, chooseSubject } from '../subject-choice.js';
import type { TextStyle } from '../text.js';
import { surfaceOn, visibleOn } from '../theme.js';
import type { HeadToHeadData } from './manifest.js';
import { type Column, columns, gapCurves } from './pair.js';

/** Design units. */
const LAYOUT = { label: 104, column: 236, name: 54, row: 42, graph: 128, axis: 26, pad: 14, bar: 6 } as const;
/** The curve's scale is no finer than this, seconds: less is noise. */
const SCALE_MIN_S = 0.1;

export class HeadToHead implements Graphic<HeadToHeadData> {
  readonly #env: GraphicEnvironment;
  readonly #spot: Spot;
  readonly #table: Sheet;
  readonly #graph: Sheet;
  #data: HeadToHeadData | undefined;
  #chosen: readonly Chosen[] = [];
  #columns: readonly Column[] = [];
  #curves: readonly (readonly Sample[])[] = [];
  #step = Number.NaN;
  #grown = Number.NaN;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#spot = new Spot(env.theme);
    this.#table = new Sheet(env, 'table');
    this.#graph = new Sheet(env, 'graph');
  }

  advance(moment: Moment<HeadToHeadData>): void {
    const { data, frame, presence } = moment;
    const ranked = this.#env.race.ranked;
    const wanted = [data.first, data.second, data.third].flatMap((text) => chooseSubject(text, this.#env.scene, ranked) ?? []);
    const chosen = keepColumns(this.#chosen, unique(wanted));
    const changed =
      data !== this.#data || chosen.length !== this.#chosen.length || chosen.some(({ key }, i) => key !== this.#chosen[i]?.key);
    this.#chosen = chosen;
    this.#data = data;
    const step = gapStep(frame.mediaTimeUs);
    if (presence > 0 && (step !== this.#step || changed)) {
      this.#step = step;
      this.#columns = columns(this.#env, chosen, data.unit, frame.mediaTimeUs);
    }
    const grown = plotStep(frame.mediaTimeUs, this.#env.id);
    if (presence > 0 && data.graph && (grown !== this.#grown || changed)) {
      this.#grown = grown;
      this.#curves = gapCurves(this.#env, chosen, this.#plot(this.#width()).box.width);
    }
    const shown = chosen.length < 2 ? { ...moment, presence: 0 } : moment;
    const height = this.#tableHeight() + (data.graph ? this.#env.theme.px(LAYOUT.graph) : 0);
    this.#spot.advance({ width: this.#width(), height }, data.place, shown);
  }

  #width(): number {
    const { px, safe } = this.#env.theme;
    return Math.min(safe.width, px(LAYOUT.label) + this.#chosen.length * px(LAYOUT.column));
  }

  #tableHeight(): number {
    const { px } = this.#env.theme;
    return px(LAYOUT.name) + 4 * px(LAYOUT.row);
  }

  #plot(width: number): Plot {
    const { px } = this.#env.theme;
    const left = px(LAYOUT.label);
    const most = Math.max(SCALE_MIN_S, ...this.#curves.flat().map(([, y]) => (Number.isNaN(y) ? 0 : y)));
    const box = { x: left, y: px(10), width: width - left - px(LAYOUT.pad), height: px(LAYOUT.graph) - px(10) - px(LAYOUT.axis) };
    // Down is behind.
    return { box, x: [0, Math.max(1, this.#env.race.lengthM)], y: [-niceCeil(most), 0] };
  }

  draw({ frame, data, presence }: Moment<HeadToHeadData>): readonly Part[] {
    const box = this.#spot.at(frame.mediaTimeUs);
    if (!box || presence <= 0 || this.#columns.length < 2) return [];
    const at = entering(box, presence, this.#env.theme);
    const tableHeight = this.#tableHeight();
    const table = JSON.stringify([this.#columns, data.unit]);
    const parts = [this.#table.draw({ ...at, height: tableHeight }, table, presence, (pen, size) => this.#drawTable(pen, size, data.unit))];
    if (data.graph) {
      const under = { ...at, y: at.y + tableHeight, height: box.height - tableHeight };
      const content = JSON.stringify([this.#curves, this.#columns.map(({ who }) => who.colour)]);
      parts.push(this.#graph.draw(under, content, presence, (pen, size) => this.#drawGraph(pen, size)));
    }
    return parts;
  }

  #drawTable(pen: Pen, { width, height }: Box, unit: string): void {
    const { px, unit: one, colours } = this.#env.theme;
    const nameHeight = px(LAYOUT.name);
    const labelWidth = px(LAYOUT.label);
    const row = px(LAYOUT.row);
    const columnWidth = Math.floor((width - labelWidth) / this.#columns.length);
    pen.card({ x: 0, y: 0, width, height, shadow: false, square: true });
    pen.g.rect(0, 0, width, nameHeight).fill({ color: colours.cardSoft, alpha: 0.94 });
    const label: TextStyle = { weight: 700, sizePx: px(20), colour: colours.muted, spacingPx: 0.6 * one };
    for (const [i, text] of ['GAP', unit.toUpperCase(), 'LANE', 'BIB'].entries()) {
      pen.text(text, label, px(LAYOUT.pad), labelWidth, nameHeight + (i + 0.5) * row);
    }
    for (const [i, column] of this.#columns.entries()) {
      const left = labelWidth + i * columnWidth;
      const right = left + columnWidth;
      pen.g.rect(left, 0, px(LAYOUT.bar), nameHeight).fill({ color: surfaceOn(column.who.colour, colours) });
      const name: TextStyle = { weight: 800, sizePx: px(27), colour: colours.text, spacingPx: 0.3 * one };
      pen.text(capitals(column.who.shortName), name, left + px(LAYOUT.bar) + px(8), right - px(8), nameHeight / 2);
      this.#drawColumn(pen, column, right - px(LAYOUT.pad), (n) => nameHeight + (n + 0.5) * row, left + px(LAYOUT.bar) + px(8));
    }
  }

  #drawColumn(pen: Pen, column: Column, right: number, middle: (row: number) => number, left: number): void {
    const { px, colours } = this.#env.theme;
    const strong: TextStyle = { weight: 800, sizePx: px(32), colour: colours.text };
    const soft: TextStyle = { weight: 500, sizePx: px(26), colour: colours.text };
    if (column.ahead) pen.text('AHEAD', { ...strong, sizePx: px(24), colour: colours.accentText }, left, right, middle(0), 'left');
    else {
      pen.figures(column.gap, strong, left, middle(0), 'left');
      pen.figures(column.metres, { ...soft, colour: colours.muted }, right, middle(0), 'right');
    }
    pen.figures(column.speed, strong, left, middle(1), 'left');
    pen.figures(column.lane, soft, left, middle(2), 'left');
    pen.text(column.who.bib || '–', soft, left, right, middle(3), 'left');
  }

  #drawGraph(pen: Pen, { width, height }: Box): void {
    const { px, unit, colours } = this.#env.theme;
    const plot = this.#plot(width);
    const { box } = plot;
    pen.card({ x: 0, y: 0, width, height, shadow: false, square: true });
    const axis: TextStyle = { weight: 500, sizePx: px(19), colour: colours.muted };
    pen.g.rect(box.x, box.y, box.width, px(1)).fill({ color: colours.muted, alpha: 0.7 });
    pen.g.rect(box.x, box.y + box.height, box.width, px(1)).fill({ color: colours.muted, alpha: 0.35 });
    pen.figures('0', axis, box.x - px(8), box.y + px(4), 'right');
    pen.figures(`+${-plot.y[0]} s`, axis, box.x - px(8), box.y + box.height - px(4), 'right');
    const lengthM = this.#env.race.lengthM;
    pen.figures('0', axis, box.x, height - px(LAYOUT.axis) / 2);
    pen.figures(`${Math.round(lengthM)} m`, axis, box.x + box.width, height - px(LAYOUT.axis) / 2, 'right');
    for (const mark of this.#env.race.marksM) {
      if (mark < lengthM) pen.g.rect(Math.round(plotX(plot, mark)), box.y, px(1), box.height).fill({ color: colours.muted, alpha: 0.3 });
    }
    for (const [i, samples] of this.#curves.entries()) {
      const color = visibleOn(this.#columns[i]?.who.colour ?? colours.text, colours);
      const behind = samples.map(([x, y]): Sample => [x, -y]);
      drawCurve(pen.g, plot, behind, { color, width: 3 * unit });
      const last = behind.findLast(([, y]) => !Number.isNaN(y));
      if (last) pen.g.circle(plotX(plot, last[0]), plotY(plot, last[1]), 4.5 * unit).fill({ color });
    }
  }

  keepOut(): readonly Box[] {
    return this.#spot.keepOut();
  }

  destroy(): void {
    this.#table.destroy();
    this.#graph.destroy();
  }
}

function unique(chosen: readonly Chosen[]): Chosen[] {
  return chosen.filter(({ key }, i) => chosen.findIndex((other) => other.key === key) === i);
}

/** While the same competitors are meant, each keeps the column: the lead may change, the table stands still. */
function keepColumns(before: readonly Chosen[], now: readonly Chosen[]): Chosen[] {
  const kept = before.flatMap(({ key }) => now.find((one) => one.key === key) ?? []);
  return kept.length === now.length ? kept : [...now];
}
