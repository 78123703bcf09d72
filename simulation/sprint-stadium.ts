import { project, type Vec3, type View, vec } from './camera.js';
import { Crowd } from './crowd.js';
import { random } from './random.js';
import { type Colour, groundSurface, type Raster, type Surface, type Texture, type Tile } from './raster/raster.js';
import { boardTextures, digitTexture } from './signs.js';

export const LANES = 8;
export const LANE_M = 1.22;
export const TRACK_M = LANES * LANE_M;
export const FINISH_M = 100;
const LINE_M = 0.05;
const WHITE: Colour = [232, 230, 224];

/** Lane 1 lies on the left, at the largest y. */
export function laneCentre(lane: number): number {
  return TRACK_M - (lane - 0.5) * LANE_M;
}

const GROUND = { x0: -50, x1: 170, y0: -26, y1: 15 };
const PER_M = 11;

/** A painted rectangle of the ground. */
interface Mark {
  readonly corners: readonly Vec3[];
  readonly colour: Colour;
}

/** All that stands still at the straight: grass, tartan, lines and marks, boards and the stand. */
export class SprintStadium {
  private readonly ground: Texture;
  private readonly tile: Tile;
  private readonly digits: Texture[];
  private readonly boards: Texture[];
  private readonly marks: Mark[];
  private readonly crowd: Crowd;

  constructor(
    private readonly raster: Raster,
    seed: number,
  ) {
    this.ground = paintGround(raster, seed);
    this.tile = paintTile(raster, seed);
    this.digits = Array.from({ length: LANES }, (_, i) => digitTexture(raster, String(i + 1)));
    this.boards = boardTextures(raster);
    this.marks = makeMarks();
    this.crowd = new Crowd(raster, seed, { x0: -90, x1: 200, y: 13.6, rows: 9, baseM: 1.1 });
  }

  draw(view: View, timeS: number): void {
    const { raster } = this;
    raster.fill([84, 96, 92]);
    this.crowd.draw(view, timeS);
    raster.detailed(view, groundSurface(GROUND.x0, GROUND.y0, GROUND.x1, GROUND.y1), this.ground, this.tile, 36, 150);
    for (const { corners, colour } of this.marks) if (mayShow(view, corners)) raster.polygon3(view, corners, colour, 0.9);
    for (let lane = 1; lane <= LANES; lane++) {
      for (const x of [-2.1, FINISH_M + 1.2]) {
        const surface: Surface = {
          origin: vec(x, laneCentre(lane) - 0.32, 0),
          along: vec(0, 1, 0),
          across: vec(1, 0, 0),
          length: 0.64,
          breadth: 0.96,
        };
        raster.surface(view, surface, this.digits[lane - 1] as Texture, 0.92);
      }
    }
    for (let i = 0; i < 46; i++) {
      const surface: Surface = {
        origin: vec(-70 + i * 6, 12.3, 0.95),
        along: vec(1, 0, 0),
        across: vec(0, 0, -1),
        length: 5.96,
        breadth: 0.95,
      };
      raster.surface(view, surface, this.boards[i % this.boards.length] as Texture);
    }
  }
}

function mark(x: number, y: number, dx: number, dy: number, colour: Colour): Mark {
  return { corners: [vec(x, y, 0), vec(x + dx, y, 0), vec(x + dx, y + dy, 0), vec(x, y + dy, 0)], colour };
}

/** False where a small thing lies outside the picture for certain: most marks do. */
function mayShow(view: View, corners: readonly Vec3[]): boolean {
  const [a, c] = [corners[0] as Vec3, corners[2] as Vec3];
  const radiusM = Math.hypot(c.x - a.x, c.y - a.y) / 2;
  const { x, y, inverse } = project(view, (a.x + c.x) / 2, (a.y + c.y) / 2, 0);
  // From near or behind nothing is certain.
  if (inverse <= 0 || radiusM * inverse > 0.1) return true;
  const reach = 2 * radiusM * inverse * view.focalPx + 2;
  return x > -reach && y > -reach && x < view.size.width + reach && y < view.size.height + reach;
}

