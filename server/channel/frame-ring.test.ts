import assert from 'node:assert/strict';
import { test } from 'node:test';
import { FrameRing } from './frame-ring.js';

test('the oldest frame is overdue exactly when `bound` newer ones have arrived', () => {
  const ring = new FrameRing<string>(4);
  for (let i = 0; i < 4; i++) ring.push(`f${i}`, i, false);
  assert.equal(ring.overdue, false, 'three newer ones: it may still wait');
  ring.push('f4', 4, false);
  assert.equal(ring.overdue, true);
  assert.equal(ring.shift()?.frame, 'f0');
  assert.equal(ring.overdue, false);
});

test('frames leave in order and are found by their number while they wait', () => {
  const ring = new FrameRing<string>(8);
  for (let i = 10; i < 14; i++) ring.push(`f${i}`, i, false);
  assert.equal(ring.find(12)?.frame, 'f12');
  assert.deepEqual([ring.shift()?.frameIndex, ring.shift()?.frameIndex], [10, 11]);
  assert.equal(ring.find(10), undefined);
});

test('a full ring holds the reader back until a frame leaves, or until the run is over', async () => {
  const ring = new FrameRing<number>(2);
  ring.push(0, 0, false);
  ring.push(1, 1, false);
  let through = 0;
  const waiting = ring.room().then(() => {
    through += 1;
  });
  await new Promise((r) => setImmediate(r));
  assert.equal(through, 0);
  ring.shift();
  await waiting;
  assert.equal(through, 1);
  ring.push(2, 2, false);
  const held = ring.room();
  ring.close();
  await held;
});
