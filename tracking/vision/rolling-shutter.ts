import { IDENTITY, type Mat3, type Size } from '../../protocol/index.js';
import { type PointMatches, solveSymmetric } from './homography-fit.js';

/**
 * A sensor that reads its rows one after another shows a moving picture bent: upper rows earlier, lower ones later (to first order, as Meingast,
 * Geyer and Sastry 2005). How fast pictures move has been measured; how long the sensor takes to read them is one number for all.
 *
 * A motion is a generator of homographies, a second: (x, y, 1) in unit coordinates (origin in the picture's middle, half its width 1) moves by
 * its product with it, seen in perspective. Its last element is 0.
 */
export type Motion = Mat3;

export const STANDSTILL: Motion = [0, 0, 0, 0, 0, 0, 0, 0, 0];

/** No sensor in use takes longer to read a picture, seconds. */
export const LONGEST_READOUT_S = 0.04;

/** How a homography measured between two pictures, as eight elements in unit coordinates, changes with the motion of either, a second of readout: 8×8 each. */
export interface RowEffect {
  readonly from: Float64Array;
  readonly to: Float64Array;
}

/** Of a homography (unit coordinates, last element 1) fitted to these matches with the weights they have now. Pixels of `size`. */
export function rowEffect(matches: PointMatches, h: Mat3, size: Size): RowEffect {
  const s = size.width / 2;
  const normal = new Float64Array(64);
  const right = { from: new Float64Array(64), to: new Float64Array(64) };
  const [ju, jv] = [new Float64Array(8), new Float64Array(8)];
  const [fu, fv] = [new Float64Array(8), new Float64Array(8)];
  const [tu, tv] = [new Float64Array(8), new Float64Array(8)];
  for (let i = 0; i < matches.count; i++) {
    const weight = matches.weight[i];
    if (weight < 1e-3) continue;
    const x = (matches.px[i] - size.width / 2) / s;
    const y = (matches.py[i] - size.height / 2) / s;
    const d = 1 / (h[6] * x + h[7] * y + h[8]);
    const u = (h[0] * x + h[1] * y + h[2]) * d;
    const v = (h[3] * x + h[4] * y + h[5]) * d;
    slopes(ju, jv, x * d, y * d, d, u, v);
    // A point read late has moved on: in the later picture it is found there, in the earlier one it was taken there.
    slopes(tu, tv, u, v, 1, u, v);
    slopes(fu, fv, x, y, 1, x, y);
    const lateTo = lateness(v, size);
    const lateFrom = lateness(y, size);
    for (let k = 0; k < 8; k++) {
      tu[k] *= lateTo;
      tv[k] *= lateTo;
      const [a, b] = [fu[k] * lateFrom, fv[k] * lateFrom];
      fu[k] = -d * ((h[0] - u * h[6]) * a + (h[1] - u * h[7]) * b);
      fv[k] = -d * ((h[3] - v * h[6]) * a + (h[4] - v * h[7]) * b);
    }
    const ixx = matches.ixx[i] * weight;
    const iyy = matches.iyy[i] * weight;
    const ixy = matches.ixy[i] * weight;
    for (let r = 0; r < 8; r++) {
      const wu = ixx * ju[r] + ixy * jv[r];
      const wv = ixy * ju[r] + iyy * jv[r];
      for (let c = 0; c < 8; c++) {
        normal[r * 8 + c] += wu * ju[c] + wv * jv[c];
        right.from[c * 8 + r] += wu * fu[c] + wv * fv[c];
        right.to[c * 8 + r] += wu * tu[c] + wv * tv[c];
      }
    }
  }
  return { from: solveColumns(normal, right.from), to: solveColumns(normal, right.to) };
}

/** What a motion of either picture does to the measured homography: eight elements a second of readout. */
export function rowResponse(effect: RowEffect, from: Motion, to: Motion): Float64Array {
  const out = new Float64Array(8);
  for (let c = 0; c < 8; c++) {
    for (let r = 0; r < 8; r++) out[r] += effect.from[c * 8 + r] * from[c] + effect.to[c * 8 + r] * to[c];
  }
  return out;
}

/** Where a point of a picture would have been seen, had its row been read together with the middle one. Unit coordinates. */
export function unrolled(x: number, y: number, motion: Motion, readoutS: number, size: Size): readonly [number, number] {
  const late = readoutS * lateness(y, size);
  const w = motion[6] * x + motion[7] * y;
  return [x - late * (motion[0] * x + motion[1] * y + motion[2] - x * w), y - late * (motion[3] * x + motion[4] * y + motion[5] - y * w)];
}

/** The homography nearest to how a moving picture is bent by reading its rows one after another. Unit coordinates. */
export function bent(motion: Motion, readoutS: number, size: Size): Mat3 {
  if (readoutS === 0) return IDENTITY;
  const aspect = size.height / size.width;
  const normal = new Float64Array(64);
  const right = new Float64Array(8);
  const [ju, jv] = [new Float64Array(8), new Float64Array(8)];
  for (let j = -2; j <= 2; j++) {
    for (let i = -2; i <= 2; i++) {
      const [x, y] = [i * 0.45, j * 0.45 * aspect];
      const [early, above] = unrolled(x, y, motion, readoutS, size);
      slopes(ju, jv, x, y, 1, x, y);
      for (let r = 0; r < 8; r++) {
        right[r] += ju[r] * (x - early) + jv[r] * (y - above);
        for (let c = 0; c < 8; c++) normal[r * 8 + c] += ju[r] * ju[c] + jv[r] * jv[c];
      }
    }
  }
  const b = solveSymmetric(normal, right);
  return b ? [1 + b[0], b[1], b[2], b[3], 1 + b[4], b[5], b[6], b[7], 1] : IDENTITY;
}

/** How much of the readout a row comes after the middle one. */
function lateness(y: number, size: Size): number {
  return (y * size.width) / (2 * size.height);
}

/** How a point seen at (u, v) moves with the eight elements of the homography that carries it there from (x, y)/w. */
function slopes(ju: Float64Array, jv: Float64Array, x: number, y: number, w: number, u: number, v: number): void {
  ju[0] = jv[3] = x;
  ju[1] = jv[4] = y;
  ju[2] = jv[5] = w;
  ju[3] = ju[4] = ju[5] = jv[0] = jv[1] = jv[2] = 0;
  ju[6] = -u * x;
  ju[7] = -u * y;
  jv[6] = -v * x;
  jv[7] = -v * y;
}

/** Eight solutions, one after another, of one symmetric system. Nothing where it cannot be solved. */
function solveColumns(normal: Float64Array, right: Float64Array): Float64Array {
  const out = new Float64Array(64);
  for (let c = 0; c < 8; c++) {
    const x = solveSymmetric(normal, right.subarray(c * 8, c * 8 + 8));
    if (x) out.set(x, c * 8);
  }
  return out;
}
