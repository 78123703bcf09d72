import {
  apply,
  type Calibration,
  depth,
  determinant,
  invert,
  lensProblem,
  type Mat3,
  multiply,
  normalise,
  type Point,
  type Size,
} from '../../protocol/index.js';
import { StraightPicture } from '../lens/index.js';
import type { GroundError } from '../pose/index.js';
import { groundToImage as groundToImageOf } from './camera.js';
import { type CameraFit, fitCamera } from './fit-camera.js';
import { fitHomography } from './homography.js';
import type { PointMatch } from './matches.js';
import { type CalibratedCamera, UNMOVED } from './refine-camera.js';
import { groundError } from './uncertainty.js';

/** How well the points agree, over all of them. */
export interface FitError {
  readonly rms: number;
  readonly max: number;
}

/** The ground as the calibration's points say it lies in the picture; with a lens, in the straight picture that tracking looks at. */
export interface GroundSolution {
  readonly ok: true;
  /** Where the calibration has a lens: the straight picture, which all matrices here are of. */
  readonly straight: StraightPicture | undefined;
  /** Metres → continuous source pixels, scaled so that `depth()` is positive for ground in front of the camera. */
  readonly groundToImage: Mat3;
  readonly imageToGround: Mat3;
  /** Distance between clicked and computed points that are believed, in source pixels and in metres. Near 0 with four points: they always fit. */
  readonly errorPx: FitError;
  readonly errorM: FitError;
  /** The same for each point, in the order given, and whether it is believed: one far from where the others say is not. */
  readonly points: readonly { readonly errorPx: number; readonly errorM: number; readonly believed: boolean }[];
  /** How far off a place may be, anywhere on the ground; undefined where four points are no camera's. */
  readonly uncertainty: GroundError | undefined;
  /** What lines seen later can correct; undefined where the points are no camera's. */
  readonly calibrated: CalibratedCamera | undefined;
  /** One line about what does not look right though it was solved, or ''. */
  readonly warning: string;
}

/** Why the points cannot be used: one line that names the points and says what to do. */
export interface CalibrationProblem {
  readonly ok: false;
  readonly message: string;
}

/** Flattest spread of points that still counts as more than a line: share of the picture's width, share of the longer extent on the ground. */
const FLAT_IMAGE = 0.0015;
const FLAT_GROUND = 0.001;
/** Pictures whose sides' ratios differ by no more than this have one shape. */
const SAME_SHAPE = 0.02;

/**
 * Where the ground lies in the picture, from four or more clicked points. Four are taken exactly; of more, those that do not agree with the
 * others are not believed (see `fitCamera`), and named.
 *
 * Ground axes are right-handed seen from above (x to the right, y ahead, turning left from x to y). The picture's y runs down, so a camera
 * above the ground reverses the sense of turning: a triangle that turns left on the ground turns right in picture coordinates, that is
 * `det(groundToImage) < 0` once depth is positive. The other sign means a picture of the ground from below: axes swapped or mirrored.
 *
 * @param calibration point pairs, image points on a picture of `calibration.size`; with a lens, its bending is taken out of them first
 * @param source size of the picture the result is for; the points are scaled to it
 */
