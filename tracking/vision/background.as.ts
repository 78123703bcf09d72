// The background model's kernels (AssemblyScript, WebAssembly). The model lies in a canvas of its own, somewhat larger than the picture,
// that stands still while the camera moves over it: nothing is resampled frame after frame. Five float32 planes: mean, variance, how
// many frames it was confirmed, a rival value and for how many frames that was seen.

import { between, carried, gather, mix, shifts, whole, within } from './lanes.as';

const SLACK: i32 = 64;

export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + SLACK);
}

/**
 * Compares a picture with the model. `toCanvas`: 9 f64, picture → canvas (continuous). Mask: 255 moved, 127 likely a shadow, 0 background,
 * 1 not known yet. `backdrop`: what the model shows there, where it is known. `gradientPx`: how far the registration may be off, pixels.
 * @returns mean difference of picture and model where nothing moved: a change of exposure.
 */
export function compare(
  img: usize, w: i32, h: i32, model: usize, cw: i32, ch: i32, toCanvas: usize, mask: usize, backdrop: usize, gradientPx: f32, offset: f32,
): f32 {
  const plane: usize = <usize>(cw * ch) << 2;
  const row: usize = <usize>cw << 2;
  const still = shifts(toCanvas);
  const one = f32x4.splat(1);
  const half = f32x4.splat(0.5);
  let sums = f64x2.splat(0);
  let count: i32 = 0;
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x += 4) {
      const at: usize = y * w + x;
      const out: usize = backdrop + (at << 2);
      const u = carried(toCanvas, 0, x, y, still);
      const v = carried(toCanvas, 1, x, y, still);
      const inside = v128.and(within(x, w), between(u, v, 1, <f32>(cw - 2), <f32>(ch - 2)));
      if (!v128.any_true(inside)) {
        store<u32>(mask + at, 0x01010101);
        continue;
      }
      let a: v128, b: v128, c: v128, e: v128, top: v128, bottom: v128, seen: v128, variance: v128;
      let fy = f32x4.splat(0);
      if (still && i32x4.all_true(inside)) {
        const p: usize = model + ((<i32>f32x4.extract_lane(v, 0) * cw + <i32>f32x4.extract_lane(u, 0)) << 2);
        a = v128.load(p);
        b = v128.load(p + 4);
        c = v128.load(p + row);
        e = v128.load(p + row + 4);
        top = a;
        bottom = c;
        variance = v128.load(p + plane);
        seen = f32x4.min(v128.load(p + 2 * plane), v128.load(p + 2 * plane + row + 4));
      } else {
        const ix = whole(u, cw - 2);
        const iy = whole(v, ch - 2);
        const fx = f32x4.sub(u, f32x4.convert_i32x4_s(ix));
        fy = f32x4.sub(v, f32x4.convert_i32x4_s(iy));
        const p = i32x4.shl(i32x4.add(i32x4.mul(iy, i32x4.splat(cw)), ix), 2);
        const below = v128.and(f32x4.gt(fy, half), i32x4.splat(<i32>row));
        const near = i32x4.add(i32x4.add(p, below), v128.and(f32x4.gt(fx, half), i32x4.splat(4)));
        a = gather(model, p);
        b = gather(model + 4, p);
        c = gather(model + row, p);
        e = gather(model + row + 4, p);
        top = mix(a, b, fx);
        bottom = mix(c, e, fx);
        variance = gather(model + plane, near);
        seen = f32x4.min(gather(model + 2 * plane, p), gather(model + 2 * plane + row + 4, p));
        seen = f32x4.min(seen, gather(model + 2 * plane, near));
      }
      const known = v128.and(inside, f32x4.ge(seen, one));
      const mean = f32x4.add(mix(top, bottom, fy), f32x4.splat(offset));
      const gx = f32x4.mul(f32x4.abs(f32x4.sub(f32x4.add(f32x4.sub(b, a), e), c)), half);
      const steep = f32x4.add(gx, f32x4.abs(f32x4.sub(bottom, top)));
      const value = v128.load(img + (at << 2));
      v128.store(out, v128.bitselect(mean, v128.load(out), known));
      const diff = f32x4.sub(value, mean);
      const spread = f32x4.mul(f32x4.splat(2.5), f32x4.sqrt(variance));
      const limit = f32x4.add(f32x4.add(f32x4.splat(4), spread), f32x4.mul(f32x4.splat(gradientPx), steep));
      const far = v128.and(known, f32x4.gt(f32x4.abs(diff), limit));
      const same = v128.andnot(known, far);
      const off = v128.and(diff, same);
      sums = f64x2.add(sums, f64x2.promote_low_f32x4(off));
      sums = f64x2.add(sums, f64x2.promote_low_f32x4(v128.shuffle<f32>(off, off, 2, 3, 2, 3)));
      count += popcnt(i32x4.bitmask(same));
      let marks = v128.andnot(i32x4.splat(1), known);
      if (v128.any_true(far)) {
        // A shadow darkens a little and leaves the texture: gradients shrink with the light.
        const ratio = f32x4.div(value, f32x4.max(mean, one));
        let shade = v128.and(f32x4.gt(ratio, f32x4.splat(0.45)), f32x4.lt(ratio, f32x4.splat(0.96)));
        shade = y < h - 1 ? v128.and(shade, within(x, w - 1)) : i32x4.splat(0);
        if (v128.any_true(shade)) {
          const right = v128.load(img + (at << 2) + 4);
          const under = v128.load(img + ((at + w) << 2));
          const slope = f32x4.add(f32x4.mul(f32x4.sub(b, a), f32x4.sub(one, fy)), f32x4.mul(f32x4.sub(e, c), fy));
          const dx = f32x4.sub(f32x4.sub(right, value), f32x4.mul(ratio, slope));
          const dy = f32x4.sub(f32x4.sub(under, value), f32x4.mul(ratio, f32x4.sub(bottom, top)));
          shade = v128.and(shade, f32x4.lt(f32x4.add(f32x4.abs(dx), f32x4.abs(dy)), f32x4.splat(8)));
        }
        marks = v128.or(marks, v128.and(far, v128.bitselect(i32x4.splat(127), i32x4.splat(255), shade)));
      }
      const words = i16x8.narrow_i32x4_u(marks, marks);
      store<u32>(mask + at, i32x4.extract_lane(i8x16.narrow_i16x8_u(words, words), 0));
    }
  }
  const sum = f64x2.extract_lane(sums, 0) + f64x2.extract_lane(sums, 1);
  return count > 0 ? <f32>(sum / <f64>count) : 0;
}

