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

test('a live reader held back beyond the bound always leaves the oldest frame free to go, measured or not', async () => {
  const bound = 4;
  const ring = new FrameRing<number>(bound);
  let read = 0;
  // Nothing is ever measured: the composite takes overdue frames only, and only now and then.
  const reader = (async () => {
    for (; read < 50; read++) {
      ring.push(read, read, false);
      await ring.room(bound + 2);
    }
  })();
  for (let turns = 0; turns < 300 && read < 50; turns++) {
    await new Promise((r) => setImmediate(r));
    if (turns % 5 === 4) while (ring.overdue) ring.shift();
  }
  assert.equal(read, 50, 'the reader goes on');
  await reader;
});
