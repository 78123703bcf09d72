import { type CameraPose, depth, imageSlope, type Mat3, type Point, type TrackedSubject } from '../../protocol/index.js';

/** Covariance of a place on the ground, square metres. */
export interface GroundCovariance {
  readonly xx: number;
  readonly xy: number;
  readonly yy: number;
}

/** How far off the calibration may be at a ground point. */
export type GroundError = (ground: Point) => GroundCovariance;

/** Standard deviation of a foot found in the picture: a part that is always there, pixels, and a share of the box's height. */
const FOOT_PX = 0.5;
const FOOT_SHARE = 0.015;

/** Says of each subject how far off it may be: by the calibration, and by its foot's place in the picture. */
export function withUncertainty(
  subjects: readonly TrackedSubject[],
  pose: CameraPose,
  calibration: GroundError | undefined,
): readonly TrackedSubject[] {
  if (!calibration || pose.unit !== 'm' || pose.state !== 'held') return subjects;
  return subjects.map((subject) => {
    const foot = noiseOnGround(pose.groundToImage, subject.ground, FOOT_PX + FOOT_SHARE * subject.box.height);
    const uncertaintyM = foot && radiusOf(foot, calibration(subject.ground));
    return uncertaintyM !== undefined && uncertaintyM > 0 && Number.isFinite(uncertaintyM) ? { ...subject, uncertaintyM } : subject;
  });
}

/**
 * Noise of an image point carried to the ground.
 * @param sigmaPx standard deviation in either direction
 * @returns undefined at and beyond the horizon
 */
function noiseOnGround(groundToImage: Mat3, ground: Point, sigmaPx: number): GroundCovariance | undefined {
  if (!(depth(groundToImage, ground) > 0)) return undefined;
  const [a, b, c, d] = imageSlope(groundToImage, undefined, ground);
  const k = (sigmaPx / (a * d - b * c)) ** 2;
  return Number.isFinite(k) ? { xx: k * (d * d + b * b), xy: -k * (c * d + a * b), yy: k * (c * c + a * a) } : undefined;
}

/** Longer half-axis of the 1-σ ellipse of independent errors together, metres. */
function radiusOf(...errors: readonly GroundCovariance[]): number {
  let [xx, xy, yy] = [0, 0, 0];
  for (const error of errors) {
    xx += error.xx;
    xy += error.xy;
    yy += error.yy;
  }
  return Math.sqrt((xx + yy) / 2 + Math.hypot((xx - yy) / 2, xy));
}
