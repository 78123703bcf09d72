import { apply, type Box, type LumaPicture, type Mat3, type Point } from '../../protocol/index.js';
import { boxOf, type Placement, placementOf, settled, TargetModel } from './target-model.js';

/** Larger and smaller are tried in turn, at a small handicap. */
const SCALE_STEP = 1.04;
const SCALE_HANDICAP = 0.985;
/** Share of the last step in the velocity. */
const VELOCITY_RATE = 0.5;
/** A frame's share in what response and likeness usually are. */
const USUAL_RATE = 0.05;
/** Seen: response and likeness are at least this much of the usual; fully believed from the second pair on. */
const SEEN = { response: 0.35, likeness: 0.7 };
const SURE = { response: 0.6, likeness: 0.9 };
/** Taken back after a loss, where it should be and elsewhere. */
const NEAR = { response: 0.6, likeness: 0.85 };
const FAR = { response: 0.65, likeness: 0.88 };
/** Frames it may hide before it is looked for. */
const PATIENCE = 2;
/** Windows looked into a frame while it is lost, and how far apart they lie, in sizes. */
const WINDOWS = 3;
const STRIDE = 1.2;
/** What a second unseen leaves of velocity and of confidence. */
const COAST = { velocity: 0.5, confidence: 0.1 };
/** Share of a well seen step in the velocity that is kept while it hides. */
const COAST_RATE = 0.15;

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
  /** The same over some frames and from sure sights only: what it goes on with while it hides. */
  #coast: Point = { x: 0, y: 0 };
  /** Next window of the search, and the ring at which it begins again. */
  #next = 1;
  #ring = 1;

  constructor(picture: LumaPicture, box: Box) {
    this.#at = placementOf(box);
    this.#model.look(picture, this.#at, this.#at.centre, 1);
    this.#model.learn(this.#at, 1);
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
   * @param seconds since the frame before.
   * @returns whether it was seen.
   */
  step(picture: LumaPicture, motion: Mat3 | null, seconds: number): boolean {
    this.#frame++;
    const carried = motion ? apply(motion, this.#at.centre) : this.#at.centre;
    const expected = { ...this.#at, centre: { x: carried.x + this.#velocity.x, y: carried.y + this.#velocity.y } };
    if (this.#unseen <= PATIENCE) {
      const sight = this.#track(picture, expected);
      if (this.#accept(picture, sight, carried)) return true;
    }
    return this.#miss(picture, carried, seconds);
  }

  /** The target near where it is expected, at its size or a little larger or smaller. */
  #track(picture: LumaPicture, expected: Placement): Sight {
    const model = this.#model;
    model.look(picture, expected, expected.centre, 1);
    const peak = model.respond(expected, 1);
    const here = { ...expected, centre: { x: expected.centre.x + peak.dx, y: expected.centre.y + peak.dy } };
    const scale = this.#frame % 2 === 0 ? SCALE_STEP : 1 / SCALE_STEP;
    model.look(picture, here, here.centre, scale);
    const other = model.respond(here, scale);
    if (other.value * SCALE_HANDICAP <= peak.value) return { at: here, value: peak.value };
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
    if (this.#seen > 0 && (value < SEEN.response || like < SEEN.likeness)) return false;
    this.#unseen = 0;
    this.#confidence = Math.max(0, Math.min(1, value));
    const trust = Math.min(
      1,
      (value - SEEN.response) / (SURE.response - SEEN.response),
      (like - SEEN.likeness) / (SURE.likeness - SEEN.likeness),
    );
    const step = { x: at.centre.x - carried.x, y: at.centre.y - carried.y };
    this.#velocity = towards(this.#velocity, step, VELOCITY_RATE);
    this.#coast = towards(this.#coast, step, this.#seen < 5 ? VELOCITY_RATE : COAST_RATE * trust);
    this.#at = model.refine(at);
    model.learn(this.#at, trust);
    this.#seen++;
    const rate = Math.max(USUAL_RATE, 1 / this.#seen);
    usual.value += rate * (sight.value - usual.value);
    usual.likeness += rate * (likeness - usual.likeness);
    return true;
  }

  /** Not seen: goes on as expected for a moment, and looks around. */
  #miss(picture: LumaPicture, carried: Point, seconds: number): boolean {
    if (this.#unseen++ === 0) {
      this.#next = 1;
      this.#ring = 1;
    }
    this.#confidence *= COAST.confidence ** seconds;
    const left = COAST.velocity ** seconds;
    this.#coast = { x: left * this.#coast.x, y: left * this.#coast.y };
    this.#velocity = this.#coast;
    const { width, height } = picture;
    const within = (v: number, most: number) => Math.max(0, Math.min(most, v));
    this.#at = { ...this.#at, centre: { x: within(carried.x + this.#coast.x, width), y: within(carried.y + this.#coast.y, height) } };
    if (this.#unseen <= PATIENCE) return false;
    if (this.#regain(picture, this.#at, NEAR)) return true;
    const stride = STRIDE * this.#at.size;
    const reach = Math.ceil(Math.max(width, height) / stride);
    for (let n = 0; n < WINDOWS; ) {
      const [i, j] = spiral(this.#next++);
      if (Math.max(Math.abs(i), Math.abs(j)) > this.#ring) {
        // Begins again in the middle and goes twice as far: it is most likely near, but may be anywhere.
        this.#ring = this.#ring >= reach ? 1 : Math.min(reach, 2 * this.#ring);
        this.#next = 1;
        continue;
      }
      const centre = { x: this.#at.centre.x + i * stride, y: this.#at.centre.y + j * stride };
      if (centre.x < 0 || centre.y < 0 || centre.x >= width || centre.y >= height) continue;
      n++;
      if (this.#regain(picture, { ...this.#at, centre }, FAR)) return true;
    }
    return false;
  }

  #regain(picture: LumaPicture, where: Placement, least: typeof NEAR): boolean {
    const model = this.#model;
    model.look(picture, where, where.centre, 1);
    const first = model.respond(where, 1);
    if (first.value < 0.5 * least.response * this.#usual.value) return false;
    const at = { ...where, centre: { x: where.centre.x + first.dx, y: where.centre.y + first.dy } };
    model.look(picture, at, at.centre, 1);
    const again = model.respond(at, 1);
    if (again.value < least.response * this.#usual.value || model.likeness(at) < least.likeness * this.#usual.likeness) return false;
    this.#at = at;
    this.#velocity = { x: 0, y: 0 };
    this.#coast = { x: 0, y: 0 };
    this.#unseen = 0;
    this.#confidence = Math.min(1, again.value / this.#usual.value);
    return true;
  }
}

function towards(from: Point, to: Point, rate: number): Point {
  return { x: from.x + rate * (to.x - from.x), y: from.y + rate * (to.y - from.y) };
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
