import { IDENTITY, invert, type Mat3, multiply, rescale } from '../../protocol/index.js';
import type { Pyramid } from './kernels.js';

/** The smallest level of a pyramid, valid until the next load. */
export function thumbnail({ kernels, levels }: Pyramid): Float32Array {
  const { width, height, data } = levels[levels.length - 1];
  return kernels.f32(data, width * height);
}

/** Less variance than this, in squared grey levels, is nothing to see: black, white, a flash. */
const BLANK_VARIANCE = 25;

export function isBlank(pyramid: Pyramid): boolean {
  const data = thumbnail(pyramid);
  let sum = 0;
  let squares = 0;
  for (const v of data) {
    sum += v;
    squares += v * v;
  }
  return squares / data.length - (sum / data.length) ** 2 < BLANK_VARIANCE;
}

/** Pearson correlation of two small pictures; 1 where one of them is blank (a blackout is no cut). */
export function correlation(a: Float32Array, b: Float32Array): number {
  const n = a.length;
  let [sa, sb, saa, sbb, sab] = [0, 0, 0, 0, 0];
  for (let i = 0; i < n; i++) {
    sa += a[i];
    sb += b[i];
    saa += a[i] * a[i];
    sbb += b[i] * b[i];
    sab += a[i] * b[i];
  }
  const va = saa - (sa * sa) / n;
  const vb = sbb - (sb * sb) / n;
  return va / n < BLANK_VARIANCE || vb / n < BLANK_VARIANCE ? 1 : (sab - (sa * sb) / n) / Math.sqrt(va * vb);
}

/** What carries pixels of the picture with pose `from` to the one with pose `to`. */
export function relative(to: Mat3, from: Mat3): Mat3 {
  const back = invert(from);
  return back ? rescale(multiply(to, back)) : IDENTITY;
}
