/** Shares of the ground's light told apart, and up to which one a darker place is a shadow's at all. */
const STEPS = 32;
const LAST = 28;
/** What is left of a frame's count by the next. */
const KEPT = 0.97;
/** Until shadows were seen, they may be of any depth from this share of the light on; as if so many had been. */
const USUAL_FROM = 14;
const USUAL_COUNT = 20;
/** Density at which a depth is as usual as any. */
const COMMON = 1 / 12;

/** How dark shadows are here, learnt from ground beside people that is darker than it was a moment ago and of the same hue. */
export class ShadowDepths {
  readonly #counts = new Float32Array(STEPS + 2);
  #total = 0;

  constructor() {
    this.#counts.fill(USUAL_COUNT, USUAL_FROM + 1, LAST + 2);
    this.#total = USUAL_COUNT * (LAST + 1 - USUAL_FROM);
  }

  fade(): void {
    for (let i = 0; i < this.#counts.length; i++) this.#counts[i]! *= KEPT;
    this.#total *= KEPT;
  }

  /** @param share of the light the ground had without the shadow, 0 to 1 */
  add(share: number): void {
    const step = (share * STEPS) | 0;
    if (step > LAST) return;
    this.#counts[step + 1]! += 1;
    this.#total += 1;
  }

  /** How usual it is for a shadow to leave this share of the light, 0 to 1. */
  usual(share: number): number {
    const at = Math.max(0, Math.min(LAST, (share * STEPS) | 0)) + 1;
    const smooth = (this.#counts[at - 1]! + 2 * this.#counts[at]! + this.#counts[at + 1]!) / 4;
    return Math.min(1, smooth / (COMMON * this.#total));
  }
}
