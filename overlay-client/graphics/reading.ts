import type { Point } from '../../protocol/index.js';
import type { GroundView } from './ground.js';

/** Which way letters run on the ground so that the camera reads them, and how narrow they are made. */
export interface Orientation {
  /** Unit offsets on the ground: along the line of text, and up its letters. */
  readonly right: Point;
  readonly up: Point;
  /** Width of the letters as a share of their natural one. */
  readonly narrow: number;
}

/** The camera must look this far past the line of text before letters turn round: sine of the angle in the picture. */
const TURN_PAST = 0.2;
/** Letters lie flat and are seen at a slant: made narrow in these steps, they look natural, and do not change with every breath of the camera. */
const NARROW = [1, 0.8, 0.64, 0.5, 0.4] as const;
/** A step is left once another fits better by this factor. */
const HOLD = 1.2;
/** Metres over which the ground is felt. */
const REACH_M = 0.5;

/** Decides how text lies, with enough inertia that it never flickers. */
export class Reading {
  #turned: boolean | undefined;
  #narrow: number | undefined;

  /**
   * Once a frame.
   * @param at where the text lies, ground. @param along unit offset: text runs along it, or against it.
   * @returns undefined where that place is behind the camera.
   */
  step(view: GroundView, at: Point, along: Point): Orientation | undefined {
    const aside = { x: -along.y, y: along.x };
    const forward = offset(view, at, along);
    const left = offset(view, at, aside);
    if (!forward || !left) return undefined;
    const length = Math.hypot(forward.x, forward.y) || 1;
    const lean = forward.x / length;
    if (this.#turned === undefined) this.#turned = lean < 0;
    else if (Math.abs(lean) > TURN_PAST) this.#turned = lean < 0;
    const natural = Math.hypot(left.x, left.y) / length;
    if (this.#narrow === undefined || this.#narrow > natural * HOLD || this.#narrow < natural / HOLD) this.#narrow = nearest(natural);
    const sign = this.#turned ? -1 : 1;
    // Seen from above, up is left of the text; on a picture whose ground is mirrored it is right of it.
    const upright = forward.x * left.y - forward.y * left.x < 0 ? sign : -sign;
    return {
      right: { x: along.x * sign, y: along.y * sign },
      up: { x: aside.x * upright, y: aside.y * upright },
      narrow: this.#narrow,
    };
  }
}

/** Where a short ground offset leads in the picture. */
function offset(view: GroundView, at: Point, by: Point): Point | undefined {
  const ahead = { x: at.x + by.x * REACH_M, y: at.y + by.y * REACH_M };
  if (!view.isVisible(at) || !view.isVisible(ahead)) return undefined;
  const a = view.project(at);
  const b = view.project(ahead);
  return { x: b.x - a.x, y: b.y - a.y };
}

function nearest(natural: number): number {
  return NARROW.reduce<number>(
    (best, step) => (Math.abs(Math.log(step / natural)) < Math.abs(Math.log(best / natural)) ? step : best),
    NARROW[0],
  );
}
