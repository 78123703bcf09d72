import type { Point } from './geometry.js';
import type { Course } from './project.js';

/** A place in terms of the course. */
export interface CoursePlace {
  /** Along the centre line from its first point, metres; beyond its ends the last stretch goes straight on. */
  readonly alongM: number;
  /** Across, metres, positive to the left looking along the course. */
  readonly acrossM: number;
}

/**
 * One straight piece. Lines across the course lean smoothly from one corner's mitre to the next: at share t of the piece the line runs along
 * `normal + lean(t) · direction`, lean going evenly from `leanStart` to `leanEnd`. Lines of equal offset are then parallel to
 * the centre line, both sides of a corner agree, and place and point are exact inverses.
 */
interface Piece {
  readonly x: number;
  readonly y: number;
  readonly dx: number;
  readonly dy: number;
  readonly startM: number;
  readonly lengthM: number;
  readonly leanStart: number;
  readonly leanEnd: number;
}

/** Around the expected place this much of the course is looked at first, metres each way. */
const NEAR_M = 20;
/** A sharper turn than this is mitred as if it were this one: tan of half the angle. */
const SHARPEST_LEAN = 3;

/** A course's shape: between metres on the ground and metres along and across. */
export class CourseGeometry {
  readonly course: Course;
  /** Length of the centre line, metres. */
  readonly lengthM: number;
  readonly #pieces: readonly Piece[];

  /** @throws Error when the centre line has no length */
  constructor(course: Course) {
    this.course = course;
    this.#pieces = pieces(course);
    const last = this.#pieces.at(-1);
    if (!last) throw new Error('course: all points of the centre line are the same place');
    this.lengthM = last.startM + last.lengthM;
  }

  /**
   * Where a ground point is on the course.
   * @param nearM where it is expected along the course: decides where the course passes the same place twice
   */
  locate(point: Point, nearM?: number): CoursePlace {
    const all = this.#pieces.length - 1;
    if (nearM === undefined) return this.#nearest(point, 0, all, undefined) ?? this.#nearestCorner(point);
    // On the course near the expected place nothing further away can be meant: mostly no need to look there.
    const near = this.#nearest(point, this.#pieceIndex(nearM - NEAR_M), this.#pieceIndex(nearM + NEAR_M), nearM);
    if (near && Math.abs(near.acrossM) <= this.course.widthM / 2 && Math.abs(near.alongM - nearM) <= NEAR_M) return near;
    return this.#nearest(point, 0, all, nearM) ?? this.#nearestCorner(point);
  }

  /** The ground point at a distance along and an offset across. */
  pointAt(alongM: number, acrossM = 0): Point {
    const piece = this.#pieces[this.#pieceIndex(alongM)];
    const t = (alongM - piece.startM) / piece.lengthM;
    const lean = leanAt(piece, t);
    const forward = alongM - piece.startM + acrossM * lean;
    return { x: piece.x + forward * piece.dx - acrossM * piece.dy, y: piece.y + forward * piece.dy + acrossM * piece.dx };
  }

  /** The line across the whole width at a distance along: left end, right end. */
  lineAcross(alongM: number): [left: Point, right: Point] {
    const half = this.course.widthM / 2;
    return [this.pointAt(alongM, half), this.pointAt(alongM, -half)];
  }

  /** Lane (1-based, from the left) at an offset across, 0 outside the course or where it has no lanes. */
  laneAt(acrossM: number): number {
    const { lanes, widthM } = this.course;
    const lane = Math.floor(((widthM / 2 - acrossM) / widthM) * lanes) + 1;
    return lane >= 1 && lane <= lanes ? lane : 0;
  }

  /** Offset across of a lane's middle, metres. */
  laneMiddleM(lane: number): number {
    const { lanes, widthM } = this.course;
    return widthM / 2 - ((lane - 0.5) / lanes) * widthM;
  }

