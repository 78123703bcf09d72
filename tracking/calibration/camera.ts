import { type Mat3, multiply, type Point, type Size, translation } from '../../protocol/index.js';
import { rotationOf } from '../rotation.js';

/** A direction or a place in the ground's frame, metres: x and y on the ground, z up. */
export type Vector = readonly [number, number, number];

/**
 * A pinhole camera with square pixels above a right-handed ground. Nine numbers for a homography's eight: what a camera obeys (level,
 * optical axis through the picture's middle) can be told as a prior on them.
 */
export interface Camera {
  /** Focal length, source pixels. */
  readonly focalPx: number;
  /** Where the optical axis meets the picture, source pixels. */
  readonly principal: Point;
  /** The camera's axes in the ground's frame: rows to the right, down and forward in the picture. */
  readonly rotation: Mat3;
  /** Where the camera is, metres; z is its height above the ground. */
  readonly position: Vector;
}

/** Numbers by which a camera is moved, see {@link moved}. */
export const CAMERA_DOF = 9;

/** Ground (metres) → picture (pixels), depth in metres: positive in front of the camera. */
export function groundToImage(camera: Camera): Mat3 {
  const { focalPx: f, principal, rotation: r, position } = camera;
  const t = [0, 3, 6].map((i) => -dot([r[i], r[i + 1], r[i + 2]], position));
  const view: Mat3 = [r[0], r[1], t[0], r[3], r[4], t[1], r[6], r[7], t[2]];
  return multiply([f, 0, principal.x, 0, f, principal.y, 0, 0, 1], view);
}

/**
 * The camera nearest to a homography, for a given focal length; its optical axis through the picture's middle.
 * @param h ground → picture, depth positive for ground in front of the camera
 * @returns undefined where the ground is degenerate or seen from below
 */
export function cameraFrom(h: Mat3, size: Size, focalPx: number): Camera | undefined {
  const principal = { x: size.width / 2, y: size.height / 2 };
  const m = multiply([1 / focalPx, 0, 0, 0, 1 / focalPx, 0, 0, 0, 1], multiply(translation(-principal.x, -principal.y), h));
  const [c1, c2] = [column(m, 0), column(m, 1)];
  const scale = Math.sqrt(length(c1) * length(c2));
  // The orthonormal pair nearest to two unit vectors lies symmetrically about the line that halves their angle.
  const [u1, u2] = [unit(c1), unit(c2)];
  const [sum, difference] = [unit(add(u1, u2)), unit(add(u1, scaled(u2, -1)))];
  const r1 = scaled(add(sum, difference), Math.SQRT1_2);
  const r2 = scaled(add(sum, scaled(difference, -1)), Math.SQRT1_2);
  const r3 = cross(r1, r2);
  const rotation: Mat3 = [r1[0], r2[0], r3[0], r1[1], r2[1], r3[1], r1[2], r2[2], r3[2]];
  const t = scaled(column(m, 2), 1 / scale);
  const position: Vector = [-dot(r1, t), -dot(r2, t), -dot(r3, t)];
  if (![...rotation, ...position].every(Number.isFinite) || !(position[2] > 0)) return undefined;
  return { focalPx, principal, rotation, position };
}

/**
 * The camera after a small step.
 * @param by relative change of focal length; rotation about the camera's right, down and forward axes (radians); change of x and y
 *   (metres); relative change of height; change of the principal point (pixels)
 */
export function moved(camera: Camera, by: readonly number[]): Camera {
  const { focalPx, principal, rotation, position } = camera;
  return {
    focalPx: focalPx * Math.exp(by[0]),
    rotation: multiply(rotationOf(by[1], by[2], by[3]), rotation),
    position: [position[0] + by[4], position[1] + by[5], position[2] * Math.exp(by[6])],
    principal: { x: principal.x + by[7], y: principal.y + by[8] },
  };
}

/** A ground point in the picture, its depth (m), and how both coordinates change with each of {@link moved}'s numbers. */
export interface Projection {
  readonly image: Point;
  readonly depth: number;
  readonly dx: readonly number[];
  readonly dy: readonly number[];
}

/** Depth below which a point counts as just in front of the camera, so that no step of an optimiser meets a division by zero. */
const LEAST_DEPTH_M = 1e-3;

export function project(camera: Camera, ground: Point): Projection {
  const { focalPx: f, principal, rotation: r, position } = camera;
  const from: Vector = [ground.x - position[0], ground.y - position[1], -position[2]];
  const [a, b, c] = [0, 3, 6].map((i) => dot([r[i], r[i + 1], r[i + 2]], from));
  const depth = Math.max(c, LEAST_DEPTH_M);
  const [u, v] = [a / depth, b / depth];
  const k = f / depth;
  const height = position[2];
  return {
    image: { x: f * u + principal.x, y: f * v + principal.y },
    depth: c,
    dx: [f * u, -f * u * v, f * (1 + u * u), -f * v, k * (u * r[6] - r[0]), k * (u * r[7] - r[1]), height * k * (u * r[8] - r[2]), 1, 0],
    dy: [f * v, -f * (1 + v * v), f * u * v, f * u, k * (v * r[6] - r[3]), k * (v * r[7] - r[4]), height * k * (v * r[8] - r[5]), 0, 1],
  };
}

function column(m: Mat3, i: 0 | 1 | 2): Vector {
  return [m[i], m[i + 3], m[i + 6]];
}

function dot(a: Vector, b: Vector): number {
  return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function length(a: Vector): number {
  return Math.hypot(a[0], a[1], a[2]);
}

function add(a: Vector, b: Vector): Vector {
  return [a[0] + b[0], a[1] + b[1], a[2] + b[2]];
}

function scaled(a: Vector, k: number): Vector {
  return [a[0] * k, a[1] * k, a[2] * k];
}

function unit(a: Vector): Vector {
  return scaled(a, 1 / length(a));
}
