import { IDENTITY, type Mat3, multiply } from '../../protocol/index.js';
import { rotationOf } from '../rotation.js';
import { type CameraModel, clampStep, cross, rotationFromRows, unit } from './camera-model.js';

type Vec3 = readonly [number, number, number];

/** The lens, and the ground as the reference picture's camera sees it. */
export interface GroundView {
  /** Focal length, in half widths of the picture. */
  readonly focal: number;
  /** Unit normal of the plane, pointing away from the camera (x right, y down, z ahead); the plane lies one unit of length away. */
  readonly normal: Vec3;
}

/** A camera turned and carried: X ↦ rotation · X + shift. */
export interface Carried {
  readonly rotation: Mat3;
  readonly shift: Vec3;
}

/** Steepness of the look at the ground from which the search starts, and focal lengths: a drone's and a long lens's. */
const STEEPNESS = [0.25, 0.6, 1.1];
const FOCALS = [1.3, 2.6, 5.2];

/**
 * A camera with one focal length that is carried about over a plane (a drone): pictures relate by K·(R + t·nᵀ)·K⁻¹ (Faugeras and Lustman
 * 1988) with one normal n for all of them, six numbers a picture instead of eight. It is the steepness of the look, else free to
 * drift with every link, that the plane's one normal holds.
 */
export const carriedCamera: CameraModel<GroundView, Carried> = {
  sharedCount: 3,
  viewCount: 6,
  reference: { rotation: IDENTITY, shift: [0, 0, 0] },
  starts: FOCALS.flatMap((focal) => STEEPNESS.map((s): GroundView => ({ focal, normal: [0, Math.cos(s), Math.sin(s)] }))),
  place({ focal: f, normal: n }, { rotation: r, shift: t }) {
    const m = (i: number) => r[i] + t[Math.floor(i / 3)] * n[i % 3];
    return [m(0), m(1), f * m(2), m(3), m(4), f * m(5), m(6) / f, m(7) / f, m(8)];
  },
  nearest({ focal: f, normal: n }, h) {
    const m: Mat3 = [h[0], h[1], h[2] / f, h[3], h[4], h[5] / f, h[6] * f, h[7] * f, h[8]];
    // Directions in the plane are only turned and scaled; the normal tells what is left.
    const u = unit(cross(n, Math.abs(n[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]));
    const v = cross(n, u);
    const [mu, mv, mn] = [carry(m, u), carry(m, v), carry(m, n)];
    const scale = Math.sqrt(Math.hypot(...mu) * Math.hypot(...mv));
    const [a, b] = [unit(mu), unit(mv)];
    const sum = unit([a[0] + b[0], a[1] + b[1], a[2] + b[2]]);
    const difference = unit([a[0] - b[0], a[1] - b[1], a[2] - b[2]]);
    const ru = unit([sum[0] + difference[0], sum[1] + difference[1], sum[2] + difference[2]]);
    const rn = cross(ru, unit([sum[0] - difference[0], sum[1] - difference[1], sum[2] - difference[2]]));
    const turned = multiply(transpose(rotationFromRows(ru, rn)), rotationFromRows(u, n));
    return { rotation: turned, shift: [mn[0] / scale - rn[0], mn[1] / scale - rn[1], mn[2] / scale - rn[2]] };
  },
  stepShared({ focal, normal }, step, at) {
    const u = unit(cross(normal, Math.abs(normal[0]) < 0.9 ? [1, 0, 0] : [0, 1, 0]));
    const v = cross(normal, u);
    const [p, q] = [clampStep(step[at + 1]), clampStep(step[at + 2])];
    return {
      focal: focal * Math.exp(clampStep(step[at])),
      normal: unit([normal[0] + p * u[0] + q * v[0], normal[1] + p * u[1] + q * v[1], normal[2] + p * u[2] + q * v[2]]),
    };
  },
  stepView: ({ rotation, shift }, step, at) => ({
    rotation: multiply(rotationOf(step[at], step[at + 1], step[at + 2]), rotation),
    shift: [shift[0] + step[at + 3], shift[1] + step[at + 4], shift[2] + step[at + 5]],
  }),
  plausible: ({ focal, normal }) => focal > 0.5 && focal < 30 && normal[2] > 0,
};

function carry(m: Mat3, v: Vec3): Vec3 {
  return [m[0] * v[0] + m[1] * v[1] + m[2] * v[2], m[3] * v[0] + m[4] * v[1] + m[5] * v[2], m[6] * v[0] + m[7] * v[1] + m[8] * v[2]];
}

function transpose(m: Mat3): Mat3 {
  return [m[0], m[3], m[6], m[1], m[4], m[7], m[2], m[5], m[8]];
}
