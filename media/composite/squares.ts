import type { Box } from '../../protocol/index.js';

/** Weight of a square's own odds, of those beside it and of those at its corners. */
const OWN = 2;
const BESIDE = 1;
const CORNER = 1;

/**
 * Judges a region in squares of two by two pixels of the picture, only where it is needed: log odds, averaged over the neighbours (people are larger
 * than what is thin on the ground, a painted line), then shares.
 */
export class Squares {
  readonly #soft: number;
  #odds = new Float32Array(0);
  #share = new Float32Array(0);
  /** 0: not needed, 1: needed, 2: needed only for its neighbours. */
  #needed = new Uint8Array(0);
  #columns = 0;
  #rows = 0;
  #x = 0;
  #y = 0;

  /** @param soft log odds over which a share goes from low to high. */
  constructor(soft: number) {
    this.#soft = soft;
  }

  /** Begins with a region of the picture. */
  begin({ x, y, width, height }: Box): this {
    // A margin of two squares: one to average over, one to go between.
    this.#x = (x >> 1) - 2;
    this.#y = (y >> 1) - 2;
    this.#columns = ((x + width) >> 1) - this.#x + 3;
    this.#rows = ((y + height) >> 1) - this.#y + 3;
    const count = this.#columns * this.#rows;
    if (this.#odds.length < count) {
      this.#odds = new Float32Array(count);
      this.#share = new Float32Array(count);
      this.#needed = new Uint8Array(count);
    }
    this.#needed.fill(0, 0, count);
    this.#left = x;
    this.#top = y;
    return this;
  }
  #left = 0;
  #top = 0;

  /** Pixels of the region that will be asked for. */
  need(y: number, from: number, to: number): void {
    const row = ((y + this.#top) >> 1) - this.#y;
    const first = ((from + this.#left) >> 1) - this.#x - 1;
    const last = ((to - 1 + this.#left) >> 1) - this.#x + 1;
    for (let r = row - 1; r <= row + 1; r++) this.#needed.fill(1, r * this.#columns + first, r * this.#columns + last + 1);
  }

  /** @param oddsAt log odds at a pixel of the picture. */
  judge(oddsAt: (x: number, y: number) => number): void {
    const columns = this.#columns;
    for (let row = 1; row < this.#rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        const at = row * columns + column;
        if (this.#needed[at] === 1 || this.#borders(at))
          this.#odds[at] = oddsAt(Math.max(0, (column + this.#x) * 2), Math.max(0, (row + this.#y) * 2));
      }
    }
    for (let row = 1; row < this.#rows - 1; row++) {
      for (let column = 1; column < columns - 1; column++) {
        const at = row * columns + column;
        if (this.#needed[at] === 1) this.#share[at] = 1 / (1 + Math.exp(-this.#averaged(at) / this.#soft));
      }
    }
  }

  /** Share at a pixel of the region, between the squares' middles in proportion. */
  at(x: number, y: number): number {
    const u = (x + this.#left + 0.5) / 2 - 0.5 - this.#x;
    const v = (y + this.#top + 0.5) / 2 - 0.5 - this.#y;
    const [column, row] = [Math.floor(u), Math.floor(v)];
    const [a, b] = [u - column, v - row];
    const at = row * this.#columns + column;
    const upper = this.#share[at]! * (1 - a) + this.#share[at + 1]! * a;
    const lower = this.#share[at + this.#columns]! * (1 - a) + this.#share[at + this.#columns + 1]! * a;
    return upper * (1 - b) + lower * b;
  }

  #borders(at: number): boolean {
    const columns = this.#columns;
    const needed = this.#needed;
    for (const row of [at - columns, at, at + columns])
      if (needed[row - 1] === 1 || needed[row] === 1 || needed[row + 1] === 1) return true;
    return false;
  }

  #averaged(at: number): number {
    const c = this.#columns;
    const o = this.#odds;
    const beside = o[at - 1]! + o[at + 1]! + o[at - c]! + o[at + c]!;
    const corners = o[at - c - 1]! + o[at - c + 1]! + o[at + c - 1]! + o[at + c + 1]!;
    return (OWN * o[at]! + BESIDE * beside + CORNER * corners) / (OWN + 4 * BESIDE + 4 * CORNER);
  }
}
