import { CELLS, CHANNELS } from './features.js';
import { Fft2 } from './fft.js';

const PLANE = CELLS * CELLS;

/** Width of the peak wanted, cells. */
const PEAK = 1.2;
/** Weight of the constraint at first, and how often it is tightened threefold (Lukežič and others 2017, section 3.2). */
const CONSTRAINT = 5;
const ROUNDS = 3;

/** Where a filter answers most. */
export interface Peak {
  /** Cells from the window's middle, to a fraction of a cell. */
  readonly dx: number;
  readonly dy: number;
  readonly value: number;
  /** How far the peak stands above everything beside it, in standard deviations (Bolme and others 2010). */
  readonly sharpness: number;
}

/**
 * A correlation filter over many feature planes that answers with a narrow peak at the target's place. Each plane's filter is confined to
 * where the target is (CSR-DCF, Lukežič and others 2017): without that it learns the surroundings and stays behind with them.
 */
export class CorrelationFilter {
  readonly #fft = new Fft2(CELLS);
  readonly #taper = new Float32Array(PLANE);
  readonly #wanted: Float32Array;
  /** The filter, transformed, and how much each plane counts. */
  readonly #filterRe = new Float32Array(PLANE * CHANNELS);
  readonly #filterIm = new Float32Array(PLANE * CHANNELS);
  readonly #weight = new Float32Array(CHANNELS).fill(1 / CHANNELS);
  readonly #re = new Float32Array(PLANE * CHANNELS);
  readonly #im = new Float32Array(PLANE * CHANNELS);
  readonly #a: Pair = pair();
  readonly #b: Pair = pair();
  readonly #h: Pair = pair();
  readonly #l: Pair = pair();
  readonly #packedRe = new Float32Array(PLANE);
  readonly #packedIm = new Float32Array(PLANE);
  #learnt = false;

  constructor() {
    const wanted = new Float32Array(PLANE);
    const half = CELLS / 2;
    for (let j = 0; j < CELLS; j++) {
      for (let i = 0; i < CELLS; i++) {
        const dx = i <= half ? i : i - CELLS;
        const dy = j <= half ? j : j - CELLS;
        wanted[j * CELLS + i] = Math.exp((-0.5 * (dx * dx + dy * dy)) / PEAK ** 2);
        const wx = 0.5 - 0.5 * Math.cos((2 * Math.PI * (i + 0.5)) / CELLS);
        const wy = 0.5 - 0.5 * Math.cos((2 * Math.PI * (j + 0.5)) / CELLS);
        this.#taper[j * CELLS + i] = wx * wy;
      }
    }
    this.#fft.forward(wanted, new Float32Array(PLANE));
    this.#wanted = wanted;
  }

  /** @param planes CHANNELS planes with the target in the middle. @param mask CELLS × CELLS, 1 on the target. @param rate share of the new filter, 0 to 1. */
  learn(planes: Float32Array, mask: Float32Array, rate: number): void {
    this.#transform(planes);
    const take = this.#learnt ? rate : 1;
    this.#learnt = true;
    let total = 0;
    const reliability = new Float32Array(CHANNELS);
    for (let c = 0; c < CHANNELS; c += 2) {
      this.#solve(c, mask);
      for (let k = 0; k < 2; k++) {
        const f = c + k;
        const hr = this.#h.re[k];
        const hi = this.#h.im[k];
        let own = 0;
        for (let i = 0, p = f * PLANE; i < PLANE; i++, p++) {
          own += this.#re[p] * hr[i] + this.#im[p] * hi[i];
          this.#filterRe[p] += take * (hr[i] - this.#filterRe[p]);
          this.#filterIm[p] += take * (hi[i] - this.#filterIm[p]);
        }
        reliability[f] = Math.max(0, own);
        total += reliability[f];
      }
    }
    for (let f = 0; f < CHANNELS; f++) this.#weight[f] += take * (reliability[f] / total - this.#weight[f]);
  }

