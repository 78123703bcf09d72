import { type Box, type LumaPicture, type Mat3, multiply, type Point, type Size } from '../../protocol/index.js';
import { type CalibratedCamera, groundToImageBy, inverse, type LineSighting, slopeAlong, slopesBy } from '../calibration/index.js';
import { type Expected, expected, LineGauge } from './line-gauge.js';
import type { PaintedLine } from './painted-lines.js';

/** Marks of one line looked at in one picture, and how much of a line each stands for at least, pixels. */
const MOST_OF_A_LINE = 24;
const LENGTH_PX = 8;
const MOST_JOINED = 8;
/** The camera's motion is taken to be this exact, pixels. */
const MOTION_PX = 0.3;
/** A line is looked for within so many standard deviations and a pixel, if that is no more than this share of the way to the next line like it. */
const SIGMAS = 3;
const NEXT_LINE = 0.4;
/** Nor farther than this, share of the picture's width. */
const FARTHEST_SHARE = 0.05;
/** People's boxes are widened by this, pixels. */
const PEOPLE_PX = 2;
/** A line is looked for where so many of its marks are in view, and seen where this share of them is. */
const LEAST_OF_A_LINE = 4;
const LINE_SHARE = 0.5;
/** A picture counts where it shows so many marks on so many lines, and this share of all lines looked for. */
const LEAST_SEEN = 20;
const LEAST_LINES = 3;
const SEEN_SHARE = 0.75;

interface Candidate extends LineSighting {
  readonly contrast: number;
  readonly exact: boolean;
}

/** Finds a course's lines in single pictures, each only where it can be told from all others. */
export class LineWatch {
  readonly #calibrated: CalibratedCamera;
  readonly #lines: readonly PaintedLine[];
  readonly #gauge = new LineGauge();

  constructor(calibrated: CalibratedCamera, lines: readonly PaintedLine[]) {
    this.#calibrated = calibrated;
    this.#lines = lines;
  }

  /**
   * @param toPicture calibrated picture → this one, whose pixels the sightings are in
   * @param hidden where people are, pixels of this picture
   * @param by the camera's move believed until now, with its inverse covariance
   * @returns none where lines that should be seen are not; undefined where too few could be to tell
   */
  sightings(
    luma: LumaPicture,
    toPicture: Mat3,
    hidden: readonly Box[],
    by: readonly number[],
    information: CalibratedCamera['information'],
  ): LineSighting[] | undefined {
    const view = multiply(toPicture, groundToImageBy(this.#calibrated, by));
    const slopes = slopesBy(this.#calibrated, by).map((slope) => multiply(toPicture, slope));
    const covariance = inverse(information);
    let tried = 0;
    const all: Candidate[] = [];
    for (const [line, { marks, spacingM }] of this.#lines.entries()) {
      const shown = marks.map((mark) => expected(mark, view)).map((e) => (e && within(luma, e.at) ? e : undefined));
      const stride = strideOf(shown);
      const seen: Candidate[] = [];
      let here = 0;
      for (let i = 0; i < shown.length; i += stride) {
        const e = shown[i];
        if (!e || hidden.some((box) => covers(box, e.at))) continue;
        const row = slopes.map((slope) => slopeAlong(view, e.mark.ground, e.normal, slope));
        const variance = row.reduce((sum, v, a) => sum + v * row.reduce((s, w, b) => s + covariance[a][b] * w, 0), 0);
        const reachPx = (SIGMAS * Math.sqrt(variance + MOTION_PX ** 2) + 1) / (e.aside.x * e.normal.x + e.aside.y * e.normal.y);
        if (!(reachPx <= NEXT_LINE * spacingM * e.asidePxPerM && reachPx <= FARTHEST_SHARE * luma.width)) continue;
        here++;
        const found = this.#gauge.find(luma, e, reachPx, stride);
        if (!found) continue;
        const { ground, across } = e.mark;
        seen.push({ line, ground, across, seen: found.at, normal: e.normal, contrast: found.contrast, exact: found.exact });
      }
      if (here < LEAST_OF_A_LINE) continue;
      tried++;
      const alike = mostAlike(seen);
      if (alike.length >= Math.max(LEAST_OF_A_LINE, LINE_SHARE * here)) all.push(...alike);
    }
    const alike = mostAlike(all);
    const lines = new Set(alike.map((s) => s.line)).size;
    const exact = alike.filter((s) => s.exact);
    if (lines >= Math.max(LEAST_LINES, SEEN_SHARE * tried)) return exact.length >= LEAST_SEEN ? exact : undefined;
    return tried >= LEAST_LINES ? [] : undefined;
  }
}

/** Lines are all brighter than the ground beside them, or all darker. */
function mostAlike(all: readonly Candidate[]): Candidate[] {
  const bright = all.filter((s) => s.contrast > 0);
  return 2 * bright.length >= all.length ? bright : all.filter((s) => s.contrast < 0);
}

/** Every how many marks one is looked at, so that there are not too many and each has enough of the line to itself. */
function strideOf(shown: readonly (Expected | undefined)[]): number {
  let [count, longest] = [0, 0];
  for (const e of shown) {
    if (!e) continue;
    count++;
    longest = Math.max(longest, Math.hypot(e.along.x, e.along.y));
  }
  return Math.max(1, Math.ceil(count / MOST_OF_A_LINE), Math.min(MOST_JOINED, Math.ceil(LENGTH_PX / Math.max(longest, 0.1))));
}

function within({ width, height }: Size, p: Point): boolean {
  return p.x > 0 && p.y > 0 && p.x < width && p.y < height;
}

function covers({ x, y, width, height }: Box, p: Point): boolean {
  return p.x >= x - PEOPLE_PX && p.y >= y - PEOPLE_PX && p.x < x + width + PEOPLE_PX && p.y < y + height + PEOPLE_PX;
}
