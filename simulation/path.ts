import type { Point } from '../protocol/index.js';

/** A bending line on the ground with distance along it: densely sampled, so that straight pieces between samples bend unnoticeably. */
export class Path {
  readonly points: readonly Point[];
  private readonly along: number[] = [0];

  constructor(points: readonly Point[]) {
    this.points = points;
    for (let i = 1; i < points.length; i++) {
      const [a, b] = [points[i - 1] as Point, points[i] as Point];
      this.along.push((this.along[i - 1] as number) + Math.hypot(b.x - a.x, b.y - a.y));
    }
  }

  get lengthM(): number {
    return this.along.at(-1) as number;
  }

  /** The place `offsetM` to the left of the line at a distance, and the line's heading there (radians). */
  at(distanceM: number, offsetM = 0): Point & { heading: number } {
    let low = 0;
    let high = this.along.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((this.along[middle] as number) <= distanceM) low = middle;
      else high = middle;
    }
    const start = this.along[low] as number;
    const t = (distanceM - start) / ((this.along[high] as number) - start);
    const [a, b] = [this.points[low] as Point, this.points[high] as Point];
    const [before, after] = [this.headingAt(low), this.headingAt(high)];
    const heading = before + Math.atan2(Math.sin(after - before), Math.cos(after - before)) * t;
    return {
      x: a.x + (b.x - a.x) * t - Math.sin(heading) * offsetM,
      y: a.y + (b.y - a.y) * t + Math.cos(heading) * offsetM,
      heading,
    };
  }

  private headingAt(i: number): number {
    const a = this.points[Math.max(0, i - 1)] as Point;
    const b = this.points[Math.min(this.points.length - 1, i + 1)] as Point;
    return Math.atan2(b.y - a.y, b.x - a.x);
  }
}

/** A path from a law of curvature (1/m) along it, sampled every `stepM`. */
export function windingPath(start: Point, heading: number, lengthM: number, stepM: number, curvature: (distanceM: number) => number): Path {
  const points = [start];
  let { x, y } = start;
  for (let d = 0; d < lengthM; d += stepM) {
    heading += curvature(d + stepM / 2) * stepM;
    x += Math.cos(heading) * stepM;
    y += Math.sin(heading) * stepM;
    points.push({ x, y });
  }
  return new Path(points);
}
