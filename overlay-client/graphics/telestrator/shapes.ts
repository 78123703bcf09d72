import type { Point, TrackedSubject } from '../../../protocol/index.js';
import { INK } from '../theme.js';
import { type Place, pairs } from './anchor.js';
import type { Stroke } from './manifest.js';

/** A convex piece of one colour, x, y pairs in picture pixels, all turning the same way: pieces may overlap, the opaque ones unseen. */
export interface Piece {
  readonly polygon: readonly number[];
  readonly colour: string;
  readonly alpha: number;
}

/** What a stroke looks like: what lies on its plane, and what stands in the air over it. */
export interface Drawn {
  readonly flat: readonly Piece[];
  readonly air: readonly Piece[];
}

interface Station {
  readonly at: Point;
  readonly half: number;
}

const STEPS_BETWEEN = 8;
/** Where a lens bends straight lines. */
const STEPS_BENT = 32;
const CIRCLE_STEPS = 72;
/** Dark rim that holds a line off a bright picture, design units. */
const RIM = 1.8;
/** Length and half width of an arrow's head in widths of its line. */
const HEAD = { length: 4.2, half: 2.1 };
const BEAM_LAYERS = 24;

/**
 * @param share 0 to 1: how much of it is drawn yet
 * @param unit picture pixels of a design unit
 * @param subject whom it is stuck to
 */
export function shapeOf(stroke: Stroke, place: Place, share: number, unit: number, subject: TrackedSubject | undefined): Drawn {
  const points = pairs(stroke.points);
  const half = (stroke.width / 2) * unit;
  const { colour } = stroke;
  if (share <= 0 || points.length === 0) return { flat: [], air: [] };
  const line = (stations: readonly Station[]): Piece[] => [...ribbon(stations, RIM * unit, INK), ...ribbon(stations, 0, colour)];
  switch (stroke.tool) {
    case 'pen':
      return { flat: line(upTo(through(points, place, half), share)), air: [] };
    case 'arrow':
      return { flat: arrow(upTo(through(points, place, half), share), colour, unit), air: [] };
    case 'circle': {
      const round = edge(points, place, half, 1);
      return { flat: [...filled(round, colour, 0.16 * share), ...line(upTo(round, share))], air: [] };
    }
    case 'ring': {
      const inner = edge(points, place, half * 0.95, 1);
      const outer = edge(points, place, half * 0.35, 1.45);
      return { flat: [...filled(inner, colour, 0.22 * share), ...line(upTo(inner, share)), ...line(upTo(outer, share))], air: [] };
    }
    case 'spotlight': {
      const pool = edge(points, place, 0, 1);
      return {
        flat: [...filled(pool, colour, 0.3 * share), ...filled(edge(points, place, 0, 0.72), '#ffffff', 0.22 * share)],
        air: beam(pool, subject, colour, share),
      };
    }
  }
}

/** Catmull–Rom through the points, projected; what lies behind the camera is left out. */
function through(points: readonly Point[], place: Place, half: number): Station[] {
  const stations: Station[] = [];
  const add = (point: Point): void => {
    const at = place.project(point);
    if (at) stations.push({ at, half: half * place.nearness(point) });
  };
  const steps = place.bends ? STEPS_BENT : STEPS_BETWEEN;
  for (let i = 0; i + 1 < points.length; i++) {
    const [p1, p2] = [points[i]!, points[i + 1]!];
    const [p0, p3] = [points[i - 1] ?? p1, points[i + 2] ?? p2];
    for (let step = 0; step < steps; step++) add(between(p0, p1, p2, p3, step / steps));
  }
  const last = points.at(-1);
  if (last) add(last);
  return stations;
}

function between(p0: Point, p1: Point, p2: Point, p3: Point, t: number): Point {
  const blend = (a: number, b: number, c: number, d: number): number =>
    0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t * t + (3 * b - a - 3 * c + d) * t * t * t);
  return { x: blend(p0.x, p1.x, p2.x, p3.x), y: blend(p0.y, p1.y, p2.y, p3.y) };
}

/** The circle around the first point through the second, its radius times `by`, as it lies on the stroke's plane. */
function edge(points: readonly Point[], place: Place, half: number, by: number): Station[] {
  const [middle, rim = middle] = points;
  if (!middle || !rim) return [];
  const radius = Math.hypot(rim.x - middle.x, rim.y - middle.y) * by;
  const stations: Station[] = [];
  for (let i = 0; i <= CIRCLE_STEPS; i++) {
    const angle = (i / CIRCLE_STEPS) * 2 * Math.PI - Math.PI / 2;
    const point = { x: middle.x + radius * Math.cos(angle), y: middle.y + radius * Math.sin(angle) };
    const at = place.project(point);
    if (!at) return [];
    stations.push({ at, half: half * place.nearness(point) });
  }
  return stations;
}

/** The first part of a line, by its length in the picture. */
function upTo(stations: readonly Station[], share: number): readonly Station[] {
  if (share >= 1) return stations;
  const length = (i: number): number => Math.hypot(stations[i]!.at.x - stations[i - 1]!.at.x, stations[i]!.at.y - stations[i - 1]!.at.y);
  let whole = 0;
  for (let i = 1; i < stations.length; i++) whole += length(i);
  let left = whole * share;
  const out = stations.slice(0, 1);
  for (let i = 1; i < stations.length; i++) {
    const piece = length(i);
    const t = piece > 0 ? Math.min(1, left / piece) : 1;
    const [a, b] = [stations[i - 1]!, stations[i]!];
    out.push({ at: { x: a.at.x + (b.at.x - a.at.x) * t, y: a.at.y + (b.at.y - a.at.y) * t }, half: a.half + (b.half - a.half) * t });
    left -= piece;
    if (left <= 0) break;
  }
  return out;
}

