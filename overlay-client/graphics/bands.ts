import type { Point, Size } from '../../protocol/index.js';
import { clamp } from './motion.js';

/** A straight band of the picture: a leader line, a tag's stem. */
export interface Band {
  readonly a: Point;
  readonly b: Point;
  /** Half widths across, picture pixels. */
  readonly halfA: number;
  readonly halfB: number;
  /** Places between the ends, evenly along it before a lens bent it; absent: it is straight. */
  readonly via?: readonly Station[];
}

/** A place on a band's middle, picture pixels. */
export interface Station {
  readonly at: Point;
  /** Half the width across. */
  readonly half: number;
}

/** All places a band is drawn through, from its first end to its last. */
function stationsOf({ a, b, halfA, halfB, via = [] }: Band): Station[] {
  return [{ at: a, half: halfA }, ...via, { at: b, half: halfB }];
}

/** A place on a band. @param share of its length, before a lens bent it: 0 is the first end, 1 the last. */
export function bandAt(band: Band, share: number): Station {
  const stations = stationsOf(band);
  const last = stations.length - 1;
  const i = clamp(Math.floor(share * last), 0, last - 1);
  const [from, to] = [stations[i]!, stations[i + 1]!];
  const t = share * last - i;
  return {
    at: { x: from.at.x + (to.at.x - from.at.x) * t, y: from.at.y + (to.at.y - from.at.y) * t },
    half: from.half + (to.half - from.half) * t,
  };
}

/** Where a band crosses a row or column of the picture, as a share of its length; its nearer end where it does not. */
export function crossingShare(band: Band, axis: 'x' | 'y', cut: number): number {
  const stations = stationsOf(band);
  const last = stations.length - 1;
  const rises = band.b[axis] >= band.a[axis];
  for (let i = 0; i < last; i++) {
    const [from, to] = [stations[i]!.at[axis], stations[i + 1]!.at[axis]];
    if (i < last - 1 && (rises ? cut > to : cut < to)) continue;
    return (i + clamp((cut - from) / (to - from || 1), 0, 1)) / last;
  }
  return 0;
}

/**
 * Corners of a band widened by `spread`, picture pixels as x, y pairs; empty when it has no length.
 * @param slant how far its ends lean forward on one side and back on the other, as a share of the half width.
 */
export function bandCorners(band: Band, spread = 1, slant = 0): number[] {
  if (band.via) return curveCorners(stationsOf(band), spread, slant);
  const { a, b, halfA, halfB } = band;
  const dx = b.x - a.x;
  const dy = b.y - a.y;
  const length = Math.hypot(dx, dy);
  if (length === 0) return [];
  const [ex, ey] = [dx / length, dy / length];
  const corner = (at: Point, half: number, side: 1 | -1): number[] => [
    at.x + side * half * (slant * ex - ey),
    at.y + side * half * (slant * ey + ex),
  ];
  return [
    ...corner(a, halfA * spread, 1),
    ...corner(b, halfB * spread, 1),
    ...corner(b, halfB * spread, -1),
    ...corner(a, halfA * spread, -1),
  ];
}

function curveCorners(stations: readonly Station[], spread: number, slant: number): number[] {
  const [one, other]: [number[], number[]] = [[], []];
  for (const [i, { at, half }] of stations.entries()) {
    const [before, after] = [stations[Math.max(0, i - 1)]!.at, stations[Math.min(stations.length - 1, i + 1)]!.at];
    const length = Math.hypot(after.x - before.x, after.y - before.y);
    if (length === 0) return [];
    const [ex, ey] = [(after.x - before.x) / length, (after.y - before.y) / length];
    const lean = i === 0 || i === stations.length - 1 ? slant : 0;
    const wide = half * spread;
    one.push(at.x + wide * (lean * ex - ey), at.y + wide * (lean * ey + ex));
    other.unshift(at.x - wide * (lean * ex - ey), at.y - wide * (lean * ey + ex));
  }
  return [...one, ...other];
}

/** Sutherland–Hodgman against the rectangle (0, 0)–(width, height). */
export function clipPolygon(points: readonly number[], width: number, height: number): number[] {
  let out = clipEdge(points, 0, 1, 0);
  out = clipEdge(out, 0, -1, -width);
  out = clipEdge(out, 1, 1, 0);
  return clipEdge(out, 1, -1, -height);
}

/** What of a polygon lies between two places on one axis. */
export function clipBetween(points: readonly number[], axis: 0 | 1, from: number, to: number): number[] {
  return clipEdge(clipEdge(points, axis, 1, from), axis, -1, -to);
}

/** Keeps what has `sign · coordinate ≥ limit` on one axis. */
function clipEdge(points: readonly number[], axis: 0 | 1, sign: 1 | -1, limit: number): number[] {
  const out: number[] = [];
  const count = points.length / 2;
  for (let i = 0; i < count; i++) {
    const j = (i + 1) % count;
    const x0 = points[i * 2]!;
    const y0 = points[i * 2 + 1]!;
    const x1 = points[j * 2]!;
    const y1 = points[j * 2 + 1]!;
    const d0 = sign * (axis === 0 ? x0 : y0) - limit;
    const d1 = sign * (axis === 0 ? x1 : y1) - limit;
    if (d0 >= 0) out.push(x0, y0);
    if (d0 >= 0 !== d1 >= 0) {
      const t = d0 / (d0 - d1);
      out.push(x0 + (x1 - x0) * t, y0 + (y1 - y0) * t);
    }
  }
  return out;
}

/** The part of a segment inside a rectangle widened by `margin`, as shares of its length (Liang–Barsky), or undefined. */
export function clipSegment(a: Point, b: Point, picture: Size, margin: number): { from: number; to: number } | undefined {
  let from = 0;
  let to = 1;
  const limits: [number, number, number][] = [
    [b.x - a.x, -margin - a.x, picture.width + margin - a.x],
    [b.y - a.y, -margin - a.y, picture.height + margin - a.y],
  ];
  for (const [delta, low, high] of limits) {
    if (delta === 0) {
      if (low > 0 || high < 0) return undefined;
      continue;
    }
    const t0 = (delta > 0 ? low : high) / delta;
    const t1 = (delta > 0 ? high : low) / delta;
    from = Math.max(from, t0);
    to = Math.min(to, t1);
    if (from >= to) return undefined;
  }
  return { from, to };
}
