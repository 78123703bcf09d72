import { type Box, CourseGeometry, type Point } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { GroundPaint } from '../ground-paint.js';
import { corners, type GroundQuad, picturePieces } from '../ground-picture.js';
import { GroundSight } from '../ground-sight.js';
import { IMAGE_BORDER } from '../images.js';
import type { Part } from '../part.js';
import { type Orientation, Reading } from '../reading.js';
import type { GroundLogoData } from './manifest.js';

/** A picture painted on the ground. */
export class GroundLogo implements Graphic<GroundLogoData> {
  readonly #env: GraphicEnvironment;
  readonly #sight = new GroundSight();
  readonly #reading = new Reading();
  readonly #paint: GroundPaint;
  readonly #course: CourseGeometry | null;
  #lies: Orientation | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#paint = new GroundPaint(env, `${env.id}/picture`);
    this.#course = env.scene.course && new CourseGeometry(env.scene.course);
  }

  advance({ frame, elapsedUs, data }: Moment<GroundLogoData>): void {
    const view = this.#sight.step(frame, elapsedUs);
    const { middle, along } = this.#at(data);
    if (view) this.#lies = this.#reading.step(view, middle, along) ?? this.#lies;
  }

  #at(data: GroundLogoData): { middle: Point; along: Point } {
    const turn = (data.rotationDeg * Math.PI) / 180;
    const course = this.#course;
    if (data.place === 'ground' || !course) return { middle: { x: data.x, y: data.y }, along: { x: Math.cos(turn), y: Math.sin(turn) } };
    const alongM = course.course.startM + data.distanceM;
    const [before, after] = [course.pointAt(alongM - 0.5, data.acrossM), course.pointAt(alongM + 0.5, data.acrossM)];
    const heading = Math.atan2(after.y - before.y, after.x - before.x) + turn;
    return { middle: course.pointAt(alongM, data.acrossM), along: { x: Math.cos(heading), y: Math.sin(heading) } };
  }

  draw({ frame, data, presence }: Moment<GroundLogoData>): readonly Part[] {
    const { view } = this.#sight;
    const image = data.image === '' ? undefined : this.#env.images.get(data.image);
    const opacity = this.#sight.opacity * presence * data.opacity;
    const lies = this.#lies;
    if (!view || !image || !lies || opacity <= 0) return [];
    const { middle, along } = this.#at(data);
    // Fixed, it lies as it was put, whichever way the camera reads it.
    const sign = data.turn === 'fixed' && lies.right.x * along.x + lies.right.y * along.y < 0 ? -1 : 1;
    const heightM = (data.widthM * image.height) / image.width;
    const quad = around(middle, lies, sign * data.widthM, sign * heightM);
    const seen = corners(quad);
    if (!seen.every((corner) => view.isVisible(corner))) return [];
    const [a, b, c, d] = seen.map((corner) => view.project(corner));
    if (!a || !b || !c || !d) return [];
    const level = image.level(Math.max(away(a, b), away(d, c)), Math.max(away(a, d), away(b, c)));
    // The level has a transparent border, which lies outside.
    const [w, h] = [level.width, level.height];
    const bordered = around(middle, lies, (sign * data.widthM * w) / (w - 2 * IMAGE_BORDER), (sign * heightM * h) / (h - 2 * IMAGE_BORDER));
    return this.#paint.draw(picturePieces(view, frame, level, bordered, opacity), frame);
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    this.#paint.destroy();
  }
}

function around({ x, y }: Point, { right, up }: Orientation, widthM: number, heightM: number): GroundQuad {
  return {
    corner: { x: x - (right.x * widthM + up.x * heightM) / 2, y: y - (right.y * widthM + up.y * heightM) / 2 },
    right: { x: right.x * widthM, y: right.y * widthM },
    up: { x: up.x * heightM, y: up.y * heightM },
  };
}

function away(a: Point, b: Point): number {
  return Math.hypot(a.x - b.x, a.y - b.y);
}