/** What `learn` makes of one pixel of the model that is new or does not look as it did. */
function learnApart(m: usize, plane: usize, value: f32, marked: i32, rate: f32, patience: f32, longest: f32): void {
  if (marked == 252) return;
  const seen = load<f32>(m + 2 * plane);
  if (seen < 1 || marked == 253) {
    store<f32>(m, value);
    store<f32>(m + plane, 16);
    store<f32>(m + 2 * plane, 1);
    if (seen < 1) store<f32>(m + 3 * plane, value);
    store<f32>(m + 4 * plane, 0);
    return;
  }
  if (marked == 254) return;
  if (marked <= 1) {
    learnSame(m, plane, f32x4.splat(value), rate, longest, 1);
    return;
  }
  const rival = load<f32>(m + 3 * plane);
  const held = load<f32>(m + 4 * plane);
  if (held > 0 && abs(value - rival) < 10) {
    store<f32>(m + 3 * plane, rival + 0.2 * (value - rival));
    store<f32>(m + 4 * plane, held + 1);
    if (held + 1 > min<f32>(longest, max<f32>(6, patience * seen))) {
      store<f32>(m, rival);
      store<f32>(m + plane, 16);
      store<f32>(m + 2 * plane, held);
      store<f32>(m + 4 * plane, 0);
    }
  } else {
    store<f32>(m + 3 * plane, value);
    store<f32>(m + 4 * plane, 1);
  }
}

/** Stores all four lanes or only the first. */
@inline
function put(at: usize, four: v128, lanes: i32): void {
  if (lanes == 4) v128.store(at, four);
  else v128.store_lane<f32>(at, four, 0);
}

/** What `learn` makes of pixels that look as the model says. */
@inline
function learnSame(m: usize, plane: usize, value: v128, rate: f32, longest: f32, lanes: i32): void {
  const one = f32x4.splat(1);
  const mean = v128.load(m);
  const variance = v128.load(m + plane);
  const more = f32x4.add(v128.load(m + 2 * plane), one);
  const diff = f32x4.sub(value, mean);
  const k = f32x4.max(f32x4.splat(rate), f32x4.div(one, more));
  const away = f32x4.sub(f32x4.min(f32x4.mul(diff, diff), f32x4.splat(400)), variance);
  put(m, f32x4.add(mean, f32x4.mul(k, diff)), lanes);
  put(m + plane, f32x4.max(one, f32x4.add(variance, f32x4.mul(f32x4.max(k, f32x4.splat(0.02)), away))), lanes);
  put(m + 2 * plane, f32x4.min(more, f32x4.splat(longest)), lanes);
  put(m + 4 * plane, f32x4.max(f32x4.splat(0), f32x4.sub(v128.load(m + 4 * plane), one)), lanes);
}

const FOUR: usize = memory.data(16, 16);

/**
 * Learns from a picture. `toPicture`: 9 f64, canvas → picture. Where the mask says moved, the model is kept and the new value becomes its
 * rival (where it says held, not even that; where it says ghost, the new value is the model at once; where it says beyond the picture, nothing happens); a rival seen without a break for `patience` times as long as the model was confirmed (between 6 frames and `longest`) takes over.
 */