export function solveGround(calibration: Calibration, source: Size): GroundSolution | CalibrationProblem {
  const [clickedWidth, clickedHeight] = calibration.size;
  const sx = source.width / clickedWidth;
  const sy = source.height / clickedHeight;
  const clicked = calibration.points.map((p) => ({ x: p.image[0] * sx, y: p.image[1] * sy }));
  const ground = calibration.points.map((p) => ({ x: p.ground[0], y: p.ground[1] }));
  const bad = outsidePicture(calibration) ?? badLens(calibration, source);
  if (bad !== undefined) return problem(bad);
  const straight = calibration.lens && new StraightPicture(calibration.lens, source);
  const image = straight ? clicked.map((p) => straight.straight(p)) : clicked;
  const refused =
    repeated(image, ground) ??
    onOneLine(image, FLAT_IMAGE * source.width, 'in the picture') ??
    onOneLine(ground, FLAT_GROUND * extent(ground), 'on the ground');
  if (refused !== undefined) return problem(refused);

  const matches = image.map((p, i) => ({ image: p, ground: ground[i], confidence: 1 }));
  const fit = fitCamera(matches, source);
  // Four points are taken exactly; so are points no camera above the ground shows, to say what is wrong with them.
  const held = fit && agreeing(fit, matches, source) && matches.length > 4 ? fit : undefined;
  const h = held ? groundToImageOf(held.camera) : fitHomography(ground, image);
  if (!h) return problem('calibration: the points do not determine the ground; spread them out over the picture');
  const believed = held?.believed ?? ground.map(() => true);
  const behind = ground.filter((p) => depth(h, p) < 0).length;
  const groundToImage = normaliseSign(h, behind > ground.length / 2 ? -1 : 1);
  const crossing = listed(ground, (p, i) => believed[i] && !(depth(groundToImage, p) > 0));
  if (crossing.length > 0) {
    return problem(
      `calibration: the horizon would run between the points (${names(crossing)} beyond it); two points are swapped or one is far off`,
    );
  }
  if (determinant(groundToImage) > 0) {
    return problem(
      'calibration: the ground comes out mirrored, as if seen from below; x and y are swapped or one axis points the wrong way (seen from above, y lies a quarter turn left of x)',
    );
  }
  const imageToGround = invert(groundToImage);
  if (!imageToGround) return problem('calibration: the points do not determine the ground; spread them out over the picture');
  if (matches.length > 4 && !held) return problem('calibration: the points do not agree with each other; check the metres of each');
  const points = image.map((p, i) => ({
    errorPx: straight ? distance(straight.seen(apply(groundToImage, ground[i])), clicked[i]) : distance(apply(groundToImage, ground[i]), p),
    errorM: distance(apply(imageToGround, p), ground[i]),
    believed: believed[i],
  }));
  const kept = points.filter((p) => p.believed);
  const calibrated = fit && calibratedCamera(fit, groundToImage);
  return {
    ok: true,
    straight,
    groundToImage,
    imageToGround,
    errorPx: summary(kept.map((p) => p.errorPx)),
    errorM: summary(kept.map((p) => p.errorM)),
    points,
    uncertainty: calibrated && groundError(calibrated, UNMOVED, calibrated.information),
    calibrated,
    warning: warning(points, sx / sy),
  };
}

/** Points taken exactly need not be quite a camera's: what they differ by stays when the camera is corrected. */
function calibratedCamera({ camera, information }: CameraFit, groundToImage: Mat3): CalibratedCamera | undefined {
  const back = invert(groundToImageOf(camera));
  return back && { camera, information, base: multiply(back, groundToImage) };
}

/** Most points must agree, and more than would if the ground were seen in a mirror. */
function agreeing(fit: CameraFit, matches: readonly PointMatch[], source: Size): boolean {
  const agree = (f: CameraFit) => f.believed.filter(Boolean).length;
  if (agree(fit) === matches.length) return true;
  if (agree(fit) < Math.max(4, matches.length / 2)) return false;
  const mirrored = fitCamera(
    matches.map((m) => ({ ...m, ground: { x: m.ground.x, y: -m.ground.y } })),
    source,
  );
  return !mirrored || agree(mirrored) <= agree(fit);
}

function problem(message: string): CalibrationProblem {
  return { ok: false, message };
}

function outsidePicture(calibration: Calibration): string | undefined {
  const [width, height] = calibration.size;
  const at = calibration.points.findIndex(({ image: [x, y] }) => !(x >= 0 && y >= 0 && x <= width && y <= height));
  if (at < 0) return undefined;
  const [x, y] = calibration.points[at].image;
  return `calibration: point ${at + 1} (${round(x)}, ${round(y)}) lies off the ${width}×${height} picture; click it again or correct "size"`;
}

function badLens({ lens, size: [width, height] }: Calibration, source: Size): string | undefined {
  if (!lens) return undefined;
  const problem = lensProblem(lens);
  if (problem !== undefined) return `calibration: ${problem}`;
  const isShape = Math.abs((source.width * height) / (source.height * width) - 1) <= SAME_SHAPE;
  if (isShape) return undefined;
  return `calibration: the lens was solved on a ${width}×${height} picture, and the source's has another shape (${source.width}×${source.height}); calibrate on a picture of the source`;
}

