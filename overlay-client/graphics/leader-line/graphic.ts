import { Graphics, Matrix, type Texture } from 'pixi.js';
import { type Box, CourseGeometry, type Point, type TrackingFrame } from '../../../protocol/index.js';
import { type Band, bandPolygon, bandTiles, clipSegment } from '../bands.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import { between, GroundView } from '../ground.js';
import { clamp, Fader } from '../motion.js';
import { type Part, PartPool } from '../part.js';
import { takeGraphics } from '../pool.js';
import { RaceClock } from '../race-clock.js';
import { LineLabel } from './label.js';
import type { LeaderLineData } from './manifest.js';
import { isPlain, RAMP_LENGTH, rampTexture } from './ramp.js';

const FADE_US = 300_000;
/** Poses below the first number are not drawn on; once faded out, only above the second one again. */
const CONFIDENCE_OUT = 0.2;
const CONFIDENCE_IN = 0.35;
/** The line never looks thinner than this, design units across. */
const MIN_WIDTH = 3.2;
/** From the widest, faintest to the core: width over the line's own, and opacity. The eye reads a soft edge. */
const LAYERS = [
  { spread: 2.6, alpha: 0.12 },
  { spread: 1.7, alpha: 0.26 },
  { spread: 1, alpha: 0.94 },
] as const;
const WIDEST = LAYERS[0].spread;

/** The drawn line in the picture: the band, and where along the whole line (0 to 1) its two ends lie. */
export interface LineInPicture {
  readonly band: Band;
  readonly shareA: number;
  readonly shareB: number;
  /** Share of the whole line as a function of a share of the drawn part: perspective makes it uneven. */
  shareAt(drawn: number): number;
}

