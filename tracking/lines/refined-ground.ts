import { apply, type Box, invert, type LumaPicture, type Mat3, type MediaTimeUs, multiply, type Size } from '../../protocol/index.js';
import {
  type CalibratedCamera,
  groundError,
  groundToImageBy,
  inverse,
  type LineSighting,
  type LineView,
  moved,
  type RefinedCamera,
  refineCamera,
  slopeAlong,
  slopesBy,
} from '../calibration/index.js';
import type { GroundError } from '../pose/index.js';
import { type Expected, expected, LineGauge } from './measure.js';
import type { PaintedLine } from './painted-lines.js';

/** Lines are looked at so often. */
const EVERY_US = 250_000;
/** Marks of one line looked at in one picture. */
const MOST_OF_A_LINE = 24;
/** The camera's motion is taken to be this exact, pixels of the picture. */
const MOTION_PX = 0.3;
/** A line is looked for within so many standard deviations, and no nearer to the next line like it than this share of the way. */
const SIGMAS = 3;
const NEXT_LINE = 0.4;
/** Never farther than this, share of the picture's width. */
const FARTHEST_SHARE = 0.04;
/** What a picture must show to count: marks seen, on so many lines, and the share of what was looked for. */
const LEAST_SEEN = 20;
const LEAST_LINES = 3;
const SEEN_SHARE = 0.5;
/** Of what was seen, this share must fit one camera, this well (pixels). */
const FITTING_SHARE = 0.75;
const FITTING_PX = 0.75;
/** Corrections longer than this many standard deviations (squared) of nine numbers are not believed: one in a hundred thousand. */
const SURPRISE = 39;
/** Pictures remembered; one that shows nearly the same (corners within this share of the width) replaces the one before. */
const MOST_VIEWS = 40;
const SAME_SHARE = 0.15;
/** Pictures that must agree before anything is believed. */
const LEAST_LOOKS = 3;
/** The ground moves at most so fast under the graphics, share of the picture's width a second. */
const PACE_PER_S = 0.006;

/**
 * Makes a calibration exact from the painted lines of a course wherever the camera shows them: what the clicked points leave open is found from lines seen
 * where they can be no other, all of them together, and the ground moves there slowly. Without such lines it stays as calibrated.
 */
export class RefinedGround {
  readonly #calibrated: CalibratedCamera;
  readonly #lines: readonly PaintedLine[];
  readonly #source: Size;
  readonly #gauge = new LineGauge();
  #remembered: readonly { readonly anchor: Mat3; readonly view: LineView }[] = [];
  #looks = 0;
  #lookedUs = Number.NEGATIVE_INFINITY;
  #movedUs = 0;
  #by: readonly number[];
  #target: readonly number[];
  #information: readonly (readonly number[])[];

  constructor(calibrated: CalibratedCamera, lines: readonly PaintedLine[], source: Size) {
    this.#calibrated = calibrated;
    this.#lines = lines;
    this.#source = source;
    this.#information = calibrated.information;
    this.#by = calibrated.information.map(() => 0);
    this.#target = this.#by;
  }

