import type { Course, Floor, Point } from '../protocol/index.js';
import { CourseGeometry } from '../protocol/index.js';

/** How far beside the course, beyond its ends, or outside the floor someone still counts, metres. */
const BESIDE_M = 1;
const BEYOND_M = 12;
const OUTSIDE_M = 0.5;

/** Tells whether a ground point (metres) lies where subjects can be: on the course or the floor, with a margin. Everywhere without either. */
export function groundFilter(course: Course | undefined, floor: Floor | undefined): (ground: Point) => boolean {
  if (course) {
    const geometry = new CourseGeometry(course);
    return (ground) => {
      const { alongM, acrossM } = geometry.locate(ground);
      return Math.abs(acrossM) <= course.widthM / 2 + BESIDE_M && alongM >= -BEYOND_M && alongM <= geometry.lengthM + BEYOND_M;
    };
  }
  if (floor) {
    const outline = floor.outline.map(([x, y]) => ({ x, y }));
    return (ground) => inside(outline, ground) || distanceTo(outline, ground) <= OUTSIDE_M;
  }
  return () => true;
}

function inside(polygon: readonly Point[], p: Point): boolean {
  let odd = false;
  for (const [i, a] of polygon.entries()) {
    const b = polygon[(i + 1) % polygon.length];
    if (a.y > p.y !== b.y > p.y && p.x < a.x + ((p.y - a.y) * (b.x - a.x)) / (b.y - a.y)) odd = !odd;
  }
  return odd;
}

function distanceTo(polygon: readonly Point[], p: Point): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [i, a] of polygon.entries()) {
    const b = polygon[(i + 1) % polygon.length];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
  }
  return least;
}