  /** The best place on pieces `from` to `to`: on the course nearest to `nearM` where that is given, else nearest to the centre line. */
  #nearest(point: Point, from: number, to: number, nearM: number | undefined): CoursePlace | undefined {
    const half = this.course.widthM / 2;
    const last = this.#pieces.length - 1;
    let best: CoursePlace | undefined;
    let bestCost = Number.POSITIVE_INFINITY;
    for (let i = from; i <= to; i++) {
      const piece = this.#pieces[i];
      const x = point.x - piece.x;
      const y = point.y - piece.y;
      const acrossM = y * piece.dx - x * piece.dy;
      const alongM = alongPiece(piece, x * piece.dx + y * piece.dy, acrossM, i === 0, i === last);
      if (Number.isNaN(alongM)) continue;
      const across = Math.abs(acrossM);
      const cost = nearM !== undefined && across <= half ? -1 / (1 + Math.abs(alongM - nearM)) : across;
      if (cost >= bestCost) continue;
      best = { alongM, acrossM };
      bestCost = cost;
    }
    return best;
  }

  #pieceIndex(alongM: number): number {
    let low = 0;
    let high = this.#pieces.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#pieces[middle].startM <= alongM) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** On the inner side of a corner too tight for the width no line across passes: the corner itself answers. */
  #nearestCorner(point: Point): CoursePlace {
    let best = { alongM: 0, acrossM: Number.POSITIVE_INFINITY };
    for (const p of this.#pieces) {
      const away = Math.hypot(point.x - p.x, point.y - p.y);
      const left = p.dx * (point.y - p.y) - p.dy * (point.x - p.x) >= 0;
      if (away < Math.abs(best.acrossM)) best = { alongM: p.startM, acrossM: left ? away : -away };
    }
    return best;
  }
}

function leanAt(piece: Piece, t: number): number {
  return piece.leanStart + (piece.leanEnd - piece.leanStart) * Math.min(Math.max(t, 0), 1);
}

/** Distance along the course of a point `forward` along and `acrossM` beside a piece, NaN where none of the piece's lines across pass it. */
function alongPiece(piece: Piece, forward: number, acrossM: number, first: boolean, last: boolean): number {
  const stretched = piece.lengthM + acrossM * (piece.leanEnd - piece.leanStart);
  const t = stretched > 0 ? (forward - acrossM * piece.leanStart) / stretched : Number.NaN;
  if (t >= -1e-9 && t <= 1 + 1e-9) return piece.startM + t * piece.lengthM;
  // The ends of the centre line have no lean, so beyond them the stretch goes straight on.
  if ((first && forward < 0) || (last && forward > piece.lengthM)) return piece.startM + forward;
  return Number.NaN;
}

/** Straight pieces of the centre line; long ones are parted so that they lean near their corners only. */
function pieces(course: Course): Piece[] {
  const corners = course.centreLine
    .map(([x, y]) => ({ x, y }))
    .filter((p, i, all) => i === 0 || p.x !== all[i - 1].x || p.y !== all[i - 1].y);
  const line: Point[] = [];
  for (const [i, p] of corners.entries()) {
    line.push(p);
    const next = corners[i + 1];
    if (!next) break;
    const length = Math.hypot(next.x - p.x, next.y - p.y);
    if (length <= 2 * course.widthM) continue;
    for (const at of [course.widthM, length - course.widthM]) {
      line.push({ x: p.x + ((next.x - p.x) * at) / length, y: p.y + ((next.y - p.y) * at) / length });
    }
  }
  const out: Piece[] = [];
  let startM = 0;
  for (let i = 0; i + 1 < line.length; i++) {
    const [a, b] = [line[i], line[i + 1]];
    const lengthM = Math.hypot(b.x - a.x, b.y - a.y);
    out.push({
      ...a,
      dx: (b.x - a.x) / lengthM,
      dy: (b.y - a.y) / lengthM,
      startM,
      lengthM,
      leanStart: lean(line[i - 1], a, b),
      leanEnd: -lean(a, b, line[i + 2]),
    });
    startM += lengthM;
  }
  return out;
}

/** Tangent of half the turn at a corner, positive to the left; 0 at an end. */
function lean(before: Point | undefined, corner: Point, after: Point | undefined): number {
  if (!before || !after) return 0;
  const [ax, ay] = [corner.x - before.x, corner.y - before.y];
  const [bx, by] = [after.x - corner.x, after.y - corner.y];
  const turn = Math.atan2(ax * by - ay * bx, ax * bx + ay * by);
  if (Math.abs(turn) < 1e-9) return 0;
  return Math.min(Math.max(Math.tan(turn / 2), -SHARPEST_LEAN), SHARPEST_LEAN);
}
