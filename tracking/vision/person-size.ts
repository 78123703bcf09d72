import { apply, type Box, invert, type Mat3, type Point, type Size } from '../../protocol/index.js';

/** Samples are kept by where they stand, so that one who stands still does not outvote those who walk about. */
const ROWS = 12;
const COLUMNS = 4;
const PER_CELL = 12;
/** From so many samples on, in so many cells, sizes are believed. */
const LEAST_SAMPLES = 24;
const LEAST_CELLS = 3;
const LEAST_USUAL = 8;
/** Heights may scatter about the fit by this share (median) to be people's. */
const MOST_SCATTER = 0.12;
/** How much heights may differ over the picture's width downwards and sideways (roll), in heights: what is believed beforehand, a standard deviation. */
const SLOPE = 4;
const ROLL = 0.4;
const FIT_EVERY = 10;
/** Beyond those seen, people may be smaller and taller by so much: further out a line that is a little off stands giants and dwarfs. */
const BEYOND = 1.6;
const ROUNDS = 8;

interface Sample {
  /** Foot, shares of the picture's width from its middle. */
  readonly x: number;
  readonly y: number;
  readonly height: number;
}

/**
 * How tall people are where, learnt from those who stand apart: on a plane, a person's height in the picture is linear in where the feet are.
 * Kept in the reference picture, so that a camera may turn and zoom.
 */
export class PersonSize {
  readonly #size: Size;
  readonly #cells: Sample[][] = Array.from({ length: ROWS * COLUMNS }, () => []);
  readonly #next = new Int32Array(ROWS * COLUMNS);
  #fit: readonly [number, number, number] | undefined;
  #shortest = 0;
  #tallest = 0;
  #added = 0;

  constructor(size: Size) {
    this.#size = size;
  }

  /** Another picture began. */
  reset(): void {
    for (const cell of this.#cells) cell.length = 0;
    this.#fit = undefined;
    this.#added = 0;
  }

  /** Someone seen whole and alone. @param pose reference picture → this one */
  learn(box: Box, pose: Mat3): void {
    const back = invert(pose);
    if (!back) return;
    const foot = apply(back, { x: box.x + box.width / 2, y: box.y + box.height });
    const head = apply(back, { x: box.x + box.width / 2, y: box.y });
    const sample = { ...this.#normal(foot), height: Math.hypot(foot.x - head.x, foot.y - head.y) };
    const row = Math.floor(((foot.y / this.#size.height) * ROWS) % ROWS);
    const column = Math.floor(((foot.x / this.#size.width) * COLUMNS) % COLUMNS);
    const at = ((row + ROWS) % ROWS) * COLUMNS + ((column + COLUMNS) % COLUMNS);
    this.#cells[at][this.#next[at]++ % PER_CELL] = sample;
    if (++this.#added % FIT_EVERY === 0) this.#refit();
  }

  /** What is usual in the reference picture, before it is known what is usual where; undefined while nobody was seen. */
  get usualHeight(): number | undefined {
    const samples = this.#cells.flat();
    return samples.length < LEAST_USUAL ? undefined : median(samples.map((s) => s.height));
  }

  /**
   * Boxes, in one picture, of people by where their feet are; undefined while sizes are not known. @param pose reference picture → this one
   * @param widthShare how wide a box is, share of its height
   */
  at(pose: Mat3, widthShare: number): ((footX: number, footY: number) => Box | undefined) | undefined {
    const fit = this.#fit;
    const back = fit && invert(pose);
    if (!fit || !back) return undefined;
    return (footX, footY) => {
      const reference = apply(back, { x: footX, y: footY });
      const { x, y } = this.#normal(reference);
      const tall = fit[0] + fit[1] * y + fit[2] * x;
      if (!(tall > this.#shortest && tall < this.#tallest)) return undefined;
      const head = apply(pose, { x: reference.x, y: reference.y - tall });
      const height = Math.hypot(head.x - footX, head.y - footY);
      const width = widthShare * height;
      return { x: footX - width / 2, y: footY - height, width, height };
    };
  }

  #normal(p: Point): Point {
    const { width, height } = this.#size;
    return { x: (p.x - width / 2) / width, y: (p.y - height / 2) / width };
  }

  /** Least absolute deviations by reweighted least squares: groups and fragments among the samples do not bend it. */
  #refit(): void {
    const samples = this.#cells.flat();
    const cells = this.#cells.filter((c) => c.length > 2).length;
    if (samples.length < LEAST_SAMPLES || cells < LEAST_CELLS) return;
    const usual = median(samples.map((s) => s.height));
    let fit: readonly [number, number, number] = [usual, 0, 0];
    for (let round = 0; round < ROUNDS; round++) fit = weighted(samples, fit, usual);
    const scatter = median(samples.map((s) => Math.abs(s.height / heightOf(fit, s) - 1)));
    this.#fit = scatter < MOST_SCATTER ? fit : undefined;
    const heights = samples.map((s) => s.height).sort((a, b) => a - b);
    this.#shortest = heights[Math.floor(0.05 * heights.length)] / BEYOND;
    this.#tallest = heights[Math.floor(0.95 * heights.length)] * BEYOND;
  }
}

function heightOf([a, b, c]: readonly [number, number, number], s: Sample): number {
  return Math.max(1, a + b * s.y + c * s.x);
}

/** One step of reweighting about a fit. */
function weighted(samples: readonly Sample[], about: readonly [number, number, number], usual: number): readonly [number, number, number] {
  // Normal equations of a, b, c.
  const m = [0, 0, 0, 0, (SLOPE * usual) ** -2, 0, 0, 0, (ROLL * usual) ** -2];
  const r = [0, 0, 0];
  for (const s of samples) {
    const expected = heightOf(about, s);
    const weight = 1 / (expected * Math.max(0.03 * expected, Math.abs(s.height - expected)));
    const row = [1, s.y, s.x];
    for (let i = 0; i < 3; i++) {
      for (let j = 0; j < 3; j++) m[3 * i + j] += weight * row[i] * row[j];
      r[i] += weight * row[i] * s.height;
    }
  }
  const inverse = invert([m[0], m[1], m[2], m[3], m[4], m[5], m[6], m[7], m[8]]);
  if (!inverse) return about;
  const at = (i: number) => inverse[3 * i] * r[0] + inverse[3 * i + 1] * r[1] + inverse[3 * i + 2] * r[2];
  return [at(0), at(1), at(2)];
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
