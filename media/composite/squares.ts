import type { Size } from '../../protocol/index.js';

/** Log odds are counted in so many parts. */
export const ODDS = 256;

/** Weight of a square's own odds, beside 1 for each of its eight neighbours. */
const OWN = 2;
/** Steps of mean log odds for which shares are kept ready, and the odds the first and last of them stand for. */
const STEPS = 1024;
const WIDEST = 8;
/** Squares around the picture: one to average over, one to go between. */
const MARGIN = 2;

/**
 * A picture in squares of two by two pixels, as finely as colour is coded, judged where it is asked for and only once a frame: log odds, averaged
 * over the neighbours (people are larger than what is thin on the ground, a painted line), then shares.
 */
export class Squares {
  readonly #columns: number;
  readonly #rows: number;
  readonly #odds: Int16Array;
  readonly #share: Uint8Array;
  /** The frame, as counted here, in which a square's odds and share were worked out. */
  readonly #judged: Uint8Array;
  readonly #shared: Uint8Array;
  readonly #shares = new Uint8Array(STEPS + 1);
  readonly #judge: (column: number, row: number) => number;
  #frame = 0;

  /** @param soft log odds over which a share goes from low to high. @param judge log odds at a square of the picture, in {@link ODDS}. */
  constructor({ width, height }: Size, soft: number, judge: (column: number, row: number) => number) {
    this.#columns = ((width + 1) >> 1) + 2 * MARGIN;
    this.#rows = ((height + 1) >> 1) + 2 * MARGIN;
    const count = this.#columns * this.#rows;
    this.#odds = new Int16Array(count);
    this.#share = new Uint8Array(count);
    this.#judged = new Uint8Array(count);
    this.#shared = new Uint8Array(count);
    for (let i = 0; i <= STEPS; i++) this.#shares[i] = Math.round(255 / (1 + Math.exp((WIDEST - (2 * WIDEST * i) / STEPS) / soft)));
    this.#judge = judge;
  }

  /** Another frame: what was judged is forgotten. */
  begin(): void {
    this.#frame = (this.#frame % 255) + 1;
    if (this.#frame > 1) return;
    this.#judged.fill(0);
    this.#shared.fill(0);
  }

  /** Log odds of one square, in {@link ODDS}. */
  oddsAt(column: number, row: number): number {
    const at = (row + MARGIN) * this.#columns + column + MARGIN;
    if (this.#judged[at] !== this.#frame) this.#judgeRun(row + MARGIN, column + MARGIN, column + MARGIN + 1);
    return this.#odds[at]!;
  }

  /**
   * Shares of the pixels from `from` to before `to` of a row of the picture, which is inside it, between the squares' middles in proportion.
   * @param strength 0 to 256, times which shares count @param mask gets 255 less each share, from `at` on
   */
  uncovered(y: number, from: number, to: number, strength: number, mask: Uint8Array, at: number): void {
    const row = (y >> 1) + MARGIN;
    const beside = row + (y & 1 ? 1 : -1);
    const [first, last] = [(from >> 1) + MARGIN - 1, ((to - 1) >> 1) + MARGIN + 2];
    this.#shareRun(row, first, last);
    this.#shareRun(beside, first, last);
    const share = this.#share;
    const [own, other] = [row * this.#columns, beside * this.#columns];
    for (let x = from, i = at; x < to; x++, i++) {
      const column = (x >> 1) + MARGIN;
      const next = column + (x & 1 ? 1 : -1);
      const sixteenfold = 3 * (3 * share[own + column]! + share[own + next]!) + 3 * share[other + column]! + share[other + next]!;
      mask[i] = 255 - ((sixteenfold * strength + 2048) >> 12);
    }
  }

  #shareRun(row: number, from: number, to: number): void {
    const columns = this.#columns;
    const shared = this.#shared;
    let first = row * columns + from;
    let last = row * columns + to;
    while (first < last && shared[first] === this.#frame) first++;
    while (first < last && shared[last - 1] === this.#frame) last--;
    if (first >= last) return;
    for (let r = row - 1; r <= row + 1; r++) this.#judgeRun(r, first - row * columns - 1, last - row * columns + 1);
    const odds = this.#odds;
    const scale = STEPS / (2 * WIDEST * ODDS * (OWN + 8));
    for (let at = first; at < last; at++) {
      const above = odds[at - columns - 1]! + odds[at - columns]! + odds[at - columns + 1]!;
      const below = odds[at + columns - 1]! + odds[at + columns]! + odds[at + columns + 1]!;
      const sum = above + below + odds[at - 1]! + OWN * odds[at]! + odds[at + 1]!;
      const step = (sum * scale + STEPS / 2) | 0;
      this.#share[at] = this.#shares[step < 0 ? 0 : step > STEPS ? STEPS : step]!;
      shared[at] = this.#frame;
    }
  }

  /** Columns and rows with the margin. */
  #judgeRun(row: number, from: number, to: number): void {
    const [lastColumn, lastRow] = [this.#columns - 2 * MARGIN - 1, this.#rows - 2 * MARGIN - 1];
    const inside = Math.max(0, Math.min(lastRow, row - MARGIN));
    for (let column = from; column < to; column++) {
      const at = row * this.#columns + column;
      if (this.#judged[at] === this.#frame) continue;
      this.#judged[at] = this.#frame;
      this.#odds[at] = this.#judge(Math.max(0, Math.min(lastColumn, column - MARGIN)), inside);
    }
  }
}
