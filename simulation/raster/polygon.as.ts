// Convex polygons, flat or shaded, with anti-aliased edges.

import { setGrain, setTextures, setWaves, shadeDetail, shadeTexture, shadeWater } from './shade.as';
import { setMatrix } from './span.as';
import { depth, height, line, target, width } from './target.as';

const FLAT: i32 = 0;
const TEXTURE: i32 = 1;
const DETAIL: i32 = 2;
const WATER: i32 = 3;
let mode: i32 = FLAT;
let flatColour: u32 = 0;

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
    if (mode == TEXTURE) shadeTexture(y, xa, xb);
    else if (mode == DETAIL) shadeDetail(y, xa, xb);
    else if (mode == WATER) shadeWater(y, xa, xb);
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

/** Textured polygon; `matrix` maps image to texels. flags 1: the texture has premultiplied alpha. */
export function polygonTexture(polygon: usize, points: i32, matrix: usize, texture: usize, flags: i32, alpha: i32): void {
  mode = TEXTURE;
  setMatrix(matrix);
  setTextures(texture, 0, 0);
  fillPolygon(polygon, points, flags, alpha);
}

/** As above, its colour modulated by packed wrapping tiles (of the same size) at `scale` tile texels a ground texel. */
export function polygonDetail(polygon: usize, points: i32, matrix: usize, texture: usize, tile: usize, softTile: usize, scale: f64, gain: i32): void {
  mode = DETAIL;
  setMatrix(matrix);
  setTextures(texture, tile, softTile);
  setGrain(scale, gain);
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
  setTextures(texture, tile, tile);
  setGrain(scale, gain);
  setWaves(bend, shine, x1, y1, x2, y2);
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
