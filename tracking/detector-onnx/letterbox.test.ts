import assert from 'node:assert/strict';
import { test } from 'node:test';
import { cutTiles, letterbox } from './letterbox.js';
import { suppress } from './suppress.js';

test('an input pixel shows the middle of what it stands for, padding is grey, white and the order of colours are what the model wants', () => {
  const [width, height] = [120, 40];
  // Red as far right as it is, green twice that, blue none.
  const data = Uint8Array.from({ length: 3 * width * height }, (_, i) => [1, 2, 0][i % 3] * (Math.floor(i / 3) % width));
  const input = { width: 64, height: 64 };
  for (const [white, blueFirst, tiles] of [
    [255, true, [1, 1]],
    [1, false, [2, 1]],
  ] as const) {
    for (const tile of cutTiles({ width, height }, tiles, input, false)) {
      const out = new Float32Array(3 * 64 * 64);
      letterbox({ width, height, data }, tile, input, { white, blueFirst }, out);
      for (const i of [2, 31, 60]) {
        const shown = tile.x + (i + 0.5) / tile.sx - 0.5;
        for (const [plane, times] of (blueFirst ? [0, 2, 1] : [1, 2, 0]).entries())
          assert.ok(Math.abs(out[plane * 4096 + 5 * 64 + i] - (white / 255) * times * shown) < 1e-3);
      }
      for (const plane of [0, 1, 2]) assert.ok(Math.abs(out[plane * 4096 + 63 * 64 + 10] - (white / 255) * 114) < 1e-4);
    }
  }
});

test('tiles cover the picture and overlap', () => {
  const tiles = cutTiles({ width: 1000, height: 500 }, [3, 2], { width: 640, height: 640 }, false);
  assert.equal(tiles.length, 6);
  const last = tiles[5];
  assert.ok(Math.abs(last.x + last.width - 1000) < 1e-9 && Math.abs(last.y + last.height - 500) < 1e-9);
  assert.ok(tiles[1].x < tiles[0].width * 0.85);
});

test('of a person cut by a tile’s border the whole box stays, though the part was surer', () => {
  const whole = { box: { x: 90, y: 10, width: 40, height: 100 }, score: 0.7, classIndex: 0, tile: 1, cut: false };
  const part = { box: { x: 90, y: 10, width: 30, height: 100 }, score: 0.9, classIndex: 0, tile: 0, cut: true };
  const other = { ...part, classIndex: 1 };
  assert.deepEqual(suppress([part, whole, other], true), [whole, other]);
});
