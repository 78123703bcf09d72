import { type Box, CourseGeometry, type Point, type Size } from '../../../protocol/index.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { GroundView } from '../ground.js';
import { GroundPaint, type Piece } from '../ground-paint.js';
import { GroundSight } from '../ground-sight.js';
import { type GroundLine, GroundTexts } from '../ground-text.js';
import { clamp } from '../motion.js';
import type { Part } from '../part.js';
import { type Orientation, Reading } from '../reading.js';
import type { DistanceMarkersData } from './manifest.js';

/** Markers in the picture at once at most; beyond, every other is left out. */
const MARKERS_MAX = 60;
/** Further outside the picture than this nothing is laid out, share of the picture. */
const OUTSIDE = 0.3;
/** Figures seen flatter than the first, design units, cannot be read; from the second on they are whole. */
const FLAT = [6, 9] as const;
const TICK_M = 0.12;

/** Side of the course: -1 right, 0 on it, 1 left. */
type Sign = -1 | 0 | 1;

export class DistanceMarkers implements Graphic<DistanceMarkersData> {
  readonly #env: GraphicEnvironment;
  readonly #sight = new GroundSight();
  readonly #texts: GroundTexts;
  readonly #course: CourseGeometry | null;
  readonly #paints = new Map<string, GroundPaint>();
  readonly #readings = new Map<number, Reading>();
  readonly #lies = new Map<number, Orientation>();
  #near: -1 | 1 | undefined;
  #data: DistanceMarkersData | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#texts = new GroundTexts(env.text);
    this.#course = env.scene.course && new CourseGeometry(env.scene.course);
  }

  advance({ frame, elapsedUs, data }: Moment<DistanceMarkersData>): void {
    const view = this.#sight.step(frame, elapsedUs);
    if (data !== this.#data) {
      this.#data = data;
      this.#readings.clear();
      this.#lies.clear();
    }
    if (!view) return;
    for (const atM of this.#marks(data)) {
      const { place, along } = this.#at(atM, 0);
      if (!view.isVisible(place)) continue;
      let reading = this.#readings.get(atM);
      if (!reading) {
        reading = new Reading();
        this.#readings.set(atM, reading);
      }
      const lies = reading.step(view, place, along);
      if (lies) this.#lies.set(atM, lies);
      // The side whose edge is lower in the picture is nearer, as soon as it is clearly so.
      const [left, right] = [this.#at(atM, 1).place, this.#at(atM, -1).place];
      if (!view.isVisible(left) || !view.isVisible(right)) continue;
      const lower = view.project(left).y - view.project(right).y;
      if (this.#near === undefined || Math.abs(lower) > 20 * this.#env.theme.unit) this.#near = lower > 0 ? 1 : -1;
    }
  }

  /** Metres from the start of every mark there may be, a bounded number. */
  #marks(data: DistanceMarkersData): number[] {
    const { lengthM } = this.#env.race;
    const every = Math.max(data.everyM, lengthM / 400);
    const count = lengthM > 0 ? Math.floor(lengthM / every + 1e-9) : -1;
    return Array.from({ length: count + 1 }, (_, i) => (data.count === 'from' ? i * every : lengthM - i * every));
  }

  #at(atM: number, sign: number, beyondM = 0): { place: Point; along: Point } {
    const course = this.#course;
    if (!course) return { place: { x: 0, y: 0 }, along: { x: 1, y: 0 } };
    const alongM = course.course.startM + atM;
    const acrossM = sign * (course.course.widthM / 2 + beyondM);
    const place = course.pointAt(alongM, acrossM);
    const [before, after] = [course.pointAt(alongM - 0.5, acrossM), course.pointAt(alongM + 0.5, acrossM)];
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    return { place, along: { x: (after.x - before.x) / length, y: (after.y - before.y) / length } };
  }

  draw({ frame, data, presence }: Moment<DistanceMarkersData>): readonly Part[] {
    const { view } = this.#sight;
    const opacity = this.#sight.opacity * presence;
    if (!view || !this.#course || opacity <= 0) return [];
    const parts: Part[] = [];
    const drawn = new Set<string>();
    for (const sign of data.side === 'both' ? ([-1, 1] as const) : [this.#sideOf(data.side)]) {
      for (const atM of this.#seen(view, sign, data, frame)) {
        const lies = this.#lies.get(atM);
        if (!lies) continue;
        const key = `${this.#env.id}/${sign}/${atM}`;
        drawn.add(key);
        const paint = this.#paints.get(key) ?? new GroundPaint(this.#env, key);
        this.#paints.set(key, paint);
        parts.push(...paint.draw(this.#marker(atM, sign, lies, data, opacity, frame), frame));
      }
    }
    for (const [key, paint] of this.#paints) {
      if (drawn.has(key)) continue;
      paint.destroy();
      this.#paints.delete(key);
    }
    this.#texts.endFrame();
    return parts;
  }

  #sideOf(side: Exclude<DistanceMarkersData['side'], 'both'>): Sign {
    switch (side) {
      case 'near':
        return this.#near ?? -1;
      case 'left':
        return 1;
      case 'right':
        return -1;
      case 'middle':
        return 0;
    }
  }

  /** Marks that may be read in the picture; where they are too many, every second, fourth and so on of all there are. */
  #seen(view: GroundView, sign: Sign, data: DistanceMarkersData, frame: Size): number[] {
    const seen = [...this.#marks(data).entries()].filter(([, atM]) => {
      const { place } = this.#at(atM, sign, data.capM);
      if (!view.isVisible(place) || view.scaleAt(place) * data.capM < FLAT[0] * this.#env.theme.unit) return false;
      const { x, y } = view.project(place);
      const [across, down] = [x / frame.width, y / frame.height];
      return across > -OUTSIDE && across < 1 + OUTSIDE && down > -OUTSIDE && down < 1 + OUTSIDE;
    });
    const every = 2 ** Math.max(0, Math.ceil(Math.log2(seen.length / MARKERS_MAX)));
    return seen.filter(([i]) => i % every === 0).map(([, atM]) => atM);
  }

  #marker(atM: number, sign: Sign, lies: Orientation, data: DistanceMarkersData, whole: number, picture: Size): Piece[] {
    const { view } = this.#sight;
    if (!view) return [];
    const shownM = data.count === 'from' ? atM : this.#env.race.lengthM - atM;
    const text = this.#env.text.clean(`${Math.round(shownM * 10) / 10}${data.unit === '' ? '' : ` ${data.unit}`}`);
    const line: GroundLine = { text, weight: 800, colour: data.colour, capM: data.capM, shaded: true };
    const half = this.#texts.lengthM(line, lies.narrow) / 2;
    const { place } = this.#at(atM, sign, data.capM * 1.05);
    const seenPx = this.#texts.seenPx(view, line, place, lies) / this.#env.theme.unit;
    const opacity = whole * clamp((seenPx - FLAT[0]) / (FLAT[1] - FLAT[0]), 0, 1);
    if (opacity <= 0) return [];
    const begin = { x: place.x - lies.right.x * half, y: place.y - lies.right.y * half };
    const pieces: Piece[] = this.#texts.pieces(view, picture, line, begin, lies, opacity);
    if (sign === 0) return pieces;
    const edge = this.#at(atM, sign, 0);
    const out = { x: -edge.along.y * sign, y: edge.along.x * sign };
    const width = clamp(data.capM * 0.14, TICK_M, 1) / 2;
    const corner = (alongM: number, outM: number): Point => ({
      x: edge.place.x + edge.along.x * alongM + out.x * outM,
      y: edge.place.y + edge.along.y * alongM + out.y * outM,
    });
    const tick = [corner(-width, 0), corner(width, 0), corner(width, data.capM * 0.38), corner(-width, data.capM * 0.38)];
    return [{ polygon: view.outline(tick), colour: data.colour, alpha: 0.9 * opacity }, ...pieces];
  }

  keepOut(): readonly Box[] {
    return [];
  }

  destroy(): void {
    for (const paint of this.#paints.values()) paint.destroy();
  }
}
