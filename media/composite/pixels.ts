import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { PicturePlane } from './blender.js';

/** Chroma without colour. */
export const NEUTRAL = 128;

/** Reads a picture's colours where it lies, as eight-bit Y'CbCr, whatever its format. */
export class Pixels {
  readonly #shiftX: number;
  readonly #shiftY: number;
  /** Bits of a sample beyond eight. */
  readonly #extra: number;
  least = 0;
  most = 0;
  mean = 0;
  chromaOff = 0;
  dimmedOff = 0;
  #luma: PicturePlane = NONE;
  #u: PicturePlane = NONE;
  #v: PicturePlane = NONE;

  constructor({ chromaShiftX, chromaShiftY, depth, shift }: PictureFormat) {
    this.#shiftX = chromaShiftX;
    this.#shiftY = chromaShiftY;
    this.#extra = shift + depth - 8;
  }

  /** Takes the next picture, whose planes these are. */
  take([luma, u, v]: readonly [PicturePlane, PicturePlane, PicturePlane]): void {
    this.#luma = luma;
    this.#u = u;
    this.#v = v;
  }

  luma(x: number, y: number): number {
    const plane = this.#luma;
    return plane.samples[plane.first + y * plane.stride + x * plane.step]! >> this.#extra;
  }

  u(x: number, y: number): number {
    return this.#chroma(this.#u, x, y);
  }

  v(x: number, y: number): number {
    return this.#chroma(this.#v, x, y);
  }

  /** Luma of a pixel and its eight neighbours, into {@link least}, {@link most} and {@link mean}. Not at the picture's edge. */
  lookAround(x: number, y: number): void {
    const { samples, stride, step, first } = this.#luma;
    const extra = this.#extra;
    const middle = first + y * stride + x * step;
    const [above, below] = [middle - stride, middle + stride];
    const a = samples[above - step]!;
    const b = samples[above]!;
    const c = samples[above + step]!;
    const d = samples[middle - step]!;
    const e = samples[middle]!;
    const f = samples[middle + step]!;
    const g = samples[below - step]!;
    const h = samples[below]!;
    const i = samples[below + step]!;
    this.least = Math.min(a, b, c, d, e, f, g, h, i) >> extra;
    this.most = Math.max(a, b, c, d, e, f, g, h, i) >> extra;
    this.mean = (a + b + c + d + e + f + g + h + i) / (9 << extra);
  }

  /**
   * How far a chroma (less what it is without colour) is from the nearest of those at and beside a pixel, sum of both, into {@link chromaOff}; and from the
   * nearest of the same in less light, into {@link dimmedOff}. Not at the picture's edge.
   */
  compareChroma(x: number, y: number, u: number, v: number, light: number): void {
    const us = this.#u.samples;
    const vs = this.#v.samples;
    const { stride, step, first } = this.#u;
    const extra = this.#extra;
    const from = (y >> this.#shiftY) * stride + (x >> this.#shiftX) * step;
    let chroma = 255;
    let dimmed = 255;
    for (let i = 0; i < 5; i++) {
      const at = from + (i === 1 ? -step : i === 2 ? step : i === 3 ? -stride : i === 4 ? stride : 0);
      const a = (us[first + at]! >> extra) - NEUTRAL;
      const b = (vs[this.#v.first + at]! >> extra) - NEUTRAL;
      const whole = Math.abs(u - a) + Math.abs(v - b);
      const less = Math.abs(u - a * light) + Math.abs(v - b * light);
      if (whole < chroma) chroma = whole;
      if (less < dimmed) dimmed = less;
    }
    this.chromaOff = chroma;
    this.dimmedOff = dimmed;
  }

  #chroma(plane: PicturePlane, x: number, y: number): number {
    return plane.samples[plane.first + (y >> this.#shiftY) * plane.stride + (x >> this.#shiftX) * plane.step]! >> this.#extra;
  }
}

const NONE: PicturePlane = { samples: new Uint8Array(0), first: 0, step: 1, stride: 0, width: 0, height: 0, shift: 0 };
