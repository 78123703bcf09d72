import { Graphics, Matrix, type Texture } from 'pixi.js';
import { type Box, CourseGeometry, type TrackingFrame } from '../../../protocol/index.js';
import { bandAt, bandPolygon, bandTiles, crossingShare } from '../bands.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { GroundView } from '../ground.js';
import { GroundSight } from '../ground-sight.js';
import { LINE_LAYERS, type LineInPicture, projectLine } from '../line.js';
import { clamp } from '../motion.js';
import { type Part, PartPool } from '../part.js';
import { takeGraphics } from '../pool.js';
import { RaceClock } from '../race-clock.js';
import { LineLabel } from './label.js';
import type { LeaderLineData } from './manifest.js';
import { isPlain, RAMP_LENGTH, rampTexture } from './ramp.js';

const WIDEST = LINE_LAYERS[0].spread;

/** A line across the course: as straight as the camera's lens lets a straight line be. */
export class LeaderLine implements Graphic<LeaderLineData> {
  readonly #env: GraphicEnvironment;
  readonly #tiles: PartPool;
  readonly #sight = new GroundSight();
  readonly #clock = new RaceClock();
  readonly #label: LineLabel;
  readonly #course: CourseGeometry | null;
  readonly #ramps = new Map<string, Texture>();
  /** Kept while fading out on a lost pose. */
  #line: LineInPicture | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#tiles = new PartPool(`${env.id}/line`, (part) => part.view.addChild(takeGraphics()), { onGround: true });
    this.#label = new LineLabel(env);
    this.#course = env.scene.course && new CourseGeometry(env.scene.course);
  }

  advance(moment: Moment<LeaderLineData>): void {
    const { frame, data } = moment;
    this.#clock.observe(frame);
    const wanted = this.#course !== null && frame.standings.length > 0;
    const view = this.#sight.step(frame, moment.elapsedUs, wanted);
    if (view) this.#line = this.#place(view, frame, data);
    if (this.#line) this.#label.advance(moment, this.#line.band, this.#clock);
  }

  #place(view: GroundView, frame: TrackingFrame, data: LeaderLineData): LineInPicture | undefined {
    const { course } = this.#env.scene;
    const leader = frame.standings[0];
    if (!course || !this.#course || !leader) return undefined;
    // Nobody leads before the start, and a leader who has finished leaves the line where the race was decided.
    const lengthM = course.finishM - course.startM;
    const distanceM = data.reference === 'fixed' ? data.distanceM : clamp(leader.distanceM, 0, lengthM);
    const [a, b] = this.#course.lineAcross(course.startM + distanceM);
    return projectLine(view, a, b, data.widthM, frame, this.#env.theme.unit);
  }

  draw(moment: Moment<LeaderLineData>): readonly Part[] {
    const opacity = this.#sight.opacity * moment.presence;
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
    for (const { spread, alpha } of LINE_LAYERS) {
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
    return this.#sight.opacity > 0 ? this.#label.keepOut() : [];
  }

  destroy(): void {
    this.#tiles.destroy();
    this.#label.destroy();
    for (const ramp of this.#ramps.values()) ramp.destroy(true);
  }
}

/** Which part of the drawn line lies in a tile, as shares of it. */
function tileShares({ band }: LineInPicture, tile: Box): { from: number; to: number } {
  const axis = Math.abs(band.b.y - band.a.y) > Math.abs(band.b.x - band.a.x) ? 'y' : 'x';
  const length = axis === 'y' ? tile.height : tile.width;
  return { from: crossingShare(band, axis, tile[axis]), to: crossingShare(band, axis, tile[axis] + length) };
}

/** Lays the ramp along the line so that it is right at both cuts of a tile. */
function rampMatrix(line: LineInPicture, tile: Box, from: number, to: number): Matrix {
  const start = bandAt(line.band, from).at;
  const end = bandAt(line.band, to).at;
  const s0 = line.shareAt(from) * RAMP_LENGTH;
  const s1 = line.shareAt(to) * RAMP_LENGTH;
  const scale = s1 === s0 ? 1 : 1 / (s1 - s0);
  const vx = (end.x - start.x) * scale;
  const vy = (end.y - start.y) * scale;
  // Across, the ramp is the same everywhere: any second axis will do that is not the first.
  const norm = Math.hypot(vx, vy) || 1;
  return new Matrix(vx, vy, (-vy / norm) * 64, (vx / norm) * 64, start.x - tile.x - vx * s0, start.y - tile.y - vy * s0);
}
