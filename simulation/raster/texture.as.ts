// Textures and their chains of smaller levels: built here, sampled in shade.as.ts.
// Header = [levels, wrap, then per level: pointer, width, height, stride]; a level has a border of 2 columns and rows.

@inline export function levelPointer(header: usize, level: i32): usize {
  return header + 8 + level * 16;
}

/** Fills the border right and below of a level: repeats the far side when wrapping, else the last texel. */
function border(pointer: usize, w: i32, h: i32, stride: i32, wrap: i32): void {
  for (let y = 0; y < h; y++) {
    const row = pointer + y * stride;
    store<u32>(row + w * 4, load<u32>(row + (wrap ? 0 : (w - 1) * 4)));
    store<u32>(row + w * 4 + 4, load<u32>(row + (wrap ? 4 % (w * 4) : (w - 1) * 4)));
  }
  memory.copy(pointer + h * stride, pointer + (wrap ? 0 : (h - 1) * stride), stride);
  memory.copy(pointer + (h + 1) * stride, pointer + (wrap ? stride * (1 % h) : (h - 1) * stride), stride);
}

/** Copies tight RGBA into level 0 (premultiplying when asked) and builds the chain by 2×2 means. */
export function buildTexture(header: usize, rgba: usize, premultiply: i32): void {
  const levels = load<i32>(header);
  const wrap = load<i32>(header + 4);
  const first = levelPointer(header, 0);
  const p0 = load<u32>(first) as usize;
  const w0 = load<i32>(first + 4);
  const h0 = load<i32>(first + 8);
  const s0 = load<i32>(first + 12);
  for (let y = 0; y < h0; y++) {
    const row = p0 + y * s0;
    memory.copy(row, rgba + y * w0 * 4, w0 * 4);
    if (premultiply) {
      for (let x = 0; x < w0; x++) {
        const p = row + x * 4;
        const a = load<u8>(p + 3) as u32;
        for (let c = 0; c < 3; c++) store<u8>(p + c, ((load<u8>(p + c) as u32) * a + 127) / 255);
      }
    }
  }
  border(p0, w0, h0, s0, wrap);
  for (let level = 1; level < levels; level++) {
    const a = levelPointer(header, level - 1);
    const b = levelPointer(header, level);
    const from = load<u32>(a) as usize;
    const fromStride = load<i32>(a + 12);
    const to = load<u32>(b) as usize;
    const w = load<i32>(b + 4);
    const h = load<i32>(b + 8);
    const stride = load<i32>(b + 12);
    for (let y = 0; y < h; y++) {
      let q = from + y * 2 * fromStride;
      const out = to + y * stride;
      for (let x = 0; x < w; x++) {
        const sum = i16x8.add(v128.load8x8_u(q), v128.load8x8_u(q + fromStride));
        const high = v128.shuffle<i64>(sum, sum, 1, 1);
        const mean = i16x8.shr_u(i16x8.add(i16x8.add(sum, high), i16x8.splat(2)), 2);
        v128.store32_lane(out + x * 4, i8x16.narrow_i16x8_u(mean, mean), 0);
        q += 8;
      }
    }
    border(to, w, h, stride, wrap);
  }
}

// Weights of 7 bits (so that products fit 16), one vector each: row f of `vertical` holds f eight times, of `horizontal` (128 − f, f) four times.
const vertical: usize = memory.data(128 * 16, 16);
const horizontal: usize = memory.data(128 * 16, 16);
for (let f = 0; f < 128; f++) {
  v128.store(vertical + f * 16, i16x8.splat(f as i16));
  v128.store(horizontal + f * 16, i32x4.splat((128 - f) | (f << 16)));
}

/** Bilinear sample at 16.16 coordinates: red, green, blue, alpha as four 32-bit lanes. */
@inline export function bilinear32(pointer: usize, stride: i32, u: i32, v: i32): v128 {
  const p = pointer + (v >> 16) * stride + ((u >> 16) << 2);
  const a = v128.load8x8_u(p);
  const b = v128.load8x8_u(p + stride);
  const fy = v128.load(vertical + ((v >> 5) & 0x7f0));
  const column = i16x8.add(a, i16x8.shr_s(i16x8.mul(i16x8.sub(b, a), fy), 7));
  // Each colour of the left texel beside the same of the right one: their weighted sum is one instruction.
  const pairs = v128.shuffle<i16>(column, column, 0, 4, 1, 5, 2, 6, 3, 7);
  return i32x4.shr_s(i32x4.dot_i16x8_s(pairs, v128.load(horizontal + ((u >> 5) & 0x7f0))), 7);
}

/** The same as 16-bit lanes, in the low half. */
@inline export function bilinear(pointer: usize, stride: i32, u: i32, v: i32): v128 {
  const c = bilinear32(pointer, stride, u, v);
  return i16x8.narrow_i32x4_s(c, c);
}

/**
 * Four bilinear samples of a packed tile (each texel holds its own value and its three neighbours', see packTile) at wrapping 16.16
 * coordinates; 0–255 a lane.
 */
@inline export function tileSamples(pointer: usize, stride: v128, mask: v128, u: v128, v: v128): v128 {
  const x = v128.and(i32x4.shr_u(u, 16), mask);
  const y = v128.and(i32x4.shr_u(v, 16), mask);
  const at = i32x4.add(i32x4.mul(y, stride), i32x4.shl(x, 2));
  let w = v128.load32_zero(pointer + i32x4.extract_lane(at, 0));
  w = v128.load32_lane(pointer + i32x4.extract_lane(at, 1), w, 1);
  w = v128.load32_lane(pointer + i32x4.extract_lane(at, 2), w, 2);
  w = v128.load32_lane(pointer + i32x4.extract_lane(at, 3), w, 3);
  const low = i32x4.splat(0xff);
  const high = i32x4.splat(0xff0000);
  const upper = v128.or(v128.and(w, low), v128.and(i32x4.shl(w, 8), high));
  const lower = v128.or(v128.and(i32x4.shr_u(w, 16), low), v128.and(i32x4.shr_u(w, 8), high));
  const seven = i32x4.splat(127);
  const one = i32x4.splat(128);
  const fx = v128.and(i32x4.shr_u(u, 9), seven);
  const fy = v128.and(i32x4.shr_u(v, 9), seven);
  const wx = v128.or(i32x4.sub(one, fx), i32x4.shl(fx, 16));
  const wy = v128.or(i32x4.sub(one, fy), i32x4.shl(fy, 16));
  const top = i32x4.dot_i16x8_s(upper, wx);
  const bottom = i32x4.dot_i16x8_s(lower, wx);
  return i32x4.shr_u(i32x4.dot_i16x8_s(v128.or(top, i32x4.shl(bottom, 16)), wy), 14);
}

/** Packs every level of a tile: each texel's four bytes become the red of itself, its right, its lower and its lower right neighbour. */
export function packTile(header: usize): void {
  for (let level = 0; level < load<i32>(header); level++) {
    const info = levelPointer(header, level);
    const pointer = load<u32>(info) as usize;
    const stride = load<i32>(info + 12);
    for (let y = 0; y < load<i32>(info + 8); y++) {
      for (let x = 0; x < load<i32>(info + 4); x++) {
        const p = pointer + y * stride + x * 4;
        store<u8>(p, load<u8>(p + 4), 1);
        store<u8>(p, load<u8>(p + stride), 2);
        store<u8>(p, load<u8>(p + stride + 4), 3);
      }
    }
  }
}
