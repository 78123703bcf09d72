// AssemblyScript: pictures registered on each other, compared and cut out. Called by kernel.ts, which lays out the memory. Regions are RGBA, straight alpha,
// rows tightly packed. A map is 9 f64, row-major: from continuous pixels of the region made to continuous pixels of the picture read. Behind it lie two lenses (see
// lens.as.ts): the first is undone before the matrix, the other bends after it.

import { bend, LENS_BYTES, px, py, unbend } from './lens.as';

export { closeGaps, fillHoles, soften } from './mask.as';
export { owners, settle, spreadOut } from './parting.as';
export { difference, pick } from './plate.as';

/** Pixels in a row that are mapped along a straight line. */
const RUN: i32 = 8;
/** Places are kept in 65536ths of a pixel, which a picture of this size can bear. */
const ONE: f64 = 65536;
const FAR: f64 = 16000;
/** Colour weights are kept in 1024ths, samples in 256ths. */
const WEIGHT: f32 = 1024;
const HALF: i32 = 1 << 17;
/** As near to a picture's edge no neighbours are missing yet. */
const ROOM: i32 = 1 << 17;

@inline
function clampByte(v: f32): u8 {
  return <u8>(v < 0 ? 0 : v > 255 ? 255 : v + 0.5);
}

@inline
function levels(at: usize, parts: f32): i32 {
  return <i32>nearest<f32>(load<f32>(at) * parts);
}

@inline
function byteOf(v: i32): u32 {
  return <u32>min<i32>(255, max<i32>(0, (v + HALF) >> 18));
}

/** Bilinear sample of an 8-bit plane in 256ths, at continuous coordinates in 65536ths, its edge repeated. */
@inline
function sample(plane: usize, stride: i32, width: i32, height: i32, x: i32, y: i32): i32 {
  const across = max<i32>(0, min<i32>(x - 32768, (width - 1) << 16));
  const down = max<i32>(0, min<i32>(y - 32768, (height - 1) << 16));
  const x0 = across >> 16, y0 = down >> 16;
  const fx = (across >> 8) & 255, fy = (down >> 8) & 255;
  const step: usize = x0 + 1 < width ? 1 : 0;
  const at = plane + <usize>(y0 * stride + x0);
  const below = y0 + 1 < height ? at + <usize>stride : at;
  const a = <i32>load<u8>(at), c = <i32>load<u8>(below);
  const top = (a << 8) + (<i32>load<u8>(at + step) - a) * fx;
  const bottom = (c << 8) + (<i32>load<u8>(below + step) - c) * fx;
  return ((top << 8) + (bottom - top) * fy) >> 8;
}

@inline
function coloured(a: v128, b: v128): v128 {
  return i32x4.shr_s(i32x4.add(i32x4.add(a, b), i32x4.splat(HALF)), 18);
}

/** Four pixels well inside a picture; see {@link warpPicture}. */
@inline
function warpFour(
  xs: v128, ys: v128, luma: usize, u: usize, v: usize, stride: i32, strideC: i32, grid: usize, gridWidth: i32,
  black: i32, scale: i32, vr: i32, ug: i32, vg: i32, ub: i32, neutral: i32, out: usize,
): void {
  const across = i32x4.sub(xs, i32x4.splat(32768)), down = i32x4.sub(ys, i32x4.splat(32768));
  const places = i32x4.add(i32x4.mul(i32x4.shr_s(down, 16), i32x4.splat(stride)), i32x4.shr_s(across, 16));
  const a = luma + <usize>i32x4.extract_lane(places, 0), b = luma + <usize>i32x4.extract_lane(places, 1);
  const c = luma + <usize>i32x4.extract_lane(places, 2), d = luma + <usize>i32x4.extract_lane(places, 3);
  const below = <usize>stride;
  const top = i32x4(load<u16>(a), load<u16>(b), load<u16>(c), load<u16>(d));
  const bottom = i32x4(load<u16>(a + below), load<u16>(b + below), load<u16>(c + below), load<u16>(d + below));
  const byte = i32x4.splat(255);
  const fx = v128.and(i32x4.shr_s(across, 8), byte), fy = v128.and(i32x4.shr_s(down, 8), byte);
  const t = between(v128.and(top, byte), i32x4.shr_u(top, 8), fx), m = between(v128.and(bottom, byte), i32x4.shr_u(bottom, 8), fx);
  const light = i32x4.shr_s(between(t, m, fy), 8);
  const samples = i32x4.add(i32x4.mul(i32x4.shr_s(ys, 17), i32x4.splat(strideC)), i32x4.shr_s(xs, 17));
  const e = <usize>i32x4.extract_lane(samples, 0), f = <usize>i32x4.extract_lane(samples, 1);
  const g = <usize>i32x4.extract_lane(samples, 2), h = <usize>i32x4.extract_lane(samples, 3);
  const us = i32x4.shl(i32x4(load<u8>(u + e), load<u8>(u + f), load<u8>(u + g), load<u8>(u + h)), 8);
  const vs = i32x4.shl(i32x4(load<u8>(v + e), load<u8>(v + f), load<u8>(v + g), load<u8>(v + h)), 8);
  const cells = i32x4.add(i32x4.mul(i32x4.shr_s(ys, 19), i32x4.splat(gridWidth)), i32x4.shr_s(xs, 19));
  const covered = i32x4(
    load<u8>(grid + <usize>i32x4.extract_lane(cells, 0)), load<u8>(grid + <usize>i32x4.extract_lane(cells, 1)),
    load<u8>(grid + <usize>i32x4.extract_lane(cells, 2)), load<u8>(grid + <usize>i32x4.extract_lane(cells, 3)),
  );
  storeFour(light, us, vs, covered, black, scale, vr, ug, vg, ub, neutral, out);
}

