import type { Box, Size } from '../../../protocol/index.js';
import { drawCurve, niceCeil, type Plot, plotX, plotY } from '../plot.js';
import { formatTime } from '../race-clock.js';
import { capitals } from '../roster.js';
import { heading, type Pen } from '../sheet.js';
import type { TextStyle } from '../text.js';
import { surfaceOn, type Theme, visibleOn } from '../theme.js';
import { type Story, stretches } from './sectors.js';

/** Everything the card shows. */
export interface Duel {
  readonly title: string;
  readonly name: string;
  readonly colour: string;
  readonly rival: string;
  readonly rivalColour: string;
  readonly lengthM: number;
  readonly marksM: readonly number[];
  readonly story: Story;
}

/** Design units. */
const LAYOUT = {
  width: 940,
  head: 46,
  names: 52,
  scale: 64,
  curve: 132,
  bars: 96,
  axis: 30,
  foot: 44,
  total: 190,
  pad: 16,
  bar: 8,
} as const;
/** The scales are no finer than this, seconds: less is noise. */
const SCALE_MIN_S = 0.05;
const STRETCHES_MAX = 3;

export function duelSize({ px, safe }: Theme): Size {
  const height = px(LAYOUT.head) + px(LAYOUT.names) + px(LAYOUT.curve) + px(LAYOUT.bars) + px(LAYOUT.axis) + px(LAYOUT.foot);
  return { width: Math.min(safe.width, px(LAYOUT.width)), height };
}

/** Width of the course on the card, pixels. */
export function plotWidth(theme: Theme): number {
  return duelSize(theme).width - theme.px(LAYOUT.scale) - theme.px(LAYOUT.pad);
}

export function drawDuel(pen: Pen, { width, height }: Size, duel: Duel): void {
  const { px } = pen.theme;
  pen.card({ x: 0, y: 0, width, height });
  heading(pen, duel.title, width, px(LAYOUT.head));
  drawNames(pen, width, duel);
  const top = px(LAYOUT.head) + px(LAYOUT.names);
  const across = { x: px(LAYOUT.scale), width: plotWidth(pen.theme) };
  const curve: Box = { ...across, y: top + px(6), height: px(LAYOUT.curve) - px(16) };
  const bars: Box = { ...across, y: top + px(LAYOUT.curve), height: px(LAYOUT.bars) - px(8) };
  markDecisive(pen, { ...curve, height: bars.y + bars.height - curve.y }, duel);
  drawAhead(pen, curve, duel);
  drawBars(pen, bars, duel);
  const axis: TextStyle = { weight: 500, sizePx: px(19), colour: pen.theme.colours.muted };
  const axisY = top + px(LAYOUT.curve) + px(LAYOUT.bars) + px(LAYOUT.axis) / 2 - px(2);
  pen.figures('0', axis, across.x, axisY);
  pen.figures(`${Math.round(duel.lengthM)} m`, axis, across.x + across.width, axisY, 'right');
  for (const mark of duel.marksM) {
    const share = mark / duel.lengthM;
    if (share > 0.06 && share < 0.9)
      pen.figures(String(Math.round(mark)), axis, Math.round(across.x + across.width * share), axisY, 'centre');
  }
  drawStretches(pen, { x: 0, y: height - px(LAYOUT.foot), width, height: px(LAYOUT.foot) }, duel.story);
}

function drawNames(pen: Pen, width: number, { name, colour, rival, rivalColour, story }: Duel): void {
  const { px, unit, colours } = pen.theme;
  const top = px(LAYOUT.head);
  const middle = top + px(LAYOUT.names) / 2;
  const total = width - px(LAYOUT.pad) - px(LAYOUT.total);
  const half = Math.round(total / 2);
  const style: TextStyle = { weight: 700, sizePx: px(26), colour: colours.text, spacingPx: 0.3 * unit };
  const chip = (x: number, color: string): void => {
    pen.g.rect(x, top + px(13), px(LAYOUT.bar), px(LAYOUT.names) - px(26)).fill({ color: surfaceOn(color, colours) });
  };
  chip(px(LAYOUT.pad), colour);
  const left = px(LAYOUT.pad) + px(LAYOUT.bar) + px(10);
  const taken = pen.text(capitals(name), style, left, half, middle, 'left');
  const soft: TextStyle = { ...style, weight: 500, colour: colours.muted };
  chip(left + taken + px(26), rivalColour);
  pen.text(capitals(rival), soft, left + taken + px(26) + px(LAYOUT.bar) + px(10), total, middle, 'left');
  if (story.aheadS === undefined) return;
  const text = `${signed(story.aheadS)} s`;
  pen.figures(text, { weight: 800, sizePx: px(40), colour: colours.accentText }, width - px(LAYOUT.pad), middle, 'right');
}

