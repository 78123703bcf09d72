import { type Box, type Point, type TrackingFrame, US_PER_SECOND } from '../../../protocol/index.js';
import { clipPolygon } from '../bands.js';
import type { GraphicEnvironment } from '../graphic.js';
import type { GroundView } from '../ground.js';
import { clamp } from '../motion.js';
import { Part } from '../part.js';
import { takeGraphics } from '../pool.js';
import { slices } from '../slices.js';
import type { PathsData } from './manifest.js';
import { speedColour, speedStep } from './speed-scale.js';
import type { Trail, TrailPoint } from './trail.js';

/** One projected place of a path. */
interface Station {
  /** Age as a share of the path's length in time: 0 newest, 1 oldest. */
  readonly age: number;
  readonly at: Point;
  /** Half width, picture pixels. */
  readonly half: number;
  /** Colour of the stretch that ends here, see `speedColour`; 0 where colours do not mean speed. */
  readonly step: number;
}

/** Comets laid over each other, each shorter than the one before: together they fade smoothly, without seams. */
const COMETS = [1, 0.68, 0.38];
const COMET_ALPHA = 0.37;
/** A comet grows from a point to its full width over this share of its length. */
const TAPER = 0.65;
/** Corners of an outline that lie nearer than this to a straight line are left out, picture pixels. */
const STRAIGHT = 0.2;
const MIN_HALF = 1.6;
const STEPS_BETWEEN = 2;
/** Speed is the mean over this many places each way: a third of a second or so. */
const SPEED_OVER = 8;

/** Draws one trail, as a fading ribbon on the ground. */
export class TrailView {
  readonly #env: GraphicEnvironment;
  readonly #part: Part;
  readonly #graphics = takeGraphics();

  constructor(env: GraphicEnvironment, key: string) {
    this.#env = env;
    this.#part = new Part(`${env.id}/${key}`, { onGround: true });
    this.#part.view.addChild(this.#graphics);
  }

  draw(trail: Trail, view: GroundView, frame: TrackingFrame, data: PathsData, colour: string, opacity: number): Part | undefined {
    const stations = this.#stations(trail.points(), frame, data, view);
    if (stations.length < 2) return undefined;
    const bounds = boundsOf(stations, frame);
    if (!bounds) return undefined;
    this.#part.place(bounds.x, bounds.y, bounds.width, bounds.height);
    const signature = [opacity * 255, Number.parseInt(colour.slice(1), 16)];
    for (const { age, at, half, step } of stations) {
      signature.push(age * 512, (at.x - bounds.x) * 16, (at.y - bounds.y) * 16, half * 32, step);
    }
    if (this.#part.changed(signature.map(Math.round))) {
      const outlines = this.#draw(stations, bounds, frame.pose.unit === 'm' && data.colourBy === 'speed' ? undefined : colour, opacity);
      this.#part.tight = slices(outlines, bounds);
    }
    return this.#part;
  }

  /** Projected stations, newest last, cut at the path's age and where the ground is out of sight. */
  #stations(points: readonly TrailPoint[], frame: TrackingFrame, data: PathsData, view: GroundView): Station[] {
    const { unit } = this.#env.theme;
    const now = frame.mediaTimeUs;
    const length = data.seconds * US_PER_SECOND;
    const halfM = frame.pose.unit === 'm' ? data.widthM / 2 : 0;
    const stations: Station[] = [];
    const places = [...curve(points, now - length)];
    for (const [i, { timeUs, at }] of places.entries()) {
      if (!view.isVisible(at)) {
        stations.length = 0;
        continue;
      }
      const half = Math.max(MIN_HALF * unit, halfM * view.scaleAt(at));
      const step = data.colourBy === 'speed' ? speedStep(speedAround(places, i), data) : 0;
      const station = { age: clamp((now - timeUs) / length, 0, 1), at: view.project(at), half, step };
      const last = stations.at(-1);
      // Standing still adds nothing; a ribbon needs length to have a direction.
      if (last && Math.hypot(station.at.x - last.at.x, station.at.y - last.at.y) < 0.75) {
        stations[stations.length - 1] = { ...station, at: stations.length === 1 ? station.at : last.at };
        continue;
      }
      stations.push(station);
    }
    return stations;
  }

  /** @param colour of all of it; absent: each stretch has the colour of its speed. @returns what was drawn, relative to the bounds. */
  #draw(stations: readonly Station[], bounds: Box, colour: string | undefined, opacity: number): number[][] {
    const g = this.#graphics.clear();
    const outlines: number[][] = [];
    for (const reach of COMETS) {
      for (const { from, to, step } of colour === undefined ? stretches(stations) : [{ from: 0, to: stations.length - 1, step: 0 }]) {
        // Where the picture cuts a path off, so must its outline: a part draws nothing outside its bounds.
        const polygon = clipPolygon(comet(stations, from, to, reach, bounds), bounds.width, bounds.height);
        if (polygon.length < 6) continue;
        outlines.push(polygon);
        g.poly(polygon).fill({ color: colour ?? speedColour(step), alpha: COMET_ALPHA * opacity });
      }
    }
    return outlines;
  }

  destroy(): void {
    this.#part.destroy();
  }
}

