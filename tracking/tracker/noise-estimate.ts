import type { Box, MediaTimeUs } from '../../protocol/index.js';
import { US_PER_SECOND } from '../../protocol/index.js';

/** Noise of one coordinate of boxes, in units of the box's height. */
export interface AxisNoise {
  /** Variance of a measurement, heights². */
  readonly measured: number;
  /** Spectral density of the acceleration's noise, heights² / s³. */
  readonly acceleration: number;
}

/** Centre, width and height, as a filter sees a box. */
const AXES = ['x', 'y', 'width', 'height'] as const;
export type BoxNoise = { readonly [axis in (typeof AXES)[number]]: AxisNoise };

/** One sighting of a subject, carried along by camera motion since. */
export interface Sighting {
  readonly box: Box;
  readonly atUs: MediaTimeUs;
}

/** Sightings must be as far apart as each other, but for this share. */
const UNEVEN = 0.2;
/** Second differences this many standard deviations out are cut: another person's box, not jitter. */
const CUT = 3;
/** Nothing is still and exact; keeps the filter's divisions sound. */
const LEAST_MEASURED = 1e-7;
const LEAST_ACCELERATION = 1e-3;

/**
 * How much a detector's boxes jitter and how suddenly its subjects move, learnt from consecutive sightings while tracking.
 *
 * Positions sampled every dt, jittering by variance R, of a body under white acceleration of density q: their second differences have variance
 * c0 = 6 R + ⅔ q dt³ and covariance with the one before c1 = −4 R + ⅙ q dt³. So R = (c0 − 4 c1) / 22 and q dt³ = (c0 + 3/2 c1) · 12/11: jitter
 * shows in that neighbouring differences go against each other, movement in that they do not. (The idea of reading noise off the autocovariance is
 * Mehra's, 1970.)
 */
export class NoiseEstimate {
  /** As learnt so far; what filters hold on to, it changes as they run. */
  readonly noise: BoxNoise;
  readonly #axes: readonly LearntAxis[];

  constructor(first: BoxNoise, weight: number, memory: number) {
    const learn = (axis: (typeof AXES)[number]) => new LearntAxis(axis, first[axis], weight, 1 - 1 / memory);
    const noise = { x: learn('x'), y: learn('y'), width: learn('width'), height: learn('height') };
    this.noise = noise;
    this.#axes = Object.values(noise);
  }

  /** @param sightings of one subject in a row, oldest first; those not evenly spaced in time tell nothing */
  learn([a, b, c, d]: readonly [Sighting, Sighting, Sighting, Sighting]): void {
    const dtUs = (d.atUs - a.atUs) / 3;
    for (const [from, to] of [
      [a, b],
      [b, c],
      [c, d],
    ]) {
      if (Math.abs(to.atUs - from.atUs - dtUs) > UNEVEN * dtUs) return;
    }
    const size = (b.box.height + c.box.height) / 2;
    for (const axis of this.#axes) axis.learn(a.box, b.box, c.box, d.box, size, dtUs / US_PER_SECOND);
  }
}

/** One coordinate's estimate: exponentially forgotten means. */
class LearntAxis implements AxisNoise {
  measured: number;
  acceleration: number;
  readonly #axis: (typeof AXES)[number];
  readonly #keep: number;
  #weight: number;
  #measuredSum: number;
  #accelerationSum: number;

  constructor(axis: (typeof AXES)[number], first: AxisNoise, weight: number, keep: number) {
    this.#axis = axis;
    this.#keep = keep;
    this.#weight = weight;
    this.measured = first.measured;
    this.acceleration = first.acceleration;
    this.#measuredSum = first.measured * weight;
    this.#accelerationSum = first.acceleration * weight;
  }

  learn(a: Box, b: Box, c: Box, d: Box, size: number, dtS: number): void {
    const axis = this.#axis;
    const [pa, pb, pc, pd] = [along(a, axis), along(b, axis), along(c, axis), along(d, axis)];
    const before = (pc - 2 * pb + pa) / size;
    const now = (pd - 2 * pc + pb) / size;
    const dt3 = dtS * dtS * dtS;
    const most = CUT * CUT * (6 * this.measured + (2 / 3) * this.acceleration * dt3);
    const cut = Math.min(1, most / Math.max(before * before, now * now, Number.MIN_VALUE));
    const c0 = (cut * (before * before + now * now)) / 2;
    const c1 = cut * before * now;
    this.#weight = this.#weight * this.#keep + 1;
    this.#measuredSum = this.#measuredSum * this.#keep + (c0 - 4 * c1) / 22;
    this.#accelerationSum = this.#accelerationSum * this.#keep + ((12 / 11) * (c0 + 1.5 * c1)) / dt3;
    this.measured = Math.max(this.#measuredSum / this.#weight, LEAST_MEASURED);
    this.acceleration = Math.max(this.#accelerationSum / this.#weight, LEAST_ACCELERATION);
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
