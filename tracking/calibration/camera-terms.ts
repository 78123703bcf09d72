import type { Size } from '../../protocol/index.js';
import { CAMERA_DOF, type Camera, type Projection, project } from './camera.js';
import type { PointMatch } from './matches.js';

/**
 * What a camera is held to, as terms of one sum: the points it should show where they were seen, and what most cameras obey. The sum is
 * minus twice the logarithm of the posterior, up to a constant.
 */

/** Cameras stand level to about this (radians), unless the points say otherwise. */
const LEVEL_RAD = 0.05;
/** The optical axis meets the picture this near to its middle, share of the width. */
const PRINCIPAL_SHARE = 0.02;
/** A usual focal length, share of the width, and the spread of its logarithm: from wide angle to long lens. */
const FOCAL_SHARE = 1.5;
const FOCAL_SPREAD = 4;
/** How exactly a mark is where its metres say, share of the points' extent: lines have a width, grounds are seldom built to plan. */
const GROUND_NOISE_SHARE = 0.003;
/** Degrees of freedom of the points' noise (Student's t): near a normal one, but who is far off has next to no pull. */
const TAIL = 4;
/** A point nobody trusts has this confidence at least. */
const LEAST_CONFIDENCE = 0.05;

/** Points, and the noise they are taken to have. */
export interface Evidence {
  readonly matches: readonly PointMatch[];
  /** Of the picture. */
  readonly size: Size;
  /** Noise of a fully trusted point in either direction, pixels. */
  readonly noisePx: number;
  /** Noise of a mark's own place in either direction, metres. */
  readonly groundNoiseM: number;
}

export function evidence(matches: readonly PointMatch[], size: Size, noisePx: number): Evidence {
  const [xs, ys] = [matches.map((m) => m.ground.x), matches.map((m) => m.ground.y)];
  const extent = Math.hypot(Math.max(...xs) - Math.min(...xs), Math.max(...ys) - Math.min(...ys));
  return { matches, size, noisePx, groundNoiseM: GROUND_NOISE_SHARE * extent };
}

/** The sum, and its normal equations where they were asked for: inverse covariance and gradient. */
export interface Terms {
  readonly energy: number;
  readonly information: number[][];
  readonly gradient: number[];
}

/**
 * @param energyOnly leaves information and gradient zero
 * @param farthest standard deviations beyond which being farther off costs a point no more
 */
export function terms(camera: Camera, given: Evidence, energyOnly: boolean, farthest = Number.POSITIVE_INFINITY): Terms {
  const information = Array.from({ length: CAMERA_DOF }, () => new Array<number>(CAMERA_DOF).fill(0));
  const gradient = new Array<number>(CAMERA_DOF).fill(0);
  const add = (row: readonly number[], residual: number, weight: number) => {
    for (let a = 0; a < CAMERA_DOF; a++) {
      gradient[a] += weight * row[a] * residual;
      for (let b = 0; b < CAMERA_DOF; b++) information[a][b] += weight * row[a] * row[b];
    }
  };
  let energy = 0;
  for (const match of given.matches) {
    const at = project(camera, match.ground);
    const white = whitening(at, match, given);
    const [ex, ey] = whitened(white, at.image.x - match.image.x, at.image.y - match.image.y);
    const square = ex * ex + ey * ey;
    energy += (TAIL + 2) * Math.log1p(Math.min(square, farthest ** 2) / TAIL) - 2 * Math.log(white.xx * white.yy);
    if (energyOnly) continue;
    const weight = trust(square);
    const rows = at.dx.map((dx, i) => whitened(white, dx, at.dy[i]));
    const column = (k: 0 | 1) => rows.map((row) => row[k]);
    add(column(0), ex, weight);
    add(column(1), ey, weight);
  }
  for (const { residual, row } of habits(camera, given.size)) {
    // Heavy tails: a cropped picture or a camera on its side is rare, not impossible.
    energy += (TAIL + 1) * Math.log1p(residual ** 2 / TAIL);
    if (!energyOnly) add(row, residual, (TAIL + 1) / (TAIL + residual ** 2));
  }
  return { energy: Number.isFinite(energy) ? energy : Number.POSITIVE_INFINITY, information, gradient };
}

/** How far a point lies from where the camera shows it, in standard deviations. */
export function deviation(camera: Camera, match: PointMatch, given: Evidence): number {
  const at = project(camera, match.ground);
  if (!(at.depth > 0)) return Number.POSITIVE_INFINITY;
  return Math.hypot(...whitened(whitening(at, match, given), at.image.x - match.image.x, at.image.y - match.image.y));
}

/** Weight of a point whose squared deviation is so large. */
export function trust(square: number): number {
  return (TAIL + 2) / (TAIL + square);
}

/** Lower triangle that makes a point's noise white: its own in the picture, and the mark's on the ground as the picture shows it. */
interface Whitening {
  readonly xx: number;
  readonly yx: number;
  readonly yy: number;
}

function whitening(at: Projection, { confidence }: PointMatch, { noisePx, groundNoiseM }: Evidence): Whitening {
  // The picture moves with a mark as it does against the camera.
  const [ax, bx, ay, by] = [at.dx[4], at.dx[5], at.dy[4], at.dy[5]].map((v) => v * groundNoiseM);
  const variance = noisePx ** 2 / Math.max(confidence, LEAST_CONFIDENCE);
  const [xx, xy, yy] = [variance + ax * ax + bx * bx, ax * ay + bx * by, variance + ay * ay + by * by];
  const l = Math.sqrt(xx);
  const m = Math.sqrt(Math.max(yy - (xy / l) ** 2, variance * 1e-6));
  return { xx: 1 / l, yx: -xy / (xx * m), yy: 1 / m };
}

function whitened(white: Whitening, x: number, y: number): [number, number] {
  return [white.xx * x, white.yx * x + white.yy * y];
}

/** What most cameras obey, as residuals in standard deviations with their derivatives. */
function habits({ rotation: r, principal, focalPx }: Camera, size: Size): { residual: number; row: number[] }[] {
  const only = (index: number, value: number) => Array.from({ length: CAMERA_DOF }, (_, i) => (i === index ? value : 0));
  const spread = PRINCIPAL_SHARE * size.width;
  // The height of the axis to the right is 0 for a level camera; it changes with turns about down and forward.
  const level = only(2, r[8] / LEVEL_RAD);
  level[3] = -r[5] / LEVEL_RAD;
  return [
    { residual: r[2] / LEVEL_RAD, row: level },
    { residual: (principal.x - size.width / 2) / spread, row: only(7, 1 / spread) },
    { residual: (principal.y - size.height / 2) / spread, row: only(8, 1 / spread) },
    { residual: Math.log(focalPx / (FOCAL_SHARE * size.width)) / FOCAL_SPREAD, row: only(0, 1 / FOCAL_SPREAD) },
  ];
}
