import type { Box, Size } from '../../../protocol/index.js';
import { type CurveLook, drawCurve, niceCeil, type Plot, plotX, plotY, type Sample } from '../plot.js';
import { capitals, type Who } from '../roster.js';
import type { Pen } from '../sheet.js';
import type { TextStyle } from '../text.js';
import { surfaceOn, type Theme, visibleOn } from '../theme.js';
import type { SpeedTraceData } from './manifest.js';
import type { TracePoint } from './trace.js';

/** What the card shows. */
export interface Traces {
  readonly who: Who;
  readonly own: readonly TracePoint[];
  readonly others: readonly (readonly TracePoint[])[];
  /** Along the bottom: where the plots begin and end, metres or seconds, and how that is written. */
  readonly axis: 'distance' | 'time';
  readonly range: readonly [number, number];
  readonly ends: readonly [string, string];
}

/** Figures as they are written; '–' where not known. */
export interface Figures {
  readonly speed: string;
  readonly top: string;
  readonly acceleration: string;
}

/** Room over the fastest moment, for others who are faster. */
const HEADROOM = 1.08;

type Options = Pick<SpeedTraceData, 'show' | 'unit'>;

/** Design units. */
const LAYOUT = { width: 600, head: 48, figures: 172, scale: 46, plot: 132, second: 92, axis: 30, pad: 14, bar: 8 } as const;

export function traceSize({ px, safe }: Theme, show: Options['show']): Size {
  const second = show === 'both' ? px(LAYOUT.second) : 0;
  return { width: Math.min(safe.width, px(LAYOUT.width)), height: px(LAYOUT.head) + px(LAYOUT.plot) + second + px(LAYOUT.axis) };
}

/** Width of the left part of the card, with the figures; the plots have the rest. */
export function figuresPart({ px }: Theme): number {
  return px(LAYOUT.figures);
}

export function factorOf(unit: Options['unit']): number {
  return unit === 'km/h' ? 3.6 : 1;
}

export function drawFigures(pen: Pen, { width, height }: Size, who: Who, figures: Figures, { show, unit }: Options): void {
  const { px, unit: one, colours } = pen.theme;
  const head = drawBack(pen, width, height);
  pen.g.rect(0, 0, px(LAYOUT.bar), height).fill({ color: surfaceOn(who.colour, colours) });
  const left = px(LAYOUT.bar) + px(LAYOUT.pad);
  const label: TextStyle = { weight: 700, sizePx: px(19), colour: colours.muted, spacingPx: 0.6 * one };
  const accelerationUnit = 'm/s²';
  const isSpeed = show !== 'acceleration';
  pen.text(isSpeed ? unit.toUpperCase() : accelerationUnit, { ...label, colour: colours.text }, left, width, head / 2);
  const big: TextStyle = { weight: 800, sizePx: px(62), colour: colours.accentText };
  const second: TextStyle = { weight: 700, sizePx: px(28), colour: colours.text };
  let y = head + px(44);
  pen.figures(isSpeed ? figures.speed : figures.acceleration, big, left, y);
  if (!isSpeed) return;
  y += px(58);
  const taken = pen.text('TOP', label, left, width, y, 'left');
  pen.figures(figures.top, second, left + taken + px(10), y);
  if (show === 'speed') return;
  y += px(48);
  pen.figures(figures.acceleration, second, left, y);
  pen.figures(accelerationUnit, { ...label, spacingPx: 0 }, left + px(66), y);
}

export function drawPlots(pen: Pen, { width, height }: Size, traces: Traces, { show, unit }: Options): void {
  const { px, unit: one, colours } = pen.theme;
  const head = drawBack(pen, width, height);
  const name: TextStyle = { weight: 800, sizePx: px(26), colour: colours.text, spacingPx: 0.3 * one };
  pen.text(capitals(traces.who.name), name, px(8), width - px(LAYOUT.pad), head / 2);
  const bottom = height - px(LAYOUT.axis);
  const firstBottom = show === 'both' ? head + px(LAYOUT.plot) : bottom;
  const left = px(LAYOUT.scale);
  const across = width - left - px(LAYOUT.pad) - px(4);
  const area = (top: number, end: number): Box => ({ x: left, y: top + px(12), width: across, height: end - top - px(16) });
  if (show !== 'acceleration') drawSpeed(pen, area(head, firstBottom), traces, factorOf(unit));
  if (show !== 'speed') drawAcceleration(pen, area(show === 'both' ? firstBottom : head, bottom), traces);
  const style = axisStyle(pen.theme);
  pen.figures(traces.ends[0], style, left, height - px(LAYOUT.axis) / 2);
  pen.figures(traces.ends[1], style, left + across, height - px(LAYOUT.axis) / 2, 'right');
}

/** Both parts of the card look as one. @returns height of the head. */
function drawBack(pen: Pen, width: number, height: number): number {
  const head = pen.theme.px(LAYOUT.head);
  pen.card({ x: 0, y: 0, width, height, shadow: false, square: true });
  pen.g.rect(0, 0, width, head).fill({ color: pen.theme.colours.cardSoft, alpha: 0.94 });
  return head;
}

function axisStyle({ px, colours }: Theme): TextStyle {
  return { weight: 500, sizePx: px(19), colour: colours.muted };
}

function drawSpeed(pen: Pen, box: Box, traces: Traces, factor: number): void {
  const value = (point: TracePoint): number => point.speedMps * factor;
  // The one who counts sets the scale: a slip in someone else's track must not flatten it.
  const most = niceCeil(Math.max(1, ...traces.own.map((point) => value(point) * HEADROOM)));
  drawPlot(pen, { box, x: traces.range, y: [0, most] }, traces, value);
}

function drawAcceleration(pen: Pen, box: Box, traces: Traces): void {
  const value = (point: TracePoint): number => point.accelerationMps2;
  const sizes = traces.own.map(value).filter((size) => !Number.isNaN(size));
  const most = niceCeil(Math.max(1, ...sizes.map(Math.abs)));
  drawPlot(pen, { box, x: traces.range, y: [-most, most] }, { ...traces, others: [] }, value);
}

function drawPlot(pen: Pen, plot: Plot, { who, own, others, axis }: Traces, value: (point: TracePoint) => number): void {
  const { px, unit, colours } = pen.theme;
  const { box, y } = plot;
  pen.g.rect(box.x, Math.round(plotY(plot, 0)), box.width, px(1)).fill({ color: colours.muted, alpha: 0.6 });
  pen.g.rect(box.x, box.y, box.width, px(1)).fill({ color: colours.muted, alpha: 0.25 });
  const written = (number: number): string => (number < 0 ? `−${-number}` : String(number));
  // Within the plot's height: the plot below has numbers too.
  pen.figures(written(y[1]), axisStyle(pen.theme), box.x - px(8), box.y + px(6), 'right');
  pen.figures(written(y[0]), axisStyle(pen.theme), box.x - px(8), box.y + box.height - px(6), 'right');
  const samples = (points: readonly TracePoint[]): Sample[] =>
    points.map((point) => [axis === 'distance' ? point.distanceM : point.timeS, value(point)]);
  const grey: CurveLook = { color: colours.muted, width: 1.5 * unit, alpha: 0.45 };
  for (const points of others) drawCurve(pen.g, plot, samples(points), grey);
  const color = visibleOn(who.colour, colours);
  const line = samples(own);
  drawCurve(pen.g, plot, line, { color, width: 3 * unit });
  const last = line.findLast(([, size]) => !Number.isNaN(size));
  if (last) pen.g.circle(plotX(plot, last[0]), plotY(plot, last[1]), 4.5 * unit).fill({ color });
}
