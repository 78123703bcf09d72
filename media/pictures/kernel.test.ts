import assert from 'node:assert/strict';
import { test } from 'node:test';
import { rgbWeights } from '../composite/colour.js';
import { pictureInfo } from '../testing/pictures.js';
import { PictureKernel } from './kernel.js';

/** Against the same done pixel by pixel, in sizes that are no multiple of what is worked on at once. */

const [WIDTH, HEIGHT] = [37, 23];
const PIXELS = WIDTH * HEIGHT;

let seed = 7;
const random = (below: number): number => {
  seed = (Math.imul(seed, 1_103_515_245) + 12_345) & 0x7fffffff;
  return Math.floor((seed / 0x80000000) * below);
};

/** Blobs of 255 on 0, with gaps and holes. */
function blobs(kernel: PictureKernel): Uint8Array {
  const mask = kernel.zeros(PIXELS);
  for (let n = 0; n < 14; n++) {
    const [x, y, value] = [random(WIDTH), random(HEIGHT), n % 4 === 3 ? 0 : 255];
    for (let row = y; row < Math.min(HEIGHT, y + 2 + random(8)); row++)
      mask.fill(value, row * WIDTH + x, row * WIDTH + Math.min(WIDTH, x + 7));
  }
  return mask;
}

function extreme(mask: ArrayLike<number>, radius: number, of: (...values: number[]) => number): number[] {
  return Array.from({ length: PIXELS }, (_, p) => {
    const [px, py] = [p % WIDTH, Math.floor(p / WIDTH)];
    const near: number[] = [];
    for (let y = Math.max(0, py - radius); y <= Math.min(HEIGHT - 1, py + radius); y++)
      for (let x = Math.max(0, px - radius); x <= Math.min(WIDTH - 1, px + radius); x++) near.push(mask[y * WIDTH + x]!);
    return of(...near);
  });
}

test('gaps of a mask are bridged, its holes filled, its edge softened', () => {
  const kernel = new PictureKernel();
  kernel.reserve(1e5);
  for (let radius = 1; radius <= 4; radius++) {
    const mask = blobs(kernel);
    const closed = extreme(extreme(mask, radius, Math.max), radius, Math.min);
    kernel.closeGaps(mask, WIDTH, HEIGHT, radius);
    assert.deepEqual([...mask], closed, `radius ${radius}`);
  }
  const ring = kernel.zeros(PIXELS);
  for (let y = 3; y < 12; y++) for (let x = 4; x < 20; x++) if (y === 3 || y === 11 || x === 4 || x === 19) ring[y * WIDTH + x] = 255;
  kernel.fillHoles(ring, WIDTH, HEIGHT);
  for (let p = 0; p < PIXELS; p++) {
    const [x, y] = [p % WIDTH, Math.floor(p / WIDTH)];
    assert.equal(ring[p], x >= 4 && x < 20 && y >= 3 && y < 12 ? 255 : 0, `${x}, ${y}`);
  }
  const at = (mask: ArrayLike<number>, x: number, y: number): number =>
    mask[Math.max(0, Math.min(HEIGHT - 1, y)) * WIDTH + Math.max(0, Math.min(WIDTH - 1, x))]!;
  const blend = (a: number, b: number, c: number): number => (a + 2 * b + c + 2) >> 2;
  const rows = Array.from(ring, (here, p) =>
    blend(at(ring, (p % WIDTH) - 1, Math.floor(p / WIDTH)), here, at(ring, (p % WIDTH) + 1, Math.floor(p / WIDTH))),
  );
  const soft = rows.map((here, p) =>
    blend(at(rows, p % WIDTH, Math.floor(p / WIDTH) - 1), here, at(rows, p % WIDTH, Math.floor(p / WIDTH) + 1)),
  );
  kernel.soften(ring, WIDTH, HEIGHT);
  assert.deepEqual([...ring], soft);
});

