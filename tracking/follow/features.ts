/** Cells a side of the window a filter looks at. */
export const CELLS = 32;
/** Samples a side of a cell. */
export const CELL = 4;
/** Samples a side of the window. */
export const WINDOW = CELLS * CELL;
const SIGNED = 18;
const UNSIGNED = 9;
/** Orientations signed and unsigned, brightness, figure odds, and one spare so that two real planes share a transform. */
export const CHANNELS = SIGNED + UNSIGNED + 3;
const PLANE = CELLS * CELLS;
/** Of normalised gradients, as in the paper: one strong edge does not outweigh all others. */
const CLIP = 0.2;

const COS = Float32Array.from({ length: UNSIGNED }, (_, i) => Math.cos((Math.PI * i) / UNSIGNED));
const SIN = Float32Array.from({ length: UNSIGNED }, (_, i) => Math.sin((Math.PI * i) / UNSIGNED));

/**
 * What a correlation filter sees of a window: oriented gradients in cells, contrast normalised by the cells around (after Felzenszwalb and
 * others 2010, averaged over the four normalisations), and brightness.
 */
export class Features {
  readonly #histogram = new Float32Array(PLANE * SIGNED);
  readonly #energy = new Float32Array(PLANE);
  /** CHANNELS planes of CELLS × CELLS. */
  readonly planes = new Float32Array(PLANE * CHANNELS);

  /** @param samples WINDOW × WINDOW luma. */
  compute(samples: Float32Array): Float32Array {
    const { planes } = this;
    planes.fill(0);
    this.#gradients(samples);
    this.#normalise();
    this.#brightness(samples);
    return planes;
  }

  #gradients(samples: Float32Array): void {
    const histogram = this.#histogram;
    histogram.fill(0);
    for (let y = 1; y < WINDOW - 1; y++) {
      const cy = (y + 0.5) / CELL - 0.5;
      const j = Math.floor(cy);
      const fy = cy - j;
      for (let x = 1; x < WINDOW - 1; x++) {
        const p = y * WINDOW + x;
        const gx = samples[p + 1] - samples[p - 1];
        const gy = samples[p + WINDOW] - samples[p - WINDOW];
        const magnitude = Math.sqrt(gx * gx + gy * gy);
        if (magnitude < 1) continue;
        let best = 0;
        let most = 0;
        for (let o = 0; o < UNSIGNED; o++) {
          const dot = COS[o] * gx + SIN[o] * gy;
          if (dot > most) {
            most = dot;
            best = o;
          } else if (-dot > most) {
            most = -dot;
            best = o + UNSIGNED;
          }
        }
        const cx = (x + 0.5) / CELL - 0.5;
        const i = Math.floor(cx);
        const fx = cx - i;
        const left = (1 - fx) * magnitude;
        const right = fx * magnitude;
        if (j >= 0) {
          const at = (j * CELLS + i) * SIGNED + best;
          if (i >= 0) histogram[at] += left * (1 - fy);
          if (i < CELLS - 1) histogram[at + SIGNED] += right * (1 - fy);
        }
        if (j < CELLS - 1) {
          const at = ((j + 1) * CELLS + i) * SIGNED + best;
          if (i >= 0) histogram[at] += left * fy;
          if (i < CELLS - 1) histogram[at + SIGNED] += right * fy;
        }
      }
    }
  }

  #normalise(): void {
    const histogram = this.#histogram;
    const energy = this.#energy;
    const { planes } = this;
    for (let c = 0; c < PLANE; c++) {
      let sum = 0;
      for (let o = 0; o < UNSIGNED; o++) {
        const v = histogram[c * SIGNED + o] + histogram[c * SIGNED + o + UNSIGNED];
        sum += v * v;
      }
      energy[c] = sum;
    }
    for (let j = 0; j < CELLS; j++) {
      for (let i = 0; i < CELLS; i++) {
        const c = j * CELLS + i;
        for (let q = 0; q < 4; q++) {
          const y0 = Math.max(0, Math.min(CELLS - 2, j - (q >> 1)));
          const x0 = Math.max(0, Math.min(CELLS - 2, i - (q & 1)));
          const e = y0 * CELLS + x0;
          const scale = 1 / Math.sqrt(energy[e] + energy[e + 1] + energy[e + CELLS] + energy[e + CELLS + 1] + 1);
          for (let o = 0; o < UNSIGNED; o++) {
            const a = histogram[c * SIGNED + o] * scale;
            const b = histogram[c * SIGNED + o + UNSIGNED] * scale;
            planes[o * PLANE + c] += 0.5 * Math.min(CLIP, a);
            planes[(o + UNSIGNED) * PLANE + c] += 0.5 * Math.min(CLIP, b);
            planes[(o + SIGNED) * PLANE + c] += 0.5 * Math.min(CLIP, a + b);
          }
        }
      }
    }
  }

  #brightness(samples: Float32Array): void {
    const at = (SIGNED + UNSIGNED) * PLANE;
    const { planes } = this;
    let mean = 0;
    for (let j = 0; j < CELLS; j++) {
      for (let i = 0; i < CELLS; i++) {
        let sum = 0;
        for (let y = 0; y < CELL; y++) for (let x = 0; x < CELL; x++) sum += samples[(j * CELL + y) * WINDOW + i * CELL + x];
        planes[at + j * CELLS + i] = sum / (CELL * CELL * 255);
        mean += sum;
      }
    }
    mean /= WINDOW * WINDOW * 255;
    for (let c = 0; c < PLANE; c++) planes[at + c] -= mean;
  }
}
