import assert from 'node:assert/strict';
import test from 'node:test';
import { runM, runS } from '../../testing/final.js';
import { on } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';

test('the margin is the time and the way between first and second, and stays what it was at the finish', async () => {
  const winS = runS(0, 100);
  const [running = [], done = [], still = []] = (await readFinal([8, runS(1, 100) + 0.5, runS(1, 100) + 2], [on('leader-margin')])).map(
    (written) => textsOf(written),
  );
  const seconds = running.find((text) => text.startsWith('+'));
  const trueGapS = 8 - runS(0, runM(1, 8));
  // Figures run in fifths of a second: the gap is at most that old.
  assert.ok(Math.abs(Number(seconds) - trueGapS) < 0.03, `${seconds}, really ${trueGapS}`);
  const metres = Number(running.find((text) => / m$/.test(text) && text.includes('.'))?.slice(0, -2));
  assert.ok(Math.abs(metres - (runM(0, 8) - runM(1, 8))) < 0.25, `${metres}`);
  assert.ok(running.includes(`${Math.ceil(100 - runM(0, 8))} m`), `metres to go: ${running}`);
  assert.ok(Math.abs(Number(done.find((text) => text.startsWith('+'))) - (runS(1, 100) - winS)) < 0.011, `${done}`);
  const final = Number(done.find((text) => / m$/.test(text))?.slice(0, -2));
  assert.ok(Math.abs(final - (100 - runM(1, winS))) < 0.1, `${final}`);
  assert.deepEqual(still, done);
});

test('kept for the last metres it comes when they begin', async () => {
  const [before = [], after = []] = await readFinal([runS(0, 70) - 0.3, runS(0, 70) + 0.8], [on('leader-margin', { lastM: 30 })]);
  assert.deepEqual(textsOf(before), []);
  assert.ok(textsOf(after).includes('AMÉLIE DUBOIS'));
});
