import { apply, type CameraPose, depth, determinant, invert, type Mat3, multiply, type Point, type Size } from '../../protocol/index.js';

/** What lies nearer than this share of the depth at the picture's bottom edge is behind or under the camera: never visible. */
const NEAR_SHARE = 0.05;

/** One frame's view of the ground: projects what lies in front of the camera and cuts off what does not. */
export class GroundView {
  readonly #matrix: Mat3;
  /** +1 or -1: the sign of `depth` in front of the camera (a homography is known up to its sign only). */
  readonly #front: number;
  readonly #near: number;
  readonly #areaFactor: number;

  private constructor(matrix: Mat3, front: number, near: number) {
    this.#matrix = matrix;
    this.#front = front;
    this.#near = near;
    this.#areaFactor = Math.abs(determinant(matrix));
  }

  /** @returns undefined when the pose shows no ground (singular, or not finite). */
  static of(pose: CameraPose, picture: Size): GroundView | undefined {
    if (!pose.groundToImage.every(Number.isFinite)) return undefined;
    const inverse = invert(pose.groundToImage);
    if (!inverse) return undefined;
    // At the bottom of the picture the ground is surely in front of the camera; three places outvote one beside the ground.
    let votes = 0;
    let nearest = Number.POSITIVE_INFINITY;
    for (const share of [0.1, 0.5, 0.9]) {
      const pixel = { x: picture.width * share, y: picture.height };
      const d = depth(pose.groundToImage, apply(inverse, pixel));
      if (!Number.isFinite(d)) continue;
      votes += Math.sign(d);
      nearest = Math.min(nearest, Math.abs(d));
    }
    if (votes === 0 || !Number.isFinite(nearest)) return undefined;
    return new GroundView(pose.groundToImage, Math.sign(votes), nearest * NEAR_SHARE);
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
    return apply(this.#matrix, ground);
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

  /** Corners of what is seen of a ground polygon, picture pixels as x, y pairs; empty when nothing is. Straight on the ground is straight in the picture. */
  outline(polygon: readonly Point[]): number[] {
    return this.clip(polygon).flatMap((point) => {
      const { x, y } = this.project(point);
      return [x, y];
    });
  }

  /** Plane → picture, for a plane laid on the ground by `toGround`. */
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
    return Math.sqrt(this.#areaFactor / Math.abs(this.#depth(ground)) ** 3);
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

/** A point between two others. */
export function between(a: Point, b: Point, share: number): Point {
  return { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
}
