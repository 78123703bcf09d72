import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { MediaError } from '../ffmpeg/native.js';
import { pass, scratch } from '../testing/channel.js';
import { makeMedia } from '../testing/make-media.js';

/** Variants of each container; more with LEADERLINE_DAMAGED=1000. */
const VARIANTS = Math.ceil(Number(process.env['LEADERLINE_DAMAGED'] ?? 60) / 3);

test('damaged files play as far as they can or are refused in one line; nothing hangs', {
  timeout: 20_000 + VARIANTS * 3_000,
}, async (t) => {
  const folder = scratch(t);
  const random = mulberry(20_260);
  let played = 0;
  for (const ending of ['mp4', 'ts', 'mkv']) {
    const whole = join(folder, `whole.${ending}`);
    await makeMedia(whole, { video: 'testsrc2=size=160x120:rate=25', audio: 'sine', frames: 25 });
    const bytes = readFileSync(whole);
    for (let k = 0; k < VARIANTS; k++) {
      const damaged = Buffer.from(bytes);
      const within = k % 3 === 0 ? Math.min(600, damaged.length) : damaged.length;
      for (let flips = 1 + Math.floor(random() * 30); flips > 0; flips--)
        damaged[Math.floor(random() * within)] = Math.floor(random() * 256);
      const path = join(folder, `damaged.${ending}`);
      writeFileSync(path, k % 4 === 0 ? damaged.subarray(0, Math.floor(random() * damaged.length)) : damaged);
      try {
        const times = await pass(path, [{ type: 'file', path: join(folder, 'out.mp4') }], { frames: 2000 });
        for (let i = 1; i < times.length; i++) assert.ok(times[i]! > times[i - 1]!, `${ending} ${k}: media time goes back at frame ${i}`);
        played++;
      } catch (error) {
        assert.ok(error instanceof MediaError, `${ending} ${k}: ${String(error)}`);
        assert.doesNotMatch(error.message, /\n/);
      }
    }
  }
  assert.ok(played > VARIANTS, `${played} of ${VARIANTS * 3} could be played`);
});

/** Small seeded generator (mulberry32). */
function mulberry(seed: number): () => number {
  let a = seed;
  return () => {
    a = (a + 0x6d2b79f5) | 0;
    let x = Math.imul(a ^ (a >>> 15), 1 | a);
    x = (x + Math.imul(x ^ (x >>> 7), 61 | x)) ^ x;
    return ((x ^ (x >>> 14)) >>> 0) / 4_294_967_296;
  };
}
