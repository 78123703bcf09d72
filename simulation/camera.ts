import type { Mat3, Size } from '../protocol/index.js';

/** Metres; z up from the ground (z = 0). Seen from above, y lies to the left of x. */
export interface Vec3 {
  readonly x: number;
  readonly y: number;
  readonly z: number;
}

export const vec = (x: number, y: number, z: number): Vec3 => ({ x, y, z });

/** A pinhole camera at one moment. */
export interface View {
  readonly position: Vec3;
  readonly right: Vec3;
  readonly up: Vec3;
  readonly forward: Vec3;
  readonly focalPx: number;
  readonly size: Size;
}

/**
 * A camera looking along `yaw` (radians from x towards y) and `pitch` (up positive), turned clockwise by `roll`.
 * The principal point is the picture's centre.
 */
export function viewFrom(position: Vec3, yaw: number, pitch: number, roll: number, focalPx: number, size: Size): View {
  const cy = Math.cos(yaw);
  const sy = Math.sin(yaw);
  const cp = Math.cos(pitch);
  const sp = Math.sin(pitch);
  const level = vec(sy, -cy, 0);
  const upright = vec(-sp * cy, -sp * sy, cp);
  const c = Math.cos(roll);
  const s = Math.sin(roll);
  const turn = (a: Vec3, b: Vec3, k: number, m: number) => vec(a.x * k + b.x * m, a.y * k + b.y * m, a.z * k + b.z * m);
  return {
    position,
    right: turn(level, upright, c, -s),
    up: turn(upright, level, c, s),
    forward: vec(cp * cy, cp * sy, sp),
    focalPx,
    size,
  };
}

/** Where a point in the world appears. */
export interface Projected {
  /** Continuous pixels. */
  readonly x: number;
  readonly y: number;
  /** 1 ÷ distance along the axis (1/m); not positive behind the camera. */
  readonly inverse: number;
}

export function project(view: View, x: number, y: number, z: number): Projected {
  const dx = x - view.position.x;
  const dy = y - view.position.y;
  const dz = z - view.position.z;
  const { right, up, forward } = view;
  const inverse = 1 / (dx * forward.x + dy * forward.y + dz * forward.z);
  const k = view.focalPx * inverse;
  return {
    x: view.size.width / 2 + k * (dx * right.x + dy * right.y + dz * right.z),
    y: view.size.height / 2 - k * (dx * up.x + dy * up.y + dz * up.z),
    inverse,
  };
}

/** Homography of the plane `origin + u·along + v·across` to continuous pixels. */
export function planeToImage(view: View, origin: Vec3, along: Vec3, across: Vec3): Mat3 {
  const { right, up, forward, focalPx, size } = view;
  const offset = vec(origin.x - view.position.x, origin.y - view.position.y, origin.z - view.position.z);
  const columns = [along, across, offset].map((c) => {
    const w = c.x * forward.x + c.y * forward.y + c.z * forward.z;
    return [
      focalPx * (c.x * right.x + c.y * right.y + c.z * right.z) + (size.width / 2) * w,
      -focalPx * (c.x * up.x + c.y * up.y + c.z * up.z) + (size.height / 2) * w,
      w,
    ] as const;
  });
  const [a, b, c] = columns as [readonly [number, number, number], readonly [number, number, number], readonly [number, number, number]];
  return [a[0], b[0], c[0], a[1], b[1], c[1], a[2], b[2], c[2]];
}

/** Homography of the ground, metres → continuous pixels. */
export function groundToImage(view: View): Mat3 {
  return planeToImage(view, vec(0, 0, 0), vec(1, 0, 0), vec(0, 1, 0));
}

const NEAR_M = 0.5;

/** Projects a convex polygon in the world, cut at the near plane: [x, y, …] in pixels, empty when all of it lies behind. */
export function projectPolygon(view: View, corners: readonly Vec3[]): number[] {
  const { position, right, up, forward, focalPx, size } = view;
  const local = corners.map((c) => {
    const dx = c.x - position.x;
    const dy = c.y - position.y;
    const dz = c.z - position.z;
    return vec(
      dx * right.x + dy * right.y + dz * right.z,
      dx * up.x + dy * up.y + dz * up.z,
      dx * forward.x + dy * forward.y + dz * forward.z,
    );
  });
  const out: number[] = [];
  const emit = (x: number, y: number, z: number) => out.push(size.width / 2 + (focalPx * x) / z, size.height / 2 - (focalPx * y) / z);
  for (let i = 0; i < local.length; i++) {
    const a = local[i] as Vec3;
    const b = local[(i + 1) % local.length] as Vec3;
    if (a.z >= NEAR_M) emit(a.x, a.y, a.z);
    if (a.z >= NEAR_M !== b.z >= NEAR_M) {
      const t = (NEAR_M - a.z) / (b.z - a.z);
      emit(a.x + (b.x - a.x) * t, a.y + (b.y - a.y) * t, NEAR_M);
    }
  }
  return out;
}
