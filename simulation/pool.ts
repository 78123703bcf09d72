import { type View, vec } from './camera.js';
import { Crowd } from './crowd.js';
import { random } from './random.js';
import { type Colour, groundSurface, type Raster, type Surface, type Texture, type Tile } from './raster/raster.js';
import { boardTextures, digitTexture, paint } from './signs.js';

export const LANES = 8;
export const LANE_M = 2.5;
export const POOL_M = LANES * LANE_M;
export const LENGTH_M = 50;
const DECK = { x0: -34, x1: 84, y0: -12, y1: 28 };

/** Lane 1 lies on the left, at the largest y. */
export function laneCentre(lane: number): number {
  return POOL_M - (lane - 0.5) * LANE_M;
}

const RED: Colour = [206, 52, 48];
const BLUE: Colour = [32, 84, 170];
const YELLOW: Colour = [236, 196, 52];
const WHITE: Colour = [232, 236, 236];

/** Water, ropes, blocks, deck and stand. */
export class Pool {
  private readonly deck: Texture;
  private readonly tile: Tile;
  private readonly bottom: Texture;
  private readonly waves: Tile;
  private readonly boards: Texture[];
  private readonly digits: Texture[];
  private readonly block: Texture;
  private readonly wall: Texture;
  private readonly crowd: Crowd;

  constructor(
    private readonly raster: Raster,
    seed: number,
  ) {
    this.deck = paintDeck(raster, seed);
    this.tile = paintTile(raster, seed);
    this.bottom = paintBottom(raster, seed);
    this.waves = paintWaves(raster, seed);
    this.boards = boardTextures(raster);
    this.digits = Array.from({ length: LANES }, (_, i) => digitTexture(raster, String(i + 1)));
    this.wall = paintWall(raster);
    this.block = paint(raster, 32, 32, (c) => {
      c.fillStyle = '#e9ecee';
      c.fillRect(0, 0, 32, 32);
      c.fillStyle = '#1b3a6b';
      c.fillRect(0, 0, 32, 5);
    });
    this.crowd = new Crowd(raster, seed, { x0: -34, x1: 84, y: 26, rows: 9, baseM: 1.3 });
  }

  draw(view: View, timeS: number): void {
    const { raster } = this;
    raster.fill([60, 74, 88]);
    for (const x of [DECK.x0, DECK.x1]) {
      raster.surface(
        view,
        { origin: vec(x, DECK.y0 - 8, 11), along: vec(0, 1, 0), across: vec(0, 0, -1), length: 62, breadth: 11 },
        this.wall,
      );
    }
    this.crowd.draw(view, timeS);
    const deck = groundSurface(DECK.x0, DECK.y0, DECK.x1, DECK.y1);
    const [far, right] = [POOL_M + 0.2, LENGTH_M + 0.2];
    // Four strips around the water, overlapping a little so that no seam shows; their inner edges lie under the rim.
    for (const [x0, y0, x1, y1] of [
      [DECK.x0, DECK.y0, DECK.x1, -0.2],
      [DECK.x0, far, DECK.x1, DECK.y1],
      [DECK.x0, -0.6, -0.2, far + 0.4],
      [right, -0.6, DECK.x1, far + 0.4],
    ] as const) {
      const corners = [vec(x0, y0, 0), vec(x1, y0, 0), vec(x1, y1, 0), vec(x0, y1, 0)];
      raster.detailed(view, deck, this.deck, this.tile, 40, 110, corners);
    }
    raster.water(view, groundSurface(0, 0, LENGTH_M, POOL_M), this.bottom, {
      waves: this.waves,
      perM: 44,
      gain: 22,
      bendM: 0.16,
      shine: 70,
      shifts: [timeS * 29, timeS * 13, -timeS * 19, timeS * 23],
    });
    this.edges(view);
    for (let i = 0; i <= LANES; i++) this.rope(view, i * LANE_M, timeS);
    for (let lane = 1; lane <= LANES; lane++) this.startBlock(view, lane);
    for (let i = 0; i < 24; i++) {
      const surface: Surface = {
        origin: vec(-44 + i * 6, 24.6, 0.95),
        along: vec(1, 0, 0),
        across: vec(0, 0, -1),
        length: 5.96,
        breadth: 0.95,
      };
      raster.surface(view, surface, this.boards[i % this.boards.length] as Texture);
    }
  }

