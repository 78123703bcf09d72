// AssemblyScript: pictures registered on each other, compared and cut out. Called by kernel.ts, which lays out the memory. Regions are RGBA, straight alpha,
// rows tightly packed. A map is 9 f64, row-major: from continuous pixels of the region made to continuous pixels of the picture read. Behind it lie two lenses (half the
// diagonal, or 0: none; k1, k2, middle x, y, reach, slope there; see protocol/lens.ts): the first is undone before the matrix, the other bends after it.

export { owners, settle, spreadOut } from './parting.as';

/** Pixels in a row that are mapped along a straight line. */
const RUN: i32 = 8;
/** Places are kept in 65536ths of a pixel, which a picture of this size can bear. */
const ONE: f64 = 65536;
const FAR: f64 = 16000;
/** Colour weights are kept in 1024ths, samples in 256ths. */
const WEIGHT: f32 = 1024;
const HALF: i32 = 1 << 17;

const LENS_BYTES: usize = 56;
/** Where {@link unbend} and {@link bend} leave their answers. */
let px: f64 = 0;
let py: f64 = 0;

@inline
function bent(k1: f64, k2: f64, r: f64): f64 {
  return r * (1 + r * r * (k1 + k2 * r * r));
}

function bend(lens: usize, x: f64, y: f64): void {
  px = x;
  py = y;
  const radius = load<f64>(lens);
  if (radius == 0) return;
  const cx = load<f64>(lens, 24), cy = load<f64>(lens, 32), reach = load<f64>(lens, 40);
  const dx = x - cx, dy = y - cy;
  const r = Math.sqrt(dx * dx + dy * dy) / radius;
  if (r == 0) return;
  const k1 = load<f64>(lens, 8), k2 = load<f64>(lens, 16);
  const by = (r <= reach ? bent(k1, k2, r) : 1 + load<f64>(lens, 48) * (r - reach)) / r;
  px = cx + dx * by;
  py = cy + dy * by;
}

function unbend(lens: usize, x: f64, y: f64): void {
  px = x;
  py = y;
  const radius = load<f64>(lens);
  if (radius == 0) return;
  const cx = load<f64>(lens, 24), cy = load<f64>(lens, 32), reach = load<f64>(lens, 40);
  const dx = x - cx, dy = y - cy;
  const distance = Math.sqrt(dx * dx + dy * dy) / radius;
  if (distance == 0) return;
  let r = reach + (distance - 1) / load<f64>(lens, 48);
  if (distance < 1) {
    const k1 = load<f64>(lens, 8), k2 = load<f64>(lens, 16);
    r = min<f64>(distance, reach);
    for (let step = 0; step < 12; step++) {
      const next = max<f64>(0, min<f64>(reach, r - (bent(k1, k2, r) - distance) / (1 + r * r * (3 * k1 + 5 * k2 * r * r))));
      const off = Math.abs(next - r);
      r = next;
      if (off < 1e-9) break;
    }
  }
  px = cx + (dx * r) / distance;
  py = cy + (dy * r) / distance;
}

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

@inline
function brightness(at: usize): i32 {
  return <i32>load<u8>(at) + (<i32>load<u8>(at, 1) << 1) + <i32>load<u8>(at, 2);
}

/**
 * The clean plate: of `count` regions of the same size, laid one after the other, each pixel's median by brightness, a real pixel of one of them. Those
 * where somebody stands count only where fewer than 2 others see the place. `spread`: half the distance between the quarter points, in
 * levels: what flickers there. Alpha 255, or 0 where nobody sees it. `keys`: scratch of 32 i32.
 */
export function pick(samples: usize, count: i32, pixels: i32, out: usize, spread: usize, keys: usize): void {
  const stride = <usize>pixels << 2;
  for (let p = 0; p < pixels; p++) {
    const at = samples + (<usize>p << 2);
    let free = 0;
    for (let k = 0; k < count; k++) if (load<u8>(at + <usize>k * stride, 3) == 255) free++;
    const least = free >= 2 ? 255 : 1;
    let n = 0;
    for (let k = 0; k < count; k++) {
      const from = at + <usize>k * stride;
      if (<i32>load<u8>(from, 3) < least) continue;
      const key = (brightness(from) << 8) | k;
      let j = n - 1;
      while (j >= 0 && load<i32>(keys + (<usize>j << 2)) > key) {
        store<i32>(keys + (<usize>(j + 1) << 2), load<i32>(keys + (<usize>j << 2)));
        j--;
      }
      store<i32>(keys + (<usize>(j + 1) << 2), key);
      n++;
    }
    const to = out + (<usize>p << 2);
    if (n == 0) {
      store<u32>(to, 0);
      store<u8>(spread + <usize>p, 0);
      continue;
    }
    const chosen = load<i32>(keys + (<usize>(n >> 1) << 2)) & 255;
    store<u32>(to, load<u32>(at + <usize>chosen * stride) | 0xff000000);
    const low = load<i32>(keys + (<usize>(n >> 2) << 2)) >> 8;
    const high = load<i32>(keys + (<usize>((n * 3) >> 2) << 2)) >> 8;
    store<u8>(spread + <usize>p, <u8>min<i32>(255, (high - low) >> 3));
  }
}

/** Smaller differences are none. */
const LEAST: i32 = 10;

/**
 * How far a picture lies from its clean plate, in levels of the channel that differs most. What the plate shows one pixel further is no difference: edges
 * that are half a pixel off do not count, nor does as much as the place flickers. 0 where there is no plate.
 */
export function difference(picture: usize, plate: usize, spread: usize, width: i32, height: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const at = <usize>p << 2;
      if (load<u8>(plate + at, 3) == 0 || load<u8>(picture + at, 3) == 0) {
        store<u8>(out + <usize>p, 0);
        continue;
      }
      // Nearly the same, as most are: no need to look around.
      const slack = LEAST + <i32>load<u8>(spread + <usize>p);
      let near = true;
      for (let channel: usize = 0; channel < 3; channel++)
        near = near && abs<i32>(<i32>load<u8>(picture + at + channel) - <i32>load<u8>(plate + at + channel)) < slack;
      if (near) {
        store<u8>(out + <usize>p, 0);
        continue;
      }
      let most: i32 = 0;
      for (let channel: usize = 0; channel < 3; channel++) {
        let low: i32 = 255, high: i32 = 0;
        for (let dy = -1; dy <= 1; dy++) {
          const sy = min<i32>(height - 1, max<i32>(0, y + dy));
          for (let dx = -1; dx <= 1; dx++) {
            const sx = min<i32>(width - 1, max<i32>(0, x + dx));
            const value = <i32>load<u8>(plate + (<usize>(sy * width + sx) << 2) + channel);
            low = min<i32>(low, value);
            high = max<i32>(high, value);
          }
        }
        const value = <i32>load<u8>(picture + at + channel);
        most = max<i32>(most, max<i32>(value - high, low - value));
      }
      store<u8>(out + <usize>p, <u8>max<i32>(0, most - <i32>load<u8>(spread + <usize>p)));
    }
  }
}
