import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Box } from '../../protocol/index.js';
import { bandCorners, clipPolygon } from './bands.js';
import { slices } from './slices.js';

const SIZE = { width: 320, height: 180 };
const point = fc.record({ x: fc.double({ min: -60, max: 380, noNaN: true }), y: fc.double({ min: -60, max: 240, noNaN: true }) });
const half = fc.double({ min: 0.5, max: 20, noNaN: true });

test('slices of any band are disjoint, lie inside the bounds, and hold all of it', () => {
  const law = fc.property(
    point,
    point,
    half,
    half,
    fc.double({ min: 0, max: 1, noNaN: true }),
    fc.double({ min: 0, max: 1, noNaN: true }),
    (a, b, halfA, halfB, s, t) => {
      const outline = clipPolygon(bandCorners({ a, b, halfA, halfB }), SIZE.width, SIZE.height);
      fc.pre(outline.length >= 6);
      const boxes = slices([outline], SIZE);
      for (const { x, y, width, height } of boxes) {
        assert.ok([x, y, width, height].every(Number.isInteger) && width > 0 && height > 0);
        assert.ok(x >= 0 && y >= 0 && x + width <= SIZE.width && y + height <= SIZE.height);
      }
      for (const [i, one] of boxes.entries()) for (const other of boxes.slice(i + 1)) assert.ok(!overlap(one, other));
      // Any place between three corners of what is convex lies in it.
      const k = 2 + 2 * Math.floor(((outline.length - 4) / 2) * Math.min(s, 0.999));
      const at = (axis: 0 | 1): number => {
        const edge = outline[k + axis]! + (outline[(k + 2 + axis) % outline.length]! - outline[k + axis]!) * t;
        return outline[axis]! + (edge - outline[axis]!) * s;
      };
      const [x, y] = [Math.min(at(0), SIZE.width - 0.001), Math.min(at(1), SIZE.height - 0.001)];
      assert.ok(
        boxes.some((box) => x >= box.x && x <= box.x + box.width && y >= box.y && y <= box.y + box.height),
        `nothing holds ${x}, ${y}`,
      );
    },
  );
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
