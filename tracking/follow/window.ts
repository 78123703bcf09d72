import type { LumaPicture, Point } from '../../protocol/index.js';

/** Taps a side that one sample averages at most: enough to keep coarse windows of large targets from aliasing. */
const MOST_TAPS = 4;

/**
 * Resamples a square window of a picture.
 * @param centre continuous pixels of the picture; beyond its edge the edge is repeated.
 * @param step picture pixels a sample.
 * @param side samples a side.
 * @param out side × side luma values, rows packed.
 */
export function sampleWindow(picture: LumaPicture, centre: Point, step: number, side: number, out: Float32Array): void {
  const { width, height, data } = picture;
  const taps = Math.max(1, Math.min(MOST_TAPS, Math.round(step)));
  const spacing = step / taps;
  const fine = side * taps;
  const xs = new Int32Array(fine);
  const fx = new Float32Array(fine);
  for (let i = 0; i < fine; i++) {
    const x = Math.min(width - 1.001, Math.max(0, centre.x - 0.5 + (i + 0.5 - fine / 2) * spacing));
    xs[i] = Math.floor(x);
    fx[i] = x - xs[i];
  }
  const share = 1 / (taps * taps);
  out.fill(0);
  for (let j = 0; j < fine; j++) {
    const y = Math.min(height - 1.001, Math.max(0, centre.y - 0.5 + (j + 0.5 - fine / 2) * spacing));
    const y0 = Math.floor(y);
    const fy = y - y0;
    const row = y0 * width;
    const to = Math.floor(j / taps) * side;
    for (let i = 0; i < fine; i++) {
      const p = row + xs[i];
      const top = data[p] + fx[i] * (data[p + 1] - data[p]);
      const bottom = data[p + width] + fx[i] * (data[p + width + 1] - data[p + width]);
      out[to + Math.floor(i / taps)] += share * (top + fy * (bottom - top));
    }
  }
}
