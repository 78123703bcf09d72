/** Levels of luma, in each of three degrees of texture, by which a figure and its surroundings are told apart. */
const LEVELS = 16;
const BINS = 3 * LEVELS;
/** Sum of luma differences across a sample, both ways: above it lies texture, above the second an edge. */
const TEXTURE = 12;
const EDGE = 40;
/** Shares too small to say anything. */
const FLOOR = 0.003;

/** How often each class of samples is met in a figure and in its surroundings. */
export interface FigureModel {
  readonly figure: Float32Array;
  readonly ground: Float32Array;
}

export function figureModel(): FigureModel {
  return { figure: new Float32Array(BINS), ground: new Float32Array(BINS) };
}

/** The class of every sample of a window: its luma, and how much luma changes about it. */
export function classify(samples: Float32Array, side: number, out: Uint8Array): void {
  for (let y = 0, i = 0; y < side; y++) {
    const up = y > 0 ? side : 0;
    const down = y < side - 1 ? side : 0;
    for (let x = 0; x < side; x++, i++) {
      const gx = samples[x < side - 1 ? i + 1 : i] - samples[x > 0 ? i - 1 : i];
      const gy = samples[i + down] - samples[i - up];
      const change = Math.abs(gx) + Math.abs(gy);
      const texture = change < TEXTURE ? 0 : change < EDGE ? 1 : 2;
      out[i] = texture * LEVELS + Math.min(LEVELS - 1, Math.max(0, samples[i] >> 4));
    }
  }
}

/** Blends a weighted, smoothed, normalised histogram of classes into `into`, which keeps 1 − `rate` of what it held. */
export function learnHistogram(into: Float32Array, classes: Uint8Array, weights: Float32Array, rate: number): void {
  const counts = new Float32Array(BINS);
  let total = 0;
  for (let i = 0; i < classes.length; i++) {
    counts[classes[i]] += weights[i];
    total += weights[i];
  }
  if (total <= 0) return;
  for (let b = 0; b < BINS; b++) {
    const level = b % LEVELS;
    const below = level > 0 ? counts[b - 1] : counts[b];
    const above = level < LEVELS - 1 ? counts[b + 1] : counts[b];
    into[b] += rate * ((below + 2 * counts[b] + above) / (4 * total) - into[b]);
  }
}

/** Share of figure, 0 to 1, in each sample, by its class. */
export function figureShare({ figure, ground }: FigureModel, classes: Uint8Array, out: Float32Array): void {
  const table = new Float32Array(BINS);
  for (let b = 0; b < BINS; b++) table[b] = (figure[b] + FLOOR) / (figure[b] + ground[b] + 2 * FLOOR);
  for (let i = 0; i < classes.length; i++) out[i] = table[classes[i]];
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
