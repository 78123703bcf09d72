import assert from 'node:assert/strict';
import test from 'node:test';
import { finalFrame, finalScene, runS } from '../../testing/final.js';
import { on, SMALL_HD } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';
import { createReader } from '../../testing/reading.js';

test('the clock runs from the gun, shows a split as it is taken, and stops with the winner', async () => {
  const split = runS(0, 30);
  const finish = runS(0, 100);
  const [waiting, running, flashed, later, done, still] = (
    await readFinal([-1, 2, split + 1, runS(0, 60) + 3.4, finish + 0.5, finish + 3], [on('race-clock')])
  ).map((written) => textsOf(written));
  assert.deepEqual(waiting, ['0.0']);
  // The race counts as started once the leader is a quarter of a metre out.
  assert.equal(running?.length, 1);
  assert.ok(Math.abs(Number(running?.[0]) - 2) < 0.4, `${running}`);
  assert.equal(flashed?.[1], '30 m');
  assert.ok(Math.abs(Number(flashed?.[2]) - split) < 0.4, `${flashed}`);
  assert.equal(later?.length, 1, 'the split is gone after three seconds');
  assert.match(done?.[0] ?? '', /^\d+\.\d\d$/);
  assert.ok(Math.abs(Number(done?.[0]) - finish) < 0.4, `${done}`);
  assert.deepEqual(still, done);
});

test('time left runs down to nothing and no further', async () => {
  const states = [on('race-clock', { mode: 'countdown', countdownS: 6 })];
  const [waiting, running, over] = (await readFinal([-1, 2, 8], states)).map((written) => textsOf(written)[0]);
  assert.equal(waiting, '6.0');
  assert.ok(Math.abs(Number(running) - 4) < 0.4, `${running}`);
  assert.equal(over, '0.0');
});

test('without the start nothing is claimed', async () => {
  const reader = await createReader(finalScene(SMALL_HD));
  for (let i = 50; i < 60; i++) reader.observe(finalFrame(SMALL_HD, i), [on('race-clock')]);
  assert.deepEqual(textsOf(reader.read(finalFrame(SMALL_HD, 60), [on('race-clock')])), ['–:––']);
  reader.close();
});
