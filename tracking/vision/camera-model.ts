import { type Mat3, multiply, rescale, type Size } from '../../protocol/index.js';

/**
 * What a kind of camera can do: how its pictures relate, in fewer numbers than the eight of a free homography. What a camera cannot do, a
 * chain of measurements then cannot drift into.
 *
 * Unit coordinates here: origin in the picture's middle (taken for the optical axis), half its width is 1.
 */
export interface CameraModel<Shared, View> {
  /** Free numbers that all pictures share, and that each picture has. */
  readonly sharedCount: number;
  readonly viewCount: number;
  /** The reference picture's view: it never moves. */
  readonly reference: View;
  /** What is shared, where it is not known yet: one start after another is tried. */
  readonly starts: readonly Shared[];
  /** Carries the reference picture to a view's picture, unit coordinates. */
  place(shared: Shared, view: View): Mat3;
  /** The view nearest to what a homography (reference → picture, unit coordinates) does. */
  nearest(shared: Shared, referenceToPicture: Mat3): View;
  /** Changed by small steps, read from `step` at `at`. */
  stepShared(shared: Shared, step: Float64Array, at: number): Shared;
  stepView(view: View, step: Float64Array, at: number): View;
  /** False where no real camera has these numbers. */
  plausible(shared: Shared): boolean;
}

/** Converts between pixels and unit coordinates. */
export class UnitFrame {
  readonly #to: Mat3;
  readonly #from: Mat3;

  constructor(readonly size: Size) {
    const s = size.width / 2;
    this.#to = [1 / s, 0, -1, 0, 1 / s, -size.height / size.width, 0, 0, 1];
    this.#from = [s, 0, s, 0, s, size.height / 2, 0, 0, 1];
  }

  toUnit(h: Mat3): Mat3 {
    return multiply(multiply(this.#to, h), this.#from);
  }

  toPixels(h: Mat3): Mat3 {
    return rescale(multiply(multiply(this.#from, h), this.#to));
  }
}

/** Root mean square distance between where two homographies (unit coordinates) put points that both keep in the picture. */
export function distanceBetween(a: Mat3, b: Mat3, size: Size): number {
  const aspect = size.height / size.width;
  let sum = 0;
  let count = 0;
  for (let j = -2; j <= 2; j++) {
    for (let i = -2; i <= 2; i++) {
      const x = i * 0.4;
      const y = j * 0.4 * aspect;
      const wa = a[6] * x + a[7] * y + a[8];
      const wb = b[6] * x + b[7] * y + b[8];
      const u = (a[0] * x + a[1] * y + a[2]) / wa;
      const v = (a[3] * x + a[4] * y + a[5]) / wa;
      if (Math.abs(u) > 1 || Math.abs(v) > aspect) continue;
      sum += (u - (b[0] * x + b[1] * y + b[2]) / wb) ** 2 + (v - (b[3] * x + b[4] * y + b[5]) / wb) ** 2;
      count++;
    }
  }
  return count ? Math.sqrt(sum / count) : 0;
}

/** A step of a logarithm, kept small enough for the next one to mend. */
export function clampStep(v: number): number {
  return Math.max(-0.5, Math.min(0.5, v));
}

/** The rotation whose rows point nearest to where a third row and, less strictly, a first one do. */
export function rotationFromRows(first: readonly number[], third: readonly number[]): Mat3 {
  const z = unit(third);
  const along = first[0] * z[0] + first[1] * z[1] + first[2] * z[2];
  const x = unit(first.map((v, i) => v - along * z[i]));
  const y = cross(z, x);
  return [x[0], x[1], x[2], y[0], y[1], y[2], z[0], z[1], z[2]];
}

export function unit(v: readonly number[]): readonly [number, number, number] {
  const length = Math.hypot(v[0], v[1], v[2]);
  return [v[0] / length, v[1] / length, v[2] / length];
}

export function cross(a: readonly number[], b: readonly number[]): readonly [number, number, number] {
  return [a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]];
}
