import { apply, type Box, type LumaPicture, type Mat3, type Point } from '../../protocol/index.js';
import { boxOf, type Placement, placementOf, settled, TargetModel } from './target-model.js';

export const F = {
  scaleStep: 1.04,
  scalePenalty: 0.985,
  damp: 0.5,
  usual: 0.05,
  learn: 0.6,
  seen: 0.35,
  like: 0.7,
  learnLike: 0.9,
  near: 0.6,
  far: 0.75,
  nearLike: 0.85,
  farLike: 0.92,
  windows: 3,
  stride: 1.4,
  patience: 2,
};

/** What a look found. */
interface Sight {
  readonly at: Placement;
  /** Response of the filter. */
  readonly value: number;
}

/**
 * Follows one thing by its look, in pixels of the pictures handed in. What does not look like it is not learnt; when it is gone it is looked for
 * where it should be and, a few windows a frame, ever further around, and only taken back when it answers about as it used to.
 */
export class Follower {
  readonly #model = new TargetModel();
  #at: Placement;
  /** Pixels a frame, camera motion taken out. */
  #velocity: Point = { x: 0, y: 0 };
  /** What response and likeness are while it is seen. */
  #usual = { value: 0, likeness: 1 };
  #confidence = 1;
  #unseen = 0;
  #seen = 0;
  #frame = 0;
  /** Next window of the search. */
  #next = 1;
  stats = { value: 1, like: 1, rv: 1, rl: 1 };

  constructor(picture: LumaPicture, box: Box) {
    this.#at = placementOf(box);
    this.#model.look(picture, this.#at, this.#at.centre, 1);
    this.#model.learn(this.#at);
    this.#usual.value = this.#model.respond(this.#at, 1).value;
  }

  get box(): Box {
    return boxOf(this.#at);
  }

  get velocity(): Point {
    return this.#velocity;
  }

  /** 0 to 1. */
  get confidence(): number {
    return this.#confidence;
  }

  /**
   * One frame further.
   * @param motion pixels of the picture before → this one's, as the camera moved; null where that is not known.
   * @returns whether it was seen.
   */
  step(picture: LumaPicture, motion: Mat3 | null): boolean {
    this.#frame++;
    const carried = motion ? apply(motion, this.#at.centre) : this.#at.centre;
    const expected = { ...this.#at, centre: { x: carried.x + this.#velocity.x, y: carried.y + this.#velocity.y } };
    if (this.#unseen <= F.patience) {
      const sight = this.#track(picture, expected);
      if (this.#accept(picture, sight, carried)) return true;
    }
    return this.#miss(picture, expected);
  }

  /** The target near where it is expected, at its size or a little larger or smaller. */
  #track(picture: LumaPicture, expected: Placement): Sight {
    const model = this.#model;
    model.look(picture, expected, expected.centre, 1);
    const peak = model.respond(expected, 1);
    const here = { ...expected, centre: { x: expected.centre.x + peak.dx, y: expected.centre.y + peak.dy } };
    const scale = this.#frame % 2 === 0 ? F.scaleStep : 1 / F.scaleStep;
    model.look(picture, here, here.centre, scale);
    const other = model.respond(here, scale);
    if (other.value * F.scalePenalty <= peak.value) return { at: here, value: peak.value };
    return {
      at: { ...here, size: here.size * scale, centre: { x: here.centre.x + other.dx, y: here.centre.y + other.dy } },
      value: other.value,
    };
  }

  /** Takes a sight as the target if it looks like it; learns from it if it does so clearly. */
  #accept(picture: LumaPicture, sight: Sight, carried: Point): boolean {
    const model = this.#model;
    const at = settled(sight.at);
    model.look(picture, at, at.centre, 1);
    const likeness = model.likeness(at);
    const usual = this.#usual;
    const [value, like] = [sight.value / usual.value, likeness / usual.likeness];
    this.stats = { value: sight.value, like: likeness, rv: value, rl: like };
    if (this.#seen > 0 && (value < F.seen || like < F.like)) return false;
    this.#unseen = 0;
    this.#confidence = Math.max(0, Math.min(1, value));
    const d = F.damp;
    this.#velocity = {
      x: (1 - d) * this.#velocity.x + d * (at.centre.x - carried.x),
      y: (1 - d) * this.#velocity.y + d * (at.centre.y - carried.y),
    };
    this.#at = at;
    const trust = Math.min(1, (value - F.seen) / (F.learn - F.seen), (like - F.like) / (F.learnLike - F.like));
    this.#at = model.refine(at);
    model.learn(this.#at, trust);
    this.#seen++;
    const rate = Math.max(F.usual, 1 / this.#seen);
    usual.value += rate * (sight.value - usual.value);
    usual.likeness += rate * (likeness - usual.likeness);
    return true;
  }

  /** Not seen: goes on as expected for a moment, and looks around. */
  #miss(picture: LumaPicture, expected: Placement): boolean {
    this.#unseen++;
    if (this.#unseen === 1) this.#next = 1;
    this.#confidence *= 0.8;
    this.#velocity = { x: 0.8 * this.#velocity.x, y: 0.8 * this.#velocity.y };
    const { width, height } = picture;
    const clamp = (v: number, most: number) => Math.max(0, Math.min(most, v));
    this.#at = { ...expected, centre: { x: clamp(expected.centre.x, width), y: clamp(expected.centre.y, height) } };
    if (this.#unseen <= F.patience) return false;
    if (this.#regain(picture, this.#at, F.near, F.nearLike)) return true;
    const stride = F.stride * this.#at.size;
    const reach = Math.hypot(width, height) / stride;
    for (let n = 0; n < F.windows; n++) {
      const [i, j] = spiral(this.#next);
      this.#next = Math.max(Math.abs(i), Math.abs(j)) > reach ? 1 : this.#next + 1;
      const centre = { x: this.#at.centre.x + i * stride, y: this.#at.centre.y + j * stride };
      if (centre.x < 0 || centre.y < 0 || centre.x >= width || centre.y >= height) continue;
      if (this.#regain(picture, { ...this.#at, centre }, F.far, F.farLike)) return true;
    }
    return false;
  }

  #regain(picture: LumaPicture, where: Placement, least: number, leastLike: number): boolean {
    const model = this.#model;
    model.look(picture, where, where.centre, 1);
    const first = model.respond(where, 1);
    if (first.value < 0.5 * least * this.#usual.value) return false;
    const at = { ...where, centre: { x: where.centre.x + first.dx, y: where.centre.y + first.dy } };
    model.look(picture, at, at.centre, 1);
    const again = model.respond(at, 1);
    if (again.value < least * this.#usual.value || model.likeness(at) < leastLike * this.#usual.likeness) return false;
    this.#at = at;
    this.#velocity = { x: 0, y: 0 };
    this.#unseen = 0;
    this.#confidence = Math.min(1, again.value / this.#usual.value);
    return true;
  }
}

/** Cells of a square spiral about (0, 0): 0 is the middle, 1 to 8 the ring about it, and so on. */
export function spiral(n: number): readonly [number, number] {
  if (n === 0) return [0, 0];
  const ring = Math.ceil((Math.sqrt(n + 1) - 1) / 2);
  const side = 2 * ring;
  const k = n - (2 * ring - 1) ** 2;
  const along = k % side;
  switch (Math.floor(k / side)) {
    case 0:
      return [ring, along - ring + 1];
    case 1:
      return [ring - 1 - along, ring];
    case 2:
      return [-ring, ring - 1 - along];
    default:
      return [along - ring + 1, -ring];
  }
}