/** Two pairs at one place are one point in truth, or a typing error. */
function repeated(image: readonly Point[], ground: readonly Point[]): string | undefined {
  if (image.length < 4) return `calibration: ${image.length} points; at least 4 are needed`;
  const closest = FLAT_GROUND * extent(ground);
  for (let i = 0; i < image.length; i++) {
    for (let j = i + 1; j < image.length; j++) {
      const sameImage = distance(image[i], image[j]) < 0.01;
      const sameGround = distance(ground[i], ground[j]) <= closest * 1e-3;
      if (sameImage || sameGround) {
        return `calibration: points ${i + 1} and ${j + 1} are the same place ${sameImage ? 'in the picture' : 'on the ground'}; remove or correct one`;
      }
    }
  }
  return undefined;
}

/**
 * Points determine a homography unless a line runs through all of them, or all but one.
 * @param flat mean distance from the line, at or below which points count as lying on it
 */
function onOneLine(points: readonly Point[], flat: number, where: string): string | undefined {
  for (let leftOut = 0; leftOut < points.length; leftOut++) {
    const rest = points.filter((_, i) => i !== leftOut);
    if (thickness(rest) > flat) continue;
    const line = listed(points, (_, i) => i !== leftOut);
    return `calibration: ${names(line)} lie on one line ${where}; move one off it or add a point to each side`;
  }
  return undefined;
}

/** Root mean square distance of points from the line that fits them best. */
function thickness(points: readonly Point[]): number {
  const n = points.length;
  const cx = points.reduce((s, p) => s + p.x, 0) / n;
  const cy = points.reduce((s, p) => s + p.y, 0) / n;
  let [xx, xy, yy] = [0, 0, 0];
  for (const p of points) {
    xx += (p.x - cx) ** 2;
    xy += (p.x - cx) * (p.y - cy);
    yy += (p.y - cy) ** 2;
  }
  const smaller = (xx + yy) / 2 - Math.hypot((xx - yy) / 2, xy);
  return Math.sqrt(Math.max(smaller, 0) / n);
}

function extent(points: readonly Point[]): number {
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  return Math.hypot(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
}

function normaliseSign(h: Mat3, sign: 1 | -1): Mat3 {
  const n = normalise(h);
  // `normalise` divides by the last element: where the ground's origin lies beyond the horizon that turns every depth round.
  const turned = Math.abs(h[8]) > 1e-12 && h[8] < 0 ? -1 : 1;
  const s = sign * turned;
  return [n[0] * s, n[1] * s, n[2] * s, n[3] * s, n[4] * s, n[5] * s, n[6] * s, n[7] * s, n[8] * s];
}

function warning(points: GroundSolution['points'], aspect: number): string {
  const off = listed(points, (p) => !p.believed);
  if (off.length > 0) {
    const far = off.map((number) => `${round(points[number - 1].errorPx)} px`).join(', ');
    const [is, it] = off.length === 1 ? ['is', 'it'] : ['are', 'them'];
    const doubt = points.length - off.length === 4 ? ', and add another point: four alone cannot be sure' : '';
    return `calibration: ${names(off)} ${is} ${far} from where the others say and ${is} not believed; check ${it}${doubt}`;
  }
  if (Math.abs(aspect - 1) > SAME_SHAPE) return 'calibration: "size" has another shape than the source; the points may be stretched';
  return '';
}

function listed<T>(items: readonly T[], holds: (item: T, index: number) => boolean): number[] {
  return items.flatMap((item, i) => (holds(item, i) ? [i + 1] : []));
}

function names(numbers: readonly number[]): string {
  if (numbers.length === 1) return `point ${numbers[0]}`;
  return `points ${numbers.slice(0, -1).join(', ')} and ${numbers.at(-1)}`;
}

function distance(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}

function summary(errors: readonly number[]): FitError {
  return { rms: Math.sqrt(errors.reduce((s, e) => s + e * e, 0) / errors.length), max: Math.max(...errors) };
}

function round(value: number): number {
  return Math.round(value * 10) / 10;
}
