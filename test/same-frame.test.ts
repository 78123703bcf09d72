import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { readSyncMarker } from '../overlay-client/index.js';
import { frameTimeUs, type Rational } from '../protocol/index.js';
import { runCli, temporaryFolder } from './support/cli.js';
import { makeClip, readClip } from './support/clips.js';
import { paintCounter, readCounter } from './support/counter.js';

/** The number burnt into the source and the number the scene drew agree on every frame, and so do their times. */

const { path: dir, remove } = temporaryFolder('same-frame');
after(remove);
const SIZE = { width: 640, height: 360 };
const FRAMES = 2000;

const rates: readonly Rational[] = [
  { num: 24, den: 1 },
  { num: 25, den: 1 },
  { num: 30_000, den: 1001 },
  { num: 50, den: 1 },
  { num: 60, den: 1 },
];

for (const fps of rates) {
  test(`at ${(fps.num / fps.den).toFixed(2)} fps, ${FRAMES} frames`, async () => {
    const input = join(dir, `in-${fps.num}.mkv`);
    const out = join(dir, `out-${fps.num}.mp4`);
    await makeClip(input, { ...SIZE, fps, frames: FRAMES, paint: (luma, stride, index) => paintCounter(luma, stride, SIZE, index) });
    const project = join(dir, 'project.json');
    const channel = {
      id: 'sync',
      title: 'Sync',
      source: { url: input },
      tracking: { analysisWidth: 160, camera: 'fixed' },
      graphics: [{ id: 'sync', type: 'sync-marker' }],
      encoder: { preset: 'ultrafast' },
    };
    writeFileSync(project, JSON.stringify({ name: 'Sync', channels: [channel] }));
    const { code, stderr } = await runCli(['compose', input, '--project', project, '--out', out], { timeoutMs: 240_000 });
    assert.equal(code, 0, stderr);
    let agreed = 0;
    const frames = await readClip(out, ({ index, timeUs, luma, width, height }) => {
      assert.equal(readCounter(luma, width, { width, height }), index, `frame ${index}: the picture`);
      assert.equal(readSyncMarker(luma, width, height), index, `frame ${index}: the scene drawn on it`);
      assert.ok(Math.abs(timeUs - frameTimeUs(index, fps)) <= 1000, `frame ${index} is shown at ${timeUs} µs`);
      agreed += 1;
    });
    assert.equal(frames, FRAMES);
    assert.equal(agreed, FRAMES);
  });
}
