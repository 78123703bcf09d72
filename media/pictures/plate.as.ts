// AssemblyScript: clean plates picked from several regions of the same ground, RGBA, rows tightly packed; and how far a picture lies from its plate.

/** Keys of what does not count lie behind all others. */
const NO_KEY: i32 = 0x7fffffff;

/**
 * The clean plate: of `count` regions of the same size, laid one after the other, each pixel's median by brightness, a real pixel of one of them. Those
 * where somebody stands count only where fewer than 2 others see the place. `spread`: half the distance between the quarter points, in
 * levels: what flickers there. Alpha 255, or 0 where nobody sees it. `keys`: scratch of 4 i32 for each region.
 */
export function pick(samples: usize, count: i32, pixels: i32, out: usize, spread: usize, keys: usize): void {
  const stride = <usize>pixels << 2;
  const byte = i32x4.splat(255);
  for (let p = 0; p < pixels; p += 4) {
    const at = samples + (<usize>p << 2);
    let free = i32x4.splat(0), seen = i32x4.splat(0);
    for (let k = 0; k < count; k++) {
      const alpha = i32x4.shr_u(v128.load(at + <usize>k * stride), 24);
      free = i32x4.sub(free, i32x4.eq(alpha, byte));
      seen = i32x4.sub(seen, i32x4.gt_s(alpha, i32x4.splat(0)));
    }
    const enough = i32x4.ge_s(free, i32x4.splat(2));
    const least = v128.bitselect(byte, i32x4.splat(1), enough);
    const n = v128.bitselect(free, seen, enough);
    for (let k = 0; k < count; k++) {
      const pixel = v128.load(at + <usize>k * stride);
      const green = v128.and(i32x4.shr_u(pixel, 7), i32x4.splat(510));
      const brightness = i32x4.add(i32x4.add(v128.and(pixel, byte), green), v128.and(i32x4.shr_u(pixel, 16), byte));
      const key = v128.or(i32x4.shl(brightness, 8), i32x4.splat(k));
      v128.store(keys + (<usize>k << 4), v128.bitselect(key, i32x4.splat(NO_KEY), i32x4.ge_s(i32x4.shr_u(pixel, 24), least)));
    }
    sortLanes(keys, count);
    for (let lane = 0; lane < 4 && p + lane < pixels; lane++) {
      const to = out + (<usize>(p + lane) << 2);
      const many = lane == 0 ? i32x4.extract_lane(n, 0) : lane == 1 ? i32x4.extract_lane(n, 1) : lane == 2 ? i32x4.extract_lane(n, 2) : i32x4.extract_lane(n, 3);
      if (many == 0) {
        store<u32>(to, 0);
        store<u8>(spread + <usize>(p + lane), 0);
        continue;
      }
      const list = keys + (<usize>lane << 2);
      const chosen = load<i32>(list + (<usize>(many >> 1) << 4)) & 255;
      store<u32>(to, load<u32>(at + (<usize>lane << 2) + <usize>chosen * stride) | 0xff000000);
      const low = load<i32>(list + (<usize>(many >> 2) << 4)) >> 8;
      const high = load<i32>(list + (<usize>((many * 3) >> 2) << 4)) >> 8;
      store<u8>(spread + <usize>(p + lane), <u8>min<i32>(255, (high - low) >> 3));
    }
  }
}

/** Sorts four lists at once, each in its lane: neighbours are swapped, odd and even in turn. */
@inline
function sortLanes(keys: usize, count: i32): void {
  for (let round = 0; round < count; round++) {
    for (let k = round & 1; k + 1 < count; k += 2) {
      const at = keys + (<usize>k << 4);
      const a = v128.load(at), b = v128.load(at, 16);
      v128.store(at, i32x4.min_s(a, b));
      v128.store(at, i32x4.max_s(a, b), 16);
    }
  }
}

/** Smaller differences are none. */
const LEAST: i32 = 10;

/** Whether four pixels are nearly the same, as most are: no need to look around. `spread`: of each a byte. */
@inline
function areNear(picture: v128, plate: v128, spread: u32): bool {
  const slack = i8x16.add_sat_u(i8x16.shuffle(i32x4.splat(spread), i32x4.splat(0), 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3), i8x16.splat(<i8>(LEAST - 1)));
  const off = v128.or(i8x16.sub_sat_u(picture, plate), i8x16.sub_sat_u(plate, picture));
  const colours = v128.and(i8x16.sub_sat_u(off, slack), i32x4.splat(0xffffff));
  return !v128.any_true(colours);
}

/** See {@link difference}; a byte each. `row`: bytes in a row of the plate, whose pixels all around are there. */
@inline
function differenceOfFour(picture: v128, plate: usize, row: usize, spread: u32): u32 {
  const here = v128.load(plate);
  let low = here, high = here;
  for (let n = 0; n < 3; n++) {
    const at = plate + <usize>n * row - row;
    const a = v128.load(at - 4), b = v128.load(at), c = v128.load(at + 4);
    low = i8x16.min_u(i8x16.min_u(low, a), i8x16.min_u(b, c));
    high = i8x16.max_u(i8x16.max_u(high, a), i8x16.max_u(b, c));
  }
  const off = i8x16.max_u(i8x16.sub_sat_u(picture, high), i8x16.sub_sat_u(low, picture));
  const byte = i32x4.splat(255);
  const most = i32x4.max_s(i32x4.max_s(v128.and(off, byte), v128.and(i32x4.shr_u(off, 8), byte)), v128.and(i32x4.shr_u(off, 16), byte));
  const spreads = i32x4.extend_low_i16x8_u(i16x8.extend_low_i8x16_u(i32x4.splat(spread)));
  const known = v128.and(i32x4.gt_u(picture, i32x4.splat(0xffffff)), i32x4.gt_u(here, i32x4.splat(0xffffff)));
  // Nearly the same is the same, for each pixel as for all four.
  const slack = i32x4.add(spreads, i32x4.splat(LEAST));
  const apart = v128.or(i8x16.sub_sat_u(picture, here), i8x16.sub_sat_u(here, picture));
  const furthest = i32x4.max_s(i32x4.max_s(v128.and(apart, byte), v128.and(i32x4.shr_u(apart, 8), byte)), v128.and(i32x4.shr_u(apart, 16), byte));
  const counts = v128.and(known, i32x4.ge_s(furthest, slack));
  const left = v128.and(i32x4.max_s(i32x4.sub(most, spreads), i32x4.splat(0)), counts);
  return i32x4.extract_lane(i8x16.shuffle(left, left, 0, 4, 8, 12, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0), 0);
}

/**
 * How far a picture lies from its clean plate, in levels of the channel that differs most. What the plate shows one pixel further is no difference: edges
 * that are half a pixel off do not count, nor does as much as the place flickers. 0 where there is no plate.
 */
export function difference(picture: usize, plate: usize, spread: usize, width: i32, height: i32, out: usize): void {
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const p = y * width + x;
      const at = <usize>p << 2;
      if (x + 4 <= width && areNear(v128.load(picture + at), v128.load(plate + at), load<u32>(spread + <usize>p))) {
        store<u32>(out + <usize>p, 0);
        x += 3;
        continue;
      }
      if (x > 0 && y > 0 && x + 5 <= width && y + 1 < height) {
        store<u32>(out + <usize>p, differenceOfFour(v128.load(picture + at), plate + at, <usize>width << 2, load<u32>(spread + <usize>p)));
        x += 3;
        continue;
      }
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
