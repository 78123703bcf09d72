import type { SKRSContext2D } from '@napi-rs/canvas';
import { type View, vec } from './camera.js';
import { drawText, textWidth } from './lettering.js';
import { between, pick, type Random, random } from './random.js';
import { groundSurface, type Raster, type Surface, type Texture, type Tile } from './raster/raster.js';
import { FIXTURES, type Fixture, FLOOR_M } from './shop-floor.js';
import { paint } from './signs.js';

const PRODUCTS = [
  '#c8453b',
  '#e0a43a',
  '#3d7f5c',
  '#2f6ea8',
  '#e8dcc2',
  '#7a4a86',
  '#d97b47',
  '#f0efe9',
  '#4b9fa8',
  '#b53a5c',
  '#8fae4f',
  '#394a6b',
];

/** Draws the empty shop once and gives its solid surfaces to the depth buffer. */
export function furnish(raster: Raster, view: View, seed: number): void {
  const next = random(seed, 'shop');
  raster.useDepth();
  raster.fill([58, 60, 66]);
  const ground = groundSurface(-5, -6, 17, 8);
  raster.detailed(view, ground, paintFloor(raster), tile(raster, seed), 60, 90);
  const walls: Surface[] = [
    { origin: vec(-5, 8, 4.8), along: vec(1, 0, 0), across: vec(0, 0, -1), length: 22, breadth: 4.8 },
    { origin: vec(0, -6, 4.8), along: vec(0, 1, 0), across: vec(0, 0, -1), length: 14, breadth: 4.8 },
    { origin: vec(12, 8, 4.8), along: vec(0, -1, 0), across: vec(0, 0, -1), length: 14, breadth: 4.8 },
  ];
  const wall = paintWall(raster);
  const plain = paint(raster, 64, 64, (c) => {
    const shade = c.createLinearGradient(0, 0, 0, 64);
    shade.addColorStop(0, '#d9d5cb');
    shade.addColorStop(1, '#b3aea4');
    c.fillStyle = shade;
    c.fillRect(0, 0, 64, 64);
  });
  raster.surface(view, walls[0] as Surface, wall);
  for (const side of walls.slice(1)) raster.surface(view, side, plain);
  const farFirst = [...FIXTURES].sort((a, b) => distance(view, b) - distance(view, a));
  for (const fixture of farFirst) {
    for (const { surface, texture } of faces(raster, view, fixture, next)) {
      raster.surface(view, surface, texture);
      raster.occlude(view, surface);
    }
  }
  raster.keep();
}

function distance(view: View, f: Fixture): number {
  return Math.hypot((f.x0 + f.x1) / 2 - view.position.x, (f.y0 + f.y1) / 2 - view.position.y);
}

/** The faces of a fixture that the camera sees, its top last. */
function faces(raster: Raster, view: View, f: Fixture, next: Random): { surface: Surface; texture: Texture }[] {
  const { x0, x1, y0, y1, heightM: h } = f;
  const out: { surface: Surface; texture: Texture }[] = [];
  const add = (surface: Surface, shade: number, front: boolean) =>
    out.push({ surface, texture: paintSide(raster, f, surface.length, next, shade, front) });
  const down = vec(0, 0, -1);
  if (view.position.x < x0) add({ origin: vec(x0, y1, h), along: vec(0, -1, 0), across: down, length: y1 - y0, breadth: h }, 0.82, true);
  if (view.position.x > x1) add({ origin: vec(x1, y0, h), along: vec(0, 1, 0), across: down, length: y1 - y0, breadth: h }, 0.9, true);
  if (view.position.y < y0) add({ origin: vec(x0, y0, h), along: vec(1, 0, 0), across: down, length: x1 - x0, breadth: h }, 1, x1 - x0 > 1);
  out.push({
    surface: { origin: vec(x0, y1, h), along: vec(1, 0, 0), across: vec(0, -1, 0), length: x1 - x0, breadth: y1 - y0 },
    texture: paintTop(raster, f, next),
  });
  return out;
}

const PER_M = 90;