function markDecisive(pen: Pen, box: Box, { story, lengthM }: Duel): void {
  const { px, colours } = pen.theme;
  for (const { fromM, toM, decisive } of story.sectors) {
    if (!decisive) continue;
    const left = Math.round(box.x + (box.width * fromM) / lengthM);
    const right = Math.round(box.x + (box.width * toM) / lengthM);
    pen.g.rect(left, box.y, right - left, box.height).fill({ color: colours.accent, alpha: 0.2 });
    pen.g.rect(left, box.y + box.height, right - left, px(4)).fill({ color: colours.accent });
  }
}

function drawAhead(pen: Pen, box: Box, { story, lengthM, colour }: Duel): void {
  const { px, unit, colours } = pen.theme;
  const values = story.curve.map(([, value]) => value).filter((value) => !Number.isNaN(value));
  const low = Math.min(0, ...values);
  const plot: Plot = {
    box,
    x: [0, lengthM],
    y: [low < -SCALE_MIN_S / 5 ? -niceCeil(Math.max(SCALE_MIN_S, -low)) : 0, niceCeil(Math.max(SCALE_MIN_S, ...values))],
  };
  drawZero(pen, plot);
  drawScale(pen, plot);
  const color = visibleOn(colour, colours);
  drawCurve(pen.g, plot, story.curve, { color, width: 3.5 * unit });
  const last = story.curve.findLast(([, value]) => !Number.isNaN(value));
  if (last) pen.g.circle(plotX(plot, last[0]), plotY(plot, last[1]), px(5)).fill({ color });
}

function drawBars(pen: Pen, box: Box, { story, lengthM, colour, rivalColour }: Duel): void {
  const { px, colours } = pen.theme;
  const sizes = story.sectors.map(({ gainedS }) => (Number.isNaN(gainedS) ? 0 : Math.abs(gainedS)));
  const most = niceCeil(Math.max(SCALE_MIN_S / 5, ...sizes));
  const plot: Plot = { box, x: [0, lengthM], y: [-most, most] };
  const zero = Math.round(plotY(plot, 0));
  for (const { fromM, toM, gainedS, decisive } of story.sectors) {
    if (Number.isNaN(gainedS)) continue;
    const left = Math.round(plotX(plot, fromM)) + px(1);
    const right = Math.round(plotX(plot, toM)) - px(1);
    const end = Math.round(plotY(plot, gainedS));
    const color = visibleOn(gainedS >= 0 ? colour : rivalColour, colours);
    pen.g
      .rect(left, Math.min(zero, end), Math.max(1, right - left), Math.max(1, Math.abs(end - zero)))
      .fill({ color, alpha: decisive ? 1 : 0.55 });
  }
  drawZero(pen, plot);
  drawScale(pen, plot);
}

function drawZero(pen: Pen, plot: Plot): void {
  const { px, colours } = pen.theme;
  pen.g.rect(plot.box.x, Math.round(plotY(plot, 0)), plot.box.width, px(1)).fill({ color: colours.muted, alpha: 0.7 });
}

/** Numbers at the ends of a scale, clear of its neighbour's. */
function drawScale(pen: Pen, { box, y: [low, high] }: Plot): void {
  const { px, colours } = pen.theme;
  const style: TextStyle = { weight: 500, sizePx: px(19), colour: colours.muted };
  pen.figures(low < 0 ? signed(high, 'short') : `+${high}`, style, box.x - px(8), box.y + px(7), 'right');
  pen.figures(low < 0 ? signed(low, 'short') : '0', style, box.x - px(8), box.y + box.height - px(7), 'right');
}

function drawStretches(pen: Pen, { y, width, height }: Box, story: Story): void {
  const { px, unit, colours } = pen.theme;
  pen.g.rect(0, y, width, height).fill({ color: colours.cardSoft, alpha: 0.9 });
  const middle = y + height / 2;
  const label: TextStyle = { weight: 700, sizePx: px(20), colour: colours.text, spacingPx: 0.6 * unit };
  let left = px(LAYOUT.pad) + pen.text(story.isFinal ? 'DECISIVE' : 'SO FAR', label, px(LAYOUT.pad), width, middle, 'left') + px(24);
  for (const { fromM, toM, gainedS } of stretches(story.sectors).slice(0, STRETCHES_MAX)) {
    const where = `${Math.round(fromM)}–${Math.round(toM)} m`;
    left += pen.figures(where, { weight: 500, sizePx: px(24), colour: colours.text }, left, middle) + px(10);
    left += pen.figures(signed(gainedS), { weight: 700, sizePx: px(26), colour: colours.accentText }, left, middle) + px(34);
  }
}

function signed(seconds: number, form: 'full' | 'short' = 'full'): string {
  const size = form === 'full' ? formatTime(Math.abs(seconds), 2) : String(Math.abs(seconds));
  return `${seconds < 0 ? '−' : '+'}${size}`;
}
