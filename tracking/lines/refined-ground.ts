import {
  apply,
  type Box,
  invert,
  type LumaPicture,
  type Mat3,
  type MediaTimeUs,
  multiply,
  type Size,
  US_PER_SECOND,
} from '../../protocol/index.js';
import {
  type CalibratedCamera,
  groundError,
  groundToImageBy,
  type LineView,
  type RefinedCamera,
  refineCamera,
  UNMOVED,
} from '../calibration/index.js';
import type { GroundError } from '../pose/index.js';
import { LineWatch } from './line-watch.js';
import type { PaintedLine } from './painted-lines.js';

/** Lines are looked at so often. */
const EVERY_US = 300_000;
/** Of what was seen, in all pictures together and in the newest, this share must fit one camera, this well (pixels). */
const FITTING_SHARE = 0.75;
const FITTING_PX = 0.75;
/** Corrections of more standard deviations (squared) of the calibration's nine numbers are not believed: one in a thousand. */
const SURPRISE = 28;
/** Pictures that agree must outnumber those that do not by so many before anything is believed; older ones are forgotten. */
const LEAST_CREDIT = 3;
const MOST_CREDIT = 10;
const LEAST_DEBT = -30;
/**
 * A calibration is left as it is while the lines of every picture lie as near to it as this, root mean square in pixels, more than they do to the best one:
 * nobody clicks, and no line is painted, more exactly.
 */
const DISAGREEMENT_PX = 0.13;
/** Pictures remembered; one that shows nearly the same as an older one (corners within this share of the width) takes its place. */
const MOST_VIEWS = 40;
const SAME_SHARE = 0.15;
/** The ground glides to where it is believed: what is left within about this time, but no slower than this share of the picture's width a second. */
const GLIDE_S = 1;
const PACE_PER_S = 0.006;
const LONGEST_STEP_S = 0.1;

/** A picture remembered, and where the camera looked when it was first shown there. */
interface Remembered {
  readonly anchor: Mat3;
  readonly view: LineView;
}

/**
 * Makes a calibration exact from the painted lines of a course, wherever the camera shows them: what the clicked points leave open is found
 * from lines seen where they can be no other, those of all pictures together, and the ground moves there slowly. Without such lines it stays
 * as calibrated; so it does where they confirm it, but for the uncertainty stated.
 */
export class RefinedGround {
  readonly #calibrated: CalibratedCamera;
  readonly #lines: readonly PaintedLine[];
  readonly #source: Size;
  readonly #watch: LineWatch;
  #remembered: readonly Remembered[] = [];
  #credit = 0;
  /** Whether lines were seen where the calibration as clicked does not have them. */
  #disagrees = false;
  #lookedUs = Number.NEGATIVE_INFINITY;
  #movedUs = 0;
  /** Moves of the calibrated camera: the one in use, the one believed. */
  #by = UNMOVED;
  #believed = UNMOVED;
  #information: CalibratedCamera['information'];
  #groundToImage: Mat3 | undefined;
  #uncertainty: GroundError;

  /** @param lines none: nothing is ever corrected */
  constructor(calibrated: CalibratedCamera, lines: readonly PaintedLine[], source: Size) {
    this.#calibrated = calibrated;
    this.#lines = lines;
    this.#source = source;
    this.#watch = new LineWatch(calibrated, lines);
    this.#information = calibrated.information;
    this.#uncertainty = groundError(calibrated, UNMOVED, calibrated.information);
  }

  /** How far off a place on the ground may be. */
  get uncertainty(): GroundError {
    return this.#uncertainty;
  }

