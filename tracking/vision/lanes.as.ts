// Four neighbouring pixels of a row at a time, and where a homography (9 f64) carries them (AssemblyScript): what the background model works with.

/** A homography's row for two neighbouring pixels: a·x + b·y + c. */
@inline
function linear(row: usize, x: v128, y: v128): v128 {
  const ax = f64x2.mul(v128.load_splat<f64>(row), x);
  return f64x2.add(f64x2.add(ax, f64x2.mul(v128.load_splat<f64>(row, 8), y)), v128.load_splat<f64>(row, 16));
}

/** One coordinate (0 or 1) of where a homography carries four neighbouring pixels, from the middle of the first one there; quickly where it `shifts`. */
@inline
export function carried(hom: usize, coordinate: i32, x: i32, y: i32, still: bool): v128 {
  const row: usize = hom + 24 * coordinate;
  if (still) {
    const by = <i32>nearest(load<f64>(row, 16) / load<f64>(hom, 64));
    return f32x4.convert_i32x4_s(coordinate == 0 ? i32x4.add(i32x4.splat(x + by), i32x4(0, 1, 2, 3)) : i32x4.splat(y + by));
  }
  const yc = f64x2.splat(<f64>y + 0.5);
  const x0 = f64x2.add(f64x2.splat(<f64>x), f64x2(0.5, 1.5));
  const x1 = f64x2.add(x0, f64x2.splat(2));
  const one = f64x2.splat(1);
  const a = f64x2.mul(linear(row, x0, yc), f64x2.div(one, linear(hom + 48, x0, yc)));
  const b = f64x2.mul(linear(row, x1, yc), f64x2.div(one, linear(hom + 48, x1, yc)));
  const both = v128.shuffle<f32>(f32x4.demote_f64x2_zero(a), f32x4.demote_f64x2_zero(b), 0, 1, 4, 5);
  return f32x4.sub(both, f32x4.splat(0.5));
}

/** Whether a homography, of whatever scale, shifts by whole pixels: a camera that stands still. */
export function shifts(hom: usize): bool {
  const scale = load<f64>(hom, 64), tx = load<f64>(hom, 16) / scale, ty = load<f64>(hom, 40) / scale;
  const same = load<f64>(hom) == scale && load<f64>(hom, 32) == scale;
  const straight = load<f64>(hom, 8) == 0 && load<f64>(hom, 24) == 0 && load<f64>(hom, 48) == 0 && load<f64>(hom, 56) == 0;
  return same && straight && abs(tx - nearest(tx)) < 1e-9 && abs(ty - nearest(ty)) < 1e-9;
}

/** Whole pixels of coordinates, held between 0 and `most`, so that lanes outside the picture read something. */
@inline
export function whole(coordinate: v128, most: i32): v128 {
  return i32x4.min_s(i32x4.max_s(i32x4.trunc_sat_f32x4_s(coordinate), i32x4.splat(0)), i32x4.splat(most));
}

/** Four float32 at byte offsets from a place. */
@inline
export function gather(base: usize, at: v128): v128 {
  const first: usize = base + i32x4.extract_lane(at, 0);
  let four = v128.load_zero<f32>(first);
  four = v128.load_lane<f32>(base + i32x4.extract_lane(at, 1), four, 1);
  four = v128.load_lane<f32>(base + i32x4.extract_lane(at, 2), four, 2);
  return v128.load_lane<f32>(base + i32x4.extract_lane(at, 3), four, 3);
}

/** Lanes x to x + 3 of a row that are in it. */
@inline
export function within(x: i32, w: i32): v128 {
  return i32x4.lt_s(i32x4.add(i32x4.splat(x), i32x4(0, 1, 2, 3)), i32x4.splat(w));
}

/** Lanes whose coordinates are at least `from` and below (x1, y1). */
@inline
export function between(u: v128, v: v128, from: f32, x1: f32, y1: f32): v128 {
  const low = v128.and(f32x4.ge(u, f32x4.splat(from)), f32x4.ge(v, f32x4.splat(from)));
  return v128.and(low, v128.and(f32x4.lt(u, f32x4.splat(x1)), f32x4.lt(v, f32x4.splat(y1))));
}

@inline
export function mix(a: v128, b: v128, share: v128): v128 {
  return f32x4.add(a, f32x4.mul(share, f32x4.sub(b, a)));
}
