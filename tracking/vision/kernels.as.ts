// Numeric kernels of the picture half of tracking (AssemblyScript, WebAssembly SIMD). OpenCV's WebAssembly build has no SIMD; these few
// loops run on every pixel of every frame. Pictures are float32, rows tightly packed; coordinates are continuous (first pixel's centre at
// 0.5, 0.5), so a picture half as large has exactly half the coordinates. Every buffer has SLACK bytes of its own behind its end.

import { PATCH, SAMPLES, sample } from './samples.as';

const PIXELS: i32 = 144;
const SLACK: i32 = 64;

/** Memory that is never given back: callers keep and reuse it. 16-byte aligned. */
export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + SLACK);
}

/** u8 → f32 with a 3×3 binomial blur, edges repeated: takes out the frequencies that bilinear sampling would distort. `rows` holds w + 32 u16. */
export function smooth(src: usize, dst: usize, w: i32, h: i32, rows: usize): void {
  const sum: usize = rows + 16;
  const scale = f32x4.splat(1.0 / 16.0);
  for (let y = 0; y < h; y++) {
    const above: usize = src + <usize>((y > 0 ? y - 1 : 0) * w);
    const here: usize = src + y * w;
    const below: usize = src + (y < h - 1 ? y + 1 : y) * w;
    for (let x = 0; x < w; x += 8) {
      const a = v128.load_ext<u8>(above + x);
      const b = v128.load_ext<u8>(here + x);
      const c = v128.load_ext<u8>(below + x);
      v128.store(sum + (x << 1), i16x8.add(i16x8.add(a, c), i16x8.shl(b, 1)));
    }
    store<u16>(sum - 2, load<u16>(sum));
    store<u16>(sum + (w << 1), load<u16>(sum + ((w - 1) << 1)));
    const out: usize = dst + ((y * w) << 2);
    for (let x = 0; x < w; x += 8) {
      const at: usize = sum + (x << 1);
      const v = i16x8.add(i16x8.add(v128.load(at - 2), v128.load(at + 2)), i16x8.shl(v128.load(at), 1));
      v128.store(out + (x << 2), f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_low_i16x8_u(v)), scale));
      v128.store(out + (x << 2) + 16, f32x4.mul(f32x4.convert_i32x4_u(i32x4.extend_high_i16x8_u(v)), scale));
    }
  }
}

/** Half the size: each pixel the mean of four. An odd last row or column is left out. */
export function halve(src: usize, dst: usize, w: i32, h: i32): void {
  const w2 = w >> 1;
  const h2 = h >> 1;
  const quarter = f32x4.splat(0.25);
  for (let y = 0; y < h2; y++) {
    const a: usize = src + ((2 * y * w) << 2);
    const b: usize = a + (w << 2);
    const out: usize = dst + ((y * w2) << 2);
    for (let x = 0; x < w2; x += 4) {
      const left = f32x4.add(v128.load(a + (x << 3)), v128.load(b + (x << 3)));
      const right = f32x4.add(v128.load(a + (x << 3) + 16), v128.load(b + (x << 3) + 16));
      const even = v128.shuffle<f32>(left, right, 0, 2, 4, 6);
      const odd = v128.shuffle<f32>(left, right, 1, 3, 5, 7);
      v128.store(out + (x << 2), f32x4.mul(f32x4.add(even, odd), quarter));
    }
  }
}

/**
 * Smaller eigenvalue (plus a tenth of the larger: edges count a little) of the structure tensor over 7×7 pixels; 0 at the border of 6.
 * `work` holds 3·w·8 f32.
 */
export function cornerness(src: usize, dst: usize, w: i32, h: i32, work: usize): void {
  memory.fill(dst, 0, (w * h) << 2);
  // Column sums of the three gradient products over the last seven rows, in a ring of rows behind them.
  const ring: usize = work;
  const sums: usize = work + ((3 * w * 7) << 2);
  memory.fill(work, 0, (3 * w * 8) << 2);
  for (let y = 1; y < h - 1; y++) {
    const row: usize = ring + ((3 * w * (y % 7)) << 2);
    for (let x = 1; x < w - 1; x++) {
      const p: usize = src + ((y * w + x) << 2);
      const gx: f32 = load<f32>(p + 4) - load<f32>(p - 4);
      const gy: f32 = load<f32>(p + (w << 2)) - load<f32>(p - (w << 2));
      const r: usize = row + ((3 * x) << 2);
      const s: usize = sums + ((3 * x) << 2);
      const xx: f32 = gx * gx;
      const xy: f32 = gx * gy;
      const yy: f32 = gy * gy;
      store<f32>(s, load<f32>(s) + xx - load<f32>(r));
      store<f32>(s + 4, load<f32>(s + 4) + xy - load<f32>(r + 4));
      store<f32>(s + 8, load<f32>(s + 8) + yy - load<f32>(r + 8));
      store<f32>(r, xx);
      store<f32>(r + 4, xy);
      store<f32>(r + 8, yy);
    }
    const cy = y - 3;
    if (cy < 6 || cy >= h - 6) continue;
    let xx: f32 = 0;
    let xy: f32 = 0;
    let yy: f32 = 0;
    for (let x = 1; x < w - 1; x++) {
      const s: usize = sums + ((3 * x) << 2);
      xx += load<f32>(s);
      xy += load<f32>(s + 4);
      yy += load<f32>(s + 8);
      if (x > 7) {
        const o: usize = s - 84;
        xx -= load<f32>(o);
        xy -= load<f32>(o + 4);
        yy -= load<f32>(o + 8);
      }
      const cx = x - 3;
      if (cx < 6 || cx >= w - 6) continue;
      const half: f32 = (xx + yy) * 0.5;
      const d: f32 = (xx - yy) * 0.5;
      const root: f32 = sqrt<f32>(d * d + xy * xy);
      store<f32>(dst + ((cy * w + cx) << 2), max<f32>(half - root, 0) + 0.1 * (half + root));
    }
  }
}

