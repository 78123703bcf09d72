import type { Course, Point } from '../../protocol/index.js';

/** A place on the course: the point of the centre line at a distance, and the unit vector across it (to the left, looking ahead). */
export interface CoursePlace {
  readonly at: Point;
  readonly across: Point;
}

/** @param alongM metres along the centre line from its first point (a standing's distance counts from `course.startM`). Distances before the first and beyond the last point continue the first and last segment straight. */
export function courseAt(course: Course, alongM: number): CoursePlace {
  const line = course.centreLine;
  let remaining = alongM;
  let i = 0;
  for (; i < line.length - 2; i++) {
    const length = segmentLength(line[i]!, line[i + 1]!);
    if (remaining <= length) break;
    remaining -= length;
  }
  const [x0, y0] = line[i]!;
  const [x1, y1] = line[i + 1]!;
  const length = segmentLength(line[i]!, line[i + 1]!) || 1;
  const ux = (x1 - x0) / length;
  const uy = (y1 - y0) / length;
  return { at: { x: x0 + ux * remaining, y: y0 + uy * remaining }, across: acrossAt(course, i, remaining, length, { x: ux, y: uy }) };
}

/** Across direction, turned smoothly from segment to segment so that the line does not kick at the corners of a drawn bend. */
function acrossAt(course: Course, segment: number, along: number, length: number, direction: Point): Point {
  const line = course.centreLine;
  const heading = (i: number): Point | undefined => {
    const a = line[i];
    const b = line[i + 1];
    if (!a || !b) return undefined;
    const l = segmentLength(a, b) || 1;
    return { x: (b[0] - a[0]) / l, y: (b[1] - a[1]) / l };
  };
  const share = Math.min(1, Math.max(0, along / length));
  const other = share < 0.5 ? heading(segment - 1) : heading(segment + 1);
  const weight = Math.abs(share - 0.5);
  const x = direction.x * (1 - weight) + (other ?? direction).x * weight;
  const y = direction.y * (1 - weight) + (other ?? direction).y * weight;
  const norm = Math.hypot(x, y) || 1;
  return { x: -y / norm, y: x / norm };
}

function segmentLength(a: readonly [number, number], b: readonly [number, number]): number {
  return Math.hypot(b[0] - a[0], b[1] - a[1]);
}
