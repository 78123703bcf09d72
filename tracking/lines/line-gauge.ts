import { apply, depth, type LumaPicture, type Mat3, type Point } from '../../protocol/index.js';
import type { Mark } from './painted-lines.js';

/** A mark as a picture should show it. */
export interface Expected {
  readonly mark: Mark;
  /** Pixels of the picture. */
  readonly at: Point;
  /** From one mark to the next, pixels. */
  readonly along: Point;
  /** Unit length: which way the line's neighbours lie, and how many pixels a metre is that way. */
  readonly aside: Point;
  readonly asidePxPerM: number;
  /** Unit length, across the line, towards `aside`. */
  readonly normal: Point;
}

/** Where a line was seen. */
export interface Seen {
  readonly at: Point;
  /** Brighter than the ground beside it, grey levels; negative: darker. */
  readonly contrast: number;
  /** False where the ground differs so much from one side to the other that the line's middle cannot be told exactly. */
  readonly exact: boolean;
}

/** Lines are about this wide, metres. */
const LINE_M = 0.05;
/** The profile across a line is taken in steps of at most this, pixels, and averaged over at most so many pixels along. */
const STEP_PX = 0.5;
const MOST_ALONG = 16;
const LEAST_ALONG = 6;
/** A thin line is smeared this far by the pixels of the picture and by reading between them. */
const SMEAR_PX = 1.5;
/** A line differs by this much from the ground on both its sides, grey levels. */
const CONTRAST = 2.5;
/** What else is seen beside it is at most so strong, and the ground on both sides differs by no more, shares of its contrast. */
const RIVAL = 0.6;
const UNEVEN = 0.4;

/** @returns undefined where the picture does not show the mark, or not clearly enough for its line to be found */
export function expected(mark: Mark, groundToPicture: Mat3): Expected | undefined {
  const { ground, along, across } = mark;
  const place = (k: number, v: Point) => ({ x: ground.x + k * v.x, y: ground.y + k * v.y });
  const ends = [place(-0.5, along), place(0.5, along), place(-0.1, across), place(0.1, across)];
  if (!ends.every((p) => depth(groundToPicture, p) > 0)) return undefined;
  const [a, b, c, d] = ends.map((p) => apply(groundToPicture, p));
  const [ax, ay, sx, sy] = [b.x - a.x, b.y - a.y, d.x - c.x, d.y - c.y];
  const [long, wide] = [Math.hypot(ax, ay), Math.hypot(sx, sy)];
  const sine = (ax * sy - ay * sx) / (long * wide);
  if (!(Math.abs(sine) > 0.2)) return undefined;
  const turn = Math.sign(sine);
  return {
    mark,
    at: apply(groundToPicture, ground),
    along: { x: ax, y: ay },
    aside: { x: sx / wide, y: sy / wide },
    asidePxPerM: wide / 0.2,
    normal: { x: (-ay / long) * turn, y: (ax / long) * turn },
  };
}

/** Measures lines across; keeps its buffer from call to call. */
export class LineGauge {
  readonly #profile = new Float64Array(256);

  /**
   * Looks for a thin line that stands out alone near where it should be.
   * @param reachPx how far to look either way, along `aside`
   * @param alongMarks over how many marks' length to average
   * @returns undefined where none stands out
   */
  find(luma: LumaPicture, { at, along, aside, asidePxPerM }: Expected, reachPx: number, alongMarks: number): Seen | undefined {
    const half = Math.max(0.75, (LINE_M * asidePxPerM) / 2);
    const step = Math.max(STEP_PX, half / 3);
    const side = Math.ceil((half + SMEAR_PX) / step);
    const reach = Math.ceil(reachPx / step);
    const middle = reach + side;
    const n = 2 * middle + 1;
    const longPx = alongMarks * Math.hypot(along.x, along.y);
    const profile = this.#profile;
    if (n > profile.length || !(longPx >= LEAST_ALONG)) return undefined;
    const samples = Math.min(MOST_ALONG, Math.floor(longPx));
    const share = (Math.min(longPx, MOST_ALONG) / longPx) * alongMarks;
    for (let i = 0; i < n; i++) {
      let sum = 0;
      for (let k = 0; k < samples; k++) {
        const t = ((k + 0.5) / samples - 0.5) * share;
        const d = (i - middle) * step;
        const value = brightness(luma, at.x + d * aside.x + t * along.x, at.y + d * aside.y + t * along.y);
        if (value === undefined) return undefined;
        sum += value;
      }
      profile[i] = sum / samples;
    }
    const strength = (i: number) => {
      const [l, c, r] = [profile[i - side], profile[i], profile[i + side]];
      return c > l ? Math.max(0, Math.min(c - l, c - r)) : -Math.max(0, Math.min(l - c, r - c));
    };
    let best = side;
    for (let i = side; i < n - side; i++) if (Math.abs(strength(i)) > Math.abs(strength(best))) best = i;
    const contrast = strength(best);
    if (Math.abs(contrast) < CONTRAST || best === side || best === n - side - 1) return undefined;
    for (let i = side; i < n - side; i++) {
      if (Math.abs(i - best) > side && Math.abs(strength(i)) > RIVAL * Math.abs(contrast)) return undefined;
    }
    const exact = Math.abs(profile[best - side] - profile[best + side]) <= UNEVEN * Math.abs(contrast);
    const d = (centroid(profile, best, side, Math.sign(contrast)) - middle) * step;
    return { at: { x: at.x + d * aside.x, y: at.y + d * aside.y }, contrast, exact };
  }
}

/** Middle of what stands out from the straight line between both sides. */
function centroid(profile: Float64Array, best: number, side: number, sign: number): number {
  const [l, r] = [profile[best - side], profile[best + side]];
  let [sum, moment] = [0, 0];
  for (let k = -side + 1; k < side; k++) {
    const level = l + ((r - l) * (k + side)) / (2 * side);
    const above = Math.max(0, sign * (profile[best + k] - level));
    sum += above;
    moment += above * k;
  }
  return best + moment / sum;
}

/** Bilinear; undefined off the picture. */
function brightness({ width, height, data }: LumaPicture, x: number, y: number): number | undefined {
  const [u, v] = [x - 0.5, y - 0.5];
  const [i, j] = [Math.floor(u), Math.floor(v)];
  if (!(i >= 0 && j >= 0 && i < width - 1 && j < height - 1)) return undefined;
  const [s, t] = [u - i, v - j];
  const at = j * width + i;
  const top = data[at] + s * (data[at + 1] - data[at]);
  const bottom = data[at + width] + s * (data[at + width + 1] - data[at + width]);
  return top + t * (bottom - top);
}
