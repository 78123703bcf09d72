import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { Encoder } from '../../protocol/index.js';
import { OutputSet } from '../output/output-set.js';
import { mediaTimes, open, scratch } from '../testing/channel.js';
import { makeMedia } from '../testing/make-media.js';

/** A UDP port nobody uses just now. */
async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

/** Sends a clip in real time until stopped: cut off, like a killed process. */
function sender(t: TestContext, url: string, size: string): { stop(): Promise<void> } {
  const stop = new AbortController();
  const began = performance.now();
  const running = makeMedia(url, {
    video: `testsrc2=size=${size}:rate=25`,
    audio: 'sine=frequency=440:sample_rate=48000',
    frames: 2000,
    container: 'mpegts',
    codecOptions: { tune: 'zerolatency' },
    signal: stop.signal,
    pace: (i) => new Promise((resolve) => setTimeout(resolve, Math.max(0, began + i * 40 - performance.now()))),
  }).catch(() => undefined);
  const end = async (): Promise<void> => {
    stop.abort();
    await running;
  };
  t.after(end);
  return { stop: end };
}

const PLACES = {
  UDP: (port: number) => ({ input: `udp://127.0.0.1:${port}`, output: `udp://127.0.0.1:${port}?pkt_size=1316` }),
  SRT: (port: number) => ({
    input: `srt://127.0.0.1:${port}?mode=listener`,
    output: `srt://127.0.0.1:${port}?pkt_size=1316&connect_timeout=3000`,
  }),
};

for (const [name, place] of Object.entries(PLACES)) {
  test(`a ${name} sender killed and started again: slate in between, one clock, one playable file`, { timeout: 40_000 }, async (t) => {
    const { input, output } = place(await freePort());
    const path = join(scratch(t), 'out.mp4');
    let set: OutputSet | null = null;
    let sending = sender(t, output, '320x240');
    const { source, health } = await open(input, {
      mode: 'live',
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
        await sending.stop();
      } else if (acted === 1 && slates === 12) {
        acted = 2;
        // Another camera: its pictures are brought to the channel's size.
        sending = sender(t, output, '480x270');
      } else if (acted === 2 && seen.at(-1)!.discontinuity === null && !seen.at(-1)!.slate && seen.filter((f) => !f.slate).length > 60)
        break;
    }
    await set.finish();
    await source.close();
    await sending.stop();
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
    assert.deepEqual(states, ['opening', 'live', 'lost', 'live', 'stopped']);
    const written = await mediaTimes(path);
    assert.equal(written.length, seen.length, 'every frame is in the one file');
  });
}
