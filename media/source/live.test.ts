import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { Encoder } from '../../protocol/index.js';
import { OutputSet } from '../output/output-set.js';
import { mediaTimes, open, scratch } from '../testing/channel.js';
import { freePort, PLACES, type Sender } from '../testing/senders.js';

describe('live inputs', { concurrency: 3 }, () => {
  for (const [name, place] of Object.entries(PLACES)) {
    test(`${name}, killed and started again: slate in between, one clock, one playable file`, { timeout: 40_000 }, async (t) => {
      const folder = scratch(t);
      const { input, options, send } = place(await freePort(), folder);
      const path = join(folder, 'out.mp4');
      let set: OutputSet | null = null;
      let sending: Sender | null = await send('320x240');
      t.after(() => sending?.stop());
      const { source, health } = await open(input, {
        mode: 'live',
        options,
        lostAfterMs: 700,
        onAudio: (packet) => set?.writeAudio(packet) ?? packet.close(),
      });
      t.after(() => source.close());
      set = await OutputSet.open(source.info, Encoder.parse({ preset: 'ultrafast' }), [{ type: 'file', path }], { baseDir: '/' });
      const seen: { us: number; slate: boolean; discontinuity: string | null; width: number }[] = [];
      let acted = 0;
      for await (const frame of source.frames()) {
        await set.write(frame);
        seen.push({ us: frame.mediaTimeUs, slate: frame.slate, discontinuity: frame.discontinuity, width: frame.native.width });
        frame.close();
        const slates = seen.filter((f) => f.slate).length;
        if (acted === 0 && seen.length === 30) {
          acted = 1;
          await sending?.stop();
          sending = null;
        } else if (acted === 1 && slates === 12) {
          acted = 2;
          // Another camera: its pictures are brought to the channel's size.
          sending = await send('480x270');
        } else if (acted === 2 && seen.at(-1)!.discontinuity === null && !seen.at(-1)!.slate && seen.filter((f) => !f.slate).length > 60)
          break;
      }
      await set.finish();
      await source.close();
      for (let i = 1; i < seen.length; i++) {
        const step = seen[i]!.us - seen[i - 1]!.us;
        assert.ok(step > 0 && step < 1_500_000, `frame ${i} comes ${step} µs after the one before`);
      }
      assert.ok(seen.filter((f) => f.slate).length >= 12);
      assert.deepEqual(
        seen.flatMap((f) => f.discontinuity ?? []),
        ['start', 'reconnect'],
      );
      assert.ok(seen.every((f) => f.width === 320));
      const states = health.map(([state]) => state).filter((state, i, all) => state !== all[i - 1]);
      assert.match(states.join(' '), /^opening (lost )?live lost live stopped$/);
      const written = await mediaTimes(path);
      assert.equal(written.length, seen.length, 'every frame is in the one file');
    });
  }
});

test('HLS comes a segment at a time, and goes out picture by picture', { timeout: 40_000 }, async (t) => {
  const { input, send } = PLACES['HLS server']!(await freePort(), scratch(t));
  const sending = await send('320x240');
  t.after(() => sending.stop());
  const { source } = await open(input, { mode: 'live' });
  t.after(() => source.close());
  const lateMs: number[] = [];
  for await (const frame of source.frames()) {
    lateMs.push(performance.now() - frame.mediaTimeUs / 1000);
    frame.close();
    if (lateMs.length === 90) break;
  }
  const settled = lateMs.slice(30).sort((a, b) => a - b);
  const spreadMs = settled.at(-3)! - settled[2]!;
  assert.ok(spreadMs < 450, `delay from media time varies by ${spreadMs.toFixed(0)} ms`);
  assert.equal(source.framesDropped, 0);
});

test('whoever cannot be reached yet is called until they answer, and that is said in one line without the password', {
  timeout: 40_000,
}, async () => {
  const port = await freePort();
  const nobody = [`rtsp://me:secret@127.0.0.1:${port}/a`, `rtmp://127.0.0.1:${port}/live/a`, `http://127.0.0.1:${port}/live.m3u8`];
  nobody.push(`srt://127.0.0.1:${port}?connect_timeout=300&passphrase=secretsecret`);
  await Promise.all(
    nobody.map(async (url) => {
      const stop = new AbortController();
      const said: string[] = [];
      const onHealth = (state: string, message: string): void => {
        said.push(`${state}: ${message}`);
        if (said.length === 3) stop.abort();
      };
      await assert.rejects(open(url, { mode: 'live', signal: stop.signal, onHealth }), /stopped before it was reached/);
      assert.match(said[1]!, /^lost: [a-z]+:\/\/127\.0\.0\.1:\d+[^\n]* cannot be reached \([^\n]+\); next try in 0\.5 s$/);
      assert.match(said[2]!, /next try in 1 s$/);
      assert.ok(!said.join().includes('secret'), said.join());
    }),
  );
});
