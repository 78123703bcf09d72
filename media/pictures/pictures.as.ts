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
/** As far from a picture's edge no neighbours are missing, of colour neither. */
const ROOM: i32 = 1 << 18;

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

/** Bilinear samples of an 8-bit plane in 256ths, well inside it, at continuous coordinates in 65536ths. */
@inline
function sampleFour(plane: usize, stride: i32, xs: v128, ys: v128): v128 {
  const across = i32x4.sub(xs, i32x4.splat(32768)), down = i32x4.sub(ys, i32x4.splat(32768));
  const places = i32x4.add(i32x4.mul(i32x4.shr_s(down, 16), i32x4.splat(stride)), i32x4.shr_s(across, 16));
  const a = plane + <usize>i32x4.extract_lane(places, 0), b = plane + <usize>i32x4.extract_lane(places, 1);
  const c = plane + <usize>i32x4.extract_lane(places, 2), d = plane + <usize>i32x4.extract_lane(places, 3);
  const below = <usize>stride;
  const top = i32x4(load<u16>(a), load<u16>(b), load<u16>(c), load<u16>(d));
  const bottom = i32x4(load<u16>(a + below), load<u16>(b + below), load<u16>(c + below), load<u16>(d + below));
  const byte = i32x4.splat(255);
  const fx = v128.and(i32x4.shr_s(across, 8), byte), fy = v128.and(i32x4.shr_s(down, 8), byte);
  const upper = between(v128.and(top, byte), i32x4.shr_u(top, 8), fx), lower = between(v128.and(bottom, byte), i32x4.shr_u(bottom, 8), fx);
  return i32x4.shr_s(between(upper, lower, fy), 8);
}

/** In 256ths. */
@inline
function between(a: v128, b: v128, share: v128): v128 {
  return i32x4.add(i32x4.shl(a, 8), i32x4.mul(i32x4.sub(b, a), share));
}

/** Four bytes of a plane, each in a lane. */
@inline
function gather(plane: usize, places: v128): v128 {
  return i32x4(
    load<u8>(plane + <usize>i32x4.extract_lane(places, 0)), load<u8>(plane + <usize>i32x4.extract_lane(places, 1)),
    load<u8>(plane + <usize>i32x4.extract_lane(places, 2)), load<u8>(plane + <usize>i32x4.extract_lane(places, 3)),
  );
}

@inline
function placesOf(xs: v128, ys: v128, shift: i32, stride: i32): v128 {
  return i32x4.add(i32x4.mul(i32x4.shr_s(ys, shift), i32x4.splat(stride)), i32x4.shr_s(xs, shift));
}

/** Four pixels well inside a picture; see {@link warpPicture}. */
@inline
function warpFour(
  xs: v128, ys: v128, luma: usize, u: usize, v: usize, stride: i32, strideC: i32, grid: usize, gridWidth: i32,
  black: i32, scale: i32, vr: i32, ug: i32, vg: i32, ub: i32, neutral: i32, out: usize, fine: i32,
): void {
  let us: v128, vs: v128;
  if (fine) {
    const halfX = i32x4.shr_s(xs, 1), halfY = i32x4.shr_s(ys, 1);
    us = sampleFour(u, strideC, halfX, halfY);
    vs = sampleFour(v, strideC, halfX, halfY);
  } else {
    const places = placesOf(xs, ys, 17, strideC);
    us = i32x4.shl(gather(u, places), 8);
    vs = i32x4.shl(gather(v, places), 8);
  }
  const yy = i32x4.mul(i32x4.sub(sampleFour(luma, stride, xs, ys), i32x4.splat(black)), i32x4.splat(scale));
  const uu = i32x4.sub(us, i32x4.splat(neutral)), vv = i32x4.sub(vs, i32x4.splat(neutral));
  const red = coloured(yy, i32x4.mul(vv, i32x4.splat(vr)));
  const green = coloured(yy, i32x4.add(i32x4.mul(uu, i32x4.splat(ug)), i32x4.mul(vv, i32x4.splat(vg))));
  const blue = coloured(yy, i32x4.mul(uu, i32x4.splat(ub)));
  const free = i32x4.eq(gather(grid, placesOf(xs, ys, 19, gridWidth)), i32x4.splat(0));
  const alpha = v128.bitselect(i32x4.splat(255), i32x4.splat(128), free);
  const planes = i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(red, green), i16x8.narrow_i32x4_s(blue, alpha));
  v128.store(out, i8x16.shuffle(planes, planes, 0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
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
      const isInside = min<i32>(sx, lastX) >= ROOM && max<i32>(sx, lastX) < endX - ROOM && min<i32>(sy, lastY) >= ROOM && max<i32>(sy, lastY) < endY - ROOM;
      if (isInside && count == RUN) {
        for (let half = 0; half < RUN; half += 4, out += 16) {
          const xs = i32x4.add(i32x4.splat(sx + half * stepX), i32x4.mul(i32x4.splat(stepX), i32x4(0, 1, 2, 3)));
          const ys = i32x4.add(i32x4.splat(sy + half * stepY), i32x4.mul(i32x4.splat(stepY), i32x4(0, 1, 2, 3)));
          warpFour(xs, ys, luma, u, v, stride, strideC, grid, gridWidth, black, scale, vr, ug, vg, ub, neutral, out, fine);
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
