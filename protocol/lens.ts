import type { Point } from './geometry.js';

/**
 * How a lens bends straight lines: radial terms after Brown (1966) and Conrady (1919). A point at distance r from the centre, in units of
 * `radiusPx`, is seen at r · (1 + k1 r² + k2 r⁴): k1 < 0 is a barrel, k1 > 0 a cushion.
 */
export interface Lens {
  readonly k1: number;
  readonly k2: number;
  /** Continuous pixels. */
  readonly centre: Point;
  /** Half the picture's diagonal, pixels. */
  readonly radiusPx: number;
}

/** Where the lens shows a point that a camera without it would show here; pixels. */
export function bend({ k1, k2, centre, radiusPx }: Lens, straight: Point): Point {
  const x = (straight.x - centre.x) / radiusPx;
  const y = (straight.y - centre.y) / radiusPx;
  const r2 = x * x + y * y;
  const scale = radiusPx * (1 + r2 * (k1 + k2 * r2));
  return { x: centre.x + x * scale, y: centre.y + y * scale };
}
