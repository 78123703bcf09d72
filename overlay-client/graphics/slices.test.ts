import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Box } from '../../protocol/index.js';
import { bandCorners, clipPolygon } from './bands.js';
import { slices } from './slices.js';

/** What arithmetic loses, pixels. */
const TINY = 1e-6;
const SIZE = { width: 320, height: 180 };
const place = fc.record({ x: fc.integer({ min: -60, max: 380 }), y: fc.integer({ min: -60, max: 240 }) });
const half = fc.integer({ min: 1, max: 20 });
const part = fc.integer({ min: 0, max: 99 }).map((percent) => percent / 100);

test('slices of any band are disjoint, lie inside the bounds, and hold all of it', () => {
  const law = fc.property(place, place, half, half, part, part, (a, b, halfA, halfB, edge, share) => {
    const outline = clipPolygon(bandCorners({ a, b, halfA, halfB }), SIZE.width, SIZE.height);
    fc.pre(outline.length >= 6);
    const boxes = slices([outline], SIZE);
    for (const { x, y, width, height } of boxes) {
      assert.ok([x, y, width, height].every(Number.isInteger) && width > 0 && height > 0);
      assert.ok(x >= 0 && y >= 0 && x + width <= SIZE.width && y + height <= SIZE.height);
    }
    for (const [i, one] of boxes.entries()) for (const other of boxes.slice(i + 1)) assert.ok(!overlap(one, other));
    // Each slice holds a whole column of it: enough to look at its edge.
    const k = 2 * Math.floor((outline.length / 2) * edge);
    const on = (axis: 0 | 1): number => outline[k + axis]! + (outline[(k + 2 + axis) % outline.length]! - outline[k + axis]!) * share;
    const [x, y] = [on(0), on(1)];
    assert.ok(
      boxes.some((box) => x > box.x - TINY && x < box.x + box.width + TINY && y > box.y - TINY && y < box.y + box.height + TINY),
      `nothing holds ${x}, ${y}`,
    );
  });
  fc.assert(law, { numRuns: 300 });
});

test('a diagonal line is cut so that little else is read', () => {
  const outline = bandCorners({ a: { x: 20, y: 20 }, b: { x: 620, y: 320 }, halfA: 8, halfB: 8 });
  const pixels = slices([outline], { width: 640, height: 340 }).reduce((sum, { width, height }) => sum + width * height, 0);
  assert.ok(pixels < 0.2 * 640 * 340, `${pixels} px`);
});

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}