  private edges(view: View): void {
    const rim: Colour = [224, 230, 230];
    const rectangle = (x0: number, y0: number, x1: number, y1: number, colour: Colour) =>
      this.raster.polygon3(view, [vec(x0, y0, 0), vec(x1, y0, 0), vec(x1, y1, 0), vec(x0, y1, 0)], colour, 0.95);
    rectangle(-0.35, -0.35, LENGTH_M + 0.35, 0, rim);
    rectangle(-0.35, POOL_M, LENGTH_M + 0.35, POOL_M + 0.35, rim);
    rectangle(-0.35, 0, 0, POOL_M, rim);
    rectangle(LENGTH_M, 0, LENGTH_M + 0.35, POOL_M, rim);
    for (let x = 5; x < LENGTH_M; x += 5) {
      rectangle(x - 0.06, POOL_M + 0.05, x + 0.06, POOL_M + 0.35, BLUE);
      rectangle(x - 0.06, -0.35, x + 0.06, -0.05, BLUE);
    }
    for (let lane = 1; lane <= LANES; lane++) {
      const y = laneCentre(lane);
      rectangle(LENGTH_M - 0.01, y - 1.2, LENGTH_M + 0.12, y + 1.2, [250, 214, 60]);
      const number: Surface = {
        origin: vec(LENGTH_M + 1.75, y - 0.3, 0),
        along: vec(0, 1, 0),
        across: vec(1, 0, 0),
        length: 0.6,
        breadth: 0.9,
      };
      this.raster.surface(view, number, this.digits[lane - 1] as Texture, 0.9);
    }
  }

  /** Floats on a line, in the colours of the course; they lie still, for their ends are tight. */
  private rope(view: View, y: number, _timeS: number): void {
    const wall = y === 0 || y === POOL_M;
    if (wall) return;
    for (let x = 0.25, i = 0; x < LENGTH_M - 0.3; x += 0.5, i++) {
      const ends = x < 5 || x > LENGTH_M - 5;
      const inner = Math.abs(y - POOL_M / 2) < LANE_M * 1.2;
      const colour = ends ? RED : Math.abs(x - 15) < 0.3 || Math.abs(x - 35) < 0.3 ? RED : i % 2 ? WHITE : inner ? YELLOW : BLUE;
      const corners = [vec(x, y - 0.06, 0), vec(x + 0.46, y - 0.06, 0), vec(x + 0.46, y + 0.06, 0), vec(x, y + 0.06, 0)];
      this.raster.polygon3(view, corners, colour, 0.95);
    }
  }

  private startBlock(view: View, lane: number): void {
    for (const [x, inward] of [[-0.75, 1] as const, [LENGTH_M + 0.75, -1] as const]) {
      const y = laneCentre(lane);
      const [x0, x1] = inward > 0 ? [x - 0.35, x + 0.35] : [x - 0.35, x + 0.35];
      this.raster.surface(
        view,
        { origin: vec(x0, y - 0.28, 0.6), along: vec(1, 0, 0), across: vec(0, 0, -1), length: x1 - x0, breadth: 0.6 },
        this.block,
      );
      this.raster.polygon3(
        view,
        [vec(x0, y - 0.28, 0.6), vec(x1, y - 0.28, 0.6), vec(x1, y + 0.28, 0.66), vec(x0, y + 0.28, 0.66)],
        [210, 216, 220],
      );
    }
  }
}

/** A hall's end wall with tall windows. */
function paintWall(raster: Raster): Texture {
  return paint(raster, 992, 176, (c) => {
    c.fillStyle = '#8d98a0';
    c.fillRect(0, 0, 992, 176);
    c.fillStyle = '#6f7c86';
    c.fillRect(0, 118, 992, 58);
    for (let x = 12; x < 992; x += 62) {
      const sky = c.createLinearGradient(0, 8, 0, 112);
      sky.addColorStop(0, '#eaf4fb');
      sky.addColorStop(1, '#b9d3e2');
      c.fillStyle = sky;
      c.fillRect(x, 8, 44, 104);
      c.fillStyle = '#707a82';
      c.fillRect(x + 20, 8, 3, 104);
      c.fillRect(x, 56, 44, 3);
    }
  });
}

