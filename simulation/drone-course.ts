import type { Point } from '../protocol/index.js';
import { type View, vec } from './camera.js';
import { type Path, windingPath } from './path.js';
import { between, pick, type Random, random } from './random.js';
import { type Colour, groundSurface, type Raster, type Surface, type Texture, type Tile } from './raster/raster.js';
import { digitTexture, paint } from './signs.js';

export const ROAD_M = 6;
export const START_M = 24;
export const FINISH_M = 250;
const WHITE: Colour = [226, 224, 216];
const PER_M = 8;
const MARGIN_M = 45;

/** The centre line: bends to both sides, different with every seed. Distance 0 lies before the start. */
export function makePath(seed: number): Path {
  const next = random(seed, 'bends');
  const parts = [between(next, 0.016, 0.021), between(next, 0.006, 0.01)] as const;
  const phase = between(next, -0.3, 0.3);
  return windingPath({ x: 0, y: 0 }, between(next, -0.25, 0.25), 320, 1, (d) => {
    return parts[0] * Math.sin((d / 105) * 2 * Math.PI + phase) + parts[1] * Math.sin((d / 47) * 2 * Math.PI + phase * 3);
  });
}

/** The ground of the course: a road through meadow and fields, its markings, and a few arrows. */
export class DroneCourse {
  private readonly bounds: { x0: number; y0: number; x1: number; y1: number };
  private readonly ground: Texture;
  private readonly tile: Tile;
  private readonly numbers: Texture[];
  private readonly banner: Texture;

  constructor(
    private readonly raster: Raster,
    private readonly path: Path,
    seed: number,
  ) {
    const xs = path.points.map((p) => p.x);
    const ys = path.points.map((p) => p.y);
    this.bounds = {
      x0: Math.floor(Math.min(...xs) - MARGIN_M * 0.6),
      x1: Math.ceil(Math.max(...xs) + MARGIN_M * 0.6),
      y0: Math.floor(Math.min(...ys) - MARGIN_M),
      y1: Math.ceil(Math.max(...ys) + MARGIN_M),
    };
    this.ground = this.paintGround(seed);
    this.tile = paintTile(raster, seed);
    this.numbers = Array.from({ length: 9 }, (_, i) => digitTexture(raster, String(i + 1)));
    this.banner = paint(raster, 480, 64, (c) => {
      for (let i = 0; i < 30; i++) {
        for (let j = 0; j < 4; j++) {
          c.fillStyle = (i + j) % 2 ? '#f2f0ea' : '#1d1f24';
          c.fillRect(i * 16, j * 16, 16, 16);
        }
      }
    });
  }

  draw(view: View): void {
    const { raster, path, bounds } = this;
    raster.fill([96, 122, 84]);
    raster.detailed(view, groundSurface(bounds.x0, bounds.y0, bounds.x1, bounds.y1), this.ground, this.tile, 34, 170);
    const near = (p: Point) => Math.hypot(p.x - view.position.x, p.y - view.position.y) < 75;
    for (let d = 2; d < path.lengthM - 3; d += 1) {
      if (!near(path.at(d))) continue;
      for (const edge of [-1, 1]) this.stripe(view, d, d + 1.02, edge * (ROAD_M / 2 - 0.35), 0.12);
      if (d % 6 === 2) this.stripe(view, d, d + 2.6, 0, 0.11);
    }
    this.across(view, START_M);
    this.across(view, FINISH_M);
    for (let i = 1; i <= 9; i++) {
      const p = path.at(START_M + i * 25, -0.4);
      if (near(p)) raster.surface(view, decal(p.x, p.y, p.heading, 1.4, 2.1), this.numbers[i - 1] as Texture, 0.85);
    }
  }

  private stripe(view: View, from: number, to: number, offset: number, width: number): void {
    const corner = (d: number, o: number) => {
      const p = this.path.at(d, o);
      return vec(p.x, p.y, 0);
    };
    const half = width / 2;
    const corners = [corner(from, offset - half), corner(to, offset - half), corner(to, offset + half), corner(from, offset + half)];
    this.raster.polygon3(view, corners, WHITE, 0.82);
  }

  private across(view: View, distanceM: number): void {
    const p = this.path.at(distanceM, ROAD_M / 2);
    const along = vec(Math.sin(p.heading), -Math.cos(p.heading), 0);
    const across = vec(Math.cos(p.heading), Math.sin(p.heading), 0);
    this.raster.surface(view, { origin: vec(p.x, p.y, 0), along, across, length: ROAD_M, breadth: 0.8 }, this.banner);
  }

