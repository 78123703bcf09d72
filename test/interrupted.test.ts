import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { gather, runCli, startCli, temporaryFolder } from './support/cli.js';
import { makeClip, readClip } from './support/clips.js';
import { until } from './support/until.js';

/** What was written before a fault stays: complete and playable. */

const { path: dir, remove } = temporaryFolder('interrupted');
const input = join(dir, 'in.mp4');
after(remove);
before(() => makeClip(input, { width: 640, height: 360, fps: { num: 25, den: 1 }, frames: 1500 }));

for (const ending of ['mp4', 'mkv', 'mov']) {
  test(`Ctrl-C in the middle of a ${ending}: exit 130, a whole file`, async () => {
    const out = join(dir, `cut.${ending}`);
    const child = startCli(['compose', input, '--out', out]);
    const printed = gather(child);
    const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
    await until('it writes', () => (statSync(out, { throwIfNoEntry: false })?.size ?? 0) > 100_000, 30_000);
    child.kill('SIGINT');
    const kill = setTimeout(() => child.kill('SIGKILL'), 20_000);
    assert.equal(await ended, 130, printed().stderr);
    clearTimeout(kill);
    const frames = await readClip(out, () => {});
    assert.ok(frames > 10 && frames < 1500, `${frames} frames can be played`);
  });
}

const small = join(dir, 'small-disk');

/** Only root may mount; elsewhere the test says so. */
function smallDisk(): string | false {
  try {
    mkdirSync(small, { recursive: true });
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', small], { stdio: 'pipe' });
    return false;
  } catch {
    return 'SKIPPED: a small disk cannot be mounted here (needs root)';
  }
}

const skip = smallDisk();

test('a full disk: exit 1, one clear line, what was written can be played', { skip }, async () => {
  try {
    const out = join(small, 'full.mp4');
    const { code, stderr } = await runCli(['compose', input, '--out', out], { timeoutMs: 60_000 });
    assert.equal(code, 1, stderr);
    assert.match(stderr, /full\.mp4.*(No space left|disk is full)/i);
    assert.equal(stderr.trim().split('\n').length, 1, stderr);
    // The disk cut the last fragment: every frame before it is there.
    let frames = 0;
    await readClip(out, () => frames++).catch(() => {});
    assert.ok(frames > 5, `${frames} frames can be played`);
  } finally {
    execFileSync('umount', ['-l', small]);
  }
});