/** Colour of eight pixels between its samples, 16ths; `at`: the sample left of the first pixel's own. */
@inline
function upsampled(at: usize, far: usize): v128 {
  const v = i16x8.add(i16x8.mul(v128.load_ext<u8>(at), i16x8.splat(3)), v128.load_ext<u8>(far));
  const own = i16x8.shuffle(v, v, 1, 1, 2, 2, 3, 3, 4, 4), beside = i16x8.shuffle(v, v, 0, 2, 1, 3, 2, 4, 3, 5);
  return i16x8.add(i16x8.mul(own, i16x8.splat(3)), beside);
}

/** Eight pixels of a row as they are, from an even column on, well inside a picture; see {@link warpPicture}. */
@inline
function cropEight(
  x: i32, y: i32, luma: usize, u: usize, v: usize, stride: i32, strideC: i32, grid: usize, gridWidth: i32,
  black: i32, scale: i32, vr: i32, ug: i32, vg: i32, ub: i32, neutral: i32, out: usize,
): void {
  const light = v128.load_ext<u8>(luma + <usize>(y * stride + x));
  const near = <usize>((y >> 1) * strideC + (x >> 1) - 1), far = near + <usize>((y & 1) == 0 ? -strideC : strideC);
  const us = upsampled(u + near, u + far), vs = upsampled(v + near, v + far);
  const row = grid + <usize>((y >> 3) * gridWidth);
  for (let half = 0; half < 2; half++, out += 16) {
    const l = half == 0 ? i32x4.extend_low_i16x8_u(light) : i32x4.extend_high_i16x8_u(light);
    const ul = half == 0 ? i32x4.extend_low_i16x8_u(us) : i32x4.extend_high_i16x8_u(us);
    const vl = half == 0 ? i32x4.extend_low_i16x8_u(vs) : i32x4.extend_high_i16x8_u(vs);
    const from = x + (half << 2);
    const covered = i32x4(
      load<u8>(row + <usize>(from >> 3)), load<u8>(row + <usize>((from + 1) >> 3)),
      load<u8>(row + <usize>((from + 2) >> 3)), load<u8>(row + <usize>((from + 3) >> 3)),
    );
    storeFour(i32x4.shl(l, 8), i32x4.shl(ul, 4), i32x4.shl(vl, 4), covered, black, scale, vr, ug, vg, ub, neutral, out);
  }
}