  /** How far off a place may be. */
  get uncertainty(): GroundError {
    return groundError(moved(this.#calibrated.camera, this.#by), this.#information);
  }

  /** Ground → calibrated picture, source pixels. */
  get groundToImage(): Mat3 {
    return groundToImageBy(this.#calibrated, this.#by);
  }

  /**
   * Looks at a frame, where one is due.
   * @param luma the analysis picture
   * @param calibratedToCurrent source pixels
   * @param masks where people are, source pixels
   */
  look(luma: LumaPicture, calibratedToCurrent: Mat3, masks: readonly Box[], mediaTimeUs: MediaTimeUs): void {
    const scale = luma.width / this.#source.width;
    const toPicture = multiply([scale, 0, 0, 0, luma.height / this.#source.height, 0, 0, 0, 1], calibratedToCurrent);
    if (mediaTimeUs >= this.#lookedUs + EVERY_US || mediaTimeUs < this.#lookedUs) {
      this.#lookedUs = mediaTimeUs;
      const hidden = masks.map((b) => ({ x: b.x * scale - 2, y: b.y * scale - 2, width: b.width * scale + 4, height: b.height * scale + 4 }));
      const sightings = this.#sightings(luma, toPicture, hidden);
      if (sightings) this.#learn({ fromCalibrated: toPicture, sightings }, luma);
    }
    this.#move(toPicture, luma, mediaTimeUs);
  }

  #sightings(luma: LumaPicture, toPicture: Mat3, hidden: readonly Box[]): LineSighting[] | undefined {
    const calibrated = this.#calibrated;
    const view = multiply(toPicture, groundToImageBy(calibrated, this.#target));
    const slopes = slopesBy(calibrated, this.#target).map((slope) => multiply(toPicture, slope));
    const covariance = inverse(this.#information);
    let tried = 0;
    const all: (LineSighting & { readonly contrast: number })[] = [];
    for (const [line, { marks, spacingM }] of this.#lines.entries()) {
      const shown = marks.map((mark) => {
        const e = expected(mark, view);
        return e && inside(e, luma) ? e : undefined;
      });
      const count = shown.filter(Boolean).length;
      if (count === 0) continue;
      const longest = Math.max(...shown.map((e) => (e ? Math.hypot(e.along.x, e.along.y) : 0)));
      const stride = Math.max(1, Math.ceil(count / MOST_OF_A_LINE), Math.min(8, Math.ceil(8 / longest)));
      const seen: (LineSighting & { readonly contrast: number })[] = [];
      let here = 0;
      for (let i = 0; i < shown.length; i += stride) {
        const e = shown[i];
        if (!e || hidden.some((b) => e.at.x >= b.x && e.at.y >= b.y && e.at.x < b.x + b.width && e.at.y < b.y + b.height)) continue;
        const row = slopes.map((slope) => slopeAlong(view, e.mark.ground, e.normal, slope));
        const variance = row.reduce((sum, v, a) => sum + v * row.reduce((s, w, b) => s + covariance[a][b] * w, 0), 0);
        const cosine = e.aside.x * e.normal.x + e.aside.y * e.normal.y;
        const reach = (SIGMAS * Math.sqrt(variance + MOTION_PX ** 2) + 1) / cosine;
        if (!(reach <= NEXT_LINE * spacingM * e.asidePxPerM && reach <= FARTHEST_SHARE * luma.width)) continue;
        here++;
        const found = this.#gauge.find(luma, e, reach, stride);
        if (found) {
          const { ground, across } = e.mark;
          seen.push({ line, ground, across, seen: found.at, normal: e.normal, contrast: found.contrast });
        }
      }
      tried += here;
      if (seen.length >= 4 && seen.length >= 0.4 * here) all.push(...seen);
    }
    // Lines are all brighter than the ground or all darker.
    const bright = all.filter((s) => s.contrast > 0);
    const dark = all.filter((s) => s.contrast < 0);
    const alike = bright.length >= dark.length ? bright : dark;
    if (debug) debug(`tried ${tried} all ${all.length} alike ${alike.length} lines ${new Set(alike.map((s) => s.line)).size}`);
    if (alike.length < Math.max(LEAST_SEEN, SEEN_SHARE * tried) || new Set(alike.map((s) => s.line)).size < LEAST_LINES) return undefined;
    return alike;
  }

  /** Joins a picture's sightings to those before, if they agree. */
  #learn(view: LineView, luma: Size): void {
    // A picture like one before takes its place, and is compared with what first stood there: places do not wander off with a slow pan.
    const like = this.#remembered.findIndex((r) => similar(r.anchor, view.fromCalibrated, luma));
    const anchor = this.#remembered[like]?.anchor ?? view.fromCalibrated;
    const remembered = [...this.#remembered.filter((_, i) => i !== like).slice(-(MOST_VIEWS - 1)), { anchor, view }];
    const views = remembered.map((r) => r.view);
    const refined = refineCamera(this.#calibrated, views, this.#target, this.#lines.length);
    const fits = agrees(refined);
    if (debug) debug(`views ${views.length} fits ${fits} surprise ${refined.surprise.toFixed(1)}`);
    if (!fits) return;
    this.#remembered = remembered;
    this.#looks++;
    if (this.#looks < LEAST_LOOKS) return;
    this.#target = refined.by;
    this.#information = refined.information;
  }

  /** One frame's step towards what is believed. */
  #move(toPicture: Mat3, picture: Size, mediaTimeUs: MediaTimeUs): void {
    const seconds = Math.min(0.1, Math.max(0, (mediaTimeUs - this.#movedUs) / 1e6));
    this.#movedUs = mediaTimeUs;
    const now = multiply(toPicture, groundToImageBy(this.#calibrated, this.#by));
    const then = multiply(toPicture, groundToImageBy(this.#calibrated, this.#target));
    const back = invert(now);
    if (!back) return;
    const change = multiply(then, back);
    let farthest = 0;
    for (const x of [0, 0.5, 1]) {
      for (const y of [0.5, 0.75, 1]) {
        const p = { x: x * picture.width, y: y * picture.height };
        const q = apply(change, p);
        farthest = Math.max(farthest, Math.hypot(q.x - p.x, q.y - p.y));
      }
    }
    const share = Math.min(1, (PACE_PER_S * picture.width * seconds) / Math.max(farthest, 1e-9));
    this.#by = this.#by.map((v, i) => v + share * (this.#target[i] - v));
  }
}

let debug: ((text: string) => void) | undefined;
export function setDebug(d: (text: string) => void): void {
  debug = d;
}

function inside({ at }: Expected, { width, height }: Size): boolean {
  return at.x > 0 && at.y > 0 && at.x < width && at.y < height;
}

function agrees({ surprise, offPx }: RefinedCamera): boolean {
  if (!(surprise < SURPRISE)) return false;
  const fitting = (off: readonly number[]) => off.filter((v) => Math.abs(v) < FITTING_PX).length >= FITTING_SHARE * off.length;
  return fitting(offPx.flat()) && fitting(offPx.at(-1) ?? []);
}

function similar(a: Mat3, b: Mat3, size: Size): boolean {
  const back = invert(a);
  if (!back) return false;
  const change = multiply(b, back);
  return [0, 1].every((x) =>
    [0, 1].every((y) => {
      const p = { x: x * size.width, y: y * size.height };
      const q = apply(change, p);
      return Math.hypot(q.x - p.x, q.y - p.y) < SAME_SHARE * size.width;
    }),
  );
}
