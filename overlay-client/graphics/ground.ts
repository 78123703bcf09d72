import {
  apply,
  bend,
  bendSlope,
  type CameraPose,
  depth,
  determinant,
  invert,
  type Lens,
  lensOf,
  type Mat3,
  multiply,
  type Point,
  type Size,
  unbend,
} from '../../protocol/index.js';
import { type Band, clipPolygon, type Station } from './bands.js';

/** What lies nearer than this share of the depth at the picture's bottom edge is behind or under the camera: never visible. */
const NEAR_SHARE = 0.05;
/** How far a drawn chord may lie from the curve that a lens makes of a straight line, picture pixels. */
const SAG_PX = 0.2;
/** Beyond what the picture shows, straight lines are followed by this share of its width. */
const RIM_SHARE = 0.1;

/** One frame's view of the ground: projects what lies in front of the camera and cuts off what does not. */
export class GroundView {
  readonly #matrix: Mat3;
  /** +1 or -1: the sign of `depth` in front of the camera (a homography is known up to its sign only). */
  readonly #front: number;
  readonly #near: number;
  readonly #areaFactor: number;
  /** Where the picture shows bent what is straight. */
  readonly lens: Lens | undefined;
  /** The same view by a camera without the lens; itself where that bends nothing. */
  readonly straight: GroundView;
  /** How far beyond the picture's edges that camera would show what is in it, pixels. */
  readonly rimPx: number;
  /** What that camera would show of it, from the first corner. */
  readonly #reach: Size;

  private constructor(matrix: Mat3, front: number, near: number, picture: Size, lens?: Lens) {
    this.#matrix = matrix;
    this.#front = front;
    this.#near = near;
    this.#areaFactor = Math.abs(determinant(matrix));
    this.lens = lens;
    this.straight = lens ? new GroundView(matrix, front, near, picture) : this;
    this.rimPx = lens ? rimOf(lens, picture) : 0;
    this.#reach = { width: picture.width + 2 * this.rimPx, height: picture.height + 2 * this.rimPx };
  }

  /** @returns undefined when the pose shows no ground (singular, or not finite). */
  static of(pose: CameraPose, picture: Size): GroundView | undefined {
    if (!pose.groundToImage.every(Number.isFinite)) return undefined;
    const inverse = invert(pose.groundToImage);
    if (!inverse) return undefined;
    const lens = pose.lens && lensOf(pose.lens, picture);
    // At the bottom of the picture the ground is surely in front of the camera; three places outvote one beside the ground.
    let votes = 0;
    let nearest = Number.POSITIVE_INFINITY;
    for (const share of [0.1, 0.5, 0.9]) {
      const pixel = { x: picture.width * share, y: picture.height };
      const d = depth(pose.groundToImage, apply(inverse, lens ? unbend(lens, pixel) : pixel));
      if (!Number.isFinite(d)) continue;
      votes += Math.sign(d);
      nearest = Math.min(nearest, Math.abs(d));
    }
    if (votes === 0 || !Number.isFinite(nearest)) return undefined;
    return new GroundView(pose.groundToImage, Math.sign(votes), nearest * NEAR_SHARE, picture, lens);
  }

  /** Depth in front of the camera, in the pose's own scale; negative behind it. */
  #depth(ground: Point): number {
    return depth(this.#matrix, ground) * this.#front;
  }

  isVisible(ground: Point): boolean {
    return this.#depth(ground) > this.#near;
  }

  /** Continuous picture pixels; only for points that are {@link isVisible}. */
  project(ground: Point): Point {
    const straight = apply(this.#matrix, ground);
    return this.lens ? bend(this.lens, straight) : straight;
  }

  /** A band of the straight view as it is seen: curved where a lens bends it. */
  bent(band: Band): Band {
    const { lens } = this;
    if (!lens) return band;
    const { a, b, halfA, halfB } = band;
    const steps = this.#steps(a, b);
    const at = (share: number): Station => {
      const straight = between(a, b, share);
      return { at: bend(lens, straight), half: (halfA + (halfB - halfA) * share) * magnification(lens, straight) };
    };
    const [from, to] = [at(0), at(1)];
    const via = Array.from({ length: steps - 1 }, (_, i) => at((i + 1) / steps));
    return { a: from.at, b: to.at, halfA: from.half, halfB: to.half, via };
  }

  /** Into how many chords a straight line is cut so that none lies off its curve. */
  #steps(a: Point, b: Point): number {
    if (!this.lens) return 1;
    const { k1, k2, reach, radiusPx } = this.lens;
    // The steepest second derivative of the bending, per pixel, out to the corners.
    const curvature = (6 * Math.abs(k1) * reach + 20 * Math.abs(k2) * reach ** 3) / radiusPx;
    return Math.max(1, Math.ceil(Math.hypot(b.x - a.x, b.y - a.y) * Math.sqrt(curvature / (8 * SAG_PX))));
  }