function paintSide(raster: Raster, f: Fixture, length: number, next: Random, shade: number, front: boolean): Texture {
  const width = Math.round(length * PER_M);
  const height = Math.round(f.heightM * PER_M);
  return paint(raster, width, height, (c) => {
    if (f.kind === 'till') {
      c.fillStyle = '#26364f';
      c.fillRect(0, 0, width, height);
      c.fillStyle = '#ffb703';
      c.fillRect(0, 0, width, 7);
      c.strokeStyle = '#f4f6fb';
      drawText(c, 'TILL', width / 2 - textWidth('TILL', 34) / 2, 30, 34);
    } else if (f.kind === 'table') {
      c.fillStyle = '#8a6238';
      c.fillRect(0, 0, width, height);
      for (let x = 0; x < width; x += 14) {
        c.fillStyle = x % 28 === 0 ? '#7b562f' : '#96703f';
        c.fillRect(x, 0, 12, height);
      }
    } else if (!front) {
      c.fillStyle = '#cfcac0';
      c.fillRect(0, 0, width, height);
      promotion(c, width, height, next);
    } else shelves(c, width, height, next);
    c.fillStyle = `rgba(20,18,24,${1 - shade})`;
    c.fillRect(0, 0, width, height);
    const foot = c.createLinearGradient(0, height * 0.75, 0, height);
    foot.addColorStop(0, 'rgba(0,0,0,0)');
    foot.addColorStop(1, 'rgba(0,0,0,0.35)');
    c.fillStyle = foot;
    c.fillRect(0, 0, width, height);
  });
}

function promotion(c: SKRSContext2D, width: number, height: number, next: Random): void {
  c.fillStyle = pick(next, ['#e63946', '#0a6b5d', '#0d1b3d']);
  c.fillRect(6, 6, width - 12, 26);
  for (let y = 40; y < height - 10; y += 26) {
    for (let x = 8; x < width - 16; x += 18) {
      c.fillStyle = pick(next, PRODUCTS);
      c.fillRect(x, y, 15, 22);
    }
  }
}

/** Boards with rows of packets, bottles and tins standing on them. */
function shelves(c: SKRSContext2D, width: number, height: number, next: Random): void {
  c.fillStyle = '#3a3936';
  c.fillRect(0, 0, width, height);
  const rows = Math.round(height / 36);
  const step = height / rows;
  for (let row = 0; row < rows; row++) {
    const base = (row + 1) * step - 5;
    let x = 2;
    while (x < width - 6) {
      const colour = pick(next, PRODUCTS);
      const label = pick(next, PRODUCTS);
      const w = between(next, 7, 17);
      const tall = between(next, 0.55, 0.86) * (step - 5);
      const count = 2 + Math.floor(next() * 5);
      for (let i = 0; i < count && x + w < width - 2; i++) {
        c.fillStyle = colour;
        c.fillRect(x, base - tall, w - 1.5, tall);
        c.fillStyle = label;
        c.fillRect(x + 1, base - tall * 0.68, w - 3.5, tall * 0.32);
        c.fillStyle = 'rgba(255,255,255,0.28)';
        c.fillRect(x + 1, base - tall, 2, tall);
        c.fillStyle = 'rgba(0,0,0,0.25)';
        c.fillRect(x + w - 3, base - tall, 1.5, tall);
        x += w;
      }
      x += between(next, 0, 5);
    }
    c.fillStyle = '#ded9cf';
    c.fillRect(0, base, width, 5);
    for (let tag = 6; tag < width; tag += between(next, 22, 50)) {
      c.fillStyle = next() < 0.2 ? '#f2c230' : '#fbfaf6';
      c.fillRect(tag, base, 11, 5);
    }
  }
}

function paintTop(raster: Raster, f: Fixture, next: Random): Texture {
  const width = Math.round((f.x1 - f.x0) * PER_M);
  const height = Math.round((f.y1 - f.y0) * PER_M);
  return paint(raster, width, height, (c) => {
    c.fillStyle = f.kind === 'till' ? '#4b5568' : f.kind === 'table' ? '#6b4a29' : '#d8d3c8';
    c.fillRect(0, 0, width, height);
    if (f.kind === 'table') fruit(c, width, height, next);
    else if (f.kind === 'till') {
      c.fillStyle = '#1d2430';
      c.fillRect(8, height * 0.3, width * 0.6, height * 0.4);
      c.fillStyle = '#e8edf5';
      c.fillRect(width * 0.76, height * 0.25, 34, 24);
      c.fillStyle = '#39b36b';
      c.fillRect(width * 0.76 + 3, height * 0.25 + 3, 28, 15);
    } else {
      c.fillStyle = '#bdb7ab';
      c.fillRect(width / 2 - 2, 0, 4, height);
      for (let i = 0; i < (width * height) / 5200; i++) {
        c.fillStyle = pick(next, PRODUCTS);
        c.fillRect(between(next, 4, width - 24), between(next, 4, height - 24), between(next, 12, 22), between(next, 12, 22));
      }
    }
    c.strokeStyle = 'rgba(0,0,0,0.3)';
    c.lineWidth = 3;
    c.strokeRect(0, 0, width, height);
  });
}