/** Pale tiles with wet patches. */
function paintDeck(raster: Raster, seed: number): Texture {
  const perM = 9;
  const width = (DECK.x1 - DECK.x0) * perM;
  const height = (DECK.y1 - DECK.y0) * perM;
  const wet = raster.noise(width, height, 18, seed * 3 + 1, { octaves: 5 });
  const out = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const y = DECK.y1 - (row + 0.5) / perM;
    for (let column = 0; column < width; column++) {
      const x = DECK.x0 + (column + 0.5) / perM;
      const i = row * width + column;
      const n = ((wet[i] as number) - 128) / 128;
      const near = x > -4 && x < LENGTH_M + 4 && y > -3 && y < POOL_M + 2.4;
      const damp = near && n > 0.02 ? 0.86 : 1;
      const k = damp * (1 + 0.12 * n);
      const base: Colour = y < -4.5 || y > POOL_M + 3.4 ? [150, 176, 186] : [192, 190, 178];
      out.set([Math.min(255, base[0] * k), Math.min(255, base[1] * k), Math.min(255, base[2] * k), 0], i * 4);
    }
  }
  return raster.texture(out, width, height);
}

/** Small square tiles with joints. */
function paintTile(raster: Raster, seed: number): Tile {
  const n = 256;
  const fine = raster.noise(n, n, 64, seed * 3 + 2, { octaves: 2, wrap: true });
  const broad = raster.noise(n, n, 4, seed * 3 + 3, { octaves: 5, fall: 0.7, wrap: true });
  const next = random(seed, 'pool-tiles');
  const tones = Array.from({ length: 16 * 16 }, () => next() * 36 - 18);
  const out = new Uint8Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const joint = x % 16 < 1 || y % 16 < 1 ? -52 : 0;
      const i = y * n + x;
      const value =
        128 + joint + (tones[(y >> 4) * 16 + (x >> 4)] as number) + 0.4 * ((fine[i] as number) - 128) + 0.5 * ((broad[i] as number) - 128);
      out[i] = Math.max(0, Math.min(255, value));
    }
  }
  return raster.tile(n, out);
}

/** The pool's floor as seen through the water: lane lines, tile courses, light nets; alpha is how much of the hall's light is mirrored there. */
function paintBottom(raster: Raster, seed: number): Texture {
  const perM = 20;
  const width = LENGTH_M * perM;
  const height = POOL_M * perM;
  const net = raster.noise(width, height, 60, seed * 3 + 4, { octaves: 3, fall: 0.5 });
  const depth = raster.noise(width, height, 6, seed * 3 + 5, { octaves: 3 });
  const out = new Uint8Array(width * height * 4);
  for (let row = 0; row < height; row++) {
    const y = POOL_M - (row + 0.5) / perM;
    const lane = (y % LANE_M) - LANE_M / 2;
    for (let column = 0; column < width; column++) {
      const x = (column + 0.5) / perM;
      const i = row * width + column;
      const bright = 1 - Math.min(1, Math.abs((net[i] as number) - 128) / 18);
      const d = ((depth[i] as number) - 128) / 128;
      const mark =
        (Math.abs(lane) < 0.15 && x > 2 && x < LENGTH_M - 2) ||
        (Math.abs(lane) < 0.5 && (Math.abs(x - 2) < 0.15 || Math.abs(x - LENGTH_M + 2) < 0.15));
      const joint = row % perM === 0 || column % perM === 0 ? 0.94 : 1;
      const k = (1 + 0.1 * d) * joint * (1 + 0.14 * bright);
      const c: Colour = mark ? [18, 62, 112] : [52, 158, 196];
      // Windows beyond the far side are mirrored in a band.
      const glare = 84 + 40 * Math.exp(-(((y - 15) / 5) ** 2)) + 16 * d;
      out.set([Math.min(255, c[0] * k), Math.min(255, c[1] * k), Math.min(255, c[2] * k), glare], i * 4);
    }
  }
  return raster.texture(out, width, height);
}

/** Slopes of waves, 128 level. */
function paintWaves(raster: Raster, seed: number): Tile {
  const n = 256;
  const heights = raster.noise(n, n, 6, seed * 3 + 6, { octaves: 4, fall: 0.5, wrap: true });
  const slopes = new Uint8Array(n * n);
  for (let y = 0; y < n; y++) {
    for (let x = 0; x < n; x++) {
      const at = (shift: number) => heights[((y + shift + n) % n) * n + ((x + shift + n) % n)] as number;
      slopes[y * n + x] = Math.max(0, Math.min(255, 128 + (at(2) - at(-2)) * 2.6));
    }
  }
  return raster.tile(n, slopes);
}
