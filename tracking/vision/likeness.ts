import type { Box, Size } from '../../protocol/index.js';
import { MOVED } from './background.js';

/** Head and trunk in cells: legs look different with every step. Shares of a person's height. */
const COLUMNS = 6;
const ROWS = 16;
const WIDTH = 0.26;
const FROM = 0.02;
const TO = 0.75;
/** Who stands in front hides this much of what is behind, as a share of their height. */
const HIDES = 0.26;
/** What was seen fades with this weight a frame. */
const RATE = 0.25;
/** A single cell differs by this at most, luma: a bag that turned up is not another person. */
const MOST = 60;
/** Less than this share of the cells in sight tells nothing. */
const LEAST_SEEN = 0.2;

/**
 * What somebody followed looked like in the frames just before, so that they are found again a step further while others walk into them: a
 * template of coarse luma that lives and dies with the track.
 */
export class Likeness {
  readonly #cells = new Float32Array(COLUMNS * ROWS);
  readonly #known = new Uint8Array(COLUMNS * ROWS);

  /** @returns mean difference in luma at a place and the share of cells compared, or undefined where too little is in sight. */
  compare(view: View, person: Box, inFront: readonly Box[]): { difference: number; seen: number } | undefined {
    let sum = 0;
    let count = 0;
    read(view, person, inFront);
    for (let cell = 0; cell < lumas.length; cell++) {
      if (lumas[cell] === HIDDEN || this.#known[cell] === 0) continue;
      sum += Math.min(MOST, Math.abs(lumas[cell] - this.#cells[cell]));
      count++;
    }
    const seen = count / (COLUMNS * ROWS);
    return seen < LEAST_SEEN ? undefined : { difference: sum / count, seen };
  }

  /** Someone was found here. */
  learn(view: View, person: Box, inFront: readonly Box[]): void {
    read(view, person, inFront);
    for (let cell = 0; cell < lumas.length; cell++) {
      if (lumas[cell] === HIDDEN) continue;
      const rate = this.#known[cell] === 0 ? 1 : RATE;
      this.#cells[cell] += rate * (lumas[cell] - this.#cells[cell]);
      this.#known[cell] = 1;
    }
  }
}

/** A picture and what moved in it, of the same size. */
export interface View {
  readonly size: Size;
  readonly picture: Float32Array;
  readonly mask: Uint8Array;
}

/** Of the place last read: each cell's luma, HIDDEN where its middle did not move or somebody hides it. Asked for every place that is tried: nothing is allocated. */
const lumas = new Float32Array(COLUMNS * ROWS);
const columns = new Int32Array(COLUMNS);
const HIDDEN = -1;

function read({ size, picture, mask }: View, person: Box, inFront: readonly Box[]): void {
  const { width, height } = size;
  const wide = WIDTH * person.height;
  const left = person.x + (person.width - wide) / 2;
  for (let c = 0; c < COLUMNS; c++) columns[c] = Math.floor(left + (wide * (c + 0.5)) / COLUMNS);
  for (let r = 0; r < ROWS; r++) {
    const y = Math.floor(person.y + (FROM + ((TO - FROM) * (r + 0.5)) / ROWS) * person.height);
    for (let c = 0; c < COLUMNS; c++) {
      const x = columns[c];
      const isSeen = y >= 0 && y < height && x >= 0 && x < width && mask[y * width + x] === MOVED && !isHidden(inFront, x, y);
      lumas[r * COLUMNS + c] = isSeen ? picture[y * width + x] : HIDDEN;
    }
  }
}

function isHidden(inFront: readonly Box[], x: number, y: number): boolean {
  for (const box of inFront) if (hides(box, x, y)) return true;
  return false;
}

function hides(box: Box, x: number, y: number): boolean {
  return y >= box.y && y < box.y + box.height && Math.abs(x + 0.5 - box.x - box.width / 2) < (HIDES / 2) * box.height;
}