  /** Distance from the centre line (left positive), metres, on a coarse grid; between its points it is interpolated. */
  private offsets(): (x: number, y: number) => { offset: number; along: number } {
    const { x0, y0, x1, y1 } = this.bounds;
    const step = 2;
    const columns = Math.ceil((x1 - x0) / step) + 2;
    const rows = Math.ceil((y1 - y0) / step) + 2;
    const offset = new Float32Array(columns * rows);
    const along = new Float32Array(columns * rows);
    const points = this.path.points;
    for (let r = 0; r < rows; r++) {
      for (let c = 0; c < columns; c++) {
        const [x, y] = [x0 + c * step, y0 + r * step];
        let best = Infinity;
        let at = 0;
        for (let i = 0; i < points.length; i += 2) {
          const p = points[i] as Point;
          const d = (p.x - x) ** 2 + (p.y - y) ** 2;
          if (d < best) [best, at] = [d, i];
        }
        const p = this.path.at(Math.min(at, this.path.lengthM - 1));
        const [dx, dy] = [x - p.x, y - p.y];
        offset[r * columns + c] = -Math.sin(p.heading) * dx + Math.cos(p.heading) * dy;
        along[r * columns + c] = at + Math.cos(p.heading) * dx + Math.sin(p.heading) * dy;
      }
    }
    return (x, y) => {
      const [fx, fy] = [(x - x0) / step, (y - y0) / step];
      const [c, r] = [Math.floor(fx), Math.floor(fy)];
      const [tx, ty] = [fx - c, fy - r];
      const i = r * columns + c;
      const mix = (list: Float32Array) =>
        ((list[i] as number) * (1 - tx) + (list[i + 1] as number) * tx) * (1 - ty) +
        ((list[i + columns] as number) * (1 - tx) + (list[i + columns + 1] as number) * tx) * ty;
      return { offset: mix(offset), along: mix(along) };
    };
  }

  private paintGround(seed: number): Texture {
    const { raster, bounds } = this;
    const width = Math.round((bounds.x1 - bounds.x0) * PER_M);
    const height = Math.round((bounds.y1 - bounds.y0) * PER_M);
    const cells = (bounds.x1 - bounds.x0) / 9;
    const broad = raster.noise(width, height, cells, seed * 5 + 1, { octaves: 5, fall: 0.66 });
    const patches = raster.noise(width, height, cells * 0.7, seed * 5 + 2, { octaves: 4, fall: 0.55 });
    const at = this.offsets();
    const out = new Uint8Array(width * height * 4);
    for (let row = 0; row < height; row++) {
      const y = bounds.y1 - (row + 0.5) / PER_M;
      for (let column = 0; column < width; column++) {
        const i = row * width + column;
        const n = ((broad[i] as number) - 128) / 128;
        const m = ((patches[i] as number) - 128) / 128;
        shade(out, i * 4, at(bounds.x0 + (column + 0.5) / PER_M, y), n, m);
      }
    }
    scatterBushes(
      out,
      width,
      height,
      random(seed, 'bushes'),
      (column, row) => at(bounds.x0 + column / PER_M, bounds.y1 - row / PER_M).offset,
    );
    return raster.texture(out, width, height);
  }
}

function decal(x: number, y: number, heading: number, widthM: number, heightM: number): Surface {
  const along = vec(Math.sin(heading), -Math.cos(heading), 0);
  const across = vec(-Math.cos(heading), -Math.sin(heading), 0);
  return { origin: vec(x, y, 0), along, across, length: widthM, breadth: heightM };
}

/** Ground colour by distance from the road's centre: asphalt, worn edge, gravel, mown grass, meadow with dry and bare patches. */
function shade(out: Uint8Array, at: number, { offset, along }: { offset: number; along: number }, n: number, m: number): void {
  const d = Math.abs(offset) + 0.35 * m;
  let r: number;
  let g: number;
  let b: number;
  let alpha = 255;
  if (d < ROAD_M / 2) {
    const tracks = 0.1 * Math.exp(-(((Math.abs(offset) - 1.35) / 0.4) ** 2));
    const patch = m > 0.34 ? 0.86 : 1;
    const joint = Math.abs(((along % 17) + 17) % 17) < 0.12 ? 0.8 : 1;
    const k = (1 + 0.3 * n - tracks) * patch * joint;
    [r, g, b, alpha] = [104 * k, 103 * k, 104 * k, 0];
  } else if (d < ROAD_M / 2 + 0.9) {
    const k = 1 + 0.4 * n;
    [r, g, b, alpha] = [150 * k, 136 * k, 112 * k, 90];
  } else {
    const bare = smooth(0.22, 0.42, m);
    const dry = smooth(-0.05, 0.3, n - 0.4 * m);
    const lush = smooth(0.1, 0.4, -m);
    const k = 1 + 0.35 * n;
    const stripes = d < 9 ? 1 + 0.05 * Math.sign(Math.sin(along * 1.1)) : 1;
    r = (86 + 44 * dry - 18 * lush) * k * stripes;
    g = (106 + 14 * dry - 2 * lush) * k * stripes;
    b = (58 + 14 * dry - 10 * lush) * k * stripes;
    r += (146 - r) * bare;
    g += (122 - g) * bare;
    b += (90 - b) * bare;
  }
  out[at] = clamp(r);
  out[at + 1] = clamp(g);
  out[at + 2] = clamp(b);
  out[at + 3] = alpha;
}