/** Samples in 256ths → RGBA. */
@inline
function storeFour(
  light: v128, u: v128, v: v128, covered: v128, black: i32, scale: i32, vr: i32, ug: i32, vg: i32, ub: i32, neutral: i32, out: usize,
): void {
  const yy = i32x4.mul(i32x4.sub(light, i32x4.splat(black)), i32x4.splat(scale));
  const uu = i32x4.sub(u, i32x4.splat(neutral)), vv = i32x4.sub(v, i32x4.splat(neutral));
  const red = coloured(yy, i32x4.mul(vv, i32x4.splat(vr)));
  const green = coloured(yy, i32x4.add(i32x4.mul(uu, i32x4.splat(ug)), i32x4.mul(vv, i32x4.splat(vg))));
  const blue = coloured(yy, i32x4.mul(uu, i32x4.splat(ub)));
  const alpha = v128.bitselect(i32x4.splat(255), i32x4.splat(128), i32x4.eq(covered, i32x4.splat(0)));
  const planes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(red, green), i16x8.narrow_i32x4_s(blue, alpha));
  v128.store(out, i8x16.shuffle(planes, planes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
}

/** In 256ths. */
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return i32x4.add(i32x4.shl(a, 8), i32x4.mul(i32x4.sub(b, a), share));
}

/**
 * A 4:2:0 picture → a region. `stride`, `strideC`: bytes in a row of luma and of colour. `colour`: 7 f32 black, luma scale, V→R, U→G, V→G, U→B, chroma
 * neutral. `grid`: one byte for each 8 × 8 pixels, not 0 where somebody stands. `fine`: colour is read between its samples, too. Alpha: 255 seen, 128 seen
 * where somebody stands, 0 outside the picture.
 */
export function warpPicture(
  luma: usize, u: usize, v: usize, stride: i32, strideC: i32, width: i32, height: i32, grid: usize,
  map: usize, colour: usize, out: usize, outWidth: i32, outHeight: i32, fine: i32,
): void {
  const a = load<f64>(map), b = load<f64>(map, 8), c = load<f64>(map, 16);
  const d = load<f64>(map, 24), e = load<f64>(map, 32), f = load<f64>(map, 40);
  const g = load<f64>(map, 48), h = load<f64>(map, 56), i = load<f64>(map, 64);
  const first = map + 72, last = first + LENS_BYTES;
  const black = levels(colour, 256), scale = levels(colour + 4, WEIGHT);
  const vr = levels(colour + 8, WEIGHT), ug = levels(colour + 12, WEIGHT);
  const vg = levels(colour + 16, WEIGHT), ub = levels(colour + 20, WEIGHT);
  const neutral = levels(colour + 24, 256);
  const cw = width >> 1, ch = height >> 1, gridWidth = (width + 7) >> 3;
  const endX = width << 16, endY = height << 16;
  for (let y = 0; y < outHeight; y++) {
    const ty = <f64>y + 0.5;
    unbend(first, 0.5, ty);
    let w = g * px + h * py + i;
    bend(last, (a * px + b * py + c) / w, (d * px + e * py + f) / w);
    let nextX = px, nextY = py;
    for (let x = 0; x < outWidth; x += RUN) {
      // Exact at the ends of each run, straight between: neither perspective nor lens bends it by as much as a hundredth of a pixel.
      unbend(first, <f64>(x + RUN) + 0.5, ty);
      const end = g * px + h * py + i;
      bend(last, (a * px + b * py + c) / end, (d * px + e * py + f) / end);
      const fromX = nextX, fromY = nextY;
      nextX = px;
      nextY = py;
      const near = abs(fromX) < FAR && abs(fromY) < FAR && abs(nextX) < FAR && abs(nextY) < FAR;
      const before = min<f64>(w, end) > 0;
      w = end;
      const count = min<i32>(RUN, outWidth - x);
      if (!(near && before)) {
        for (let n = 0; n < count; n++, out += 4) store<u32>(out, 0);
        continue;
      }
      const stepX = <i32>((nextX - fromX) * (ONE / RUN)), stepY = <i32>((nextY - fromY) * (ONE / RUN));
      let sx = <i32>(fromX * ONE), sy = <i32>(fromY * ONE);
      const lastX = sx + (RUN - 1) * stepX, lastY = sy + (RUN - 1) * stepY;
      if (fine && stepX == 65536 && stepY == 0 && (sx & 0x1ffff) == 32768 && (sy & 0xffff) == 32768 && count == RUN
        && sx >= 2 * ROOM && sx < endX - 6 * ROOM && sy >= ROOM && sy < endY - ROOM) {
        cropEight(sx >> 16, sy >> 16, luma, u, v, stride, strideC, grid, gridWidth, black, scale, vr, ug, vg, ub, neutral, out);
        out += RUN << 2;
        continue;
      }
      if (!fine && min<i32>(sx, lastX) >= ROOM && max<i32>(sx, lastX) < endX - ROOM && min<i32>(sy, lastY) >= ROOM && max<i32>(sy, lastY) < endY - ROOM && count == RUN) {
        for (let half = 0; half < RUN; half += 4, out += 16) {
          const xs = i32x4.add(i32x4.splat(sx + half * stepX), i32x4.mul(i32x4.splat(stepX), i32x4(0, 1, 2, 3)));
          const ys = i32x4.add(i32x4.splat(sy + half * stepY), i32x4.mul(i32x4.splat(stepY), i32x4(0, 1, 2, 3)));
          warpFour(xs, ys, luma, u, v, stride, strideC, grid, gridWidth, black, scale, vr, ug, vg, ub, neutral, out);
        }
        continue;
      }
      for (let n = 0; n < count; n++, out += 4, sx += stepX, sy += stepY) {
        if (!(sx >= 0 && sy >= 0 && sx < endX && sy < endY)) {
          store<u32>(out, 0);
          continue;
        }
        const yy = (sample(luma, stride, width, height, sx, sy) - black) * scale;
        let uu: i32, vv: i32;
        if (fine) {
          uu = sample(u, strideC, cw, ch, sx >> 1, sy >> 1) - neutral;
          vv = sample(v, strideC, cw, ch, sx >> 1, sy >> 1) - neutral;
        } else {
          const at = <usize>(min<i32>(ch - 1, sy >> 17) * strideC + min<i32>(cw - 1, sx >> 17));
          uu = (<i32>load<u8>(u + at) << 8) - neutral;
          vv = (<i32>load<u8>(v + at) << 8) - neutral;
        }
        const covered = load<u8>(grid + <usize>((sy >> 19) * gridWidth + (sx >> 19))) != 0;
        const alpha: u32 = covered ? 128 : 255;
        store<u32>(out, byteOf(yy + vr * vv) | (byteOf(yy + ug * uu + vg * vv) << 8) | (byteOf(yy + ub * uu) << 16) | (alpha << 24));
      }
    }
  }
}

