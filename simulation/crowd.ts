import { type View, vec } from './camera.js';
import { between, hash, pick, type Random, random } from './random.js';
import { type Colour, Raster, type Texture } from './raster/raster.js';

const BLOCK_M = 5;
const ROW_M = 0.94;
const PER_M = 52;
const VARIANTS = 3;
const PHASES = 8;
const PHASES_PER_S = 7;
const SEATS = 8;

const SHIRTS: readonly Colour[] = [
  [214, 214, 208],
  [52, 58, 74],
  [44, 84, 148],
  [186, 60, 54],
  [232, 190, 84],
  [92, 120, 104],
  [150, 152, 160],
  [120, 86, 70],
  [206, 132, 96],
  [84, 72, 104],
];
const SKINS: readonly Colour[] = [
  [236, 188, 158],
  [212, 158, 124],
  [150, 100, 72],
  [98, 66, 48],
];
const HAIRS: readonly Colour[] = [
  [40, 32, 28],
  [86, 60, 40],
  [168, 132, 84],
  [128, 124, 120],
  [214, 60, 52],
  [236, 236, 230],
];

/** A stand of seated people behind a fence along x: blocks of 5 m, each playing one of a few drawn loops at its own moment. */
export class Crowd {
  private readonly sheets: Texture[][];
  private readonly blocks: { x: number; variant: number; shift: number }[] = [];

  constructor(
    private readonly raster: Raster,
    seed: number,
    private readonly place: { x0: number; x1: number; y: number; rows: number; baseM: number },
  ) {
    this.sheets = Array.from({ length: VARIANTS }, (_, v) => drawSheets(raster, hash(seed, v), place.rows));
    for (let x = place.x0, i = 0; x < place.x1; x += BLOCK_M, i++) {
      this.blocks.push({ x, variant: hash(seed + 5, i) % VARIANTS, shift: hash(seed + 9, i) % PHASES });
    }
  }

  draw(view: View, timeS: number): void {
    const { y, rows, baseM } = this.place;
    const breadth = rows * ROW_M;
    const [back, rise] = [breadth * 0.85, breadth * 0.527];
    const across = vec(0, -back / breadth, -rise / breadth);
    for (const { x, variant, shift } of this.blocks) {
      const phase = (Math.floor(timeS * PHASES_PER_S) + shift) % PHASES;
      const origin = vec(x, y + back, baseM + rise);
      const sheet = this.sheets[variant]?.[phase];
      if (sheet) this.raster.surface(view, { origin, along: vec(1, 0, 0), across, length: BLOCK_M, breadth }, sheet);
    }
    const front: Colour = [150, 154, 160];
    const [x0, x1] = [this.place.x0, this.place.x1];
    this.raster.polygon3(view, [vec(x0, y, baseM), vec(x1, y, baseM), vec(x1, y, 0), vec(x0, y, 0)], front);
    this.raster.polygon3(
      view,
      [vec(x0, y, baseM + 0.06), vec(x1, y, baseM + 0.06), vec(x1, y, baseM - 0.05), vec(x0, y, baseM - 0.05)],
      [214, 218, 222],
    );
    this.raster.polygon3(
      view,
      [
        vec(x0, y + back, baseM + rise + 3),
        vec(x1, y + back, baseM + rise + 3),
        vec(x1, y + back, baseM + rise),
        vec(x0, y + back, baseM + rise),
      ],
      [74, 82, 96],
    );
  }
}

interface Spectator {
  readonly x: number;
  readonly size: number;
  readonly shirt: Colour;
  readonly skin: Colour;
  readonly hair: Colour;
  readonly trousers: Colour;
  readonly sway: number;
  readonly claps: number;
  readonly start: number;
}