/** Low bushes, painted flat: a dark rim away from the sun, a lit crown. */
function scatterBushes(
  out: Uint8Array,
  width: number,
  height: number,
  next: Random,
  offset: (column: number, row: number) => number,
): void {
  const greens: readonly Colour[] = [
    [62, 98, 46],
    [84, 116, 54],
    [112, 126, 70],
    [70, 92, 62],
    [150, 144, 84],
    [128, 96, 110],
  ];
  for (let k = 0; k < 2600; k++) {
    const cx = next() * width;
    const cy = next() * height;
    const radius = (0.22 + 1.5 * next() ** 3) * PER_M;
    const colour = pick(next, greens);
    if (cx < 40 || cy < 40 || cx > width - 40 || cy > height - 40 || Math.abs(offset(cx, cy)) < ROAD_M / 2 + 1.6 + radius / PER_M) continue;
    const lobes = Array.from({ length: 7 }, () => [between(next, -0.6, 0.6), between(next, -0.6, 0.6), between(next, 0.35, 0.6)] as const);
    blob(out, width, height, cx + radius * 0.35, cy - radius * 0.3, lobes, radius, [20, 30, 18], 0.4);
    blob(out, width, height, cx, cy, lobes, radius, colour, 1);
  }
}

function blob(
  out: Uint8Array,
  width: number,
  height: number,
  cx: number,
  cy: number,
  lobes: readonly (readonly [number, number, number])[],
  radius: number,
  colour: Colour,
  alpha: number,
): void {
  const reach = Math.ceil(radius * 1.3);
  for (let y = Math.max(0, Math.floor(cy - reach)); y < Math.min(height, cy + reach); y++) {
    for (let x = Math.max(0, Math.floor(cx - reach)); x < Math.min(width, cx + reach); x++) {
      let depth = 0;
      let light = 0;
      for (const [lx, ly, lr] of lobes) {
        const [dx, dy] = [(x - cx) / radius - lx, (y - cy) / radius - ly];
        const inside = 1 - Math.hypot(dx, dy) / lr;
        if (inside > depth) [depth, light] = [inside, (-dx + dy) / lr];
      }
      if (depth <= 0) continue;
      const i = (y * width + x) * 4;
      const a = Math.min(1, depth * 5) * alpha;
      const k = 1 + 0.42 * light;
      for (let c = 0; c < 3; c++) out[i + c] = clamp((out[i + c] as number) * (1 - a) + (colour[c] as number) * k * a);
    }
  }
}

function smooth(low: number, high: number, value: number): number {
  const t = Math.max(0, Math.min(1, (value - low) / (high - low)));
  return t * t * (3 - 2 * t);
}

function clamp(value: number): number {
  return Math.max(0, Math.min(255, value));
}

/** Grain of asphalt and of grass. */
function paintTile(raster: Raster, seed: number): Tile {
  const n = 256;
  const grit = raster.noise(n, n, 128, seed * 13 + 1, { octaves: 1, wrap: true });
  const fine = raster.noise(n, n, 32, seed * 13 + 2, { octaves: 3, fall: 0.8, wrap: true });
  const blotch = raster.noise(n, n, 8, seed * 13 + 3, { octaves: 5, fall: 0.75, wrap: true });
  const mix = (of: (g: number, f: number, b: number) => number) =>
    Uint8Array.from(grit, (g, i) => clamp(128 + of(g - 128, (fine[i] as number) - 128, (blotch[i] as number) - 128)));
  return raster.tile(
    n,
    mix((g, f, b) => 0.55 * g + 0.22 * f + 0.1 * b),
    mix((g, f, b) => 0.7 * g + 0.6 * f + 0.22 * b),
  );
}
