import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, iou } from '../../protocol/index.js';
import { MOVED } from './background.js';
import type { Blob } from './blobs.js';
import { MaskSums } from './mask-sums.js';
import { people } from './people.js';

const SIZE = { width: 160, height: 90 };
/** Everyone is 40 pixels tall, wherever they stand. */
const expected = (x: number, y: number): Box => ({ x: x - 8, y: y - 40, width: 16, height: 40 });

/** A mask with these boxes filled, and the blobs that a labelling would find, given as unions. */
function scene(filled: readonly Box[], blobs: readonly Box[]) {
  const mask = new Uint8Array(SIZE.width * SIZE.height);
  for (const b of filled) for (let y = b.y; y < b.y + b.height; y++) mask.fill(MOVED, y * SIZE.width + b.x, y * SIZE.width + b.x + b.width);
  const sums = new MaskSums(SIZE);
  sums.load(mask);
  return { sums, blobs: blobs.map((box): Blob => ({ box, area: sums.count(box) })) };
}

test('a patch of a person’s size is that person', () => {
  const box = { x: 30, y: 20, width: 14, height: 41 };
  const { sums, blobs } = scene([box], [box]);
  assert.deepEqual(
    people(blobs, sums, expected).map((d) => d.box),
    [box],
  );
});

test('two who touch are two', () => {
  const left = { x: 30, y: 20, width: 14, height: 40 };
  const right = { x: 45, y: 22, width: 14, height: 40 };
  const whole = { x: 30, y: 20, width: 29, height: 42 };
  const { sums, blobs } = scene([left, right, { x: 40, y: 35, width: 8, height: 4 }], [whole]);
  const found = people(blobs, sums, expected);
  assert.equal(found.length, 2);
  for (const person of [left, right]) assert.ok(found.some((d) => iou(d.box, person) > 0.7));
});

test('head, trunk and legs cut apart are one person', () => {
  const parts = [
    { x: 33, y: 20, width: 8, height: 8 },
    { x: 30, y: 31, width: 14, height: 12 },
    { x: 31, y: 46, width: 12, height: 14 },
  ];
  const { sums, blobs } = scene(parts, parts);
  const found = people(blobs, sums, expected);
  assert.equal(found.length, 1);
  assert.ok(iou(found[0].box, { x: 30, y: 20, width: 14, height: 40 }) > 0.7);
});

test('specks and a thin shadow are nobody; the shadow does not widen its owner', () => {
  const body = { x: 30, y: 20, width: 14, height: 40 };
  const shadow = { x: 44, y: 57, width: 25, height: 3 };
  const speck = { x: 120, y: 40, width: 5, height: 5 };
  const { sums, blobs } = scene([body, shadow, speck], [{ x: 30, y: 20, width: 39, height: 40 }, speck]);
  assert.deepEqual(
    people(blobs, sums, expected).map((d) => d.box),
    [body],
  );
});