/** One block of the stand at every phase of its loop, as textures of the given raster. */
function drawSheets(raster: Raster, seed: number, rows: number): Texture[] {
  const next = random(seed, 'stand');
  const width = Math.round(BLOCK_M * PER_M);
  const height = Math.round(rows * ROW_M * PER_M);
  const people: (Spectator | undefined)[][] = Array.from({ length: rows }, () =>
    Array.from({ length: SEATS }, () => (next() < 0.1 ? undefined : spectator(next))),
  );
  const easel = new Raster({ width, height });
  const view = { right: vec(1, 0, 0), up: vec(0, 1, 0), forward: vec(0, 0, -1), position: vec(0, 0, 0), focalPx: 1, size: easel.size };
  easel.setLight(vec(-0.45, 0.6, 0.66), view, 0.62, 0.5);
  return Array.from({ length: PHASES }, (_, phase) => {
    easel.fill([92, 96, 104]);
    for (let row = 0; row < rows; row++) easel.capsules(drawRow(people[row] ?? [], row, phase / PHASES, width));
    return raster.texture(easel.pixels, width, height);
  });
}

function spectator(next: Random): Spectator {
  return {
    x: between(next, -3, 3),
    size: between(next, 0.9, 1.08),
    shirt: pick(next, SHIRTS),
    skin: pick(next, SKINS),
    hair: pick(next, HAIRS),
    trousers: pick<Colour>(next, [
      [44, 50, 66],
      [66, 62, 60],
      [98, 100, 110],
    ]),
    sway: next() < 0.5 ? between(next, 0.4, 1.6) : 0,
    claps: next() < 0.22 ? 1 : next() < 0.1 ? 2 : 0,
    start: next(),
  };
}

function drawRow(people: readonly (Spectator | undefined)[], row: number, phase: number, width: number): number[] {
  const base = (row + 1) * ROW_M * PER_M;
  const list: number[] = [];
  const add = (x0: number, y0: number, r0: number, x1: number, y1: number, r1: number, c: Colour, flat = 0) =>
    list.push(x0, y0, r0, x1, y1, r1, 1, 1, ...c, 1, ...c, 2, 2, 0, 0, flat);
  add(-9, base - 3, 5, width + 9, base - 3, 5, [128, 132, 138], 0.4);
  const stairs = 30;
  add(-6, base - 14, 9, stairs - 8, base - 14, 9, [166, 166, 162], 0.6);
  add(-6, base - 38, 9, stairs - 8, base - 38, 9, [150, 150, 148], 0.6);
  const pitch = (width - stairs) / SEATS;
  for (const [seat, p] of people.entries()) {
    const x = stairs + (seat + 0.5) * pitch;
    add(x - 8, base - 14, 5, x + 8, base - 14, 5, [40, 74, 124]);
    if (!p) continue;
    const wave = Math.sin((phase + p.start) * 2 * Math.PI);
    const lift = p.claps === 2 ? 8 + 3 * wave : 0;
    const at = x + p.x + p.sway * wave;
    const s = p.size;
    const shoulder = base - 20 - 22 * s - lift;
    for (const side of [-1, 1]) {
      add(at + side * 5, base - 14 - lift, 5, at + side * 6, base + 3, 4.5, p.trousers);
      const hand = p.claps === 2 ? shoulder - 18 - 3 * wave : p.claps === 1 ? shoulder + 9 - 2 * wave : shoulder + 20;
      const inward = p.claps === 1 ? 2.5 + 2.5 * Math.abs(wave) : p.claps === 2 ? 10 : 7;
      add(at + side * 9.5, shoulder + 3, 3.4, at + side * 10.5, shoulder + 12 - lift * 0.5, 3, p.shirt);
      add(at + side * 10.5, shoulder + 12 - lift * 0.5, 2.9, at + side * inward, hand, 2.6, p.skin);
    }
    add(at, base - 16 - lift, 9, at, shoulder + 6, 9.5, p.shirt);
    add(at - 5, shoulder + 4, 6, at + 5, shoulder + 4, 6, p.shirt, 0.2);
    add(at, shoulder - 1, 3.2, at, shoulder - 5, 3.2, p.skin);
    add(at + 0.6 * wave, shoulder - 9, 5.2, at + 0.6 * wave, shoulder - 13, 5.6, p.skin);
    add(at + 0.6 * wave - 1.5, shoulder - 16.5, 4.6, at + 0.6 * wave + 1.5, shoulder - 16.5, 4.6, p.hair);
  }
  return list;
}
