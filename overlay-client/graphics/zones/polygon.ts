import type { Point } from '../../../protocol/index.js';

/** Whether a point lies inside a polygon (even-odd). */
export function contains(polygon: readonly Point[], { x, y }: Point): boolean {
  let inside = false;
  for (const [i, a] of polygon.entries()) {
    const b = polygon[(i + 1) % polygon.length]!;
    if (a.y > y !== b.y > y && x < a.x + ((b.x - a.x) * (y - a.y)) / (b.y - a.y)) inside = !inside;
  }
  return inside;
}

/** Centre of area, where a zone's name goes; the mean of the corners where it has none. */
export function labelPlace(polygon: readonly Point[]): Point {
  let [area, x, y] = [0, 0, 0];
  for (const [i, a] of polygon.entries()) {
    const b = polygon[(i + 1) % polygon.length]!;
    const cross = a.x * b.y - b.x * a.y;
    area += cross;
    x += (a.x + b.x) * cross;
    y += (a.y + b.y) * cross;
  }
  if (Math.abs(area) > 1e-9) return { x: x / (3 * area), y: y / (3 * area) };
  const count = polygon.length || 1;
  return {
    x: polygon.reduce((sum, p) => sum + p.x, 0) / count,
    y: polygon.reduce((sum, p) => sum + p.y, 0) / count,
  };
}