test('a clean plate is the median of those that see the place free, and what differs from it is told', () => {
  const kernel = new PictureKernel();
  kernel.reserve(1e6);
  const count = 7;
  const samples = kernel.zeros(count * PIXELS * 4);
  for (let i = 0; i < samples.length; i++) samples[i] = i % 4 === 3 ? [0, 128, 255, 255][random(4)]! : 90 + random(40);
  const [plate, picture] = [kernel.zeros(PIXELS * 4), kernel.zeros(PIXELS * 4)];
  const [spread, difference] = [kernel.zeros(PIXELS), kernel.zeros(PIXELS)];
  kernel.pick(samples.byteOffset, count, PIXELS, plate.byteOffset, spread.byteOffset);
  for (let p = 0; p < PIXELS; p++) {
    const seen = Array.from({ length: count }, (_, k) => [...samples.subarray((k * PIXELS + p) * 4, (k * PIXELS + p) * 4 + 4)]);
    const free = seen.filter((s) => s[3] === 255);
    const bright = (s: readonly number[]): number => s[0]! + 2 * s[1]! + s[2]!;
    const sorted = (free.length >= 2 ? free : seen.filter((s) => s[3]! > 0)).sort((a, b) => bright(a) - bright(b));
    const chosen = sorted[sorted.length >> 1];
    assert.deepEqual([...plate.subarray(p * 4, p * 4 + 4)], chosen ? [...chosen.slice(0, 3), 255] : [0, 0, 0, 0], `pixel ${p}`);
    const quarter = (share: number): number => bright(sorted[Math.floor(sorted.length * share)] ?? [0, 0, 0, 0]);
    assert.equal(spread[p], sorted.length > 0 ? (quarter(0.75) - quarter(0.25)) >> 3 : 0);
  }
  for (let i = 0; i < picture.length; i++)
    picture[i] = i % 4 === 3 ? 255 : Math.max(0, plate[i]! + (random(6) === 0 ? random(90) - 45 : random(9) - 4));
  kernel.difference(picture.byteOffset, plate.byteOffset, spread.byteOffset, WIDTH, HEIGHT, difference.byteOffset);
  for (let p = 0; p < PIXELS; p++) {
    const [px, py] = [p % WIDTH, Math.floor(p / WIDTH)];
    let [most, furthest] = [0, 0];
    for (let c = 0; c < 3; c++) {
      const around: number[] = [];
      for (let y = Math.max(0, py - 1); y <= Math.min(HEIGHT - 1, py + 1); y++)
        for (let x = Math.max(0, px - 1); x <= Math.min(WIDTH - 1, px + 1); x++) around.push(plate[(y * WIDTH + x) * 4 + c]!);
      const value = picture[p * 4 + c]!;
      most = Math.max(most, value - Math.max(...around), Math.min(...around) - value);
      furthest = Math.max(furthest, Math.abs(value - plate[p * 4 + c]!));
    }
    const differs = plate[p * 4 + 3] !== 0 && furthest >= 10 + spread[p]!;
    assert.equal(difference[p], differs ? Math.max(0, most - spread[p]!) : 0, `pixel ${px}, ${py}`);
  }
});

test('a picture moved by parts of a pixel is read between its samples, the same well inside and near its edge', () => {
  const kernel = new PictureKernel();
  kernel.reserve(1e6);
  const [width, height] = [48, 32];
  const [luma, u, v] = [kernel.zeros(width * height), kernel.zeros((width * height) / 4), kernel.zeros((width * height) / 4)];
  for (let p = 0; p < luma.length; p++) luma[p] = 30 + 2 * (p % width) + 3 * Math.floor(p / width);
  u.fill(128);
  v.fill(128);
  const grid = kernel.zeros(6 * 4);
  grid[6 + 2] = 1;
  const picture = {
    luma: luma.byteOffset,
    u: u.byteOffset,
    v: v.byteOffset,
    stride: width,
    strideC: width / 2,
    width,
    height,
    grid: grid.byteOffset,
  };
  const colour = rgbWeights(pictureInfo(width, height, 'yuv420p').colour);
  for (const fine of [false, true]) {
    const out = kernel.zeros(PIXELS * 4);
    const move = { from: undefined, matrix: [1, 0, 3.25, 0, 1, -2.5, 0, 0, 1], to: undefined } as const;
    kernel.warpPicture(picture, move, colour, out.byteOffset, WIDTH, HEIGHT, fine);
    for (let p = 0; p < PIXELS; p++) {
      const [x, y] = [(p % WIDTH) + 3.75, Math.floor(p / WIDTH) - 2];
      const covered = Math.floor(x / 8) === 2 && Math.floor(y / 8) === 1;
      assert.equal(out[p * 4 + 3], y < 0 ? 0 : covered ? 128 : 255, `${x}, ${y}`);
      if (y < 1) continue;
      const level = 30 + 2 * (x - 0.5) + 3 * (y - 0.5);
      const light = (level - 16) * (255 / 219);
      for (let c = 0; c < 3; c++) assert.ok(Math.abs(out[p * 4 + c]! - light) < 1, `${x}, ${y}: ${out[p * 4 + c]}, should be ${light}`);
    }
  }
});
