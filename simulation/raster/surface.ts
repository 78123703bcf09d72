import { type Vec3, vec } from '../camera.js';

/** Red, green, blue, 0–255. */
export type Colour = readonly [number, number, number];

export interface Texture {
  readonly pointer: number;
  readonly width: number;
  readonly height: number;
  /** Drawn with its own (premultiplied) alpha. */
  readonly hasAlpha: boolean;
}

/** Fine grain that a ground repeats, for two materials. */
export interface Tile {
  readonly hard: number;
  readonly soft: number;
}

export interface WaterLook {
  /** Slopes, 128 level. */
  readonly waves: Tile;
  /** Texels of it a metre. */
  readonly perM: number;
  /** How much slopes lighten and darken, 0–128. */
  readonly gain: number;
  /** How far a full slope shifts what is seen of the bottom, metres. */
  readonly bendM: number;
  /** Strength of glints, 0–128. */
  readonly shine: number;
  /** How far the two runs of waves have travelled, in texels. */
  readonly shifts: readonly [number, number, number, number];
}

/** A rectangle in the world: `origin + u·along + v·across`, u in [0, length], v in [0, breadth], with unit axes. */
export interface Surface {
  readonly origin: Vec3;
  readonly along: Vec3;
  readonly across: Vec3;
  readonly length: number;
  readonly breadth: number;
}

/** The ground rectangle x0…x1, y0…y1: texture columns run along x, rows along −y (so that pictures are drawn as seen from above). */
export function groundSurface(x0: number, y0: number, x1: number, y1: number): Surface {
  return { origin: vec(x0, y1, 0), along: vec(1, 0, 0), across: vec(0, -1, 0), length: x1 - x0, breadth: y1 - y0 };
}

/** Its four corners in the world. */
export function surfaceCorners(s: Surface): Vec3[] {
  const at = (u: number, v: number) =>
    vec(
      s.origin.x + u * s.along.x + v * s.across.x,
      s.origin.y + u * s.along.y + v * s.across.y,
      s.origin.z + u * s.along.z + v * s.across.z,
    );
  return [at(0, 0), at(s.length, 0), at(s.length, s.breadth), at(0, s.breadth)];
}
