/** Luma bins a figure and its surroundings are told apart by. */
export const BINS = 32;

/** Luma of a figure against its surroundings. */
export interface LumaModel {
  readonly figure: Float32Array;
  readonly ground: Float32Array;
}

export function lumaModel(): LumaModel {
  return { figure: new Float32Array(BINS), ground: new Float32Array(BINS) };
}

/** Bin of a luma value. */
const bin = (luma: number): number => Math.min(BINS - 1, Math.max(0, luma >> 3));

/** Adds a weighted, smoothed, normalised histogram of the samples to `into`, forgetting `1 − rate` of what it held. */
export function learnHistogram(into: Float32Array, samples: Float32Array, weights: Float32Array, rate: number): void {
  const counts = new Float32Array(BINS + 4);
  let total = 0;
  for (let i = 0; i < samples.length; i++) {
    if (weights[i] <= 0) continue;
    counts[bin(samples[i]) + 2] += weights[i];
    total += weights[i];
  }
  if (total <= 0) return;
  for (let b = 0; b < BINS; b++) {
    const smooth = counts[b] + 4 * counts[b + 1] + 6 * counts[b + 2] + 4 * counts[b + 3] + counts[b + 4];
    into[b] = (1 - rate) * into[b] + (rate * smooth) / (16 * total);
  }
}

/** Log odds of figure against surroundings for each sample, between −4 and 4. */
export function logOdds({ figure, ground }: LumaModel, samples: Float32Array, out: Float32Array): void {
  const table = new Float32Array(BINS);
  for (let b = 0; b < BINS; b++) table[b] = Math.max(-4, Math.min(4, Math.log((figure[b] + 0.005) / (ground[b] + 0.005))));
  for (let i = 0; i < samples.length; i++) out[i] = table[bin(samples[i])];
}

/** 3 × 3 mean, smaller at the edges. */
export function blur(plane: Float32Array, side: number, out: Float32Array): void {
  for (let j = 0; j < side; j++) {
    const y0 = Math.max(0, j - 1);
    const y1 = Math.min(side - 1, j + 1);
    for (let i = 0; i < side; i++) {
      const x0 = Math.max(0, i - 1);
      const x1 = Math.min(side - 1, i + 1);
      let sum = 0;
      for (let y = y0; y <= y1; y++) for (let x = x0; x <= x1; x++) sum += plane[y * side + x];
      out[j * side + i] = sum / ((y1 - y0 + 1) * (x1 - x0 + 1));
    }
  }
}
