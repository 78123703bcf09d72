// Shades one row of a plane seen in perspective into the line buffer.

import { alongTexels, clampI, endSpan, fixed, footprint, levelFor, ramp, SPAN, startRow, startSpan, stepU, stepV, u, v } from './span.as';
import { line } from './target.as';
import { bilinear, bilinear32, levelPointer, tileSamples } from './texture.as';

let ground: usize = 0;
let hard: usize = 0;
let soft: usize = 0;
let grainScale: f64 = 1;
let grainGain: i32 = 0;
let waveX1: f64 = 0;
let waveY1: f64 = 0;
let waveX2: f64 = 0;
let waveY2: f64 = 0;
let glare: i32 = 0;
let bendTexels: f64 = 0;

/** How much larger the second run of waves is. */
const OTHER: f64 = 0.61;

export function setTextures(texture: usize, hardTile: usize, softTile: usize): void {
  ground = texture;
  hard = hardTile;
  soft = softTile;
}

export function setGrain(scale: f64, gain: i32): void {
  grainScale = scale;
  grainGain = gain;
}

export function setWaves(bend: f64, shine: i32, x1: f64, y1: f64, x2: f64, y2: f64): void {
  bendTexels = bend;
  glare = shine;
  waveX1 = x1;
  waveY1 = y1;
  waveX2 = x2;
  waveY2 = y2;
}

/** Plain texture, clamped at its edges. */
export function shadeTexture(y: i32, xa: i32, xb: i32): void {
  startRow(y, xa);
  const levels = load<i32>(ground);
  for (let x = xa; x < xb; x += SPAN) {
    const n = min(SPAN, xb - x);
    startSpan(n);
    const level = levelFor(footprint, levels);
    const info = levelPointer(ground, level);
    const pointer = load<u32>(info) as usize;
    const hu = (load<i32>(info + 4) - 1) << 16;
    const hv = (load<i32>(info + 8) - 1) << 16;
    const stride = load<i32>(info + 12);
    const scale = 1.0 / ((1 << level) as f64);
    let fu = fixed(Math.max(-1000, Math.min(30000, u * scale - 0.5)));
    let fv = fixed(Math.max(-1000, Math.min(30000, v * scale - 0.5)));
    const du = fixed(stepU * scale);
    const dv = fixed(stepV * scale);
    let out = line + x * 4;
    const end = out + n * 4;
    for (; out < end; out += 16) {
      const c0 = bilinear32(pointer, stride, clampI(fu, hu), clampI(fv, hv));
      const c1 = bilinear32(pointer, stride, clampI(fu + du, hu), clampI(fv + dv, hv));
      const c2 = bilinear32(pointer, stride, clampI(fu + du * 2, hu), clampI(fv + dv * 2, hv));
      const c3 = bilinear32(pointer, stride, clampI(fu + du * 3, hu), clampI(fv + dv * 3, hv));
      v128.store(out, i8x16.narrow_i16x8_u(i16x8.narrow_i32x4_s(c0, c1), i16x8.narrow_i32x4_s(c2, c3)));
      fu += du * 4;
      fv += dv * 4;
    }
    endSpan(n);
  }
}

