import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillBackdrop } from './backdrop.js';

test('what no picture saw is filled softly: no stairs, nothing black, and the rest untouched', () => {
  const size = { width: 320, height: 160 };
  const stride = size.width * 4 + 32;
  const rgba = new Uint8Array(stride * size.height);
  // Seen: above stairs that go down to the right.
  const edge = (x: number): number => 60 + 20 * Math.floor(x / 80);
  for (let y = 0; y < size.height; y++)
    for (let x = 0; x < size.width; x++) if (y < edge(x)) rgba.set([200, 90, 60, 255], y * stride + x * 4);
  fillBackdrop(rgba, stride, size);
  const red = (x: number, y: number): number => rgba[y * stride + x * 4]!;
  for (let y = 0; y < size.height; y++) {
    for (let x = 0; x < size.width; x++) {
      assert.equal(rgba[y * stride + x * 4 + 3], 255);
      assert.ok(red(x, y) > 100, `${red(x, y)} at ${x},${y}`);
      if (y < edge(x) - 48) assert.equal(red(x, y), 200, `untouched at ${x},${y}`);
      if (x > 0) assert.ok(Math.abs(red(x, y) - red(x - 1, y)) < 14, `a step at ${x},${y}`);
      if (y > 0) assert.ok(Math.abs(red(x, y) - red(x, y - 1)) < 14, `a step at ${x},${y}`);
    }
  }
});
