import { type Box, CourseGeometry, type TrackingFrame } from '../../../protocol/index.js';
import { bandAt, clipBetween, crossingShare } from '../bands.js';
import type { Graphic, GraphicEnvironment, Moment } from '../graphic.js';
import type { GroundView } from '../ground.js';
import { GroundPaint, type Piece } from '../ground-paint.js';
import { GroundSight } from '../ground-sight.js';
import { type LineInPicture, lineLayers, projectLine } from '../line.js';
import { clamp } from '../motion.js';
import type { Part } from '../part.js';
import { RaceClock } from '../race-clock.js';
import type { Ramp } from '../ramp.js';
import { LineLabel } from './label.js';
import type { LeaderLineData } from './manifest.js';
import { isPlain, lineRamp, RAMP_CORNERS } from './ramp.js';

/** A line across the course: as straight as the camera's lens lets a straight line be. */
export class LeaderLine implements Graphic<LeaderLineData> {
  readonly #env: GraphicEnvironment;
  readonly #paint: GroundPaint;
  readonly #sight = new GroundSight();
  readonly #clock = new RaceClock();
  readonly #label: LineLabel;
  readonly #course: CourseGeometry | null;
  readonly #ramps = new Map<string, Ramp>();
  /** Kept while fading out on a lost pose. */
  #line: LineInPicture | undefined;

  constructor(env: GraphicEnvironment) {
    this.#env = env;
    this.#paint = new GroundPaint(env, `${env.id}/line`);
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

  draw({ frame, data, presence }: Moment<LeaderLineData>): readonly Part[] {
    const opacity = this.#sight.opacity * presence;
    const line = this.#line;
    if (!line || opacity <= 0) return [];
    const parts = this.#paint.draw(this.#pieces(line, opacity, data), frame);
    const label = data.label === 'none' ? undefined : this.#label.draw(opacity);
    return label ? [...parts, label] : parts;
  }

  /** The band's layers, cut where the ramp has its corners. */
  #pieces(line: LineInPicture, opacity: number, data: LeaderLineData): Piece[] {
    const ramp = this.#ramp(data);
    const stretches = stretchesOf(line);
    return lineLayers(line).flatMap(({ polygon, alpha }) => {
      return stretches.map(({ axis, start, end, from, to }): Piece => {
        const piece = { polygon: clipBetween(polygon, axis, start, end), alpha: alpha * opacity };
        if (isPlain(line.shareAt(from), line.shareAt(to))) return { ...piece, colour: data.colour };
        return { ...piece, ramp, along: rampAlong(line, from, to) };
      });
    });
  }

  #ramp(data: LeaderLineData): Ramp {
    const key = data.colour + data.endColour;
    let ramp = this.#ramps.get(key);
    if (!ramp) {
      ramp = lineRamp(data.colour, data.endColour);
      this.#ramps.set(key, ramp);
    }
    return ramp;
  }

  keepOut(): readonly Box[] {
    return this.#sight.opacity > 0 ? this.#label.keepOut() : [];
  }

  destroy(): void {
    this.#paint.destroy();
    this.#label.destroy();
    for (const ramp of this.#ramps.values()) ramp.destroy();
  }
}

/** A stretch of the drawn line. */
interface Stretch {
  /** The picture's axis that it is cut across, 0 for x, and where: whole pixels, which hide the cuts. */
  readonly axis: 0 | 1;
  readonly start: number;
  readonly end: number;
  /** The cuts as shares of the drawn line. */
  readonly from: number;
  readonly to: number;
}

/** The drawn line from one corner of the ramp to the next. */
function stretchesOf(line: LineInPicture): Stretch[] {
  const { a, b } = line.band;
  const axis = Math.abs(b.y - a.y) > Math.abs(b.x - a.x) ? 1 : 0;
  const along = axis === 1 ? 'y' : 'x';
  const cuts = RAMP_CORNERS.flatMap((share) => {
    const drawn = line.drawnAt(share);
    return drawn > 0 && drawn < 1 ? [Math.round(bandAt(line.band, drawn).at[along])] : [];
  }).sort((one, other) => one - other);
  // Glow reaches beyond the ends.
  const places = [Number.NEGATIVE_INFINITY, ...cuts, Number.POSITIVE_INFINITY];
  return places.slice(1).flatMap((end, i) => {
    const start = places[i]!;
    const [from, to] = [start, end].map((place) => crossingShare(line.band, along, place)).sort((one, other) => one - other);
    return end > start && from !== undefined && to !== undefined ? [{ axis, start, end, from, to }] : [];
  });
}

/** Where the ramp's ends come to lie, x, y pairs, so that it is right at two shares of what is drawn. */
function rampAlong(line: LineInPicture, first: number, second: number): number[] {
  const start = bandAt(line.band, first).at;
  const end = bandAt(line.band, second).at;
  const [s0, s1] = [line.shareAt(first), line.shareAt(second)];
  const scale = s1 === s0 ? 1 : 1 / (s1 - s0);
  const [vx, vy] = [(end.x - start.x) * scale, (end.y - start.y) * scale];
  return [start.x - vx * s0, start.y - vy * s0, start.x + vx * (1 - s0), start.y + vy * (1 - s0)];
}
