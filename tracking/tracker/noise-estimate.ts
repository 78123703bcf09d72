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
/** Movement is looked for over steps at least this long: between two frames jitter drowns it. */
const STEP_S = 0.2;
/** Second differences this many standard deviations out are cut: another person's box, not jitter. */
const CUT = 3;
/** Nothing is still and exact; keeps the filter's divisions sound. */
const LEAST_MEASURED = 1e-7;
const LEAST_ACCELERATION = 1e-3;

/**
 * How much a detector's boxes jitter and how suddenly its subjects move, learnt from sightings while tracking.
 *
 * Positions sampled every dt, jittering by variance R, of a body under white acceleration of density q: their second differences have variance
 * c0 = 6 R + ⅔ q dt³ and covariance with the one before c1 = −4 R + ⅙ q dt³. So R = (c0 − 4 c1) / 22: jitter shows in that neighbouring differences
 * go against each other. (The idea of reading noise off the autocovariance is Mehra's, 1970.) And q = (c0 − 6 R) · 3/2 / dt³, over longer steps.
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

  /** @param recent sightings of one subject in a row; four that are evenly spaced in time tell of jitter */
  learnJitter([a, b, c, d]: readonly Sighting[]): void {
    if (!d || !even(a, b, c) || !even(b, c, d)) return;
    const dtS = (d.atUs - a.atUs) / 3 / US_PER_SECOND;
    for (const axis of this.#axes) axis.learnJitter(a.box, b.box, c.box, d.box, dtS * dtS * dtS);
  }

  /** @param steps sightings of one subject {@link isStep} apart; three that are evenly spaced tell of movement */
  learnMovement([a, b, c]: readonly Sighting[]): void {
    if (!c || !even(a, b, c)) return;
    const stepS = (c.atUs - a.atUs) / 2 / US_PER_SECOND;
    for (const axis of this.#axes) axis.learnMovement(a.box, b.box, c.box, stepS);
  }
}

/** Far enough apart in time to tell movement. */
export function isStep(from: MediaTimeUs, to: MediaTimeUs): boolean {
  return to - from >= STEP_S * US_PER_SECOND;
}

function even(a: Sighting, b: Sighting, c: Sighting): boolean {
  return Math.abs(c.atUs - 2 * b.atUs + a.atUs) <= (UNEVEN * (c.atUs - a.atUs)) / 2;
}

/** One coordinate's estimate: exponentially forgotten means. */
class LearntAxis implements AxisNoise {
  measured: number;
  acceleration: number;
  readonly #axis: (typeof AXES)[number];
  readonly #keep: number;
  readonly #jitter: { sum: number; weight: number };
  readonly #movement: { sum: number; weight: number };

  constructor(axis: (typeof AXES)[number], first: AxisNoise, weight: number, keep: number) {
    this.#axis = axis;
    this.#keep = keep;
    this.measured = first.measured;
    this.acceleration = first.acceleration;
    this.#jitter = { sum: first.measured * weight, weight };
    this.#movement = { sum: first.acceleration * weight, weight };
  }

  learnJitter(a: Box, b: Box, c: Box, d: Box, dt3: number): void {
    const before = secondDifference(a, b, c, this.#axis);
    const now = secondDifference(b, c, d, this.#axis);
    const most = CUT * CUT * (6 * this.measured + (2 / 3) * this.acceleration * dt3);
    const cut = Math.min(1, most / Math.max(before * before, now * now, Number.MIN_VALUE));
    const jitter = (cut * ((before * before + now * now) / 2 - 4 * before * now)) / 22;
    this.measured = Math.max(this.#mean(this.#jitter, jitter), LEAST_MEASURED);
  }

  learnMovement(a: Box, b: Box, c: Box, stepS: number): void {
    const difference = secondDifference(a, b, c, this.#axis);
    const step3 = stepS * stepS * stepS;
    const square = Math.min(difference * difference, CUT * CUT * (6 * this.measured + (2 / 3) * this.acceleration * step3));
    this.acceleration = Math.max(this.#mean(this.#movement, ((square - 6 * this.measured) * 1.5) / step3), LEAST_ACCELERATION);
  }

  #mean(of: { sum: number; weight: number }, value: number): number {
    of.weight = of.weight * this.#keep + 1;
    of.sum = of.sum * this.#keep + value;
    return of.sum / of.weight;
  }
}

/** Of three boxes in a row, heights. */
function secondDifference(a: Box, b: Box, c: Box, axis: (typeof AXES)[number]): number {
  return (along(c, axis) - 2 * along(b, axis) + along(a, axis)) / b.height;
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