/** Bytes one template takes: of each pixel its mean-free value, mean-free gradients x and y, and 1; then 8 sums. */
export function templateBytes(): i32 {
  return (4 * PIXELS + 8) << 2;
}

/**
 * Templates of n patches whose top-left pixels are given (i32 pairs, at least one pixel from the border).
 * Sums: Σtt, Σtgx, Σtgy, Σgxgx, Σgxgy, Σgygy.
 */
export function makeTemplates(src: usize, w: i32, corners: usize, n: i32, out: usize): void {
  for (let i = 0; i < n; i++) {
    const x0 = load<i32>(corners + (i << 3));
    const y0 = load<i32>(corners + (i << 3) + 4);
    const t: usize = out + i * templateBytes();
    const sums: usize = t + (PIXELS << 4);
    let mt: f32 = 0;
    let mx: f32 = 0;
    let my: f32 = 0;
    for (let y = 0; y < PATCH; y++) {
      for (let x = 0; x < PATCH; x++) {
        const p: usize = src + (((y0 + y) * w + x0 + x) << 2);
        const at: usize = t + ((y * PATCH + x) << 4);
        const v: f32 = load<f32>(p);
        const dx: f32 = (load<f32>(p + 4) - load<f32>(p - 4)) * 0.5;
        const dy: f32 = (load<f32>(p + (w << 2)) - load<f32>(p - (w << 2))) * 0.5;
        store<f32>(at, v);
        store<f32>(at, dx, 4);
        store<f32>(at, dy, 8);
        store<f32>(at, 1, 12);
        mt += v;
        mx += dx;
        my += dy;
      }
    }
    mt /= <f32>PIXELS;
    mx /= <f32>PIXELS;
    my /= <f32>PIXELS;
    let tt: f32 = 0;
    let tx: f32 = 0;
    let ty: f32 = 0;
    let xx: f32 = 0;
    let xy: f32 = 0;
    let yy: f32 = 0;
    for (let k = 0; k < PIXELS; k++) {
      const at: usize = t + (k << 4);
      const v: f32 = load<f32>(at) - mt;
      const dx: f32 = load<f32>(at, 4) - mx;
      const dy: f32 = load<f32>(at, 8) - my;
      store<f32>(at, v);
      store<f32>(at, dx, 4);
      store<f32>(at, dy, 8);
      tt += v * v;
      tx += v * dx;
      ty += v * dy;
      xx += dx * dx;
      xy += dx * dy;
      yy += dy * dy;
    }
    store<f32>(sums, tt);
    store<f32>(sums + 4, tx);
    store<f32>(sums + 8, ty);
    store<f32>(sums + 12, xx);
    store<f32>(sums + 16, xy);
    store<f32>(sums + 20, yy);
  }
}

/**
 * Finds each template again, warped by the homography's own affine part at its place (inverse-compositional Lucas–Kanade, contrast and
 * brightness free). `centres`: f32 pairs in the key picture; `hom`: 9 f64, key picture → this picture, both at this level.
 * Out, 12 f32 a patch: found x, y; expected x, y; correlation (−2: not in the picture, −1: ran away); gain; information xx, yy, xy.
 */
