import type { Graphics } from 'pixi.js';
import type { Box, MediaTimeUs } from '../../protocol/index.js';

/** Where values stand on a card: `box` in the card's pixels; `x` and `y` are the values at its left and right, bottom and top. */
export interface Plot {
  readonly box: Box;
  readonly x: readonly [number, number];
  readonly y: readonly [number, number];
}

/** x, y; y is NaN where nothing is known: the curve is broken there. */
export type Sample = readonly [number, number];

export function plotX({ box, x: [from, to] }: Plot, value: number): number {
  return box.x + (box.width * (value - from)) / (to - from || 1);
}

/** Values beyond the plot are put on its edge. */
export function plotY({ box, y: [from, to] }: Plot, value: number): number {
  const share = (value - from) / (to - from || 1);
  return box.y + box.height * (1 - Math.max(0, Math.min(1, share)));
}

export interface CurveLook {
  readonly color: string;
  /** Pixels. */
  readonly width: number;
  readonly alpha?: number;
}

export function drawCurve(g: Graphics, plot: Plot, samples: readonly Sample[], look: CurveLook): void {
  let down = false;
  let drawn = false;
  for (const [x, y] of samples) {
    if (Number.isNaN(y)) {
      down = false;
      continue;
    }
    if (down) {
      g.lineTo(plotX(plot, x), plotY(plot, y));
      drawn = true;
    } else g.moveTo(plotX(plot, x), plotY(plot, y));
    down = true;
  }
  if (drawn) g.stroke({ ...look, cap: 'round', join: 'round' });
}

/** Curves grow this often, microseconds of media time. */
const GROW_US = 400_000;

/** Steps in which a graphic's curves grow; those of different graphics at different frames, because each is a large picture to draw. */
export function plotStep(nowUs: MediaTimeUs, id: string): number {
  let sum = 0;
  for (const character of id) sum += character.codePointAt(0)!;
  return Math.floor(nowUs / GROW_US + (sum % 12) / 12);
}

/** Places along the course to sample: about one every two pixels, whatever the length; the last place is `toM` itself. */
export function samplePlaces(fromM: number, toM: number, widthPx: number): number[] {
  const count = Math.max(1, Math.min(Math.ceil(widthPx / 2), Math.ceil(toM - fromM)));
  return Array.from({ length: count + 1 }, (_, i) => fromM + ((toM - fromM) * i) / count);
}

/** The next round number from a value up: scales that do not creep. */
export function niceCeil(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 1e-6)));
  const step = ROUND.find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10;
  return Number((step * power).toPrecision(3));
}

const ROUND = [1, 1.5, 2, 3, 4, 5, 6, 8, 10];
