// Software rasteriser, AssemblyScript → WebAssembly SIMD. Three primitives: convex polygons (flat, textured in perspective, or water), shaded
// capsules (limbs), and soft ground shadows; then film grain over the frame. Everything is drawn in painter's order into one RGBA target.
// Image coordinates are continuous: pixel (x, y) is sampled at its centre (x + 0.5, y + 0.5).

let target: usize = 0;
let width: i32 = 0;
let height: i32 = 0;
let depth: usize = 0;
let line: usize = 0;
let mask: usize = 0;
let maskX0: i32 = 0;
let maskY0: i32 = 0;
let maskX1: i32 = 0;
let maskY1: i32 = 0;

export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + 32);
}

/** Draws into `pointer` (width × height RGBA) from now on; `depthPointer` (f32 a pixel, 0 for none) hides capsules behind nearer surfaces. */
export function setTarget(pointer: usize, w: i32, h: i32, linePointer: usize, maskPointer: usize, depthPointer: usize): void {
  target = pointer;
  width = w;
  height = h;
  line = linePointer;
  mask = maskPointer;
  depth = depthPointer;
  maskX0 = w;
  maskY0 = h;
  maskX1 = 0;
  maskY1 = 0;
}

export function copy(to: usize, from: usize, bytes: i32): void {
  memory.copy(to, from, bytes);
}

export function fill(colour: u32): void {
  const c = i32x4.splat(colour);
  const n = width * height * 4;
  let i = 0;
  for (; i + 16 <= n; i += 16) v128.store(target + i, c);
  for (; i < n; i += 4) store<u32>(target + i, colour);
}

// --- textures: header = [levels, wrap, then per level: pointer, width, height, stride]; a level has a border of 2 columns and rows. ---