export function follow(
  img: usize, w: i32, h: i32, templates: usize, centres: usize, n: i32, hom: usize, iterations: i32, reach: f32, out: usize,
): void {
  const h0 = load<f64>(hom), h1 = load<f64>(hom, 8), h2 = load<f64>(hom, 16);
  const h3 = load<f64>(hom, 24), h4 = load<f64>(hom, 32), h5 = load<f64>(hom, 40);
  const h6 = load<f64>(hom, 48), h7 = load<f64>(hom, 56), h8 = load<f64>(hom, 64);
  const maxX: f32 = <f32>w - 1.01;
  const maxY: f32 = <f32>h - 1.01;
  const stride: usize = w << 2;
  for (let i = 0; i < n; i++) {
    const x: f64 = load<f32>(centres + (i << 3));
    const y: f64 = load<f32>(centres + (i << 3) + 4);
    const o: usize = out + i * 48;
    store<f32>(o + 16, -2);
    const depth = h6 * x + h7 * y + h8;
    if (!(depth > 1e-6)) continue;
    const u = (h0 * x + h1 * y + h2) / depth;
    const v = (h3 * x + h4 * y + h5) / depth;
    const a = <f32>((h0 - u * h6) / depth);
    const b = <f32>((h1 - u * h7) / depth);
    const c = <f32>((h3 - v * h6) / depth);
    const d = <f32>((h4 - v * h7) / depth);
    const t: usize = templates + i * templateBytes();
    const sums: usize = t + (PIXELS << 4);
    const tt = load<f32>(sums), tx = load<f32>(sums + 4), ty = load<f32>(sums + 8);
    const damp: f32 = 0.003 * (load<f32>(sums + 12) + load<f32>(sums + 20)) + 1;
    const xx = load<f32>(sums + 12) + damp, xy = load<f32>(sums + 16), yy = load<f32>(sums + 20) + damp;
    const det: f32 = 1 / (xx * yy - xy * xy);
    const u0 = <f32>u;
    const v0 = <f32>v;
    let dx: f32 = 0;
    let dy: f32 = 0;
    let corr: f32 = -2;
    let gain: f32 = 1;
    // u(o) = u₀ + J·o / (1 + g·o) exactly; 1 − g·o is near enough over a patch, and without it every patch is found a little off.
    const gx = <f32>(h6 / depth);
    const gy = <f32>(h7 / depth);
    const rx: f32 = 5.7 * (abs(a) + abs(b));
    const ry: f32 = 5.7 * (abs(c) + abs(d));
    for (let k = 0; k < iterations; k++) {
      const cx: f32 = u0 + dx - 0.5;
      const cy: f32 = v0 + dy - 0.5;
      if (!(cx - rx >= 0 && cy - ry >= 0 && cx + rx < maxX && cy + ry < maxY)) {
        corr = -2;
        break;
      }
      sample(img, stride, f32x4(cx, cy, gx, gy), f32x4(a, b, c, d));
      // Value times template, gradients and 1, in the template's order.
      let products = f32x4.splat(0);
      let sii: f32 = 0;
      let at: usize = t;
      for (let j = 0; j < PATCH; j++) {
        const row: usize = SAMPLES + ((j >> 2) * PATCH << 4) + ((j & 3) << 2);
        for (let q = 0; q < PATCH; q++) {
          const value = load<f32>(row + (q << 4));
          sii += value * value;
          products = f32x4.add(products, f32x4.mul(f32x4.splat(value), v128.load(at)));
          at += 16;
        }
      }
      const sit = f32x4.extract_lane(products, 0);
      const six = f32x4.extract_lane(products, 1);
      const siy = f32x4.extract_lane(products, 2);
      const si = f32x4.extract_lane(products, 3);
      const energy: f32 = sii - (si * si) / <f32>PIXELS;
      corr = energy > 1 && tt > 1 ? sit / sqrt<f32>(energy * tt) : 0;
      gain = tt > 1 ? sit / tt : 1;
      if (k == iterations - 1 || corr < 0.1) break;
      const g: f32 = 1 / min<f32>(max<f32>(gain, 0.3), 3);
      const ex: f32 = six * g - tx;
      const ey: f32 = siy * g - ty;
      const sx: f32 = (yy * ex - xy * ey) * det;
      const sy: f32 = (xx * ey - xy * ex) * det;
      const mx: f32 = a * sx + b * sy;
      const my: f32 = c * sx + d * sy;
      dx -= mx;
      dy -= my;
      if (abs(dx) > reach || abs(dy) > reach) {
        corr = -1;
        break;
      }
      if (mx * mx + my * my < 1e-5) break;
    }
    store<f32>(o, u0 + dx);
    store<f32>(o + 4, v0 + dy);
    store<f32>(o + 8, u0);
    store<f32>(o + 12, v0);
    store<f32>(o + 16, corr);
    store<f32>(o + 20, gain);
    // Information of the measurement in this picture's coordinates: J⁻ᵀ A J⁻¹.
    const inv: f32 = 1 / (a * d - b * c);
    const e: f32 = d * inv, f: f32 = -b * inv, g: f32 = -c * inv, m: f32 = a * inv;
    const gxx = load<f32>(sums + 12), gxy = load<f32>(sums + 16), gyy = load<f32>(sums + 20);
    store<f32>(o + 24, gxx * e * e + 2 * gxy * e * g + gyy * g * g);
    store<f32>(o + 28, gxx * f * f + 2 * gxy * f * m + gyy * m * m);
    store<f32>(o + 32, gxx * e * f + gxy * (e * m + f * g) + gyy * g * m);
  }
}