/** Lines, then hurdle and relay marks, as on a real track: small ticks at every lane line. */
function makeMarks(): Mark[] {
  const out: Mark[] = [];
  for (let lane = 0; lane <= LANES; lane++) out.push(mark(-12, lane * LANE_M - LINE_M / 2, 150, LINE_M, WHITE));
  out.push(mark(-LINE_M, 0, LINE_M, TRACK_M, WHITE), mark(FINISH_M, 0, LINE_M, TRACK_M, WHITE));
  const rows: readonly (readonly [first: number, step: number, count: number, colour: Colour])[] = [
    [13.72, 9.14, 10, [60, 110, 190]],
    [13, 8.5, 10, [238, 200, 60]],
    [10, 20, 5, [70, 150, 90]],
  ];
  for (const [first, step, count, colour] of rows) {
    for (let i = 0; i < count; i++) {
      for (let lane = 0; lane < LANES; lane++) {
        const x = first + i * step;
        out.push(mark(x - 0.03, lane * LANE_M + 0.03, 0.06, 0.14, colour));
        out.push(mark(x - 0.03, (lane + 1) * LANE_M - 0.17, 0.06, 0.14, colour));
      }
    }
  }
  return out;
}

/** Colours at 11 texels a metre; alpha mixes tartan (0) and grass (255) grain. */
function paintGround(raster: Raster, seed: number): Texture {
  const width = Math.round((GROUND.x1 - GROUND.x0) * PER_M);
  const height = Math.round((GROUND.y1 - GROUND.y0) * PER_M);
  const broad = raster.noise(width, height, 40, seed * 7 + 1, { octaves: 5 });
  const streaks = raster.noise(width, height, 30, seed * 7 + 2, { stretch: 9 * (height / width), octaves: 4 });
  const next = random(seed, 'seams');
  const seams = Array.from({ length: 14 }, () => GROUND.x0 + next() * (GROUND.x1 - GROUND.x0));
  const out = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const y = GROUND.y1 - (row + 0.5) / PER_M;
    const track = y > -1.05 && y < TRACK_M + 1.05;
    const apron = track && (y < -0.06 || y > TRACK_M + 0.06);
    const hard = y > TRACK_M + 1.05;
    const across = (((y % LANE_M) + LANE_M) % LANE_M) / LANE_M - 0.5;
    for (let column = 0; column < width; column++) {
      const x = GROUND.x0 + (column + 0.5) / PER_M;
      const i = row * width + column;
      const n = ((broad[i] as number) - 128) / 128;
      const s = ((streaks[i] as number) - 128) / 128;
      let colour: Colour;
      let alpha = 0;
      if (track) {
        const worn = 1 + 0.16 * n + 0.14 * s + 0.05 * Math.cos(across * 6.28);
        const seam = seams.some((at) => Math.abs(at - x) < 0.05) ? 0.86 : 1;
        const base: Colour = apron ? [112, 70, 66] : [168, 88, 70];
        const k = worn * seam;
        colour = [base[0] * k, base[1] * k, base[2] * k];
      } else if (hard) {
        const k = 1 + 0.25 * n + 0.1 * s;
        colour = [124 * k, 124 * k, 120 * k];
        alpha = 60;
      } else {
        const stripe = Math.floor((x + 200) / 5) % 2 === 0 ? 1.07 : 0.93;
        const k = stripe * (1 + 0.3 * n);
        colour = [88 * k + 10 * s, 116 * k, 60 * k];
        alpha = 255;
      }
      out.set([clamp(colour[0]), clamp(colour[1]), clamp(colour[2]), alpha], i * 4);
    }
  }
  return raster.texture(out, width, height);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

/** Grain of tartan and of grass. */
function paintTile(raster: Raster, seed: number): Tile {
  const n = 256;
  const fine = raster.noise(n, n, 64, seed * 11 + 1, { octaves: 2, wrap: true });
  const blotch = raster.noise(n, n, 8, seed * 11 + 2, { octaves: 4, fall: 0.75, wrap: true });
  const blades = raster.noise(n, n, 64, seed * 11 + 3, { octaves: 2, fall: 1.1, wrap: true });
  const mix = (of: (f: number, b: number, g: number) => number) =>
    Uint8Array.from(fine, (f, i) => clamp(128 + of(f - 128, (blotch[i] as number) - 128, (blades[i] as number) - 128)));
  return raster.tile(
    n,
    mix((f, b) => 0.55 * f + 0.3 * b),
    mix((f, b, g) => 0.78 * g + 0.16 * b + 0.4 * f),
  );
}
