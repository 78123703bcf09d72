import { SETTINGS } from './settings.js';
import type { Box } from '../../protocol/index.js';

/** Noise of one coordinate of boxes, in units of the box's height. */
export interface AxisNoise {
  /** Variance of a measurement, heights². */
  measured: number;
  /** Spectral density of the acceleration's noise, heights² / s³. */
  acceleration: number;
}

/** Centre, width and height of a box as a filter sees them. */
export const AXES = ['x', 'y', 'width', 'height'] as const;
export type BoxNoise = Record<(typeof AXES)[number], AxisNoise>;

/** Four sightings one after the other, oldest first, in the current picture; `dtS` between any two of them. */
export interface FourSightings {
  readonly boxes: readonly [Box, Box, Box, Box];
  readonly dtS: number;
}

/**
 * How much a detector's boxes jitter and how suddenly its subjects move, learnt from the boxes alone.
 *
 * Second differences of positions that jitter by variance R, of a body under white acceleration of density q, sampled each dt, have variance
 * c0 = 6R + ⅔ q dt³ and covariance with the one before c1 = −4R + ⅙ q dt³. So R = (c0 − 4 c1) / 22 and q dt³ = 12/11 (c0 + 3/2 c1).
 */
export class NoiseEstimate {
  readonly noise: BoxNoise;
  readonly #sums: Record<(typeof AXES)[number], { jitter: number; moves: number; scale: number }>;
  #weight: number;
  readonly #memory: number;

  constructor(first: BoxNoise, s: { weight: number; memory: number }) {
    const copy = (of: AxisNoise) => ({ measured: of.measured, acceleration: of.acceleration });
    this.noise = { x: copy(first.x), y: copy(first.y), width: copy(first.width), height: copy(first.height) };
    const sums = (of: AxisNoise) => ({ jitter: of.measured * s.weight, moves: of.acceleration * s.weight, scale: 0 });
    this.#sums = { x: sums(first.x), y: sums(first.y), width: sums(first.width), height: sums(first.height) };
    this.#weight = s.weight;
    this.#memory = s.memory;
  }

  add({ boxes, dtS }: FourSightings): void {
    const size = (boxes[1].height + boxes[2].height) / 2;
    const keep = 1 - 1 / this.#memory;
    this.#weight = this.#weight * keep + 1;
    for (const axis of AXES) {
      const [a, b, c, d] = boxes.map((box) => along(box, axis) / size);
      const before = c - 2 * b + a;
      const now = d - 2 * c + b;
      const sum = this.#sums[axis];
      const noise = this.noise[axis];
      // What is far out of the ordinary is another person's box, not jitter.
      const ordinary = 9 * (6 * noise.measured + (2 / 3) * noise.acceleration * dtS ** 3) + 1e-9;
      const scale = Math.min(1, ordinary / Math.max(before * before, now * now, 1e-12));
      const c0 = (scale * (before * before + now * now)) / 2;
      const c1 = scale * before * now;
      sum.jitter = sum.jitter * keep + (c0 - 4 * c1) / 22;
      sum.moves = sum.moves * keep + ((12 / 11) * (c0 + 1.5 * c1)) / dtS ** 3;
      noise.measured = Math.max(sum.jitter / this.#weight, 1e-7) * SETTINGS.kR;
      noise.acceleration = Math.max(sum.moves / this.#weight, 1e-3) * SETTINGS.kQ;
    }
  }
}

function along(box: Box, axis: (typeof AXES)[number]): number {
  switch (axis) {
    case 'x':
      return box.x + box.width / 2;
    case 'y':
      return box.y + box.height / 2;
    case 'width':
      return box.width;
    case 'height':
      return box.height;
  }
}
