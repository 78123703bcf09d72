import type { Size } from '../../protocol/index.js';

/** Log odds are counted in so many parts. */
export const ODDS = 256;

/** Levels of luma over which a neighbour is taken to belong to something else. */
const ALIKE = 18;
/** How much less sure a pixel is than the surest beside it: what is thin (a tyre, a racket's frame) fades into the ground at both its edges. */
const SPREAD = 0.7;
/** Log odds from which somebody is seen rather than the ground, and over which a share goes from low to high. */
export const FROM = 0.6;
const SOFT = 0.3;
/** Log odds beyond which a square of two by two pixels, with all those around it, needs no closer look. */
const SURE = 1.5;
/** What is known of a square, once it was looked at. */
const GROUND = 1;
const FRONT = 2;
const MIXED = 3;
const NOT_GROUND = 1;
const NOT_FRONT = 2;
/** Steps of log odds for which shares are kept ready, and the odds the last of them stands for. */
const STEPS = 1024;
const WIDEST = 4;
/** Pixels around the picture: one to average over, one to be beside. */
const MARGIN = 2;

/** What was found out about pixels of a picture with a margin. */
export interface Judged {
  /** Log odds that somebody is in front, in {@link ODDS}, and luma, 0 to 255. */
  readonly odds: Int16Array;
  readonly luma: Uint8Array;
  /** The frame, as counted here, in which that was found out. */
  readonly frames: Uint8Array;
  frame: number;
}

/** Finds out about pixels `from` to before `to`, `step` apart, of row `y` of the picture, the first of them kept at `at`, where that was not done in this frame. */
type Judge = (y: number, from: number, to: number, step: number, judged: Judged, at: number) => void;

/**
 * Which share of the pixels belongs to somebody in front, judged where it is asked for and only once a frame. A pixel in each square of two by two is judged first;
 * where that and those around it do not agree, every pixel is: its log odds are averaged with those of its neighbours that are as light (a bilateral
 * filter; Tomasi and Manduchi 1998), and spread by a pixel.
 */
export class Shares {
  readonly #width: number;
  readonly #height: number;
  readonly #stride: number;
  readonly #judged: Judged;
  readonly #smooth: Int16Array;
  /** The frame, as counted here, in which a pixel's odds were averaged. */
  readonly #smoothIn: Uint8Array;
  /** By square: what is known of it, and the frame, as counted here, in which that was found. */
  readonly #kinds: Uint8Array;
  readonly #kindIn: Uint8Array;
  readonly #looks: Uint8Array;
  readonly #lookIn: Uint8Array;
  readonly #squares: number;
  readonly #lastColumn: number;
  readonly #lastRow: number;
  readonly #shares = new Uint8Array(STEPS + 1);
  readonly #weights = Float32Array.from({ length: 511 }, (_, i) => Math.exp(-Math.abs(i - 255) / ALIKE));
  readonly #judge: Judge;
  #frame = 0;

  constructor({ width, height }: Size, judge: Judge) {
    this.#width = width;
    this.#height = height;
    this.#stride = width + 2 * MARGIN;
    const count = this.#stride * (height + 2 * MARGIN);
    this.#judged = { odds: new Int16Array(count), luma: new Uint8Array(count), frames: new Uint8Array(count), frame: 0 };
    this.#smooth = new Int16Array(count);
    this.#smoothIn = new Uint8Array(count);
    this.#squares = (width + 1) >> 1;
    this.#kinds = new Uint8Array(this.#squares * ((height + 1) >> 1));
    this.#kindIn = new Uint8Array(this.#kinds.length);
    this.#looks = new Uint8Array(this.#kinds.length);
    this.#lookIn = new Uint8Array(this.#kinds.length);
    this.#lastColumn = this.#squares - 1;
    this.#lastRow = ((height + 1) >> 1) - 1;
    for (let i = 0; i <= STEPS; i++) this.#shares[i] = Math.round(255 / (1 + Math.exp((WIDEST - (2 * WIDEST * i) / STEPS + FROM) / SOFT)));
    this.#judge = judge;
  }