@inline function levelPointer(header: usize, level: i32): usize {
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

/** Bilinear sample, 16.16 coordinates: red, green, blue, alpha in the low four lanes (weights of 7 bits, so that products fit 16). */
@inline function bilinear(pointer: usize, stride: i32, u: i32, v: i32): v128 {
  const p = pointer + (v >> 16) * stride + ((u >> 16) << 2);
  const a = v128.load8x8_u(p);
  const b = v128.load8x8_u(p + stride);
  const column = i16x8.add(a, i16x8.shr_s(i16x8.mul(i16x8.sub(b, a), i16x8.splat(((v >> 9) & 127) as i16)), 7));
  const right = v128.shuffle<i64>(column, column, 1, 1);
  return i16x8.add(column, i16x8.shr_s(i16x8.mul(i16x8.sub(right, column), i16x8.splat(((u >> 9) & 127) as i16)), 7));
}

/**
 * Four bilinear samples of a packed tile (each texel holds its own value and its three neighbours', see packTile) at wrapping 16.16
 * coordinates; 0–255 a lane.
 */
@inline function tileSamples(pointer: usize, stride: i32, mask: i32, u: v128, v: v128): v128 {
  const m = i32x4.splat(mask);
  const x = v128.and(i32x4.shr_u(u, 16), m);
  const y = v128.and(i32x4.shr_u(v, 16), m);
  const at = i32x4.add(i32x4.mul(y, i32x4.splat(stride)), i32x4.shl(x, 2));
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

@inline function clampI(v: i32, hi: i32): i32 {
  v = v < 0 ? 0 : v;
  return v > hi ? hi : v;
}

@inline function levelFor(footprint: f64, levels: i32): i32 {
  if (footprint <= 1.0) return 0;
  // Exponent of footprint × √2: rounds log2 to the nearest whole level.
  const bits = reinterpret<u64>(footprint * 1.4142135);
  const level = ((bits >> 52) as i32) - 1023;
  return level >= levels ? levels - 1 : level;
}

// The plane being drawn.
let m0: f64 = 0;
let m1: f64 = 0;
let m2: f64 = 0;
let m3: f64 = 0;
let m4: f64 = 0;
let m5: f64 = 0;
let m6: f64 = 0;
let m7: f64 = 0;
let m8: f64 = 0;
let tex: usize = 0;
let det: usize = 0;
let detScale: f64 = 1;
let detGain: i32 = 0;
let waveX1: f64 = 0;
let waveY1: f64 = 0;
let waveX2: f64 = 0;
let waveY2: f64 = 0;
let glare: i32 = 0;
let bendTexels: f64 = 0;
let soft: usize = 0;
let mode: i32 = 0;
let flatColour: u32 = 0;

const SPAN: i32 = 16;
const FLAT: i32 = 0;
const TEXTURE: i32 = 1;
const DETAIL: i32 = 2;
const WATER: i32 = 3;

@inline function wrapStart(v: f64, size: f64): f64 {
  return v - Math.floor(v / size) * size;
}

/** Shades pixels [xa, xb) of row y into the line buffer. */
function shadeRow(y: i32, xa: i32, xb: i32): void {
  const py = (y as f64) + 0.5;
  const levels = load<i32>(tex);
  const texWrap = load<i32>(tex + 4);
  const detLevels = det ? load<i32>(det) : 0;
  let x = xa;
  let px = (x as f64) + 0.5;
  let w = 1.0 / (m6 * px + m7 * py + m8);
  let u = (m0 * px + m1 * py + m2) * w;
  let v = (m3 * px + m4 * py + m5) * w;
  while (x < xb) {
    const n = min(SPAN, xb - x);
    const ex = px + (n as f64);
    const ew = 1.0 / (m6 * ex + m7 * py + m8);
    const eu = (m0 * ex + m1 * py + m2) * ew;
    const ev = (m3 * ex + m4 * py + m5) * ew;
    const inv = 1.0 / (n as f64);
    const dux = (eu - u) * inv;
    const dvx = (ev - v) * inv;
    // Exact derivative down the picture, from the quotient rule.
    const duy = (m1 - u * m7) * w;
    const dvy = (m4 - v * m7) * w;
    const lx = Math.sqrt(dux * dux + dvx * dvx);
    const ly = Math.sqrt(duy * duy + dvy * dvy);
    const footprint = Math.max(Math.min(lx, ly), Math.max(lx, ly) * 0.5);
    const level = levelFor(footprint, levels);
    const info = levelPointer(tex, level);
    const pointer = load<u32>(info) as usize;
    const w0 = load<i32>(info + 4);
    const h0 = load<i32>(info + 8);
    const stride = load<i32>(info + 12);
    const scale = 1.0 / ((1 << level) as f64);
    let su: f64 = u * scale - 0.5;
    let sv: f64 = v * scale - 0.5;
    if (texWrap) {
      su = wrapStart(su, w0 as f64);
      sv = wrapStart(sv, h0 as f64);
    } else {
      su = Math.max(-1000, Math.min(30000, su));
      sv = Math.max(-1000, Math.min(30000, sv));
    }
    let fu = (su * 65536.0) as i32;
    let fv = (sv * 65536.0) as i32;
    const stepU = (dux * scale * 65536.0) as i32;
    const stepV = (dvx * scale * 65536.0) as i32;
    let out = line + x * 4;
    const end = out + n * 4;
    if (mode == TEXTURE) {
      if (texWrap) {
        const mu = ((w0 - 1) << 16) | 0xffff;
        const mv = ((h0 - 1) << 16) | 0xffff;
        for (; out < end; out += 4) {
          const c = bilinear(pointer, stride, fu & mu, fv & mv);
          v128.store32_lane(out, i8x16.narrow_i16x8_u(c, c), 0);
          fu += stepU;
          fv += stepV;
        }
      } else {
        const hu = (w0 - 1) << 16;
        const hv = (h0 - 1) << 16;
        for (; out < end; out += 4) {
          const c = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
          v128.store32_lane(out, i8x16.narrow_i16x8_u(c, c), 0);
          fu += stepU;
          fv += stepV;
        }
      }
    } else {
      const detLevel = levelFor(footprint * detScale, detLevels);
      const dInfo = levelPointer(det, detLevel);
      const dPointer = load<u32>(dInfo) as usize;
      const dSize = load<i32>(dInfo + 4);
      const dStride = load<i32>(dInfo + 12);
      const shrink = 1.0 / ((1 << detLevel) as f64);
      const ds = detScale * shrink;
      const dMask = dSize - 1;
      const hu = (w0 - 1) << 16;
      const hv = (h0 - 1) << 16;
      const period = dSize as f64;
      const lanes = i32x4(0, 1, 2, 3);
      const dStepU = (dux * ds * 65536.0) as i32;
      const dStepV = (dvx * ds * 65536.0) as i32;
      if (mode == DETAIL) {
        const softPointer = load<u32>(levelPointer(soft, detLevel)) as usize;
        let du = i32x4.add(i32x4.splat((wrapStart(u * ds - 0.5, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(dStepU)));
        let dv = i32x4.add(i32x4.splat((wrapStart(v * ds - 0.5, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(dStepV)));
        const du4 = i32x4.splat(dStepU * 4);
        const dv4 = i32x4.splat(dStepV * 4);
        const middle = i32x4.splat(128);
        const gain = i32x4.splat(detGain);
        // Where the ground's own texture is magnified, every fourth pixel samples it and those between are interpolated.
        const sparse = lx * scale < 0.4;
        let here = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
        for (; out < end; out += 16) {
          let c01: v128;
          let c23: v128;
          const alpha = i16x8.extract_lane_s(here, 3) as i32;
          if (sparse) {
            fu += stepU * 4;
            fv += stepV * 4;
            const next = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
            const a = v128.shuffle<i64>(here, here, 0, 0);
            const d = i16x8.sub(v128.shuffle<i64>(next, next, 0, 0), a);
            c01 = i16x8.add(a, i16x8.shr_s(i16x8.mul(d, i16x8(0, 0, 0, 0, 1, 1, 1, 1)), 2));
            c23 = i16x8.add(a, i16x8.shr_s(i16x8.mul(d, i16x8(2, 2, 2, 2, 3, 3, 3, 3)), 2));
            here = next;
          } else {
            const c1 = bilinear(pointer, stride, clampI(fu + stepU, hu), clampI(fv + stepV, hv));
            const c2 = bilinear(pointer, stride, clampI(fu + stepU * 2, hu), clampI(fv + stepV * 2, hv));
            const c3 = bilinear(pointer, stride, clampI(fu + stepU * 3, hu), clampI(fv + stepV * 3, hv));
            c01 = v128.shuffle<i64>(here, c1, 0, 2);
            c23 = v128.shuffle<i64>(c2, c3, 0, 2);
            fu += stepU * 4;
            fv += stepV * 4;
            here = bilinear(pointer, stride, clampI(fu, hu), clampI(fv, hv));
          }
          // The ground's alpha mixes the two materials' tiles; the result brightens or darkens the colour.
          let k: v128;
          if (alpha < 8) k = tileSamples(dPointer, dStride, dMask, du, dv);
          else if (alpha > 247) k = tileSamples(softPointer, dStride, dMask, du, dv);
          else {
            k = tileSamples(dPointer, dStride, dMask, du, dv);
            k = i32x4.add(k, i32x4.shr_s(i32x4.mul(i32x4.sub(tileSamples(softPointer, dStride, dMask, du, dv), k), i32x4.splat(alpha)), 8));
          }
          k = i32x4.shr_s(i32x4.mul(i32x4.sub(k, middle), gain), 8);
          k = i16x8.narrow_i32x4_s(k, k);
          c01 = i16x8.add(c01, i16x8.shr_s(i16x8.mul(c01, v128.shuffle<i16>(k, k, 0, 0, 0, 0, 1, 1, 1, 1)), 7));
          c23 = i16x8.add(c23, i16x8.shr_s(i16x8.mul(c23, v128.shuffle<i16>(k, k, 2, 2, 2, 2, 3, 3, 3, 3)), 7));
          v128.store(out, i8x16.narrow_i16x8_u(c01, c23));
          du = i32x4.add(du, du4);
          dv = i32x4.add(dv, dv4);
        }
      } else {
        // Water: one wave tile runs twice, in different directions and sizes; its two slopes bend the view of the bottom and catch the light.
        const other = ds * 0.61;
        const bStepU = (dux * other * 65536.0) as i32;
        const bStepV = (dvx * other * 65536.0) as i32;
        let au = i32x4.add(i32x4.splat((wrapStart((u * detScale + waveX1) * shrink, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(dStepU)));
        let av = i32x4.add(i32x4.splat((wrapStart((v * detScale + waveY1) * shrink, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(dStepV)));
        let bu = i32x4.add(i32x4.splat((wrapStart((u * detScale * 0.61 + waveX2) * shrink, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(bStepU)));
        let bv = i32x4.add(i32x4.splat((wrapStart((v * detScale * 0.61 + waveY2) * shrink, period) * 65536.0) as i32), i32x4.mul(lanes, i32x4.splat(bStepV)));
        const middle = i32x4.splat(128);
        const bend = (bendTexels * 512.0 * scale) as i32;
        for (; out < end; out += 16) {
          const a = i32x4.sub(tileSamples(dPointer, dStride, dMask, au, av), middle);
          const b = i32x4.sub(tileSamples(dPointer, dStride, dMask, bu, bv), middle);
          const c0 = bilinear(pointer, stride, clampI(fu + i32x4.extract_lane(a, 0) * bend, hu), clampI(fv + i32x4.extract_lane(b, 0) * bend, hv));
          fu += stepU;
          fv += stepV;
          const c1 = bilinear(pointer, stride, clampI(fu + i32x4.extract_lane(a, 1) * bend, hu), clampI(fv + i32x4.extract_lane(b, 1) * bend, hv));
          fu += stepU;
          fv += stepV;
          const c2 = bilinear(pointer, stride, clampI(fu + i32x4.extract_lane(a, 2) * bend, hu), clampI(fv + i32x4.extract_lane(b, 2) * bend, hv));
          fu += stepU;
          fv += stepV;
          const c3 = bilinear(pointer, stride, clampI(fu + i32x4.extract_lane(a, 3) * bend, hu), clampI(fv + i32x4.extract_lane(b, 3) * bend, hv));
          fu += stepU;
          fv += stepV;
          // The bottom's alpha says how strongly the hall's lights are mirrored there.
          const shine = (i16x8.extract_lane_s(c0, 3) as i32) - 128;
          const slope = i32x4.add(a, b);
          let s = i32x4.max_s(i32x4.add(i32x4.add(slope, slope), i32x4.splat(shine)), i32x4.splat(0));
          s = i32x4.min_s(s, i32x4.splat(160));
          s = i32x4.shr_s(i32x4.mul(i32x4.mul(s, s), i32x4.splat(glare)), 14);
          s = i32x4.add(s, i32x4.shr_s(i32x4.mul(slope, i32x4.splat(detGain)), 7));
          s = i16x8.narrow_i32x4_s(s, s);
          const c01 = i16x8.add(v128.shuffle<i64>(c0, c1, 0, 2), v128.shuffle<i16>(s, s, 0, 0, 0, 0, 1, 1, 1, 1));
          const c23 = i16x8.add(v128.shuffle<i64>(c2, c3, 0, 2), v128.shuffle<i16>(s, s, 2, 2, 2, 2, 3, 3, 3, 3));
          v128.store(out, i8x16.narrow_i16x8_u(c01, c23));
          au = i32x4.add(au, i32x4.splat(dStepU * 4));
          av = i32x4.add(av, i32x4.splat(dStepV * 4));
          bu = i32x4.add(bu, i32x4.splat(bStepU * 4));
          bv = i32x4.add(bv, i32x4.splat(bStepV * 4));
        }
      }
    }
    x += n;
    px = ex;
    w = ew;
    u = eu;
    v = ev;
  }
}

// Edges of the polygon being filled: a·x + b·y + c is the signed distance, positive inside.
const MAX_EDGES: i32 = 12;
const edges: usize = memory.data(12 * 24, 16);

@inline function edgeA(i: i32): f64 {
  return load<f64>(edges + i * 24);
}
@inline function edgeB(i: i32): f64 {
  return load<f64>(edges + i * 24 + 8);
}
@inline function edgeC(i: i32): f64 {
  return load<f64>(edges + i * 24 + 16);
}

/** Reads the polygon's edges; @returns their number, or 0 for a degenerate one. */
function readEdges(polygon: usize, n: i32): i32 {
  let area: f64 = 0;
  for (let i = 0; i < n; i++) {
    const j = i + 1 == n ? 0 : i + 1;
    area += load<f64>(polygon + i * 16) * load<f64>(polygon + j * 16 + 8) - load<f64>(polygon + j * 16) * load<f64>(polygon + i * 16 + 8);
  }
  if (Math.abs(area) < 1e-6) return 0;
  const sign = area > 0 ? 1.0 : -1.0;
  let count = 0;
  for (let i = 0; i < n && count < MAX_EDGES; i++) {
    const j = i + 1 == n ? 0 : i + 1;
    const x = load<f64>(polygon + i * 16);
    const y = load<f64>(polygon + i * 16 + 8);
    const dx = load<f64>(polygon + j * 16) - x;
    const dy = load<f64>(polygon + j * 16 + 8) - y;
    const length = Math.sqrt(dx * dx + dy * dy);
    if (length < 1e-9) continue;
    const a = (-dy / length) * sign;
    const b = (dx / length) * sign;
    store<f64>(edges + count * 24, a);
    store<f64>(edges + count * 24 + 8, b);
    store<f64>(edges + count * 24 + 16, -(a * x + b * y));
    count++;
  }
  return count;
}

/** Coverage of pixel (x, y), 0–256: one minus what each edge cuts off. Exact for thin strips as for single edges. */
@inline function coverage(x: i32, y: i32, n: i32): i32 {
  const px = (x as f64) + 0.5;
  const py = (y as f64) + 0.5;
  let covered: f64 = 1;
  for (let i = 0; i < n; i++) {
    const d = edgeA(i) * px + edgeB(i) * py + edgeC(i) + 0.5;
    if (d < 1) covered -= 1.0 - Math.max(0, d);
  }
  return (Math.max(0, covered) * 256.0 + 0.5) as i32;
}

@inline function blendPixel(out: usize, source: usize, cover: i32, hasAlpha: i32): void {
  const a = hasAlpha ? (load<u8>(source + 3) as i32) : 255;
  const keep = 65536 - ((a * cover * 257) >> 8);
  for (let c = 0; c < 3; c++) {
    const s = load<u8>(source + c) as i32;
    const d = load<u8>(out + c) as i32;
    const value = (((s * cover) << 8) + d * keep + 32768) >> 16;
    store<u8>(out + c, value > 255 ? 255 : value);
  }
}

function fillPolygon(polygon: usize, points: i32, flags: i32, alpha: i32): void {
  const n = readEdges(polygon, points);
  if (n < 3) return;
  let top: f64 = 1e9;
  let bottom: f64 = -1e9;
  for (let i = 0; i < points; i++) {
    const y = load<f64>(polygon + i * 16 + 8);
    top = Math.min(top, y);
    bottom = Math.max(bottom, y);
  }
  const y0 = max(0, Math.floor(Math.max(-1.0, top - 0.5)) as i32);
  const y1 = min(height, Math.ceil(Math.min((height as f64) + 1.0, bottom + 0.5)) as i32);
  const hasAlpha = flags & 1;
  for (let y = y0; y < y1; y++) {
    const py = (y as f64) + 0.5;
    let lo: f64 = 0;
    let hi: f64 = width as f64;
    let innerLo: f64 = 0;
    let innerHi: f64 = width as f64;
    for (let i = 0; i < n; i++) {
      const a = edgeA(i);
      const rest = edgeB(i) * py + edgeC(i);
      if (Math.abs(a) < 1e-9) {
        if (rest < -0.5) hi = -1;
        if (rest < 0.5) innerHi = -1;
      } else {
        const outer = (-0.5 - rest) / a;
        const inner = (0.5 - rest) / a;
        if (a > 0) {
          lo = Math.max(lo, outer - 0.5);
          innerLo = Math.max(innerLo, inner - 0.5);
        } else {
          hi = Math.min(hi, outer + 0.5);
          innerHi = Math.min(innerHi, inner + 0.5);
        }
      }
    }
    if (hi <= lo) continue;
    const xa = max(0, Math.floor(lo) as i32);
    const xb = min(width, Math.ceil(hi) as i32);
    if (xb <= xa) continue;
    let ia = max(xa, Math.ceil(innerLo) as i32);
    let ib = min(xb, Math.floor(innerHi) as i32);
    if (ib <= ia) {
      ia = xb;
      ib = xb;
    }
    if (mode != FLAT) shadeRow(y, xa, xb);
    else {
      const c = i32x4.splat(flatColour);
      for (let x = xa; x < xb; x += 4) v128.store(line + x * 4, c);
    }
    const row = target + y * width * 4;
    if (alpha >= 256 && !hasAlpha) {
      for (let x = xa; x < ia; x++) blendPixel(row + x * 4, line + x * 4, coverage(x, y, n), 0);
      memory.copy(row + ia * 4, line + ia * 4, (ib - ia) * 4);
      for (let x = ib; x < xb; x++) blendPixel(row + x * 4, line + x * 4, coverage(x, y, n), 0);
    } else {
      for (let x = xa; x < xb; x++) {
        const cover = x >= ia && x < ib ? alpha : (coverage(x, y, n) * alpha) >> 8;
        if (cover > 0) blendPixel(row + x * 4, line + x * 4, cover, hasAlpha);
      }
    }
  }
}

/** Fills a convex polygon (x, y as f64 pairs, continuous pixels) with one colour; alpha 0–256. */
export function polygonFlat(polygon: usize, points: i32, colour: u32, alpha: i32): void {
  mode = FLAT;
  flatColour = colour;
  fillPolygon(polygon, points, 0, alpha);
}

function setMatrix(matrix: usize): void {
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

/** Textured polygon; `matrix` maps image to texels. flags 1: the texture has premultiplied alpha. */
export function polygonTexture(polygon: usize, points: i32, matrix: usize, texture: usize, flags: i32, alpha: i32): void {
  mode = TEXTURE;
  setMatrix(matrix);
  tex = texture;
  det = 0;
  fillPolygon(polygon, points, flags, alpha);
}

/** As above, its colour modulated by packed wrapping tiles (of the same size) at `scale` tile texels a ground texel. */
export function polygonDetail(polygon: usize, points: i32, matrix: usize, texture: usize, tile: usize, softTile: usize, scale: f64, gain: i32): void {
  mode = DETAIL;
  soft = softTile;
  setMatrix(matrix);
  tex = texture;
  det = tile;
  detScale = scale;
  detGain = gain;
  fillPolygon(polygon, points, 0, 256);
}

/** Water over a bottom texture; waves are offsets of the two runs of the wave tile, in tile texels. */
export function polygonWater(
  polygon: usize,
  points: i32,
  matrix: usize,
  texture: usize,
  tile: usize,
  scale: f64,
  gain: i32,
  bend: f64,
  shine: i32,
  x1: f64,
  y1: f64,
  x2: f64,
  y2: f64,
): void {
  mode = WATER;
  setMatrix(matrix);
  tex = texture;
  det = tile;
  detScale = scale;
  detGain = gain;
  glare = shine;
  bendTexels = bend;
  waveX1 = x1;
  waveY1 = y1;
  waveX2 = x2;
  waveY2 = y2;
  fillPolygon(polygon, points, 0, 256);
}

/** Writes 1 ÷ distance of a polygon's plane into the depth buffer where it is nearer; inverse distance = d0·x + d1·y + d2. */
export function polygonDepth(polygon: usize, points: i32, d0: f64, d1: f64, d2: f64): void {
  const n = readEdges(polygon, points);
  if (n < 3 || !depth) return;
  let left: f64 = width as f64;
  let right: f64 = 0;
  let top: f64 = height as f64;
  let bottom: f64 = 0;
  for (let i = 0; i < points; i++) {
    left = Math.min(left, load<f64>(polygon + i * 16));
    right = Math.max(right, load<f64>(polygon + i * 16));
    top = Math.min(top, load<f64>(polygon + i * 16 + 8));
    bottom = Math.max(bottom, load<f64>(polygon + i * 16 + 8));
  }
  const x0 = Math.max(0, left - 1) as i32;
  const x1 = Math.min(width as f64, right + 1) as i32;
  const y0 = Math.max(0, top - 1) as i32;
  const y1 = Math.min(height as f64, bottom + 1) as i32;
  for (let y = y0; y < y1; y++) {
    for (let x = x0; x < x1; x++) {
      if (coverage(x, y, n) < 128) continue;
      const value = (d0 * ((x as f64) + 0.5) + d1 * ((y as f64) + 0.5) + d2) as f32;
      const p = depth + ((y * width + x) << 2);
      if (value > load<f32>(p)) store<f32>(p, value);
    }
  }
}

// --- capsules ---

let lightX: f32 = 0;
let lightY: f32 = 0;
let lightZ: f32 = 1;
let ambient: f32 = 0.5;
let sun: f32 = 0.6;

/** Light direction in view axes (x right, y down, z towards the camera), ambient and direct strength. */
export function setLight(x: f32, y: f32, z: f32, ambientStrength: f32, sunStrength: f32): void {
  lightX = x;
  lightY = y;
  lightZ = z;
  ambient = ambientStrength;
  sun = sunStrength;
}

export const CAPSULE_FLOATS: i32 = 20;

/**
 * Draws `count` capsules in order: [x0, y0, r0, x1, y1, r1, inverseDistance0, inverseDistance1, r, g, b, alpha, r2, g2, b2, t0, t1, side, halfSide,
 * flatness]: the second colour fills t0 ≤ t ≤ t1 along and |across − side| < halfSide. Radii and positions in pixels.
 */
export function capsules(list: usize, count: i32): void {
  for (let i = 0; i < count; i++) capsule(list + i * CAPSULE_FLOATS * 4);
}

function capsule(p: usize): void {
  const ax = load<f32>(p);
  const ay = load<f32>(p, 4);
  const r0 = load<f32>(p, 8);
  const dx = load<f32>(p, 12) - ax;
  const dy = load<f32>(p, 16) - ay;
  const r1 = load<f32>(p, 20);
  const i0 = load<f32>(p, 24);
  const i1 = load<f32>(p, 28);
  const alpha = load<f32>(p, 44);
  const t0 = load<f32>(p, 60);
  const t1 = load<f32>(p, 64);
  const side = load<f32>(p, 68);
  const half = load<f32>(p, 72);
  const flat = load<f32>(p, 76);
  const x0 = max(0, Mathf.floor(Mathf.min(ax - r0, ax + dx - r1) - 0.5) as i32);
  const x1 = min(width, Mathf.ceil(Mathf.max(ax + r0, ax + dx + r1) + 0.5) as i32);
  const y0 = max(0, Mathf.floor(Mathf.min(ay - r0, ay + dy - r1) - 0.5) as i32);
  const y1 = min(height, Mathf.ceil(Mathf.max(ay + r0, ay + dy + r1) + 0.5) as i32);
  if (x1 <= x0 || y1 <= y0) return;
  const length2 = dx * dx + dy * dy;
  const inverse: f32 = length2 > 1e-6 ? 1.0 / length2 : 0;
  const length = Mathf.sqrt(length2);
  const ux: f32 = length > 1e-3 ? dx / length : 0;
  const uy: f32 = length > 1e-3 ? dy / length : 1;
  const dr = r1 - r0;
  const reach = Mathf.max(r0, r1) + 0.5;
  const reach2 = reach * reach;
  for (let y = y0; y < y1; y++) {
    const qy = (y as f32) + 0.5 - ay;
    const row = target + ((y * width) << 2);
    for (let x = x0; x < x1; x++) {
      const qx = (x as f32) + 0.5 - ax;
      let t = (qx * dx + qy * dy) * inverse;
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const ex = qx - dx * t;
      const ey = qy - dy * t;
      const d2 = ex * ex + ey * ey;
      if (d2 > reach2) continue;
      const r = r0 + dr * t;
      let cover = r + 0.5 - Mathf.sqrt(d2);
      if (cover <= 0) continue;
      if (depth && load<f32>(depth + ((y * width + x) << 2)) > i0 + (i1 - i0) * t) continue;
      // Thinner than a pixel: as faint as it is thin.
      cover = Mathf.min(cover, Mathf.min(1, 2 * r)) * alpha;
      const ir: f32 = 1.0 / Mathf.max(r, 0.5);
      const nx = ex * ir;
      const ny = ey * ir;
      const nz = Mathf.sqrt(Mathf.max(0, 1 - nx * nx - ny * ny));
      const facing = nx * lightX + ny * lightY + nz * lightZ;
      let lit = ambient * (0.82 - 0.28 * ny) + sun * Mathf.max(0, facing * 0.9 + 0.1);
      lit += (1 - lit) * flat;
      const across = nx * -uy + ny * ux;
      const second = t >= t0 && t <= t1 && Mathf.abs(across - side) < half;
      const colour = second ? p + 48 : p + 32;
      const out = row + (x << 2);
      // Warm where the light falls, cool in the shade.
      const gain = lit * cover;
      const warm = (lit - 0.85) * 0.09;
      const keep: f32 = 1.0 - cover;
      const red = load<f32>(colour) * gain * (1 + warm) + (load<u8>(out) as f32) * keep;
      const green = load<f32>(colour, 4) * gain + (load<u8>(out, 1) as f32) * keep;
      const blue = load<f32>(colour, 8) * gain * (1 - warm) + (load<u8>(out, 2) as f32) * keep;
      store<u8>(out, Mathf.min(255, red + 0.5) as u8);
      store<u8>(out, Mathf.min(255, green + 0.5) as u8, 1);
      store<u8>(out, Mathf.min(255, blue + 0.5) as u8, 2);
    }
  }
}

/**
 * Adds soft shadows to the mask: [gx0, gy0, gx1, gy1, radius, softness, strength 0–255] a capsule, in metres on the ground around an anchor;
 * the anchor's pixel is (ax, ay) and (j0 j1; j2 j3) carries pixels from there to metres.
 */
export function shadows(list: usize, count: i32, ax: f32, ay: f32, j0: f32, j1: f32, j2: f32, j3: f32): void {
  const det: f32 = j0 * j3 - j1 * j2;
  if (Mathf.abs(det) < 1e-12) return;
  const k0 = j3 / det;
  const k1 = -j1 / det;
  const k2 = -j2 / det;
  const k3 = j0 / det;
  for (let i = 0; i < count; i++) {
    const p = list + i * 28;
    const gx = load<f32>(p);
    const gy = load<f32>(p, 4);
    const dx = load<f32>(p, 8) - gx;
    const dy = load<f32>(p, 12) - gy;
    const radius = load<f32>(p, 16);
    const soft = load<f32>(p, 20);
    const strength = load<f32>(p, 24);
    const reach = radius + soft;
    const rx = reach * (Mathf.abs(k0) + Mathf.abs(k1));
    const ry = reach * (Mathf.abs(k2) + Mathf.abs(k3));
    const sx0 = ax + k0 * gx + k1 * gy;
    const sy0 = ay + k2 * gx + k3 * gy;
    const sx1 = sx0 + k0 * dx + k1 * dy;
    const sy1 = sy0 + k2 * dx + k3 * dy;
    const x0 = max(0, Mathf.floor(Mathf.min(sx0, sx1) - rx) as i32);
    const x1 = min(width, Mathf.ceil(Mathf.max(sx0, sx1) + rx) as i32);
    const y0 = max(0, Mathf.floor(Mathf.min(sy0, sy1) - ry) as i32);
    const y1 = min(height, Mathf.ceil(Mathf.max(sy0, sy1) + ry) as i32);
    if (x1 <= x0 || y1 <= y0) continue;
    maskX0 = min(maskX0, x0);
    maskX1 = max(maskX1, x1);
    maskY0 = min(maskY0, y0);
    maskY1 = max(maskY1, y1);
    const length2 = dx * dx + dy * dy;
    const inverse: f32 = length2 > 1e-9 ? 1.0 / length2 : 0;
    const slope: f32 = strength / (2 * soft);
    for (let y = y0; y < y1; y++) {
      const iy = (y as f32) + 0.5 - ay;
      for (let x = x0; x < x1; x++) {
        const ix = (x as f32) + 0.5 - ax;
        const qx = j0 * ix + j1 * iy - gx;
        const qy = j2 * ix + j3 * iy - gy;
        let t = (qx * dx + qy * dy) * inverse;
        t = t < 0 ? 0 : t > 1 ? 1 : t;
        const ex = qx - dx * t;
        const ey = qy - dy * t;
        const d2 = ex * ex + ey * ey;
        if (d2 >= reach * reach) continue;
        const value = Mathf.min(strength, (reach - Mathf.sqrt(d2)) * slope) as i32;
        const out = mask + y * width + x;
        if (value > (load<u8>(out) as i32)) store<u8>(out, value as u8);
      }
    }
  }
}

/** Darkens the target by the mask, towards a bluish shade, and clears the mask. */
export function applyShadows(): void {
  for (let y = maskY0; y < maskY1; y++) {
    for (let x = maskX0; x < maskX1; x++) {
      const m = load<u8>(mask + y * width + x) as i32;
      // What stands on the floor hides the shadow that falls behind it.
      if (m == 0 || (depth && load<f32>(depth + ((y * width + x) << 2)) > 0)) continue;
      const out = target + ((y * width + x) << 2);
      store<u8>(out, ((load<u8>(out) as i32) * (256 - m)) >> 8);
      store<u8>(out, ((load<u8>(out, 1) as i32) * (256 - ((m * 245) >> 8))) >> 8, 1);
      store<u8>(out, ((load<u8>(out, 2) as i32) * (256 - ((m * 225) >> 8))) >> 8, 2);
    }
    if (maskX1 > maskX0) memory.fill(mask + y * width + maskX0, 0, maskX1 - maskX0);
  }
  maskX0 = width;
  maskX1 = 0;
  maskY0 = height;
  maskY1 = 0;
}

/** Finishes a frame: opaque everywhere, with film grain: `up` and `down` are 256×256 RGBA tiles with a column of 256 more (512 wide), added and taken; offsets 0–255. */
export function grain(up: usize, down: usize, offsetX: i32, offsetY: i32): void {
  const opaque = i32x4.splat(0xff000000);
  for (let y = 0; y < height; y++) {
    const tile = ((y + offsetY) & 255) * 2048;
    const row = target + y * width * 4;
    // A row's own shift hides the tile's repeat.
    const shift = (offsetX + (y >> 8) * 97) & 255;
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = tile + ((x + shift) & 255) * 4;
      const p = row + x * 4;
      const c = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(p), v128.load(up + at)), v128.load(down + at));
      v128.store(p, v128.or(c, opaque));
    }
    for (; x < width; x++) {
      const at = tile + ((x + shift) & 255) * 4;
      for (let c = 0; c < 3; c++) {
        const p = row + x * 4 + c;
        const value = (load<u8>(p) as i32) + (load<u8>(up + at + c) as i32) - (load<u8>(down + at + c) as i32);
        store<u8>(p, value < 0 ? 0 : value > 255 ? 255 : value);
      }
      store<u8>(row + x * 4 + 3, 255);
    }
  }
}

// --- noise for textures ---

@inline function hash(x: i32, y: i32, seed: i32): f32 {
  let h = (x * 374761393 + y * 668265263 + seed * 974634777) as u32;
  h = (h ^ (h >> 13)) * 1274126177;
  h = (h ^ (h >> 16)) * 2246822519;
  return (((h ^ (h >> 15)) & 0xffffff) as f32) / 16777216.0;
}

@inline function wrapI(v: i32, period: i32): i32 {
  return period > 0 ? ((v % period) + period) % period : v;
}

/** Value noise with period (0 for none), 0–1. */
function valueNoise(x: f32, y: f32, period: i32, seed: i32): f32 {
  const fx = Mathf.floor(x);
  const fy = Mathf.floor(y);
  const x0 = wrapI(fx as i32, period);
  const y0 = wrapI(fy as i32, period);
  const x1 = wrapI(x0 + 1, period);
  const y1 = wrapI(y0 + 1, period);
  let tx = x - fx;
  let ty = y - fy;
  tx = tx * tx * (3 - 2 * tx);
  ty = ty * ty * (3 - 2 * ty);
  const a = hash(x0, y0, seed);
  const b = hash(x1, y0, seed);
  const c = hash(x0, y1, seed);
  const d = hash(x1, y1, seed);
  const top = a + (b - a) * tx;
  const bottom = c + (d - c) * tx;
  return top + (bottom - top) * ty;
}

/**
 * Fills w × h bytes with fractal noise, mean 128: `cells` cells across w at the first octave, `stretch` times as many down, each octave twice as fine
 * and `fall` times as strong. Wraps when w = h, stretch = 1 and `wraps` is set.
 */
export function noiseField(out: usize, w: i32, h: i32, cells: f32, stretch: f32, octaves: i32, fall: f32, seed: i32, wraps: i32): void {
  let total: f32 = 0;
  let strength: f32 = 1;
  for (let o = 0; o < octaves; o++) {
    total += strength;
    strength *= fall;
  }
  for (let y = 0; y < h; y++) {
    for (let x = 0; x < w; x++) {
      let sum: f32 = 0;
      strength = 1;
      let frequency = cells / (w as f32);
      let period = cells as i32;
      for (let o = 0; o < octaves; o++) {
        sum += strength * valueNoise((x as f32) * frequency, (y as f32) * frequency * stretch, wraps ? period : 0, seed + o * 17);
        strength *= fall;
        frequency *= 2;
        period *= 2;
      }
      const value = (sum / total) * 256.0;
      store<u8>(out + y * w + x, Mathf.max(0, Mathf.min(255, value)) as u8);
    }
  }
}