function fruit(c: SKRSContext2D, width: number, height: number, next: Random): void {
  const kinds = ['#d8432f', '#f0a22e', '#8fb33c', '#e8cf3d', '#7c3a5f'];
  for (let bin = 0; bin < 4; bin++) {
    for (let i = 0; i < 90; i++) {
      const x = ((bin + 0.1 + next() * 0.8) * width) / 4;
      const y = between(next, 8, height - 8);
      c.fillStyle = kinds[bin] as string;
      c.beginPath();
      c.arc(x, y, 5, 0, 7);
      c.fill();
      c.fillStyle = 'rgba(255,255,255,0.35)';
      c.beginPath();
      c.arc(x - 1.5, y - 1.5, 1.6, 0, 7);
      c.fill();
    }
  }
}

function paintWall(raster: Raster): Texture {
  return paint(raster, 1100, 240, (c) => {
    const shade = c.createLinearGradient(0, 0, 0, 240);
    shade.addColorStop(0, '#e2ded4');
    shade.addColorStop(1, '#bdb8ad');
    c.fillStyle = shade;
    c.fillRect(0, 0, 1100, 240);
    c.fillStyle = '#0d1b3d';
    c.fillRect(300, 88, 500, 42);
    c.strokeStyle = '#f4f6fb';
    drawText(c, 'LEADERLINE MARKET', 550 - textWidth('LEADERLINE MARKET', 22) / 2, 98, 22, 0.19);
  });
}

/** Tiles 0.5 m square, mats at the doors, shade under the fixtures and pools of light. */
function paintFloor(raster: Raster): Texture {
  const [x0, y1, perM] = [-5, 8, 64];
  const [width, height] = [22 * perM, 14 * perM];
  return paint(raster, width, height, (c) => {
    const X = (x: number) => (x - x0) * perM;
    const Y = (y: number) => (y1 - y) * perM;
    const next = random(5, 'tiles');
    for (let i = 0; i < 44; i++) {
      for (let j = 0; j < 28; j++) {
        const light = 64 + (next() - 0.5) * 5 + ((i + j) % 2) * 3;
        c.fillStyle = `hsl(34 ${10 + next() * 4}% ${light}%)`;
        c.fillRect(i * 32, j * 32, 32, 32);
      }
    }
    c.fillStyle = 'rgba(70,62,54,0.5)';
    for (let i = 0; i <= 44; i++) c.fillRect(i * 32 - 1, 0, 2, height);
    for (let j = 0; j <= 28; j++) c.fillRect(0, j * 32 - 1, width, 2);
    c.fillStyle = '#3b3f46';
    for (const [a, b] of [[0.6, 2.4] as const, [10.4, 11.8] as const]) c.fillRect(X(a), Y(0.7), (b - a) * perM, 1.3 * perM);
    c.fillStyle = 'rgba(60,60,64,0.55)';
    c.fillRect(0, Y(0) - 4, width, 8);
    for (const [lx, ly] of [
      [2, 2],
      [6, 2],
      [10, 2],
      [2, 6],
      [6, 6],
      [10, 6],
    ] as const) {
      const glow = c.createRadialGradient(X(lx), Y(ly), 10, X(lx), Y(ly), 2.6 * perM);
      glow.addColorStop(0, 'rgba(255,246,226,0.3)');
      glow.addColorStop(1, 'rgba(255,246,226,0)');
      c.fillStyle = glow;
      c.fillRect(0, 0, width, height);
    }
    c.shadowColor = 'rgba(0,0,0,0.75)';
    c.shadowBlur = 34;
    c.fillStyle = '#2a2724';
    for (const f of FIXTURES) c.fillRect(X(f.x0), Y(f.y1), (f.x1 - f.x0) * perM, (f.y1 - f.y0) * perM);
    c.shadowBlur = 0;
    const away = c.createLinearGradient(0, Y(0), 0, Y(-5));
    away.addColorStop(0, 'rgba(0,0,0,0)');
    away.addColorStop(1, 'rgba(10,10,14,0.6)');
    c.fillStyle = away;
    c.fillRect(0, Y(0), width, height - Y(0));
    c.fillStyle = 'rgba(20,18,16,0.45)';
    c.fillRect(0, 0, X(0), height);
    c.fillRect(X(FLOOR_M.width), 0, width, height);
  });
}

/** Specks of stone. */
function tile(raster: Raster, seed: number): Tile {
  const n = 256;
  const specks = raster.noise(n, n, 64, seed + 71, { octaves: 2, wrap: true });
  const clouds = raster.noise(n, n, 4, seed + 72, { octaves: 4, wrap: true });
  return raster.tile(
    n,
    Uint8Array.from(specks, (s, i) => 128 + 0.35 * (s - 128) + 0.5 * ((clouds[i] as number) - 128)),
  );
}
