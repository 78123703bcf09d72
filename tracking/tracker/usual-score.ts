/** Evidence of one sighting: log-odds of its score, never more than a near certainty's. */
export function evidence(score: number): number {
  const p = Math.min(Math.max(score, 0.01), 0.99);
  return Math.log(p / (1 - p));
}

/** How sure a detector usually is of what it reports, learnt from sightings: detectors differ in what a score of 0.9 is worth. */
export class UsualScore {
  readonly #memory: number;
  #sum: number;
  #weight: number;

  /**
   * @param first mean evidence before anything is known, counting as `weight` sightings
   * @param memory sightings after which what was learnt is forgotten to 1/e
   */
  constructor(first: number, weight: number, memory: number) {
    this.#sum = first * weight;
    this.#weight = weight;
    this.#memory = memory;
  }

  /** Mean {@link evidence} of one sighting. */
  get evidence(): number {
    return this.#sum / this.#weight;
  }

  learn(score: number): void {
    const keep = 1 - 1 / this.#memory;
    this.#sum = this.#sum * keep + evidence(score);
    this.#weight = this.#weight * keep + 1;
  }
}
