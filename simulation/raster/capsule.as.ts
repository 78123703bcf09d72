// People: limbs as shaded capsules.

import { depth, height, target, width } from './target.as';

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

