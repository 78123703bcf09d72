import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, bend, type LensTerms, lensOf, type Mat3, type Point, unbend } from '../../protocol/index.js';
import { estimateLens } from './estimate-lens.js';
import { fitHomography } from './homography.js';

const size = { width: 1920, height: 1080 };
const h: Mat3 = [24, 6, 240, 1, -19, 980, 0.0004, 0.011, 1];
const centre = { x: 960, y: 540 };
const radiusPx = Math.hypot(960, 540);

/** Clicks on a 60 × 30 m ground, each off by up to half a pixel, the same always. */
function clicks(k1: number, k2: number, columns = 6, rows = 4): { image: Point; ground: Point }[] {
  const lens = lensOf({ k1, k2 }, size);
  return Array.from({ length: columns * rows }, (_, i) => {
    const ground = { x: ((i % columns) * 64) / (columns - 1), y: (Math.floor(i / columns) * 30) / (rows - 1) };
    const p = bend(lens, apply(h, ground));
    return { ground, image: { x: p.x + 0.5 * Math.sin(i * 12.9898), y: p.y + 0.5 * Math.sin(i * 78.233) } };
  });
}

/** How well points agree once a lens is taken out of them, pixels. */
function rms(points: ReturnType<typeof clicks>, terms: LensTerms): number {
  const lens = lensOf(terms, size);
  const fit = fitHomography(
    points.map((p) => p.ground),
    points.map((p) => unbend(lens, p.image)),
  );
  assert.ok(fit);
  const squares = points.map(({ ground, image }) => {
    const p = bend(lens, apply(fit, ground));
    return (p.x - image.x) ** 2 + (p.y - image.y) ** 2;
  });
  return Math.sqrt(squares.reduce((sum, v) => sum + v, 0) / squares.length);
}

test('a barrel lens is found to within a pixel in the corners, and points then agree as well as they were clicked', () => {
  const points = clicks(-0.06, 0);
  const { lens, note } = estimateLens(points, size);
  assert.ok(lens, note);
  assert.match(note, /barrel/);
  assert.ok(Math.abs(lens.k1 + lens.k2 + 0.06) * radiusPx < 3, `k1 ${lens.k1} k2 ${lens.k2}`);
  assert.ok(rms(points, lens) < 0.6, `${rms(points, lens)} px`);
});

test('two terms are found where one is not enough', () => {
  const points = clicks(-0.12, 0.09, 8, 6);
  const { lens } = estimateLens(points, size);
  assert.ok(lens && rms(points, lens) < 0.6 && Math.abs(lens.k2) > 0.01, JSON.stringify(lens));
});

test('a straight lens is not bent to fit careless clicks, nor is one guessed from few points or from the middle', () => {
  assert.equal(estimateLens(clicks(0, 0), size).lens, null);
  assert.match(estimateLens(clicks(-0.06, 0).slice(0, 6), size).note, /there are 6/);
  const middle = clicks(-0.06, 0, 8, 6).filter(({ image }) => Math.hypot(image.x - centre.x, image.y - centre.y) < 400);
  assert.match(estimateLens(middle, size).note, /8 points|corners/);
});
