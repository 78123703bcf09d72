import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, iou } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import { MOVED } from './background.js';
import type { Blob } from './blobs.js';
import { MaskKernels } from './mask-kernels.js';
import { MaskSums } from './mask-sums.js';
import { type Followed, PeopleFinder } from './people.js';

const SIZE = { width: 160, height: 90 };
/** Everyone is 40 pixels tall, wherever they stand. */
const expected = (x: number, y: number): Box => ({ x: x - 8, y: y - 40, width: 16, height: 40 });

/** Someone as a mask shows them: head, trunk, legs. */
function figure(x: number, y: number): Box[] {
  const part = (left: number, top: number, width: number, height: number) => ({ x: x + left, y: y + top, width, height });
  return [part(5, 0, 6, 6), part(3, 6, 10, 18), part(4, 24, 8, 16)];
}

const WHOLE = { width: 16, height: 40 };

/** Finds people in a mask with these boxes filled, its blobs given as a labelling would find them. */
function look(filled: readonly Box[], blobs: readonly Box[], followed: readonly Followed[] = []): Detection[] {
  const mask = new Uint8Array(SIZE.width * SIZE.height);
  for (const b of filled) for (let y = b.y; y < b.y + b.height; y++) mask.fill(MOVED, y * SIZE.width + b.x, y * SIZE.width + b.x + b.width);
  const sums = new MaskSums(new MaskKernels(SIZE));
  sums.load(mask);
  const view = { size: SIZE, picture: new Float32Array(mask.length).fill(100), mask };
  return new PeopleFinder(SIZE).find(
    view,
    blobs.map((box): Blob => ({ box, area: sums.count(box) })),
    sums,
    expected,
    followed,
  );
}

test('a patch of a person’s size is that person', () => {
  const found = look(figure(30, 20), [{ x: 33, y: 20, width: 10, height: 40 }]);
  // What moved looks larger than it is by a pixel at head and foot.
  assert.deepEqual(
    found.map((d) => d.box),
    [{ x: 33, y: 21, width: 10, height: 38 }],
  );
});

test('two who touch are two', () => {
  const people = [30, 41];
  const filled = people.flatMap((x) => figure(x, 20));
  const found = look(filled, [{ x: 33, y: 20, width: 21, height: 40 }]);
  assert.equal(found.length, 2);
  for (const x of people) assert.ok(found.some((d) => iou(d.box, { x, y: 20, ...WHOLE }) > 0.7));
});

test('head, trunk and legs cut apart are one person', () => {
  const parts = [
    { x: 35, y: 20, width: 6, height: 6 },
    { x: 33, y: 28, width: 10, height: 15 },
    { x: 34, y: 46, width: 8, height: 14 },
  ];
  const found = look(parts, parts);
  assert.equal(found.length, 1);
  assert.ok(iou(found[0].box, { x: 30, y: 20, ...WHOLE }) > 0.7);
});

test('specks and a long shadow are nobody; the shadow does not widen its owner', () => {
  const shadow = { x: 43, y: 56, width: 25, height: 3 };
  const speck = { x: 120, y: 40, width: 5, height: 5 };
  const found = look([...figure(30, 20), shadow, speck], [{ x: 33, y: 20, width: 35, height: 40 }, speck]);
  assert.equal(found.length, 1);
  assert.ok(iou(found[0].box, { x: 30, y: 20, ...WHOLE }) > 0.7);
});

test('who is followed keeps their own detection in a crowd, and is not found where nothing moves', () => {
  const followed = (trackId: number, x: number): Followed => ({ trackId, box: { x, y: 20, ...WHOLE }, seen: true });
  const whole = { x: 33, y: 20, width: 18, height: 40 };
  const found = look([...figure(30, 20), ...figure(38, 20)], [whole], [followed(7, 28), followed(8, 40), followed(9, 100)]);
  assert.deepEqual(found.map((d) => d.trackId).sort(), [7, 8]);
  const [left, right] = [7, 8].map((id) => found.find((d) => d.trackId === id)?.box.x ?? 0);
  assert.ok(Math.abs(left - 30) <= 2 && Math.abs(right - 38) <= 2, `at ${left} and ${right}`);
});