export function learn(
  img: usize, w: i32, h: i32, model: usize, cw: i32, ch: i32, toPicture: usize, mask: usize, rate: f32, patience: f32, longest: f32, offset: f32,
): void {
  const plane: usize = <usize>(cw * ch) << 2;
  const row: usize = <usize>w << 2;
  const still = shifts(toPicture);
  const half = f32x4.splat(0.5);
  const one = i32x4.splat(1);
  for (let y = 0; y < ch; y++) {
    for (let x = 0; x < cw; x += 4) {
      const u = carried(toPicture, 0, x, y, still);
      const v = carried(toPicture, 1, x, y, still);
      const inside = v128.and(within(x, cw), between(u, v, 0, <f32>(w - 1), <f32>(h - 1)));
      if (!v128.any_true(inside)) continue;
      const all = i32x4.all_true(inside);
      let value: v128;
      let marks: u32;
      if (still && all) {
        const at: usize = <i32>f32x4.extract_lane(v, 0) * w + <i32>f32x4.extract_lane(u, 0);
        value = v128.load(img + (at << 2));
        marks = load<u32>(mask + at);
      } else {
        const ix = whole(u, w - 2);
        const iy = whole(v, h - 2);
        const fx = f32x4.sub(u, f32x4.convert_i32x4_s(ix));
        const fy = f32x4.sub(v, f32x4.convert_i32x4_s(iy));
        const at = i32x4.add(i32x4.mul(iy, i32x4.splat(w)), ix);
        const p = i32x4.shl(at, 2);
        const top = mix(gather(img, p), gather(img + 4, p), fx);
        value = mix(top, mix(gather(img + row, p), gather(img + row + 4, p), fx), fy);
        const under = v128.and(f32x4.gt(fy, half), i32x4.splat(w));
        const near = i32x4.add(i32x4.add(at, under), v128.and(f32x4.gt(fx, half), one));
        marks = <u32>load<u8>(mask + i32x4.extract_lane(near, 0));
        marks |= <u32>load<u8>(mask + i32x4.extract_lane(near, 1)) << 8;
        marks |= <u32>load<u8>(mask + i32x4.extract_lane(near, 2)) << 16;
        marks |= <u32>load<u8>(mask + i32x4.extract_lane(near, 3)) << 24;
      }
      value = f32x4.sub(value, f32x4.splat(offset));
      const m: usize = model + ((y * cw + x) << 2);
      const known = i32x4.all_true(f32x4.ge(v128.load(m + 2 * plane), f32x4.splat(1)));
      if (all && known && (marks & 0xfefefefe) == 0) {
        learnSame(m, plane, value, rate, longest, 4);
        continue;
      }
      v128.store(FOUR, value);
      const lanes = i32x4.bitmask(inside);
      for (let i = 0; i < 4; i++) {
        if ((lanes >> i) & 1) learnApart(m + (i << 2), plane, load<f32>(FOUR + (i << 2)), (marks >> (8 * i)) & 255, rate, patience, longest);
      }
    }
  }
}

/** Moves the model to another canvas of the same size. `toOld`: 9 f64, new canvas → old canvas. */
export function rebase(from: usize, to: usize, cw: i32, ch: i32, toOld: usize): void {
  const h0 = load<f64>(toOld), h1 = load<f64>(toOld, 8), h2 = load<f64>(toOld, 16);
  const h3 = load<f64>(toOld, 24), h4 = load<f64>(toOld, 32), h5 = load<f64>(toOld, 40);
  const h6 = load<f64>(toOld, 48), h7 = load<f64>(toOld, 56), h8 = load<f64>(toOld, 64);
  const plane: usize = <usize>(cw * ch) << 2;
  const row: usize = <usize>cw << 2;
  memory.fill(to, 0, 5 * plane);
  for (let y = 0; y < ch; y++) {
    const yc = <f64>y + 0.5;
    for (let x = 0; x < cw; x++) {
      const xc = <f64>x + 0.5;
      const d = 1 / (h6 * xc + h7 * yc + h8);
      const u = <f32>((h0 * xc + h1 * yc + h2) * d) - 0.5;
      const v = <f32>((h3 * xc + h4 * yc + h5) * d) - 0.5;
      if (!(u >= 0 && v >= 0 && u < <f32>(cw - 1) && v < <f32>(ch - 1))) continue;
      const ix = <i32>u;
      const iy = <i32>v;
      const fx: f32 = u - <f32>ix;
      const fy: f32 = v - <f32>iy;
      const p: usize = from + <usize>iy * row + (<usize>ix << 2);
      const near: usize = p + (fy > 0.5 ? row : 0) + (fx > 0.5 ? 4 : 0);
      const seen = load<f32>(near + 2 * plane);
      if (seen < 1) continue;
      const o: usize = to + ((y * cw + x) << 2);
      const known = load<f32>(p + 2 * plane) >= 1 && load<f32>(p + 4 + 2 * plane) >= 1 && load<f32>(p + row + 2 * plane) >= 1 && load<f32>(p + row + 4 + 2 * plane) >= 1;
      const top: f32 = load<f32>(p) + fx * (load<f32>(p + 4) - load<f32>(p));
      const bottom: f32 = load<f32>(p + row) + fx * (load<f32>(p + row + 4) - load<f32>(p + row));
      store<f32>(o, known ? top + fy * (bottom - top) : load<f32>(near));
      store<f32>(o + plane, load<f32>(near + plane));
      store<f32>(o + 2 * plane, seen);
      store<f32>(o + 3 * plane, load<f32>(near + 3 * plane));
      store<f32>(o + 4 * plane, load<f32>(near + 4 * plane));
    }
  }
}