/** Texture whose colour is modulated by fine tiles; the texture's alpha mixes the two tiles. */
export function shadeDetail(y: i32, xa: i32, xb: i32): void {
  startRow(y, xa);
  const levels = load<i32>(ground);
  const tileLevels = load<i32>(hard);
  const middle = i32x4.splat(128);
  const gain = i32x4.splat(grainGain);
  for (let x = xa; x < xb; x += SPAN) {
    const n = min(SPAN, xb - x);
    startSpan(n);
    const level = levelFor(footprint, levels);
    const info = levelPointer(ground, level);
    const pointer = load<u32>(info) as usize;
    const hu = (load<i32>(info + 4) - 1) << 16;
    const hv = (load<i32>(info + 8) - 1) << 16;
    const stride = load<i32>(info + 12);
    const scale = 1.0 / ((1 << level) as f64);
    let fu = fixed(Math.max(-1000, Math.min(30000, u * scale - 0.5)));
    let fv = fixed(Math.max(-1000, Math.min(30000, v * scale - 0.5)));
    const du = fixed(stepU * scale);
    const dv = fixed(stepV * scale);
    const tileLevel = levelFor(footprint * grainScale, tileLevels);
    const tile = levelPointer(hard, tileLevel);
    const hardPointer = load<u32>(tile) as usize;
    const softPointer = load<u32>(levelPointer(soft, tileLevel)) as usize;
    const side = load<i32>(tile + 4);
    const tileStride = i32x4.splat(load<i32>(tile + 12));
    const wrap = i32x4.splat(side - 1);
    const tileScale = grainScale / ((1 << tileLevel) as f64);
    const tdu = fixed(stepU * tileScale);
    const tdv = fixed(stepV * tileScale);
    let tu = ramp(u * tileScale - 0.5, side as f64, tdu);
    let tv = ramp(v * tileScale - 0.5, side as f64, tdv);
    const tdu4 = i32x4.splat(tdu * 4);
    const tdv4 = i32x4.splat(tdv * 4);
    // Where the ground's own texture is magnified, every fourth pixel samples it and those between are interpolated.
    const sparse = alongTexels * scale < 0.4;
    let here = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
    let out = line + x * 4;
    const end = out + n * 4;
    for (; out < end; out += 16) {
      let c01: v128;
      let c23: v128;
      const alpha = i16x8.extract_lane_s(here, 3) as i32;
      if (sparse) {
        fu += du * 4;
        fv += dv * 4;
        const next = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
        const a = v128.shuffle<i64>(here, here, 0, 0);
        const d = i16x8.sub(v128.shuffle<i64>(next, next, 0, 0), a);
        c01 = i16x8.add(a, i16x8.shr_s(i16x8.mul(d, i16x8(0, 0, 0, 0, 1, 1, 1, 1)), 2));
        c23 = i16x8.add(a, i16x8.shr_s(i16x8.mul(d, i16x8(2, 2, 2, 2, 3, 3, 3, 3)), 2));
        here = next;
      } else {
        const c1 = bilinear(pointer, stride, clampI(fu + du, hu), clampI(fv + dv, hv));
        const c2 = bilinear(pointer, stride, clampI(fu + du * 2, hu), clampI(fv + dv * 2, hv));
        const c3 = bilinear(pointer, stride, clampI(fu + du * 3, hu), clampI(fv + dv * 3, hv));
        c01 = v128.shuffle<i64>(here, c1, 0, 2);
        c23 = v128.shuffle<i64>(c2, c3, 0, 2);
        fu += du * 4;
        fv += dv * 4;
        here = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
      }
      let k: v128;
      if (alpha < 8) k = tileSamples(hardPointer, tileStride, wrap, tu, tv);
      else if (alpha > 247) k = tileSamples(softPointer, tileStride, wrap, tu, tv);
      else {
        k = tileSamples(hardPointer, tileStride, wrap, tu, tv);
        const other = tileSamples(softPointer, tileStride, wrap, tu, tv);
        k = i32x4.add(k, i32x4.shr_s(i32x4.mul(i32x4.sub(other, k), i32x4.splat(alpha)), 8));
      }
      k = i32x4.shr_s(i32x4.mul(i32x4.sub(k, middle), gain), 8);
      k = i16x8.narrow_i32x4_s(k, k);
      c01 = i16x8.add(c01, i16x8.shr_s(i16x8.mul(c01, v128.shuffle<i16>(k, k, 0, 0, 0, 0, 1, 1, 1, 1)), 7));
      c23 = i16x8.add(c23, i16x8.shr_s(i16x8.mul(c23, v128.shuffle<i16>(k, k, 2, 2, 2, 2, 3, 3, 3, 3)), 7));
      v128.store(out, i8x16.narrow_i16x8_u(c01, c23));
      tu = i32x4.add(tu, tdu4);
      tv = i32x4.add(tv, tdv4);
    }
    endSpan(n);
  }
}

