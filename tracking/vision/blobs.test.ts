import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Box } from '../../protocol/index.js';
import { MOVED, UNKNOWN } from './background.js';
import { findBlobs } from './blobs.js';
import { MaskKernels } from './mask-kernels.js';

/** A width that is no multiple of what the kernels take at once. */
const SIZE = { width: 53, height: 40 };

function maskOf(filled: readonly Box[], value: number = MOVED): Uint8Array {
  const mask = new Uint8Array(SIZE.width * SIZE.height);
  for (const b of filled) for (let y = b.y; y < b.y + b.height; y++) mask.fill(value, y * SIZE.width + b.x, y * SIZE.width + b.x + b.width);
  return mask;
}

test('a patch is boxed to the pixel with its area, at the edges too; a speck is none; a crack does not part it', () => {
  const mask = maskOf([
    { x: 5, y: 6, width: 8, height: 9 },
    { x: 5, y: 17, width: 8, height: 10 },
    { x: 43, y: 0, width: 10, height: 12 },
    { x: 30, y: 20, width: 1, height: 2 },
  ]);
  const found = findBlobs(new MaskKernels(SIZE), mask, 10);
  // Rows 15 and 16 close but for the corners that most of their neighbours do not share.
  assert.deepEqual(
    found.map((b) => b.box),
    [
      { x: 43, y: 0, width: 10, height: 12 },
      { x: 5, y: 6, width: 8, height: 21 },
    ],
  );
  for (const { box, area } of found) assert.ok(area > 0.9 * box.width * box.height && area <= box.width * box.height, `${area}`);
  assert.equal(mask.filter((v) => v === MOVED).length, found[0].area + found[1].area, 'the mask keeps more or less than the patches');
});

test('arms that meet far below are one patch, corners that touch join, and what is not known stays so', () => {
  const cup = [
    { x: 2, y: 2, width: 4, height: 20 },
    { x: 20, y: 2, width: 4, height: 20 },
    { x: 2, y: 22, width: 22, height: 4 },
    { x: 24, y: 26, width: 8, height: 8 },
  ];
  const mask = maskOf(cup);
  const hole = 12 * SIZE.width + 40;
  mask[hole] = UNKNOWN;
  const found = findBlobs(new MaskKernels(SIZE), mask, 10);
  assert.deepEqual(
    found.map((b) => b.box),
    [{ x: 2, y: 2, width: 30, height: 32 }],
  );
  assert.equal(mask[hole], UNKNOWN);
});
