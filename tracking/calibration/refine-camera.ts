import { apply, depth, type Mat3, multiply, type Point } from '../../protocol/index.js';
import { CAMERA_DOF, type Camera, groundToImage, moved } from './camera.js';
import { solve } from './linear-algebra.js';

/** A calibration that can still be corrected within what its points leave open. */
export interface CalibratedCamera {
  readonly camera: Camera;
  /** Inverse covariance of the camera's nine numbers, see `moved()`. */
  readonly information: readonly (readonly number[])[];
  /** Ground as stated → ground as the camera shows it: the identity unless four points were taken exactly. */
  readonly base: Mat3;
}

/** A place of a known line on the ground, and a place of the picture through which that line was seen to run. */
export interface LineSighting {
  /** Which line: all of one line's are off together where it is not painted exactly where the plan has it. */
  readonly line: number;
  /** Metres. */
  readonly ground: Point;
  /** Across the line on the ground, unit length. */
  readonly across: Point;
  /** Pixels of the view. */
  readonly seen: Point;
  /** Across the line in the picture, unit length. */
  readonly normal: Point;
}

/** One picture's sightings. */
export interface LineView {
  /** Calibrated picture → the view's pixels. */
  readonly fromCalibrated: Mat3;
  readonly sightings: readonly LineSighting[];
}

export interface RefinedCamera {
  /** The camera's move away from the calibrated one, see `moved()`. */
  readonly by: readonly number[];
  /** Inverse covariance around there. */
  readonly information: readonly (readonly number[])[];
  /** Squared length of the move in standard deviations of the calibration. */
  readonly surprise: number;
  /** Distance of each sighting from its line, pixels, view by view. */
  readonly offPx: readonly (readonly number[])[];
}

/** Noise of one sighting, pixels of the view: what a mark of a line shows, and what it shares with its neighbours. */
const SIGHTING_PX = 0.2;
/** How exactly a line is painted where the plan has it, metres. */
const PAINTED_M = 0.03;
/** Degrees of freedom of a sighting's noise (Student's t). */
const TAIL = 4;
const STEPS = 12;
/** Steps for numerical slopes of each of the camera's numbers. */
const EPSILON = [1e-5, 1e-6, 1e-6, 1e-6, 1e-3, 1e-3, 1e-5, 1e-2, 1e-2];

/** The calibration as it is. */
export const UNMOVED: readonly number[] = new Array<number>(CAMERA_DOF).fill(0);

/** Ground → calibrated picture after a move. */
export function groundToImageBy({ camera, base }: CalibratedCamera, by: readonly number[]): Mat3 {
  return multiply(groundToImage(moved(camera, by)), base);
}

/** How {@link groundToImageBy} changes with each of the move's numbers. */
export function slopesBy(calibrated: CalibratedCamera, by: readonly number[]): readonly Mat3[] {
  return EPSILON.map((e, k) => {
    const to = (sign: number) =>
      groundToImageBy(
        calibrated,
        by.map((v, i) => (i === k ? v + sign * e : v)),
      );
    const [a, b] = [to(1), to(-1)];
    const d = (i: number) => (a[i] - b[i]) / (2 * e);
    return [d(0), d(1), d(2), d(3), d(4), d(5), d(6), d(7), d(8)];
  });
}

/**
 * How the picture of a ground point moves along a direction when its three homogeneous coordinates change.
 * @param m ground → picture
 * @param change of those coordinates: `d` applied to (x, y, one)
 */
export function slopeAlong(m: Mat3, ground: Point, direction: Point, d: Mat3, x = ground.x, y = ground.y, one = 1): number {
  const w = depth(m, ground);
  const p = apply(m, ground);
  const [du, dv, dw] = [d[0] * x + d[1] * y + d[2] * one, d[3] * x + d[4] * y + d[5] * one, d[6] * x + d[7] * y + d[8] * one];
  return (direction.x * (du - p.x * dw) + direction.y * (dv - p.y * dw)) / w;
}

/**
 * The camera that a calibration and sightings of known lines make most likely together: Gauss–Newton with damping on the calibration's own
 * quadratic, sightings with Student's t noise, and one unknown offset a line.
 * @param start move to begin with
 * @param lines number of lines
 */
