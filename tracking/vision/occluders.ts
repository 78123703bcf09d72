import type { Box, Size } from '../../protocol/index.js';
import { MOVED, UNKNOWN } from './background.js';

/** Kept in squares of this side, pixels. */
const CELL = 2;
/** Where people's trunks surely were, shares of their height. */
const WIDTH = 0.16;
const FROM = 0.1;
const TO = 0.8;
/** Someone counts again after so much of their height on the way: who stands still tells one thing once. */
const STRIDE = 0.12;
/** Believed once this many trunks should have been seen there, and fewer than this share were. */
const LEAST = 5;
const MOST_SEEN = 0.25;
/** What was learnt fades with every further trunk beyond this many. */
const MEMORY = 30;

/**
 * What stands in front of the people: a lamp post, a sign, a parked car. Trunks pass there again and again and are never seen. Learnt in the picture: a camera that
 * moves begins anew.
 */
export class Occluders {
  readonly #columns: number;
  readonly #rows: number;
  readonly #passed: Float32Array;
  readonly #seen: Float32Array;
  readonly #hides: Uint8Array;
  readonly #last = new Map<number, Box>();

  constructor(size: Size) {
    this.#columns = Math.ceil(size.width / CELL);
    this.#rows = Math.ceil(size.height / CELL);
    this.#passed = new Float32Array(this.#columns * this.#rows);
    this.#seen = new Float32Array(this.#columns * this.#rows);
    this.#hides = new Uint8Array(this.#columns * this.#rows);
  }

  reset(): void {
    this.#passed.fill(0);
    this.#seen.fill(0);
    this.#hides.fill(0);
    this.#last.clear();
  }

  /** Gives pixels of a mask that something stands in front of, and that are known and did not move, another value. */
  hide(mask: Uint8Array, { width, height }: Size, value: number): void {
    for (let at = this.#hides.indexOf(1); at >= 0; at = this.#hides.indexOf(1, at + 1)) {
      const [x0, y0] = [(at % this.#columns) * CELL, Math.floor(at / this.#columns) * CELL];
      for (let y = y0; y < Math.min(height, y0 + CELL); y++) {
        for (let p = y * width + x0; p < y * width + Math.min(width, x0 + CELL); p++) {
          if (mask[p] !== MOVED && mask[p] !== UNKNOWN) mask[p] = value;
        }
      }
    }
  }

  /** Someone is surely here, and in front of all others. */
  learn(trackId: number, person: Box, mask: Uint8Array, { width, height }: Size): void {
    const last = this.#last.get(trackId);
    if (last && Math.hypot(person.x - last.x, person.y - last.y) < STRIDE * person.height) return;
    this.#last.set(trackId, person);
    const middle = person.x + person.width / 2;
    const clamp = (v: number, most: number) => Math.max(0, Math.min(most, Math.round(v / CELL)));
    const [x0, x1] = [middle - (WIDTH / 2) * person.height, middle + (WIDTH / 2) * person.height].map((x) => clamp(x, this.#columns));
    const [y0, y1] = [FROM, TO].map((share) => clamp(person.y + share * person.height, this.#rows));
    for (let r = y0; r < y1; r++) {
      for (let c = x0; c < x1; c++) {
        const [x, y] = [Math.min(width - 1, c * CELL + 1), Math.min(height - 1, r * CELL + 1)];
        const at = r * this.#columns + c;
        const keep = this.#passed[at] >= MEMORY ? 1 - 1 / MEMORY : 1;
        this.#passed[at] = keep * this.#passed[at] + 1;
        this.#seen[at] = keep * this.#seen[at] + (mask[y * width + x] === MOVED ? 1 : 0);
        this.#hides[at] = this.#passed[at] >= LEAST && this.#seen[at] < MOST_SEEN * this.#passed[at] ? 1 : 0;
      }
    }
  }

  /** Only these are still followed. */
  keep(trackIds: ReadonlySet<number>): void {
    for (const id of this.#last.keys()) if (!trackIds.has(id)) this.#last.delete(id);
  }
}
