// Fractal noise for textures.

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
