// A row of a plane in perspective, in spans: exact at every 16th pixel, straight in between.

export const SPAN: i32 = 16;

let m0: f64 = 0;
let m1: f64 = 0;
let m2: f64 = 0;
let m3: f64 = 0;
let m4: f64 = 0;
let m5: f64 = 0;
let m6: f64 = 0;
let m7: f64 = 0;
let m8: f64 = 0;

/** Image → texels of the ground texture, row-major. */
export function setMatrix(matrix: usize): void {
  m0 = load<f64>(matrix);
  m1 = load<f64>(matrix + 8);
  m2 = load<f64>(matrix + 16);
  m3 = load<f64>(matrix + 24);
  m4 = load<f64>(matrix + 32);
  m5 = load<f64>(matrix + 40);
  m6 = load<f64>(matrix + 48);
  m7 = load<f64>(matrix + 56);
  m8 = load<f64>(matrix + 64);
}

@inline export function clampI(v: i32, hi: i32): i32 {
  v = v < 0 ? 0 : v;
  return v > hi ? hi : v;
}

@inline export function levelFor(footprint: f64, levels: i32): i32 {
  if (footprint <= 1.0) return 0;
  // Exponent of footprint × √2: rounds log2 to the nearest whole level.
  const bits = reinterpret<u64>(footprint * 1.4142135);
  const level = ((bits >> 52) as i32) - 1023;
  return level >= levels ? levels - 1 : level;
}

@inline export function wrapStart(v: f64, size: f64): f64 {
  return v - Math.floor(v / size) * size;
}

@inline export function fixed(v: f64): i32 {
  return (v * 65536.0) as i32;
}

/** Four coordinates in a row, 16.16. */
@inline export function ramp(start: f64, period: f64, step: i32): v128 {
  return i32x4.add(i32x4.splat(fixed(wrapStart(start, period))), i32x4.mul(i32x4(0, 1, 2, 3), i32x4.splat(step)));
}

// The span being shaded: plane coordinates at its start, their steps a pixel, and the size of a pixel in texels.
let px: f64 = 0;
let py: f64 = 0;
export let u: f64 = 0;
export let v: f64 = 0;
let w: f64 = 0;
export let stepU: f64 = 0;
export let stepV: f64 = 0;
let nextU: f64 = 0;
let nextV: f64 = 0;
let nextW: f64 = 0;
export let alongTexels: f64 = 0;
export let footprint: f64 = 0;

export function startRow(y: i32, x: i32): void {
  px = (x as f64) + 0.5;
  py = (y as f64) + 0.5;
  w = 1.0 / (m6 * px + m7 * py + m8);
  u = (m0 * px + m1 * py + m2) * w;
  v = (m3 * px + m4 * py + m5) * w;
}

export function startSpan(n: i32): void {
  const ex = px + (n as f64);
  nextW = 1.0 / (m6 * ex + m7 * py + m8);
  nextU = (m0 * ex + m1 * py + m2) * nextW;
  nextV = (m3 * ex + m4 * py + m5) * nextW;
  const inverse = 1.0 / (n as f64);
  stepU = (nextU - u) * inverse;
  stepV = (nextV - v) * inverse;
  // Exact derivative down the picture, from the quotient rule.
  const downU = (m1 - u * m7) * w;
  const downV = (m4 - v * m7) * w;
  alongTexels = Math.sqrt(stepU * stepU + stepV * stepV);
  const down = Math.sqrt(downU * downU + downV * downV);
  footprint = Math.max(Math.min(alongTexels, down), Math.max(alongTexels, down) * 0.5);
}

@inline export function endSpan(n: i32): void {
  px += n as f64;
  u = nextU;
  v = nextV;
  w = nextW;
}