  /** The part of a ground polygon in front of the camera, in its own order; empty when none is. */
  clip(polygon: readonly Point[]): Point[] {
    const out: Point[] = [];
    for (const [i, a] of polygon.entries()) {
      const b = polygon[(i + 1) % polygon.length]!;
      const da = this.#depth(a) - this.#near;
      const db = this.#depth(b) - this.#near;
      if (da > 0) out.push(a);
      if (da > 0 !== db > 0) out.push(between(a, b, da / (da - db)));
    }
    return out;
  }

  /** Corners of what is seen of a ground polygon, picture pixels as x, y pairs; empty when nothing is. */
  outline(polygon: readonly Point[]): number[] {
    if (this.lens) return this.#bentOutline(this.straight.outline(polygon), this.lens);
    return this.clip(polygon).flatMap((point) => {
      const { x, y } = this.project(point);
      return [x, y];
    });
  }

  /** Straight in the straight view is curved in the picture: edges are cut into chords, after what lies far outside was cut away. */
  #bentOutline(straight: readonly number[], lens: Lens): number[] {
    const rim = this.rimPx;
    const { width, height } = this.#reach;
    const inside = clipPolygon(
      straight.map((value) => value + rim),
      width,
      height,
    );
    const out: number[] = [];
    for (let i = 0; i < inside.length; i += 2) {
      const j = (i + 2) % inside.length;
      const a = { x: inside[i]! - rim, y: inside[i + 1]! - rim };
      const b = { x: inside[j]! - rim, y: inside[j + 1]! - rim };
      const steps = this.#steps(a, b);
      for (let step = 0; step < steps; step++) {
        const { x, y } = bend(lens, between(a, b, step / steps));
        out.push(x, y);
      }
    }
    return out;
  }

  /** Plane → straight view, for a plane laid on the ground by `toGround`. */
  through(toGround: Mat3): Mat3 {
    return multiply(this.#matrix, toGround);
  }

  /** The part of a ground segment in front of the camera as shares of its length, or undefined when none is. */
  visibleShare(a: Point, b: Point): { from: number; to: number } | undefined {
    const da = this.#depth(a) - this.#near;
    const db = this.#depth(b) - this.#near;
    if (da <= 0 && db <= 0) return undefined;
    const cut = da / (da - db);
    return { from: da <= 0 ? cut : 0, to: db <= 0 ? cut : 1 };
  }

  /** Picture pixels of one ground unit around a point, the same in all directions: the root of the mapping's change of area. */
  scaleAt(ground: Point): number {
    const straight = Math.sqrt(this.#areaFactor / Math.abs(this.#depth(ground)) ** 3);
    return this.lens ? straight * magnification(this.lens, apply(this.#matrix, ground)) : straight;
  }

  /** Image length of a short ground offset around a point: half of both directions together. */
  imageScale(at: Point, offset: Point): number {
    const ahead = { x: at.x + offset.x, y: at.y + offset.y };
    const behind = { x: at.x - offset.x, y: at.y - offset.y };
    if (!this.isVisible(ahead) || !this.isVisible(behind)) return 0;
    const p = this.project(ahead);
    const q = this.project(behind);
    return Math.hypot(p.x - q.x, p.y - q.y) / 2;
  }
}

/** How much larger the lens shows things there: the root of its change of area. */
function magnification(lens: Lens, straight: Point): number {
  const [a, b, c, d] = bendSlope(lens, straight);
  return Math.sqrt(Math.abs(a * d - b * c));
}

function rimOf(lens: Lens, { width, height }: Size): number {
  const [corner, left, top] = [
    { x: 0, y: 0 },
    { x: 0, y: height / 2 },
    { x: width / 2, y: 0 },
  ].map((at) => unbend(lens, at));
  return RIM_SHARE * width - Math.min(0, corner?.x ?? 0, corner?.y ?? 0, left?.x ?? 0, top?.y ?? 0);
}

/** A point between two others. */
export function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}
