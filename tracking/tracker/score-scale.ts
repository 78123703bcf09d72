const LEAST = -5;
const STEP = 0.1;
const BINS = 141;

export class ScoreScale {
  readonly #bins = new Float64Array(BINS);
  readonly #typical: number;
  #shift = 0;
  readonly #keep: number;

  constructor(s: { typical: number; weight: number; memory: number }) {
    this.#typical = s.typical;
    this.#keep = 1 - 1 / s.memory;
    this.#bins[bin(s.typical)] = s.weight;
  }

  /** Detections of one frame. */
  add(scores: readonly number[], frac: number): void {
    const bins = this.#bins;
    for (let i = 0; i < BINS; i++) bins[i] *= this.#keep ;
    let total = 0;
    for (const s of scores) bins[bin(logOdds(s))] += s;
    for (let i = 0; i < BINS; i++) total += bins[i];
    let at = 0;
    for (let sum = bins[0]; sum < total * frac; sum += bins[++at]);
    this.#shift = LEAST + at * STEP - this.#typical;
  }

  read(score: number): number {
    return 1 / (1 + Math.exp(this.#shift - logOdds(score)));
  }
}

function bin(odds: number): number {
  return Math.min(Math.max(Math.round((odds - LEAST) / STEP), 0), BINS - 1);
}
export function logOdds(score: number): number {
  const p = Math.min(Math.max(score, 0.001), 0.9999);
  return Math.log(p / (1 - p));
}