/** Water: one wave tile runs twice, in different directions and sizes; its two slopes bend the view of the bottom and catch the light. */
export function shadeWater(y: i32, xa: i32, xb: i32): void {
  startRow(y, xa);
  const levels = load<i32>(ground);
  const tileLevels = load<i32>(hard);
  const middle = i32x4.splat(128);
  const gain = i32x4.splat(grainGain);
  const shine = i32x4.splat(glare);
  for (let x = xa; x < xb; x += SPAN) {
    const n = min(SPAN, xb - x);
    startSpan(n);
    const level = levelFor(footprint, levels);
    const info = levelPointer(ground, level);
    const pointer = load<u32>(info) as usize;
    const hu = (load<i32>(info + 4) - 1) << 16;
    const hv = (load<i32>(info + 8) - 1) << 16;
    const stride = load<i32>(info + 12);
    const scale = 1.0 / ((1 << level) as f64);
    let fu = fixed(Math.max(-1000, Math.min(30000, u * scale - 0.5)));
    let fv = fixed(Math.max(-1000, Math.min(30000, v * scale - 0.5)));
    const du = fixed(stepU * scale);
    const dv = fixed(stepV * scale);
    const tileLevel = levelFor(footprint * grainScale, tileLevels);
    const tile = levelPointer(hard, tileLevel);
    const waves = load<u32>(tile) as usize;
    const side = load<i32>(tile + 4);
    const tileStride = i32x4.splat(load<i32>(tile + 12));
    const wrap = i32x4.splat(side - 1);
    const shrink = 1.0 / ((1 << tileLevel) as f64);
    const first = grainScale * shrink;
    const second = first * OTHER;
    let au = ramp(u * first + waveX1 * shrink, side as f64, fixed(stepU * first));
    let av = ramp(v * first + waveY1 * shrink, side as f64, fixed(stepV * first));
    let bu = ramp(u * second + waveX2 * shrink, side as f64, fixed(stepU * second));
    let bv = ramp(v * second + waveY2 * shrink, side as f64, fixed(stepV * second));
    const au4 = i32x4.splat(fixed(stepU * first) * 4);
    const av4 = i32x4.splat(fixed(stepV * first) * 4);
    const bu4 = i32x4.splat(fixed(stepU * second) * 4);
    const bv4 = i32x4.splat(fixed(stepV * second) * 4);
    const bend = (bendTexels * 512.0 * scale) as i32;
    let out = line + x * 4;
    const end = out + n * 4;
    for (; out < end; out += 16) {
      const a = i32x4.sub(tileSamples(waves, tileStride, wrap, au, av), middle);
      const b = i32x4.sub(tileSamples(waves, tileStride, wrap, bu, bv), middle);
      const c0 = bilinear32(pointer, stride, clampI(fu + i32x4.extract_lane(a, 0) * bend, hu), clampI(fv + i32x4.extract_lane(b, 0) * bend, hv));
      fu += du;
      fv += dv;
      const c1 = bilinear32(pointer, stride, clampI(fu + i32x4.extract_lane(a, 1) * bend, hu), clampI(fv + i32x4.extract_lane(b, 1) * bend, hv));
      fu += du;
      fv += dv;
      const c2 = bilinear32(pointer, stride, clampI(fu + i32x4.extract_lane(a, 2) * bend, hu), clampI(fv + i32x4.extract_lane(b, 2) * bend, hv));
      fu += du;
      fv += dv;
      const c3 = bilinear32(pointer, stride, clampI(fu + i32x4.extract_lane(a, 3) * bend, hu), clampI(fv + i32x4.extract_lane(b, 3) * bend, hv));
      fu += du;
      fv += dv;
      // The bottom's alpha says how strongly the hall's lights are mirrored there.
      const mirror = i32x4.splat(i32x4.extract_lane(c0, 3) - 128);
      const slope = i32x4.add(a, b);
      let s = i32x4.max_s(i32x4.add(i32x4.add(slope, slope), mirror), i32x4.splat(0));
      s = i32x4.min_s(s, i32x4.splat(160));
      s = i32x4.shr_s(i32x4.mul(i32x4.dot_i16x8_s(s, s), shine), 14);
      s = i32x4.add(s, i32x4.shr_s(i32x4.mul(slope, gain), 7));
      s = i16x8.narrow_i32x4_s(s, s);
      const c01 = i16x8.add(i16x8.narrow_i32x4_s(c0, c1), v128.shuffle<i16>(s, s, 0, 0, 0, 0, 1, 1, 1, 1));
      const c23 = i16x8.add(i16x8.narrow_i32x4_s(c2, c3), v128.shuffle<i16>(s, s, 2, 2, 2, 2, 3, 3, 3, 3));
      v128.store(out, i8x16.narrow_i16x8_u(c01, c23));
      au = i32x4.add(au, au4);
      av = i32x4.add(av, av4);
      bu = i32x4.add(bu, bu4);
      bv = i32x4.add(bv, bv4);
    }
    endSpan(n);
  }
}