  /**
   * Call for every frame in which the pose is held; now and then its lines are looked at.
   * @param luma the analysis picture
   * @param calibratedToCurrent source pixels
   * @param people source pixels
   * @returns ground → calibrated picture, continuous source pixels, from the next frame on; undefined while it stands as clicked
   */
  look(luma: LumaPicture, calibratedToCurrent: Mat3, people: readonly Box[], mediaTimeUs: MediaTimeUs): Mat3 | undefined {
    if (this.#lines.length === 0) return undefined;
    const [sx, sy] = [luma.width / this.#source.width, luma.height / this.#source.height];
    const toPicture = multiply([sx, 0, 0, 0, sy, 0, 0, 0, 1], calibratedToCurrent);
    if (mediaTimeUs >= this.#lookedUs + EVERY_US || mediaTimeUs < this.#lookedUs) {
      this.#lookedUs = mediaTimeUs;
      const hidden = people.map((b) => ({ x: b.x * sx, y: b.y * sy, width: b.width * sx, height: b.height * sy }));
      const sightings = this.#watch.sightings(luma, toPicture, hidden, this.#believed, this.#information);
      if (sightings) this.#learn({ fromCalibrated: toPicture, sightings }, luma);
    }
    this.#move(toPicture, luma, mediaTimeUs);
    return this.#groundToImage;
  }

  /** Joins a picture's sightings to those before, if they agree. */
  #learn(view: LineView, picture: Size): void {
    // What stands in an older one's place is compared with what first stood there: places do not wander off with a slow pan.
    const like = this.#remembered.findIndex((r) => similar(r.anchor, view.fromCalibrated, picture));
    const anchor = this.#remembered[like]?.anchor ?? view.fromCalibrated;
    const remembered = [...this.#remembered.filter((_, i) => i !== like).slice(1 - MOST_VIEWS), { anchor, view }];
    const views = remembered.map((r) => r.view);
    const refined = view.sightings.length > 0 ? refineCamera(this.#calibrated, views, this.#believed, this.#lines.length) : undefined;
    const agreed = refined !== undefined && agrees(refined);
    this.#credit = Math.max(LEAST_DEBT, Math.min(MOST_CREDIT, this.#credit + (agreed ? 1 : -1)));
    if (!agreed) return;
    this.#remembered = remembered;
    if (this.#credit < LEAST_CREDIT) return;
    this.#disagrees ||= views.some((v, i) => disagrees(asClicked(this.#calibrated, v), refined.offPx[i]));
    if (this.#disagrees) this.#believed = refined.by;
    this.#information = refined.information;
    this.#uncertainty = groundError(this.#calibrated, this.#believed, this.#information);
  }

  /** One frame's step towards what is believed. */
  #move(toPicture: Mat3, picture: Size, mediaTimeUs: MediaTimeUs): void {
    const seconds = Math.min(LONGEST_STEP_S, Math.max(0, (mediaTimeUs - this.#movedUs) / US_PER_SECOND));
    this.#movedUs = mediaTimeUs;
    if (this.#by === this.#believed) return;
    const farthest = farthestMove(
      multiply(toPicture, groundToImageBy(this.#calibrated, this.#by)),
      multiply(toPicture, groundToImageBy(this.#calibrated, this.#believed)),
      picture,
    );
    const share = Math.max(seconds / GLIDE_S, (PACE_PER_S * picture.width * seconds) / farthest);
    this.#by = share < 1 ? this.#by.map((v, i) => v + share * (this.#believed[i] - v)) : this.#believed;
    this.#groundToImage = groundToImageBy(this.#calibrated, this.#by);
  }
}

function agrees({ surprise, offPx }: RefinedCamera): boolean {
  const fit = (off: readonly number[]) => off.filter((v) => Math.abs(v) < FITTING_PX).length >= FITTING_SHARE * off.length;
  return surprise < SURPRISE && fit(offPx.flat()) && fit(offPx.at(-1) ?? []);
}

function disagrees(clickedPx: readonly number[], refinedPx: readonly number[]): boolean {
  const square = (v: number) => Math.min(v * v, 1);
  const gain = clickedPx.reduce((sum, v, i) => sum + square(v) - square(refinedPx[i]), 0);
  return gain > DISAGREEMENT_PX ** 2 * clickedPx.length;
}

/** How far a view's sightings are from where the calibration as clicked has their lines, pixels. */
function asClicked(calibrated: CalibratedCamera, { fromCalibrated, sightings }: LineView): number[] {
  const m = multiply(fromCalibrated, groundToImageBy(calibrated, UNMOVED));
  return sightings.map(({ ground, seen, normal }) => {
    const p = apply(m, ground);
    return normal.x * (p.x - seen.x) + normal.y * (p.y - seen.y);
  });
}

/** How far the ground moves in the lower half of a picture, where most of it is, pixels. */
function farthestMove(now: Mat3, then: Mat3, picture: Size): number {
  const back = invert(now);
  if (!back) return Number.POSITIVE_INFINITY;
  return farthest(multiply(then, back), picture, 0.5);
}

function similar(a: Mat3, b: Mat3, picture: Size): boolean {
  const back = invert(a);
  return back !== undefined && farthest(multiply(b, back), picture, 0) < SAME_SHARE * picture.width;
}

/** Longest way that a mapping carries a corner of the picture below a share of its height. */
function farthest(change: Mat3, { width, height }: Size, from: number): number {
  const ways = [0, 1].flatMap((x) =>
    [from, 1].map((y) => {
      const p = { x: x * width, y: y * height };
      const q = apply(change, p);
      return Math.hypot(q.x - p.x, q.y - p.y);
    }),
  );
  return Math.max(...ways);
}
