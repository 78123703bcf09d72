import { apply, type Box, type LumaPicture, type Mat3, type Point } from '../../protocol/index.js';
import { boxOf, type Placement, placementOf, TargetModel } from './target-model.js';

export const F = { scaleStep: 1.04, scalePenalty: 0.985, damp: 0.5 };

/** Follows one thing by its look. Pixels of the pictures handed in. */
export class Follower {
  readonly #model = new TargetModel();
  #at: Placement;
  velocity: Point = { x: 0, y: 0 };
  stats = { value: 1, sharpness: 0, like: 1, sure: 0 };

  constructor(picture: LumaPicture, box: Box) {
    this.#at = placementOf(box);
    this.#model.look(picture, this.#at, this.#at.centre, 1);
    this.#model.learn(this.#at);
  }

  confidence = 1;

  step(picture: LumaPicture, motion: Mat3 | null): boolean {
    this.move(picture, motion);
    return true;
  }

  get box(): Box {
    return boxOf(this.#at);
  }

  move(picture: LumaPicture, motion: Mat3 | null): Box {
    const model = this.#model;
    const carried = motion ? apply(motion, this.#at.centre) : this.#at.centre;
    let at = { ...this.#at, centre: { x: carried.x + this.velocity.x, y: carried.y + this.velocity.y } };
    model.look(picture, at, at.centre, 1);
    const first = model.respond(at, 1);
    at = { ...at, centre: { x: at.centre.x + first.dx, y: at.centre.y + first.dy } };
    let best = { peak: first, value: 0, scale: 1 };
    for (const scale of [1, F.scaleStep, 1 / F.scaleStep]) {
      model.look(picture, at, at.centre, scale);
      const peak = model.respond(at, scale);
      const value = peak.value * (scale === 1 ? 1 : F.scalePenalty);
      if (value > best.value) best = { peak, value, scale };
    }
    at = { ...at, size: at.size * best.scale, centre: { x: at.centre.x + best.peak.dx, y: at.centre.y + best.peak.dy } };
    model.look(picture, at, at.centre, 1);
    const like = model.likeness(at);
    const refined = model.refine(at);
    const now = refined.placement;
    this.stats = { value: best.peak.value, sharpness: best.peak.sharpness, like, sure: refined.sure };
    this.velocity = {
      x: (1 - F.damp) * this.velocity.x + F.damp * (now.centre.x - carried.x),
      y: (1 - F.damp) * this.velocity.y + F.damp * (now.centre.y - carried.y),
    };
    this.#at = now;
    model.look(picture, now, now.centre, 1);
    model.learn(now);
    return this.box;
  }
}