/** A line with round joints and ends, as convex pieces. */
function ribbon(stations: readonly Station[], extra: number, colour: string): Piece[] {
  const pieces: Piece[] = [];
  for (const [i, { at, half }] of stations.entries()) {
    pieces.push({ polygon: disc(at, half + extra), colour, alpha: 1 });
    const before = stations[i - 1];
    const quad = before && quadBetween(before, { at, half }, extra);
    if (quad) pieces.push({ polygon: quad, colour, alpha: 1 });
  }
  return pieces;
}

function quadBetween(a: Station, b: Station, extra: number): number[] | undefined {
  const [dx, dy] = [b.at.x - a.at.x, b.at.y - a.at.y];
  const length = Math.hypot(dx, dy);
  if (length < 0.05) return undefined;
  const [nx, ny] = [-dy / length, dx / length];
  const [wa, wb] = [a.half + extra, b.half + extra];
  return turned([
    ...[a.at.x + nx * wa, a.at.y + ny * wa, b.at.x + nx * wb, b.at.y + ny * wb],
    ...[b.at.x - nx * wb, b.at.y - ny * wb, a.at.x - nx * wa, a.at.y - ny * wa],
  ]);
}

function disc({ x, y }: Point, radius: number): number[] {
  const corners = radius > 8 ? 20 : 12;
  return Array.from({ length: corners }, (_, i) => (i / corners) * 2 * Math.PI).flatMap((a) => [
    x + radius * Math.cos(a),
    y + radius * Math.sin(a),
  ]);
}

/** A shaft that ends inside its head. */
function arrow(stations: readonly Station[], colour: string, unit: number): Piece[] {
  const tip = stations.at(-1);
  if (!tip) return [];
  const length = tip.half * 2 * HEAD.length;
  // The head points where the last stretch of its own length leads: a wobble of the hand at the end does not turn it.
  let from = stations.length - 1;
  while (from > 0 && Math.hypot(stations[from]!.at.x - tip.at.x, stations[from]!.at.y - tip.at.y) < length) from--;
  const back = stations[from]!;
  const reach = Math.hypot(tip.at.x - back.at.x, tip.at.y - back.at.y);
  if (reach < 1) return [];
  const [dx, dy] = [(tip.at.x - back.at.x) / reach, (tip.at.y - back.at.y) / reach];
  const head = (extra: number, pieceColour: string): Piece => {
    const [long, wide] = [length + extra * 2.4, tip.half * 2 * HEAD.half + extra * 1.9];
    const [tx, ty] = [tip.at.x + dx * extra * 2.2, tip.at.y + dy * extra * 2.2];
    const [bx, by] = [tx - dx * (long + extra), ty - dy * (long + extra)];
    return { polygon: turned([tx, ty, bx - dy * wide, by + dx * wide, bx + dy * wide, by - dx * wide]), colour: pieceColour, alpha: 1 };
  };
  const neck: Station = { at: { x: tip.at.x - dx * length * 0.8, y: tip.at.y - dy * length * 0.8 }, half: tip.half };
  const shaft = [...stations.slice(0, from + 1), ...(reach > length * 0.8 ? [neck] : [])];
  const rim = RIM * unit;
  return [...ribbon(shaft, rim, INK), head(rim, INK), ...ribbon(shaft, 0, colour), head(0, colour)];
}

function filled(round: readonly Station[], colour: string, alpha: number): Piece[] {
  return round.length > 2 ? [{ polygon: turned(round.slice(0, -1).flatMap(({ at }) => [at.x, at.y])), colour, alpha }] : [];
}

/** Light from above onto the pool: layers that end higher and higher, so that it is brightest at the feet. */
function beam(pool: readonly Station[], subject: TrackedSubject | undefined, colour: string, share: number): Piece[] {
  if (pool.length === 0) return [];
  const xs = pool.map((s) => s.at.x);
  const ys = pool.map((s) => s.at.y);
  const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
  const [middle, level] = [(left + right) / 2, (top + bottom) / 2];
  const rx = (right - left) / 2;
  const ry = (bottom - top) / 2;
  const height = Math.max(subject?.box.height ?? 0, rx * 1.6) * 2.1;
  const arc = Array.from({ length: 13 }, (_, i) => (i / 12) * Math.PI).flatMap((a) => [
    middle + rx * Math.cos(a),
    level + ry * Math.sin(a),
  ]);
  return Array.from({ length: BEAM_LAYERS }, (_, i) => {
    const up = height * ((i + 1) / BEAM_LAYERS);
    const narrow = rx * (1 - 0.42 * ((i + 1) / BEAM_LAYERS));
    const polygon = turned([middle - narrow, level - up, middle + narrow, level - up, ...arc]);
    return { polygon, colour: i % 4 === 0 ? '#ffffff' : colour, alpha: 0.02 * share };
  });
}

/** The same corners, turning left in picture coordinates: pieces that overlap in one path must not cancel each other. */
function turned(polygon: number[]): number[] {
  let area = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    area += polygon[i]! * polygon[j + 1]! - polygon[j]! * polygon[i + 1]!;
  }
  if (area >= 0) return polygon;
  const out: number[] = [];
  for (let i = polygon.length - 2; i >= 0; i -= 2) out.push(polygon[i]!, polygon[i + 1]!);
  return out;
}
