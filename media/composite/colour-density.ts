/** Eight-bit steps a bin is wide; chroma beyond ±64 of no colour falls into the outermost bins. */
const LUMA_STEP = 8;
const CHROMA_STEP = 4;
const LUMA_BINS = 32;
const CHROMA_BINS = 32;
const BINS = LUMA_BINS * CHROMA_BINS * CHROMA_BINS;

/** How often colours (eight-bit Y'CbCr) were seen, smoothed over neighbouring bins; older counts fade. */
export class ColourDensity {
  readonly #bins = new Float32Array(BINS);
  /** Bins that hold anything: fading must not walk through all of them. */
  #used: number[] = [];
  total = 0;

  fade(kept: number): void {
    this.total *= kept;
    const still: number[] = [];
    for (const bin of this.#used) {
      const count = this.#bins[bin]! * kept;
      this.#bins[bin] = count < 1e-3 ? 0 : count;
      if (count >= 1e-3) still.push(bin);
    }
    this.#used = still;
  }

  /** Counts a colour, spread over the bins around it by its distance from their centres. */
  add(luma: number, u: number, v: number, weight: number): void {
    this.total += weight;
    const [y, p, q] = [luma / LUMA_STEP - 0.5, (u - 64) / CHROMA_STEP - 0.5, (v - 64) / CHROMA_STEP - 0.5];
    const [y0, p0, q0] = [Math.floor(y), Math.floor(p), Math.floor(q)];
    for (let corner = 0; corner < 8; corner++) {
      const [dy, dp, dq] = [corner & 1, (corner >> 1) & 1, corner >> 2];
      const share = (dy ? y - y0 : 1 - y + y0) * (dp ? p - p0 : 1 - p + p0) * (dq ? q - q0 : 1 - q + q0);
      const bin =
        (clampBin(y0 + dy, LUMA_BINS) * CHROMA_BINS + clampBin(p0 + dp, CHROMA_BINS)) * CHROMA_BINS + clampBin(q0 + dq, CHROMA_BINS);
      if (this.#bins[bin] === 0 && share > 0) this.#used.push(bin);
      this.#bins[bin] = this.#bins[bin]! + weight * share;
    }
  }

  /** Density of a colour over that of all colours alike; 0 where it was never seen. */
  relative(luma: number, u: number, v: number): number {
    if (this.total <= 0) return 0;
    const y = clampBin(Math.floor(luma / LUMA_STEP), LUMA_BINS);
    const p = clampBin(Math.floor((u - 64) / CHROMA_STEP), CHROMA_BINS);
    const q = clampBin(Math.floor((v - 64) / CHROMA_STEP), CHROMA_BINS);
    return (this.#bins[(y * CHROMA_BINS + p) * CHROMA_BINS + q]! * USUAL) / this.total;
  }
}

/** As if colours were spread over so many bins: real pictures use few of all there could be. */
const USUAL = 2000;

function clampBin(bin: number, bins: number): number {
  return Math.max(0, Math.min(bins - 1, bin));
}