/** Catmull–Rom through the points from a media time on, oldest first; the first one lies exactly at that time where there is one. */
function* curve(points: readonly TrailPoint[], fromUs: number): Generator<TrailPoint> {
  for (let i = 0; i + 1 < points.length; i++) {
    const p1 = points[i]!;
    const p2 = points[i + 1]!;
    if (p2.timeUs <= fromUs) continue;
    const p0 = points[i - 1] ?? p1;
    const p3 = points[i + 2] ?? p2;
    const start = p1.timeUs >= fromUs ? 0 : (fromUs - p1.timeUs) / (p2.timeUs - p1.timeUs);
    for (let step = 0; step < STEPS_BETWEEN; step++) {
      const t = step === 0 ? start : step / STEPS_BETWEEN;
      if (t < start) continue;
      yield { timeUs: p1.timeUs + (p2.timeUs - p1.timeUs) * t, at: catmullRom(p0.at, p1.at, p2.at, p3.at, t) };
    }
  }
  const newest = points.at(-1);
  if (newest && newest.timeUs > fromUs) yield newest;
}

function catmullRom(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const blend = (a: number, b: number, c: number, d: number): number =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
  return { x: blend(p0.x, p1.x, p2.x, p3.x), y: blend(p0.y, p1.y, p2.y, p3.y) };
}

/** Mean speed over the places around one, metres a second. */
function speedAround(places: readonly TrailPoint[], index: number): number {
  const from = Math.max(0, index - SPEED_OVER);
  const to = Math.min(places.length - 1, index + SPEED_OVER);
  let way = 0;
  for (let i = from; i < to; i++) way += Math.hypot(places[i + 1]!.at.x - places[i]!.at.x, places[i + 1]!.at.y - places[i]!.at.y);
  const seconds = (places[to]!.timeUs - places[from]!.timeUs) / US_PER_SECOND;
  return seconds > 0 ? way / seconds : 0;
}

/** Neighbouring stations of one colour, each stretch beginning where the one before ends. */
function stretches(stations: readonly Station[]): { from: number; to: number; step: number }[] {
  const out: { from: number; to: number; step: number }[] = [];
  for (let i = 1; i < stations.length; i++) {
    const step = stations[i]!.step;
    const last = out.at(-1);
    if (last?.step === step) last.to = i;
    else out.push({ from: i - 1, to: i, step });
  }
  return out;
}

/** Outline of what of the stations `from` to `to` is among the newest `reach` of a path, pointed at its old end, relative to the bounds. */
function comet(stations: readonly Station[], from: number, to: number, reach: number, bounds: Box): number[] {
  const left: number[] = [];
  const right: number[] = [];
  for (let i = from; i <= to; i++) {
    const { age, at, half } = stations[i]!;
    if (age > reach) continue;
    const before = stations[Math.max(0, i - 1)]!.at;
    const after = stations[Math.min(stations.length - 1, i + 1)]!.at;
    const length = Math.hypot(after.x - before.x, after.y - before.y) || 1;
    const width = half * Math.min(1, (1 - age / reach) / TAPER);
    const nx = (-(after.y - before.y) / length) * width;
    const ny = ((after.x - before.x) / length) * width;
    left.push(at.x - bounds.x + nx, at.y - bounds.y + ny);
    right.push(at.x - bounds.x - nx, at.y - bounds.y - ny);
  }
  const outline = straighten(left);
  const back = straighten(right);
  for (let i = back.length - 2; i >= 0; i -= 2) outline.push(back[i]!, back[i + 1]!);
  return outline;
}

/** Leaves out points that the eye would not miss: filling a path costs by its corners. */
function straighten(points: readonly number[]): number[] {
  const out = points.slice(0, 2);
  for (let i = 2; i + 3 < points.length; i += 2) {
    const x0 = out[out.length - 2]!;
    const y0 = out[out.length - 1]!;
    const dx = points[i + 2]! - x0;
    const dy = points[i + 3]! - y0;
    const off = Math.abs((points[i]! - x0) * dy - (points[i + 1]! - y0) * dx);
    if (off > STRAIGHT * Math.hypot(dx, dy)) out.push(points[i]!, points[i + 1]!);
  }
  if (points.length > 2) out.push(points[points.length - 2]!, points[points.length - 1]!);
  return out;
}

/** Whole pixels around all stations, inside the picture. */
function boundsOf(stations: readonly Station[], picture: { width: number; height: number }): Box | undefined {
  let left = Number.POSITIVE_INFINITY;
  let top = Number.POSITIVE_INFINITY;
  let right = Number.NEGATIVE_INFINITY;
  let bottom = Number.NEGATIVE_INFINITY;
  for (const { at, half } of stations) {
    left = Math.min(left, at.x - half - 1);
    top = Math.min(top, at.y - half - 1);
    right = Math.max(right, at.x + half + 1);
    bottom = Math.max(bottom, at.y + half + 1);
  }
  const x = Math.max(0, Math.floor(left));
  const y = Math.max(0, Math.floor(top));
  const width = Math.min(picture.width, Math.ceil(right)) - x;
  const height = Math.min(picture.height, Math.ceil(bottom)) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : undefined;
}