  /** Augmented Lagrangian: alternates between the free filter and the one confined to the mask. */
  #solve(c: number, mask: Float32Array): void {
    const { re: hr, im: hi } = this.#h;
    const { re: lr, im: li } = this.#l;
    const { re: gr, im: gi } = this.#a;
    let mu = CONSTRAINT;
    const lambda = mu / 100;
    for (let k = 0; k < 2; k++) {
      const o = (c + k) * PLANE;
      lr[k].fill(0);
      li[k].fill(0);
      for (let i = 0; i < PLANE; i++) {
        const re = this.#re[o + i];
        const im = this.#im[o + i];
        const d = this.#wanted[i] / (re * re + im * im + lambda);
        gr[k][i] = re * d;
        gi[k][i] = im * d;
      }
    }
    this.#confine(this.#a, mask, 1);
    for (let round = 0; round < ROUNDS; round++) {
      const { re: br, im: bi } = this.#b;
      for (let k = 0; k < 2; k++) {
        const o = (c + k) * PLANE;
        for (let i = 0; i < PLANE; i++) {
          const re = this.#re[o + i];
          const im = this.#im[o + i];
          const d = 1 / (re * re + im * im + mu);
          gr[k][i] = (re * this.#wanted[i] + mu * hr[k][i] - lr[k][i]) * d;
          gi[k][i] = (im * this.#wanted[i] + mu * hi[k][i] - li[k][i]) * d;
          br[k][i] = mu * gr[k][i] + lr[k][i];
          bi[k][i] = mu * gi[k][i] + li[k][i];
        }
      }
      this.#confine(this.#b, mask, 1 / (lambda + mu));
      for (let k = 0; k < 2; k++) {
        for (let i = 0; i < PLANE; i++) {
          lr[k][i] += mu * (gr[k][i] - hr[k][i]);
          li[k][i] += mu * (gi[k][i] - hi[k][i]);
        }
      }
      mu *= 3;
    }
  }

  /** Two transformed planes → masked where the target is → `#h`. */
  #confine({ re, im }: Pair, mask: Float32Array, scale: number): void {
    const x = this.#packedRe;
    const y = this.#packedIm;
    for (let i = 0; i < PLANE; i++) {
      x[i] = re[0][i] - im[1][i];
      y[i] = im[0][i] + re[1][i];
    }
    this.#fft.inverse(x, y);
    for (let i = 0; i < PLANE; i++) {
      const m = (mask[i] * scale) / PLANE;
      x[i] *= m;
      y[i] *= m;
    }
    this.#fft.forward(x, y);
    unpack(x, y, this.#h.re[0], this.#h.im[0], this.#h.re[1], this.#h.im[1]);
  }

  respond(planes: Float32Array): Peak {
    this.#transform(planes);
    const x = this.#packedRe;
    const y = this.#packedIm;
    x.fill(0);
    y.fill(0);
    for (let c = 0, p = 0; c < CHANNELS; c++) {
      const w = this.#weight[c] / PLANE;
      for (let i = 0; i < PLANE; i++, p++) {
        x[i] += w * (this.#re[p] * this.#filterRe[p] + this.#im[p] * this.#filterIm[p]);
        y[i] += w * (this.#im[p] * this.#filterRe[p] - this.#re[p] * this.#filterIm[p]);
      }
    }
    this.#fft.inverse(x, y);
    return peakOf(x);
  }

  /** Transforms all planes, two real ones at a time. */
  #transform(planes: Float32Array): void {
    const taper = this.#taper;
    const x = this.#packedRe;
    const y = this.#packedIm;
    const plane = (of: Float32Array, c: number) => of.subarray(c * PLANE, (c + 1) * PLANE);
    for (let c = 0; c < CHANNELS; c += 2) {
      for (let i = 0; i < PLANE; i++) {
        x[i] = planes[c * PLANE + i] * taper[i];
        y[i] = planes[(c + 1) * PLANE + i] * taper[i];
      }
      this.#fft.forward(x, y);
      unpack(x, y, plane(this.#re, c), plane(this.#im, c), plane(this.#re, c + 1), plane(this.#im, c + 1));
    }
  }
}

/** Two transformed planes. */
interface Pair {
  readonly re: readonly [Float32Array, Float32Array];
  readonly im: readonly [Float32Array, Float32Array];
}

function pair(): Pair {
  const plane = () => new Float32Array(PLANE);
  return { re: [plane(), plane()], im: [plane(), plane()] };
}

/** The transforms A and B of two real planes from F, that of a + ib: A = (F + F*)/2, B = (F − F*)/2i, F* mirrored and conjugated. */
function unpack(x: Float32Array, y: Float32Array, ar: Float32Array, ai: Float32Array, br: Float32Array, bi: Float32Array): void {
  for (let j = 0; j < CELLS; j++) {
    const mirrored = ((CELLS - j) % CELLS) * CELLS;
    for (let k = 0; k < CELLS; k++) {
      const p = j * CELLS + k;
      const q = mirrored + ((CELLS - k) % CELLS);
      ar[p] = 0.5 * (x[p] + x[q]);
      ai[p] = 0.5 * (y[p] - y[q]);
      br[p] = 0.5 * (y[p] + y[q]);
      bi[p] = 0.5 * (x[q] - x[p]);
    }
  }
}

function peakOf(response: Float32Array): Peak {
  let best = 0;
  for (let i = 1; i < PLANE; i++) if (response[i] > response[best]) best = i;
  const bx = best % CELLS;
  const by = (best - bx) / CELLS;
  let sum = 0;
  let squares = 0;
  let n = 0;
  for (let j = 0; j < CELLS; j++) {
    for (let i = 0; i < CELLS; i++) {
      if (ring(i - bx) <= 4 && ring(j - by) <= 4) continue;
      const v = response[j * CELLS + i];
      sum += v;
      squares += v * v;
      n++;
    }
  }
  const mean = sum / n;
  const deviation = Math.sqrt(Math.max(1e-12, squares / n - mean * mean));
  const at = (i: number, j: number) => response[((by + j + CELLS) % CELLS) * CELLS + ((bx + i + CELLS) % CELLS)];
  const value = response[best];
  const half = CELLS / 2;
  return {
    dx: (bx < half ? bx : bx - CELLS) + vertex(at(-1, 0), value, at(1, 0)),
    dy: (by < half ? by : by - CELLS) + vertex(at(0, -1), value, at(0, 1)),
    value,
    sharpness: (value - mean) / deviation,
  };
}

const ring = (d: number): number => Math.min(Math.abs(d), CELLS - Math.abs(d));

/** Of the parabola through three values at −1, 0, 1. */
function vertex(a: number, b: number, c: number): number {
  const d = a - 2 * b + c;
  return d < 0 ? Math.max(-0.5, Math.min(0.5, (0.5 * (a - c)) / d)) : 0;
}