  /** Another frame: what was judged is forgotten. */
  begin(): void {
    this.#frame = (this.#frame % 255) + 1;
    this.#judged.frame = this.#frame;
    if (this.#frame > 1) return;
    this.#judged.frames.fill(0);
    this.#smoothIn.fill(0);
    this.#kindIn.fill(0);
    this.#lookIn.fill(0);
  }

  /**
   * Shares of the pixels from `from` to before `to` of a row of the picture, which is inside it.
   * @param strength 0 to 256, times which shares count @param mask gets 255 less each share, from `at` on
   */
  uncovered(y: number, from: number, to: number, strength: number, mask: Uint8Array, at: number): void {
    const hidden = 255 - ((255 * strength + 128) >> 8);
    for (let row = (y >> 1) - 1; row <= (y >> 1) + 1; row++) this.#lookRun(row, (from >> 1) - 1, ((to - 1) >> 1) + 1);
    for (let x = from; x < to; ) {
      const kind = this.#kindOf(x >> 1, y >> 1);
      let end = (x | 1) + 1;
      while (end < to && this.#kindOf(end >> 1, y >> 1) === kind) end += 2;
      if (end > to) end = to;
      if (kind === MIXED) this.#look(y, x, end, strength, mask, at + x - from);
      else mask.fill(kind === FRONT ? hidden : 255, at + x - from, at + end - from);
      x = end;
    }
  }

  /** GROUND, FRONT or MIXED, where the square and those around it were looked at. */
  #kindOf(column: number, row: number): number {
    const square = row * this.#squares + column;
    if (this.#kindIn[square] === this.#frame) return this.#kinds[square]!;
    this.#kindIn[square] = this.#frame;
    const [lastColumn, lastRow] = [this.#lastColumn, this.#lastRow];
    let looks = column === 0 || row === 0 || column >= lastColumn || row >= lastRow ? NOT_FRONT : 0;
    const left = column > 0 ? -1 : 0;
    const right = column < lastColumn ? 1 : 0;
    const first = row > 0 ? square - this.#squares : square;
    const last = row < lastRow ? square + this.#squares : square;
    for (let at = first; at <= last; at += this.#squares) looks |= this.#looks[at + left]! | this.#looks[at]! | this.#looks[at + right]!;
    const kind = (looks & NOT_GROUND) === 0 ? GROUND : (looks & NOT_FRONT) === 0 ? FRONT : MIXED;
    this.#kinds[square] = kind;
    return kind;
  }

  /** What the first pixels of squares `first` to `last` of a row rule out for those around them: NOT_GROUND, NOT_FRONT. */
  #lookRun(row: number, first: number, last: number): void {
    if (row < 0 || row > this.#lastRow) return;
    const [frame, squares, done, looks, { odds }] = [this.#frame, row * this.#squares, this.#lookIn, this.#looks, this.#judged];
    let from = Math.max(0, first);
    let to = Math.min(this.#lastColumn, last);
    while (from <= to && done[squares + from] === frame) from++;
    while (from <= to && done[squares + to] === frame) to--;
    if (from > to) return;
    const line = (2 * row + MARGIN) * this.#stride + MARGIN;
    this.#judge(2 * row, 2 * from, 2 * to + 1, 2, this.#judged, line + 2 * from);
    for (let column = from; column <= to; column++) {
      const one = odds[line + 2 * column]!;
      done[squares + column] = frame;
      looks[squares + column] = (one > 0 ? NOT_GROUND : 0) | (one > SURE * ODDS ? 0 : NOT_FRONT);
    }
  }

  /** Every pixel from `from` to before `to`. */
  #look(y: number, from: number, to: number, strength: number, mask: Uint8Array, at: number): void {
    const row = y + MARGIN;
    const [first, last] = [from + MARGIN, to + MARGIN];
    this.#smoothRun(row - 1, first, last);
    this.#smoothRun(row, first - 1, last + 1);
    this.#smoothRun(row + 1, first, last);
    const smooth = this.#smooth;
    const stride = this.#stride;
    for (let p = row * stride + first, i = at, end = row * stride + last; p < end; p++, i++) {
      const own = smooth[p]!;
      const left = smooth[p - 1]!;
      const right = smooth[p + 1]!;
      const above = smooth[p - stride]!;
      const below = smooth[p + stride]!;
      const across = left > right ? left : right;
      const along = above > below ? above : below;
      const beside = (across > along ? across : along) - SPREAD * ODDS;
      const step = (((own > beside ? own : beside) + WIDEST * ODDS) * (STEPS / (2 * WIDEST * ODDS))) | 0;
      mask[i] = 255 - ((this.#shares[step < 0 ? 0 : step > STEPS ? STEPS : step]! * strength + 128) >> 8);
    }
  }

  /** Columns and rows with the margin. */
  #smoothRun(row: number, from: number, to: number): void {
    const [stride, frame, done] = [this.#stride, this.#frame, this.#smoothIn];
    let first = row * stride + from;
    let last = row * stride + to;
    while (first < last && done[first] === frame) first++;
    while (first < last && done[last - 1] === frame) last--;
    if (first >= last) return;
    for (let r = row - 1; r <= row + 1; r++) this.#judgeRun(r, first - row * stride - 1, last - row * stride + 1);
    const [{ odds, luma }, weights] = [this.#judged, this.#weights];
    for (let at = first; at < last; at++) {
      if (done[at] === frame) continue;
      done[at] = frame;
      if (isEven(odds, at, stride)) {
        this.#smooth[at] = odds[at]!;
        continue;
      }
      const own = luma[at]!;
      const [above, below] = [at - stride, at + stride];
      const w0 = weights[luma[above - 1]! - own + 255]!;
      const w1 = weights[luma[above]! - own + 255]!;
      const w2 = weights[luma[above + 1]! - own + 255]!;
      const w3 = weights[luma[at - 1]! - own + 255]!;
      const w4 = weights[luma[at + 1]! - own + 255]!;
      const w5 = weights[luma[below - 1]! - own + 255]!;
      const w6 = weights[luma[below]! - own + 255]!;
      const w7 = weights[luma[below + 1]! - own + 255]!;
      const upper = w0 * odds[above - 1]! + w1 * odds[above]! + w2 * odds[above + 1]!;
      const lower = w5 * odds[below - 1]! + w6 * odds[below]! + w7 * odds[below + 1]!;
      const sum = odds[at]! + upper + w3 * odds[at - 1]! + w4 * odds[at + 1]! + lower;
      const weight = 1 + w0 + w1 + w2 + w3 + w4 + w5 + w6 + w7;
      this.#smooth[at] = sum / weight;
    }
  }

  /** Columns and rows with the margin; what lies outside the picture is as the pixel at its edge. */
  #judgeRun(row: number, from: number, to: number): void {
    const y = Math.max(0, Math.min(this.#height - 1, row - MARGIN));
    const line = row * this.#stride;
    const [first, end] = [Math.max(from, MARGIN), Math.min(to, this.#width + MARGIN)];
    this.#judge(y, first - MARGIN, end - MARGIN, 1, this.#judged, line + first);
    for (let column = from; column < first; column++) this.#judge(y, 0, 1, 1, this.#judged, line + column);
    for (let column = end; column < to; column++) this.#judge(y, this.#width - 1, this.#width, 1, this.#judged, line + column);
  }
}

/** Whether a pixel and the eight around it are equally sure: nothing to average. */
function isEven(odds: Int16Array, at: number, stride: number): boolean {
  const own = odds[at]!;
  if (odds[at - 1] !== own || odds[at + 1] !== own) return false;
  for (let p = at - stride - 1; p < at - stride + 2; p++) if (odds[p] !== own || odds[p + 2 * stride] !== own) return false;
  return true;
}
