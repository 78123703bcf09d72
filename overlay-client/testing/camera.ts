import type { Mat3, Point, Size } from '../../protocol/index.js';

/** A pinhole camera over the ground plane z = 0, for tests: metres in, continuous pixels out. */
export interface TestCamera {
  readonly groundToImage: Mat3;
  project(x: number, y: number, z: number): Point;
}

type Vector = readonly [number, number, number];

/** @param from camera position, m. @param to the point looked at, m. @param focalPx focal length, pixels. */
export function lookAt(size: Size, from: Vector, to: Vector, focalPx: number): TestCamera {
  const forward = unit([to[0] - from[0], to[1] - from[1], to[2] - from[2]]);
  const right = unit(cross(forward, [0, 0, 1]));
  const down = cross(forward, right);
  const axes = [right, down, forward] as const;
  const shift = axes.map((axis) => -(axis[0] * from[0] + axis[1] * from[1] + axis[2] * from[2]));
  const row = (i: 0 | 1, centre: number): number[] =>
    [axes[i][0], axes[i][1], shift[i]!].map((value, k) => focalPx * value + centre * [forward[0], forward[1], shift[2]!][k]!);
  const [a = 0, b = 0, c = 0] = row(0, size.width / 2);
  const [d = 0, e = 0, f = 0] = row(1, size.height / 2);
  const scale = shift[2]!;
  const m: Mat3 = [a, b, c, d, e, f, forward[0], forward[1], scale];
  return {
    groundToImage: [m[0] / scale, m[1] / scale, m[2] / scale, m[3] / scale, m[4] / scale, m[5] / scale, m[6] / scale, m[7] / scale, 1],
    project: (x, y, z) => {
      const at = axes.map((axis, i) => axis[0] * x + axis[1] * y + axis[2] * z + shift[i]!);
      return { x: (focalPx * at[0]!) / at[2]! + size.width / 2, y: (focalPx * at[1]!) / at[2]! + size.height / 2 };
    },
  };
}

function cross(a: Vector, b: Vector): Vector {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}

function unit(a: Vector): Vector {
  const length = Math.hypot(...a);
  return [a[0] / length, a[1] / length, a[2] / length];
}
