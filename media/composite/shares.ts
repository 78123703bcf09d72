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
/** Steps of log odds for which shares are kept ready, and the odds the last of them stands for. */
const STEPS = 1024;
const WIDEST = 4;
/** Pixels around the picture: one to average over, one to be beside. */
const MARGIN = 2;

/**
 * Which share of the pixels belongs to somebody in front, judged where it is asked for and only once a frame. A pixel in each square of two by two is judged first;
 * where that and those around it do not agree, every pixel is: its log odds are averaged with those of its neighbours that are as light (a bilateral
 * filter; Tomasi and Manduchi 1998), and spread by a pixel.
 */
export class Shares {
  readonly #width: number;
  readonly #height: number;
  readonly #stride: number;
  readonly #odds: Int16Array;
  readonly #smooth: Int16Array;
  readonly #luma: Uint8Array;
  /** The frame, as counted here, in which a pixel's odds were worked out, and were averaged. */
  readonly #judgedIn: Uint8Array;
  readonly #smoothIn: Uint8Array;
  /** By square: what is known of it, and the frame, as counted here, in which that was found. */
  readonly #kinds: Uint8Array;
  readonly #kindIn: Uint8Array;
  readonly #squares: number;
  readonly #shares = new Uint8Array(STEPS + 1);
  readonly #weights = Float32Array.from({ length: 256 }, (_, difference) => Math.exp(-difference / ALIKE));
  readonly #judge: (x: number, y: number) => number;
  readonly #lumaAt: (x: number, y: number) => number;
  #frame = 0;

  /** @param judge log odds at a pixel of the picture, in {@link ODDS}. @param lumaAt its luma, 0 to 255 */
  constructor({ width, height }: Size, judge: (x: number, y: number) => number, lumaAt: (x: number, y: number) => number) {
    this.#width = width;
    this.#height = height;
    this.#stride = width + 2 * MARGIN;
    const count = this.#stride * (height + 2 * MARGIN);
    this.#odds = new Int16Array(count);
    this.#smooth = new Int16Array(count);
    this.#luma = new Uint8Array(count);
    this.#judgedIn = new Uint8Array(count);
    this.#smoothIn = new Uint8Array(count);
    this.#squares = (width + 1) >> 1;
    this.#kinds = new Uint8Array(this.#squares * ((height + 1) >> 1));
    this.#kindIn = new Uint8Array(this.#kinds.length);
    for (let i = 0; i <= STEPS; i++) this.#shares[i] = Math.round(255 / (1 + Math.exp((WIDEST - (2 * WIDEST * i) / STEPS + FROM) / SOFT)));
    this.#judge = judge;
    this.#lumaAt = lumaAt;
  }

  /** Another frame: what was judged is forgotten. */
  begin(): void {
    this.#frame = (this.#frame % 255) + 1;
    if (this.#frame > 1) return;
    this.#judgedIn.fill(0);
    this.#smoothIn.fill(0);
    this.#kindIn.fill(0);
  }

  /** Log odds of one pixel, in {@link ODDS}. */
  oddsAt(x: number, y: number): number {
    const at = (y + MARGIN) * this.#stride + x + MARGIN;
    if (this.#judgedIn[at] !== this.#frame) this.#judgeRun(y + MARGIN, x + MARGIN, x + MARGIN + 1);
    return this.#odds[at]!;
  }

  /**
   * Shares of the pixels from `from` to before `to` of a row of the picture, which is inside it.
   * @param strength 0 to 256, times which shares count @param mask gets 255 less each share, from `at` on
   */
  uncovered(y: number, from: number, to: number, strength: number, mask: Uint8Array, at: number): void {
    const hidden = 255 - ((255 * strength + 128) >> 8);
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

  /** GROUND, FRONT or MIXED. */
  #kindOf(column: number, row: number): number {
    const square = row * this.#squares + column;
    if (this.#kindIn[square] === this.#frame) return this.#kinds[square]!;
    this.#kindIn[square] = this.#frame;
    let [ground, front, doubtful] = [0, 0, 0];
    for (let y = 2 * row - 2; y <= 2 * row + 2; y += 2)
      for (let x = 2 * column - 2; x <= 2 * column + 2; x += 2) {
        if (x < 0 || y < 0 || x >= this.#width || y >= this.#height) continue;
        const odds = this.oddsAt(x, y);
        if (odds < -SURE * ODDS) ground++;
        else if (odds > SURE * ODDS) front++;
        else if (odds > 0) doubtful++;
      }
    const all = ground + front === 9;
    const kind = front + doubtful === 0 ? GROUND : all && ground === 0 ? FRONT : MIXED;
    this.#kinds[square] = kind;
    return kind;
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
    const [odds, luma, weights] = [this.#odds, this.#luma, this.#weights];
    for (let at = first; at < last; at++) {
      if (done[at] === frame) continue;
      done[at] = frame;
      if (isEven(odds, at, stride)) {
        this.#smooth[at] = odds[at]!;
        continue;
      }
      const own = luma[at]!;
      let sum = odds[at]!;
      let weight = 1;
      for (let line = at - stride - 1; line <= at + stride; line += stride)
        for (let p = line; p < line + 3; p++) {
          if (p === at) continue;
          const difference = luma[p]! - own;
          const w = weights[difference < 0 ? -difference : difference]!;
          sum += w * odds[p]!;
          weight += w;
        }
      this.#smooth[at] = sum / weight;
    }
  }

  /** Columns and rows with the margin; what lies outside the picture is as the pixel at its edge. */
  #judgeRun(row: number, from: number, to: number): void {
    const y = Math.max(0, Math.min(this.#height - 1, row - MARGIN));
    for (let column = from; column < to; column++) {
      const at = row * this.#stride + column;
      if (this.#judgedIn[at] === this.#frame) continue;
      this.#judgedIn[at] = this.#frame;
      const x = Math.max(0, Math.min(this.#width - 1, column - MARGIN));
      this.#luma[at] = this.#lumaAt(x, y);
      this.#odds[at] = this.#judge(x, y);
    }
  }
}

/** Whether a pixel and the eight around it are equally sure: nothing to average. */
function isEven(odds: Int16Array, at: number, stride: number): boolean {
  const own = odds[at]!;
  if (odds[at - 1] !== own || odds[at + 1] !== own) return false;
  for (let p = at - stride - 1; p < at - stride + 2; p++) if (odds[p] !== own || odds[p + 2 * stride] !== own) return false;
  return true;
}
