// Soft shadows on the ground, gathered in a mask so that overlapping ones do not add up.

import { depth, height, mask, target, width } from './target.as';

// What part of the mask is in use; maskX1 is 0 when none is.
let maskX0: i32 = 0;
let maskY0: i32 = 0;
let maskX1: i32 = 0;
let maskY1: i32 = 0;


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
    const first = maskX1 == 0;
    maskX0 = first ? x0 : min(maskX0, x0);
    maskY0 = first ? y0 : min(maskY0, y0);
    maskX1 = max(maskX1, x1);
    maskY1 = first ? y1 : max(maskY1, y1);
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
  if (maskX1 == 0) return;
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
  maskX1 = 0;
}

