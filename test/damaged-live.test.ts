import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { temporaryFolder } from './support/cli.js';
import { makeClip } from './support/clips.js';
import { startServe } from './support/server.js';
import { until } from './support/until.js';

const { path: dir, remove } = temporaryFolder('damaged-live');
after(remove);

/** Damaged files at once, each a channel of a running server; more by hand with LEADERLINE_DAMAGED_LIVE. */
const CHANNELS = Number(process.env.LEADERLINE_DAMAGED_LIVE ?? 6);
const ENDINGS = ['mp4', 'mkv', 'ts'];
const light = { tracking: { camera: 'fixed', analysisWidth: 160 }, encoder: { preset: 'ultrafast' } };

test('damaged sources end or are refused in one line; the server and its other channels go on', async () => {
  const clip = { width: 160, height: 96, fps: { num: 25, den: 1 }, frames: 15 };
  for (const ending of ENDINGS) await makeClip(join(dir, `whole.${ending}`), clip);
  const channels: object[] = [{ id: 'good', title: 'Good', source: { url: 'whole.mp4', loop: true }, ...light }];
  let state = 11;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state % below;
  };
  for (let i = 0; i < CHANNELS; i++) {
    const name = `damaged-${i}.${ENDINGS[i % ENDINGS.length]}`;
    const whole = readFileSync(join(dir, `whole.${ENDINGS[i % ENDINGS.length]}`));
    for (let flips = 1 + next(300); flips > 0; flips--) whole[next(whole.length)] = next(256);
    writeFileSync(join(dir, name), i % 3 === 2 ? whole.subarray(0, 1 + next(whole.length)) : whole);
    channels.push({ id: `bad-${i}`, title: 'Bad', source: { url: name }, ...light });
  }
  writeFileSync(join(dir, 'project.json'), JSON.stringify({ name: 'Damaged', channels }));
  const serve = await startServe([join(dir, 'project.json'), '--data', join(dir, 'data')]);
  try {
    for (let i = 0; i < CHANNELS; i++) {
      await until(`channel ${i} is over`, async () => !(await serve.state(`bad-${i}`)).status.running, 60_000);
      const { message, source, restarts } = (await serve.state(`bad-${i}`)).status;
      assert.ok(source === 'ended' || source === 'failed', `${source}: ${message}`);
      assert.doesNotMatch(message, /\n|process ended/, 'a clear line, no crash');
      assert.equal(restarts, 0, message);
    }
    const before = (await serve.state('good')).status.framesOut;
    await until('the good channel goes on', async () => (await serve.state('good')).status.framesOut > before + 25, 20_000);
  } finally {
    assert.equal((await serve.interrupt()).code, 0);
  }
});
