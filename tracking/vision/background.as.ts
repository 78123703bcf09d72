// The background model's kernels (AssemblyScript, WebAssembly). The model lies in a canvas of its own, somewhat larger than the picture,
// that stands still while the camera moves over it: nothing is resampled frame after frame. Five float32 planes: mean, variance, how
// many frames it was confirmed, a rival value and for how many frames that was seen.

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
  const h0 = load<f64>(toCanvas), h1 = load<f64>(toCanvas, 8), h2 = load<f64>(toCanvas, 16);
  const h3 = load<f64>(toCanvas, 24), h4 = load<f64>(toCanvas, 32), h5 = load<f64>(toCanvas, 40);
  const h6 = load<f64>(toCanvas, 48), h7 = load<f64>(toCanvas, 56), h8 = load<f64>(toCanvas, 64);
  const plane: usize = <usize>(cw * ch) << 2;
  const row: usize = <usize>cw << 2;
  let sum: f64 = 0;
  let count: i32 = 0;
  for (let y = 0; y < h; y++) {
    const yc = <f64>y + 0.5;
    for (let x = 0; x < w; x++) {
      const xc = <f64>x + 0.5;
      const out: usize = mask + y * w + x;
      const d = 1 / (h6 * xc + h7 * yc + h8);
      const u = <f32>((h0 * xc + h1 * yc + h2) * d) - 0.5;
      const v = <f32>((h3 * xc + h4 * yc + h5) * d) - 0.5;
      if (!(u >= 1 && v >= 1 && u < <f32>(cw - 2) && v < <f32>(ch - 2))) {
        store<u8>(out, 1);
        continue;
      }
      const ix = <i32>u;
      const iy = <i32>v;
      const fx: f32 = u - <f32>ix;
      const fy: f32 = v - <f32>iy;
      const p: usize = model + <usize>iy * row + (<usize>ix << 2);
      const near: usize = p + (fy > 0.5 ? row : 0) + (fx > 0.5 ? 4 : 0);
      if (load<f32>(near + 2 * plane) < 1 || load<f32>(p + 2 * plane) < 1 || load<f32>(p + row + 4 + 2 * plane) < 1) {
        store<u8>(out, 1);
        continue;
      }
      const a = load<f32>(p), b = load<f32>(p + 4), c = load<f32>(p + row), e = load<f32>(p + row + 4);
      const top: f32 = a + fx * (b - a);
      const bottom: f32 = c + fx * (e - c);
      const mean: f32 = top + fy * (bottom - top) + offset;
      const gx: f32 = abs(b - a + e - c) * 0.5;
      const gy: f32 = abs(bottom - top);
      const value = load<f32>(img + ((y * w + x) << 2));
      store<f32>(backdrop + ((y * w + x) << 2), mean);
      const diff: f32 = value - mean;
      const limit: f32 = 4 + 2.5 * sqrt<f32>(load<f32>(near + plane)) + gradientPx * (gx + gy);
      if (abs(diff) <= limit) {
        store<u8>(out, 0);
        sum += diff;
        count++;
        continue;
      }
      // A shadow darkens a little and leaves the texture: gradients shrink with the light.
      let shade = false;
      const ratio: f32 = value / max<f32>(mean, 1);
      if (ratio > 0.45 && ratio < 0.96 && x < w - 1 && y < h - 1) {
        const at: usize = img + ((y * w + x) << 2);
        const dx: f32 = load<f32>(at + 4) - value - ratio * ((b - a) * (1 - fy) + (e - c) * fy);
        const dy: f32 = load<f32>(at + (w << 2)) - value - ratio * (bottom - top);
        shade = abs(dx) + abs(dy) < 8;
      }
      store<u8>(out, shade ? 127 : 255);
    }
  }
  return count > 0 ? <f32>(sum / <f64>count) : 0;
}

/**
 * Learns from a picture. `toPicture`: 9 f64, canvas → picture. Where the mask says moved, the model is kept and the new value becomes its
 * rival (where it says held, not even that; where it says ghost, the new value is the model at once); a rival seen without a break for `patience` times as long as the model was confirmed (between 6 frames and `longest`) takes over.
 */
export function learn(
  img: usize, w: i32, h: i32, model: usize, cw: i32, ch: i32, toPicture: usize, mask: usize, rate: f32, patience: f32, longest: f32, offset: f32,
): void {
  const h0 = load<f64>(toPicture), h1 = load<f64>(toPicture, 8), h2 = load<f64>(toPicture, 16);
  const h3 = load<f64>(toPicture, 24), h4 = load<f64>(toPicture, 32), h5 = load<f64>(toPicture, 40);
  const h6 = load<f64>(toPicture, 48), h7 = load<f64>(toPicture, 56), h8 = load<f64>(toPicture, 64);
  const plane: usize = <usize>(cw * ch) << 2;
  const stride: usize = <usize>w << 2;
  for (let y = 0; y < ch; y++) {
    const yc = <f64>y + 0.5;
    for (let x = 0; x < cw; x++) {
      const xc = <f64>x + 0.5;
      const d = 1 / (h6 * xc + h7 * yc + h8);
      const u = <f32>((h0 * xc + h1 * yc + h2) * d) - 0.5;
      const v = <f32>((h3 * xc + h4 * yc + h5) * d) - 0.5;
      if (!(u >= 0 && v >= 0 && u < <f32>(w - 1) && v < <f32>(h - 1))) continue;
      const ix = <i32>u;
      const iy = <i32>v;
      const fx: f32 = u - <f32>ix;
      const fy: f32 = v - <f32>iy;
      const p: usize = img + <usize>iy * stride + (<usize>ix << 2);
      const top: f32 = load<f32>(p) + fx * (load<f32>(p + 4) - load<f32>(p));
      const bottom: f32 = load<f32>(p + stride) + fx * (load<f32>(p + stride + 4) - load<f32>(p + stride));
      const value: f32 = top + fy * (bottom - top) - offset;
      const m: usize = model + ((y * cw + x) << 2);
      const seen = load<f32>(m + 2 * plane);
      if (seen < 1) {
        store<f32>(m, value);
        store<f32>(m + plane, 16);
        store<f32>(m + 2 * plane, 1);
        store<f32>(m + 3 * plane, value);
        store<f32>(m + 4 * plane, 0);
        continue;
      }
      const marked = load<u8>(mask + (iy + (fy > 0.5 ? 1 : 0)) * w + ix + (fx > 0.5 ? 1 : 0));
      if (marked == 254) continue;
      if (marked == 253) {
        store<f32>(m, value);
        store<f32>(m + plane, 16);
        store<f32>(m + 2 * plane, 1);
        store<f32>(m + 4 * plane, 0);
        continue;
      }
      const moved = marked > 1;
      if (!moved) {
        const mean = load<f32>(m);
        const diff: f32 = value - mean;
        const k: f32 = max<f32>(rate, 1 / (seen + 1));
        store<f32>(m, mean + k * diff);
        const variance = load<f32>(m + plane);
        store<f32>(m + plane, max<f32>(1, variance + max<f32>(k, 0.02) * (min<f32>(diff * diff, 400) - variance)));
        store<f32>(m + 2 * plane, min<f32>(seen + 1, longest));
        store<f32>(m + 4 * plane, max<f32>(0, load<f32>(m + 4 * plane) - 1));
        continue;
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