export function refineCamera(prior: CalibratedCamera, views: readonly LineView[], start: readonly number[], lines: number): RefinedCamera {
  let x = [...start.slice(0, CAMERA_DOF), ...new Array<number>(lines).fill(0)];
  let at = linearise(prior, views, x, lines);
  let damping = 1e-4;
  for (let step = 0; step < STEPS && damping < 1e6; step++) {
    const delta = solve(
      at.information.map((row, i) => row.map((v, j) => (i === j ? v * (1 + damping) : v))),
      at.gradient,
    );
    if (!delta) break;
    const next = x.map((v, i) => v - delta[i]);
    const there = linearise(prior, views, next, lines);
    if (there.energy < at.energy) {
      const gain = at.energy - there.energy;
      [x, at] = [next, there];
      damping /= 10;
      if (gain < 1e-4 * (1 + at.energy)) break;
    } else damping *= 10;
  }
  const by = x.slice(0, CAMERA_DOF);
  const surprise = by.reduce((sum, v, i) => sum + v * by.reduce((s, w, j) => s + prior.information[i][j] * w, 0), 0);
  return { by, information: ofCamera(at.information), surprise, offPx: at.offPx };
}

interface Linearised {
  readonly energy: number;
  readonly information: number[][];
  readonly gradient: number[];
  readonly offPx: number[][];
}

function linearise(prior: CalibratedCamera, views: readonly LineView[], x: readonly number[], lines: number): Linearised {
  const n = CAMERA_DOF + lines;
  const information = Array.from({ length: n }, (_, i) => Array.from({ length: n }, (__, j) => prior.information[i]?.[j] ?? 0));
  const gradient = new Array<number>(n).fill(0);
  let energy = 0;
  for (let i = 0; i < CAMERA_DOF; i++) {
    for (let j = 0; j < CAMERA_DOF; j++) gradient[i] += prior.information[i][j] * x[j];
    energy += x[i] * gradient[i];
  }
  for (let i = CAMERA_DOF; i < n; i++) {
    information[i][i] += 1 / PAINTED_M ** 2;
    gradient[i] += x[i] / PAINTED_M ** 2;
    energy += (x[i] / PAINTED_M) ** 2;
  }
  const middle = groundToImageBy(prior, x);
  const slopes = slopesBy(prior, x.slice(0, CAMERA_DOF));
  const row = new Array<number>(CAMERA_DOF).fill(0);
  const offPx = views.map(({ fromCalibrated, sightings }) => {
    const m = multiply(fromCalibrated, middle);
    const dm = slopes.map((slope) => multiply(fromCalibrated, slope));
    return sightings.map(({ line, ground, across, seen, normal }) => {
      const offset = x[CAMERA_DOF + line];
      const at = { x: ground.x + offset * across.x, y: ground.y + offset * across.y };
      const p = apply(m, at);
      const off = normal.x * (p.x - seen.x) + normal.y * (p.y - seen.y);
      for (let k = 0; k < CAMERA_DOF; k++) row[k] = slopeAlong(m, at, normal, dm[k]);
      const side = slopeAlong(m, at, normal, m, across.x, across.y, 0);
      const residual = off / SIGHTING_PX;
      energy += (TAIL + 1) * Math.log1p(residual ** 2 / TAIL);
      const weight = (TAIL + 1) / (TAIL + residual ** 2) / SIGHTING_PX ** 2;
      const o = CAMERA_DOF + line;
      for (let a = 0; a < CAMERA_DOF; a++) {
        const k = weight * row[a];
        gradient[a] += k * off;
        for (let b = a; b < CAMERA_DOF; b++) information[a][b] += k * row[b];
        information[a][o] += k * side;
      }
      gradient[o] += weight * side * off;
      information[o][o] += weight * side * side;
      return off;
    });
  });
  for (let a = 0; a < n; a++) for (let b = 0; b < a; b++) information[a][b] = information[b][a];
  return { energy, information, gradient, offPx };
}

/** What is known of the camera with every line's offset left open. */
function ofCamera(information: readonly (readonly number[])[]): number[][] {
  return Array.from({ length: CAMERA_DOF }, (_, i) =>
    Array.from({ length: CAMERA_DOF }, (__, j) => {
      let value = information[i][j];
      for (let o = CAMERA_DOF; o < information.length; o++) value -= (information[i][o] * information[o][j]) / information[o][o];
      return value;
    }),
  );
}
