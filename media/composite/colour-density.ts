/** Eight-bit steps a bin is wide; chroma beyond ±64 of no colour falls into the outermost bins. */
const LUMA_STEP = 8;
const CHROMA_STEP = 4;
const SIDE = 32;
const LAST = SIDE - 1;
/** How many kinds of colours are told apart. */
export const COLOUR_BINS = SIDE * SIDE * SIDE;
/** As if colours were spread over so many bins: real pictures use few of all there could be. */
const USUAL = 2000;
/** Counts below this are forgotten. */
const LEAST = 1e-3;

/** The bin an eight-bit Y'CbCr colour falls into. */
export function colourBin(luma: number, u: number, v: number): number {
  const y = luma >> 3;
  const p = (u - 64) >> 2;
  const q = (v - 64) >> 2;
  return ((y > LAST ? LAST : y < 0 ? 0 : y) * SIDE + (p > LAST ? LAST : p < 0 ? 0 : p)) * SIDE + (q > LAST ? LAST : q < 0 ? 0 : q);
}

/** How often colours (eight-bit Y'CbCr) were seen, smoothed over neighbouring bins; older counts fade. */
export class ColourDensity {
  readonly #bins = new Float32Array(COLOUR_BINS);
  /** Bins that hold anything: fading must not walk through all of them. */
  readonly #used = new Int32Array(COLOUR_BINS);
  #count = 0;
  total = 0;

  fade(kept: number): void {
    this.total *= kept;
    let still = 0;
    for (let i = 0; i < this.#count; i++) {
      const bin = this.#used[i]!;
      const count = this.#bins[bin]! * kept;
      this.#bins[bin] = count < LEAST ? 0 : count;
      if (count >= LEAST) this.#used[still++] = bin;
    }
    this.#count = still;
  }

  /** Counts a colour, spread over the bins around it by its distance from their centres. */
  add(luma: number, u: number, v: number, weight: number): void {
    this.total += weight;
    const y = luma / LUMA_STEP - 0.5;
    const p = (u - 64) / CHROMA_STEP - 0.5;
    const q = (v - 64) / CHROMA_STEP - 0.5;
    const y0 = Math.floor(y);
    const p0 = Math.floor(p);
    const q0 = Math.floor(q);
    for (let corner = 0; corner < 8; corner++) {
      const dy = corner & 1;
      const dp = (corner >> 1) & 1;
      const dq = corner >> 2;
      const share = (dy ? y - y0 : 1 - y + y0) * (dp ? p - p0 : 1 - p + p0) * (dq ? q - q0 : 1 - q + q0);
      if (share <= 0) continue;
      const bin = (clampBin(y0 + dy) * SIDE + clampBin(p0 + dp)) * SIDE + clampBin(q0 + dq);
      const before = this.#bins[bin]!;
      if (before === 0) this.#used[this.#count++] = bin;
      this.#bins[bin] = before + Math.max(LEAST, weight * share);
    }
  }

  /** Density of a bin's colours over that of all colours alike; 0 where none was ever seen. */
  relative(bin: number): number {
    return this.total > 0 ? (this.#bins[bin]! * USUAL) / this.total : 0;
  }

  /** Calls back for every bin that holds anything. */
  each(use: (bin: number) => void): void {
    for (let i = 0; i < this.#count; i++) use(this.#used[i]!);
  }
}

function clampBin(bin: number): number {
  return bin < 0 ? 0 : bin > LAST ? LAST : bin;
}