/** A cut-out → a region, its alpha times `opacity` (0 to 256). Colours are weighted by coverage: no dark rims. */
export function warpCutOut(
  source: usize, width: i32, height: i32, map: usize, out: usize, outWidth: i32, outHeight: i32, opacity: i32,
): void {
  const a = load<f64>(map), b = load<f64>(map, 8), c = load<f64>(map, 16);
  const d = load<f64>(map, 24), e = load<f64>(map, 32), f = load<f64>(map, 40);
  const g = load<f64>(map, 48), h = load<f64>(map, 56), i = load<f64>(map, 64);
  const first = map + 72, last = first + LENS_BYTES;
  for (let y = 0; y < outHeight; y++) {
    const ty = <f64>y + 0.5;
    for (let x = 0; x < outWidth; x++, out += 4) {
      const tx = <f64>x + 0.5;
      unbend(first, tx, ty);
      const w = g * px + h * py + i;
      bend(last, (a * px + b * py + c) / w, (d * px + e * py + f) / w);
      const u = <f32>(px - 0.5);
      const v = <f32>(py - 0.5);
      store<u32>(out, 0);
      if (!(w > 0 && u > -1 && v > -1 && u < <f32>width && v < <f32>height)) continue;
      const x0 = <i32>floor<f32>(u), y0 = <i32>floor<f32>(v);
      const fx = u - <f32>x0, fy = v - <f32>y0;
      let red: f32 = 0, green: f32 = 0, blue: f32 = 0, alpha: f32 = 0;
      for (let n = 0; n < 4; n++) {
        const sx = x0 + (n & 1), sy = y0 + (n >> 1);
        if (sx < 0 || sy < 0 || sx >= width || sy >= height) continue;
        const at = source + (<usize>(sy * width + sx) << 2);
        const share = <f32>load<u8>(at, 3) * (n & 1 ? fx : 1 - fx) * (n >> 1 ? fy : 1 - fy);
        red += <f32>load<u8>(at) * share;
        green += <f32>load<u8>(at, 1) * share;
        blue += <f32>load<u8>(at, 2) * share;
        alpha += share;
      }
      if (alpha < 0.5) continue;
      store<u8>(out, clampByte(red / alpha));
      store<u8>(out, clampByte(green / alpha), 1);
      store<u8>(out, clampByte(blue / alpha), 2);
      store<u8>(out, clampByte(alpha * <f32>opacity / 256), 3);
    }
  }
}