/** A line across the course, straight in perspective because both its ends are projected. */
export class LeaderLine implements Graphic<LeaderLineData> {
  readonly #env: GraphicEnvironment;
  readonly #tiles: PartPool;
  readonly #fader = new Fader(FADE_US);
  readonly #clock = new RaceClock();
  readonly #label: LineLabel;
  readonly #course: CourseGeometry | null;
  readonly #ramps = new Map<string, Texture>();
  /** Kept while fading out on a lost pose. */
  #line: LineInPicture | undefined;
  #first = true;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#tiles = new PartPool(`${env.id}/line`, (part) => part.view.addChild(takeGraphics()), { onGround: true });
    this.#label = new LineLabel(env);
    this.#course = env.scene.course && new CourseGeometry(env.scene.course);
  }

  advance(moment: Moment<LeaderLineData>): void {
    const { frame, data } = moment;
    this.#clock.observe(frame);
    const shown = this.#mayShow(frame);
    if (this.#first && shown) this.#fader.value = 1;
    this.#first = false;
    this.#fader.step(shown, moment.elapsedUs);
    if (shown) this.#line = this.#place(frame, data);
    if (this.#line) this.#label.advance(moment, this.#line.band, this.#clock);
  }

  #mayShow(frame: TrackingFrame): boolean {
    const { pose, standings } = frame;
    if (!this.#env.scene.course || pose.unit !== 'm' || pose.state === 'lost' || standings.length === 0) return false;
    return pose.confidence >= (this.#fader.value > 0 ? CONFIDENCE_OUT : CONFIDENCE_IN);
  }

  #place(frame: TrackingFrame, data: LeaderLineData): LineInPicture | undefined {
    const { course } = this.#env.scene;
    const view = GroundView.of(frame.pose, frame);
    const leader = frame.standings[0];
    if (!course || !this.#course || !view || !leader) return undefined;
    // Nobody leads before the start, and a leader who has finished leaves the line where the race was decided.
    const lengthM = course.finishM - course.startM;
    const distanceM = data.reference === 'fixed' ? data.distanceM : clamp(leader.distanceM, 0, lengthM);
    const [a, b] = this.#course.lineAcross(course.startM + distanceM);
    const acrossM = Math.hypot(a.x - b.x, a.y - b.y) || 1;
    const halfM = data.widthM / 2;
    const along = { x: ((a.y - b.y) / acrossM) * halfM, y: ((b.x - a.x) / acrossM) * halfM };
    return projectLine(view, a, b, along, { width: frame.width, height: frame.height }, this.#env.theme.unit);
  }

  draw(moment: Moment<LeaderLineData>): readonly Part[] {
    const opacity = this.#fader.value * moment.presence;
    const line = this.#line;
    if (!line || opacity <= 0) return [];
    const { picture } = this.#env.theme;
    const ramp = this.#ramp(moment.data);
    const parts: Part[] = [];
    for (const tile of bandTiles(line.band, WIDEST, picture)) {
      const part = this.#tiles.at(parts.length);
      part.place(tile.x, tile.y, tile.width, tile.height);
      this.#drawTile(part, tile, line, ramp, opacity, moment.data);
      parts.push(part);
    }
    const label = moment.data.label === 'none' ? undefined : this.#label.draw(opacity);
    if (label) parts.push(label);
    return parts;
  }

  #drawTile(part: Part, tile: Box, line: LineInPicture, ramp: Texture, opacity: number, data: LeaderLineData): void {
    const { a, b, halfA, halfB } = line.band;
    const colours = Number.parseInt(data.colour.slice(1) + data.endColour.slice(1), 16);
    const signature = [a.x - tile.x, a.y - tile.y, b.x - tile.x, b.y - tile.y, halfA, halfB, line.shareA, line.shareB, opacity, colours];
    if (!part.changed(signature.map((value) => Math.round(value * 128)))) return;
    const g = part.view.children[0];
    if (!(g instanceof Graphics)) return;
    g.clear();
    const { from, to } = tileShares(line, tile);
    const plain = isPlain(line.shareAt(from), line.shareAt(to));
    const look = plain
      ? { color: data.colour }
      : { texture: ramp, matrix: rampMatrix(line, tile, from, to), textureSpace: 'global' as const };
    for (const { spread, alpha } of LAYERS) {
      const polygon = bandPolygon(line.band, spread, tile);
      if (polygon.length >= 6) g.poly(polygon).fill({ ...look, alpha: alpha * opacity });
    }
  }

  #ramp(data: LeaderLineData): Texture {
    const key = data.colour + data.endColour;
    let ramp = this.#ramps.get(key);
    if (!ramp) {
      ramp = rampTexture(data.colour, data.endColour);
      this.#ramps.set(key, ramp);
    }
    return ramp;
  }

  keepOut(): readonly Box[] {
    return this.#fader.value > 0 ? this.#label.keepOut() : [];
  }

  destroy(): void {
    this.#tiles.destroy();
    this.#label.destroy();
    for (const ramp of this.#ramps.values()) ramp.destroy(true);
  }
}

/**
 * The visible part of a ground line as a band of the picture.
 * @param along half the line's width on the ground, as an offset.
 * @param unit picture pixels of a design unit.
 */
export function projectLine(
  view: GroundView,
  a: Point,
  b: Point,
  along: Point,
  picture: { width: number; height: number },
  unit: number,
): LineInPicture | undefined {
  const front = view.visibleShare(a, b);
  if (!front) return undefined;
  const nearA = between(a, b, front.from);
  const nearB = between(a, b, front.to);
  const imageA = view.project(nearA);
  const imageB = view.project(nearB);
  const halfMin = (MIN_WIDTH / 2) * unit;
  const clip = clipSegment(imageA, imageB, picture, 40 * unit);
  if (!clip) return undefined;
  // Perspective along a straight line: share of the ground as a function of share of the image, from the two ends and the middle.
  const middle = view.project(between(nearA, nearB, 0.5));
  const length = Math.hypot(imageB.x - imageA.x, imageB.y - imageA.y);
  const bend = length === 0 ? 0.5 : Math.hypot(middle.x - imageA.x, middle.y - imageA.y) / length;
  const groundShare = (image: number): number => {
    const s = (image * (1 - bend)) / (bend + image * (1 - 2 * bend));
    return front.from + (front.to - front.from) * s;
  };
  const shareA = groundShare(clip.from);
  const shareB = groundShare(clip.to);
  return {
    band: {
      a: between(imageA, imageB, clip.from),
      b: between(imageA, imageB, clip.to),
      halfA: Math.max(halfMin, view.imageScale(between(a, b, shareA), along)),
      halfB: Math.max(halfMin, view.imageScale(between(a, b, shareB), along)),
    },
    shareA,
    shareB,
    shareAt: (drawn) => groundShare(clip.from + (clip.to - clip.from) * drawn),
  };
}

/** Which part of the drawn line lies in a tile, as shares of it. */
function tileShares({ band: { a, b } }: LineInPicture, tile: Box): { from: number; to: number } {
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const steep = Math.abs(dy) > Math.abs(dx);
  const at = (cut: number): number => clamp(steep ? (cut - a.y) / (dy || 1) : (cut - a.x) / (dx || 1), 0, 1);
  return { from: at(steep ? tile.y : tile.x), to: at(steep ? tile.y + tile.height : tile.x + tile.width) };
}

/** Lays the ramp along the line so that it is right at both cuts of a tile. */
function rampMatrix(line: LineInPicture, tile: Box, from: number, to: number): Matrix {
  const { a, b } = line.band;
  const start = between(a, b, from);
  const end = between(a, b, to);
  const s0 = line.shareAt(from) * RAMP_LENGTH;
  const s1 = line.shareAt(to) * RAMP_LENGTH;
  const scale = s1 === s0 ? 1 : 1 / (s1 - s0);
  const vx = (end.x - start.x) * scale;
  const vy = (end.y - start.y) * scale;
  // Across, the ramp is the same everywhere: any second axis will do that is not the first.
  const norm = Math.hypot(vx, vy) || 1;
  return new Matrix(vx, vy, (-vy / norm) * 64, (vx / norm) * 64, start.x - tile.x - vx * s0, start.y - tile.y - vy * s0);
}
