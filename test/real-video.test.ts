import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { runCli, temporaryFolder } from './support/cli.js';
import { readClip } from './support/clips.js';
import { dataFolder, skipWithoutData } from './support/data.js';

/** Every real clip through `compose` and `track`, whole: frames out = frames in. */

const { path: dir, remove } = temporaryFolder('real-video');
after(remove);

/** Where people or cars fill enough of the picture for a detector of moved pixels; nobody is on open water, or at a building. */
const FOLLOWED = new Set(['pets-s2l1', 'tud-campus', 'one-by-one-person', 'store-aisle', 'car-park', 'uav-person11']);

const clips = dataFolder === null ? [] : readdirSync(join(dataFolder, 'video'));

test('there are real clips to run', { skip: skipWithoutData }, () => assert.ok(clips.length >= 8, clips.join(' ')));

for (const clip of clips) {
  test(`${clip}: every frame is composited and tracked`, { skip: skipWithoutData }, async () => {
    const folder = join(dataFolder ?? '', 'video', clip);
    const input = ['video.mp4', 'video.avi'].map((name) => join(folder, name)).find((path) => existsSync(path));
    assert.ok(input);
    const frames = await readClip(input, () => {});

    const out = join(dir, `${clip}.mp4`);
    const composed = await runCli(['compose', input, '--out', out, '--json'], { timeoutMs: 300_000 });
    assert.equal(composed.code, 0, composed.stderr);
    const report: unknown = JSON.parse(composed.stdout);
    assert.ok(typeof report === 'object' && report !== null && 'framesIn' in report && 'framesOut' in report);
    assert.equal(report.framesIn, frames);
    assert.equal(report.framesOut, frames);
    assert.equal(await readClip(out, () => {}), frames, 'in the file itself');

    const tracks = join(dir, `${clip}.jsonl`);
    const tracked = await runCli(['track', input, '--out', tracks, '--format', 'jsonl'], { timeoutMs: 300_000 });
    assert.equal(tracked.code, 0, tracked.stderr);
    const lines = readFileSync(tracks, 'utf8').trim().split('\n');
    assert.equal(lines.length, frames);
    const seen = lines.filter((line) => !line.includes('"subjects":[]')).length;
    if (FOLLOWED.has(clip)) assert.ok(seen > frames * 0.2, `someone is followed in ${seen} of ${frames} frames`);
  });
}
