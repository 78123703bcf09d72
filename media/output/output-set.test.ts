import assert from 'node:assert/strict';
import { appendFileSync, copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type Socket } from 'node:net';
import { join } from 'node:path';
import { test } from 'node:test';
import { AVCOL_SPC_BT709 } from 'node-av/constants';
import { Encoder } from '../../protocol/index.js';
import { Compositor } from '../composite/compositor.js';
import { probeMedia } from '../probe.js';
import { loudAtS, mediaTimes, open, pass, readAll, scratch } from '../testing/channel.js';
import { makeMedia } from '../testing/make-media.js';
import { OutputSet } from './output-set.js';

const PATTERN = 'testsrc2=size=320x240:rate=25';

test('frames out are frames in, at their times, in every container', async (t) => {
  const folder = scratch(t);
  const pts = (i: number): number => i * 3600 + (i % 3) * 900;
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 60, pts });
  const outputs = ['mp4', 'mov', 'mkv', 'ts'].map((ending) => ({ type: 'file' as const, path: join(folder, `out.${ending}`) }));
  const hlsDir = join(folder, 'hls');
  const times = await pass(join(folder, 'in.mp4'), [...outputs, { type: 'hls', segmentS: 1, listSize: 6 }], { hlsDir });
  assert.equal(times.length, 60);
  for (const { path } of outputs) {
    const got = await mediaTimes(path);
    assert.equal(got.length, 60, path);
    // Matroska counts in milliseconds.
    const grain = path.endsWith('.mkv') ? 501 : 1;
    for (const [i, us] of got.entries()) assert.ok(Math.abs(us - times[i]!) <= grain, `${path} frame ${i}: ${us}, not ${times[i]}`);
  }
  const list = readFileSync(join(hlsDir, 'index.m3u8'), 'utf8');
  assert.match(list, /#EXT-X-INDEPENDENT-SEGMENTS/);
  assert.match(list, /#EXT-X-PROGRAM-DATE-TIME/);
  assert.equal(list.match(/#EXTINF:1\.0/g)?.length, 2, list);
  // A list without an end is a live one, and is waited on.
  appendFileSync(join(hlsDir, 'index.m3u8'), '#EXT-X-ENDLIST\n');
  assert.equal((await mediaTimes(join(hlsDir, 'index.m3u8'))).length, 60);
});

test('more than one reorder: B frames, 10 bits, 4:2:2 and colour tags reach the file', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mkv'), {
    video: PATTERN,
    frames: 30,
    codec: 'ffv1',
    filters: 'format=yuv422p10le',
    tags: { space: AVCOL_SPC_BT709 },
  });
  const times = await pass(join(folder, 'in.mkv'), [{ type: 'file', path: join(folder, 'out.mp4') }], {
    encoder: { bFrames: 2, preset: 'veryfast' },
  });
  assert.deepEqual(await mediaTimes(join(folder, 'out.mp4')), times);
  const { source } = await open(join(folder, 'out.mp4'));
  assert.equal(source.info.format.name, 'yuv422p10le');
  assert.equal(source.info.colour.tags.space, AVCOL_SPC_BT709);
  await source.close();
  await pass(join(folder, 'in.mkv'), [{ type: 'file', path: join(folder, 'plain.mp4') }], { encoder: { pixelFormat: 'yuv420p' } });
  const plain = await open(join(folder, 'plain.mp4'));
  assert.equal(plain.source.info.format.name, 'yuv420p');
  await plain.source.close();
});

test('sound stays with the picture, copied or transcoded', async (t) => {
  const folder = scratch(t);
  // A white frame and a beep, both at 1.00 s.
  const flash = "color=black:size=160x120:rate=25,drawbox=x=0:y=0:w=160:h=120:color=white:t=fill:enable='eq(n,25)'";
  const beep = 'aevalsrc=if(between(t\\,1\\,1.04)\\,0.9*sin(2*PI*1000*t)\\,0):s=48000';
  for (const [ending, audioCodec] of [
    ['mp4', 'aac'],
    ['mkv', 'pcm_s16le'],
    ['ts', 'aac'],
  ] as const) {
    const path = join(folder, `in-${audioCodec}.${ending}`);
    await makeMedia(path, { video: flash, audio: beep, audioCodec, frames: 50 });
    const inOffset = (await offsetS(path))!;
    for (const out of ['mp4', 'mkv', 'ts']) {
      const to = join(folder, `out-${ending}.${out}`);
      await pass(path, [{ type: 'file', path: to }]);
      const drift = (await offsetS(to)) - inOffset;
      assert.ok(Math.abs(drift) < 0.012, `${ending} ${audioCodec} → ${out}: sound moved by ${(drift * 1000).toFixed(1)} ms`);
    }
  }
});

/** Sound after picture, seconds, on the file's own clock. */
async function offsetS(path: string): Promise<number> {
  const flash = (await readAll(path, ({ luma, native, mediaTimeUs }) => ({ bright: luma.data[500]! > 128, mediaTimeUs, native }))).find(
    (f) => f.bright,
  );
  const { startUs } = await startOf(path);
  const sound = await loudAtS(path);
  assert.ok(flash && sound !== null, `${path} has flash and beep`);
  return sound - (flash.mediaTimeUs + startUs) / 1e6;
}

async function startOf(path: string): Promise<{ startUs: number }> {
  const { Input } = await import('../source/input.js');
  const input = await Input.open({ kind: 'file', label: path, url: `file:${path}`, format: null, options: {} }, false);
  const { startTime, timeBase } = input.video;
  await input.close();
  return { startUs: (Number(startTime) * 1e6 * timeBase.num) / timeBase.den };
}

test('a file cut off in the middle plays up to its last second', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 100 });
  const { source } = await open(join(folder, 'in.mp4'));
  const set = await OutputSet.open(source.info, Encoder.parse({ preset: 'ultrafast' }), [{ type: 'file', path: join(folder, 'out.mp4') }], {
    baseDir: '/',
  });
  for await (const frame of source.frames()) {
    await set.write(frame);
    frame.close();
  }
  // Everything but the end: what a killed process leaves behind.
  await new Promise((resolve) => setTimeout(resolve, 200));
  copyFileSync(join(folder, 'out.mp4'), join(folder, 'killed.mp4'));
  await set.finish();
  await source.close();
  const times = await mediaTimes(join(folder, 'killed.mp4'));
  assert.ok(times.length >= 50 && times.length < 100, `${times.length} frames`);
  assert.equal((await mediaTimes(join(folder, 'out.mp4'))).length, 100);
});

test('a stream that takes nothing stalls nobody, and says so', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 500, codecOptions: { tune: 'zerolatency' } });
  const sockets: Socket[] = [];
  // Accepts RTMP and never answers.
  const deaf = createServer((socket) => sockets.push(socket));
  await new Promise<void>((resolve) => deaf.listen(0, '127.0.0.1', resolve));
  const address = deaf.address();
  assert.ok(address && typeof address === 'object');
  const { source } = await open(join(folder, 'in.mp4'));
  const outputs = [
    { type: 'stream' as const, url: `rtmp://127.0.0.1:${address.port}/live/deaf` },
    { type: 'stream' as const, url: 'srt://127.0.0.1:9?connect_timeout=300' },
    { type: 'file' as const, path: join(folder, 'out.mp4') },
  ];
  const set = await OutputSet.open(source.info, Encoder.parse({ preset: 'ultrafast' }), outputs, { baseDir: '/' });
  let count = 0;
  for await (const frame of source.frames()) {
    await set.write(frame);
    frame.close();
    count++;
  }
  const [rtmp, srt, file] = set.health();
  const began = performance.now();
  await set.finish();
  assert.ok(performance.now() - began < 3000, 'finishing does not wait for the deaf');
  for (const socket of sockets) socket.destroy();
  deaf.close();
  await source.close();
  assert.equal(count, 500);
  assert.equal((await mediaTimes(join(folder, 'out.mp4'))).length, 500);
  assert.equal(file!.framesDropped, 0);
  assert.ok(rtmp!.framesDropped > 100, `${rtmp!.framesDropped} dropped`);
  assert.ok(srt!.state === 'retrying' && srt!.framesDropped > 0, JSON.stringify(srt));
});

test('outputs that cannot be written are refused in one line', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 5 });
  mkdirSync(join(folder, 'dir.mp4'));
  for (const [path, expected] of [
    [join(folder, 'nowhere', 'out.mp4'), /nowhere.* does not exist/],
    [join(folder, 'dir.mp4'), /is a folder/],
    [join(folder, 'out.gif'), /a video file ends in \.mp4/],
  ] as const)
    await assert.rejects(pass(join(folder, 'in.mp4'), [{ type: 'file', path }]), expected);
  await assert.rejects(
    pass(join(folder, 'in.mp4'), [{ type: 'file', path: join(folder, 'o.mp4') }], { encoder: { codec: 'h999' } }),
    /encoder "h999" is not in this FFmpeg/,
  );
});

test('a full disk ends the file with a clear line', { skip: existsSync('/dev/full') ? false : 'needs /dev/full' }, async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 200 });
  const { symlinkSync } = await import('node:fs');
  symlinkSync('/dev/full', join(folder, 'out.mkv'));
  await assert.rejects(pass(join(folder, 'in.mp4'), [{ type: 'file', path: join(folder, 'out.mkv') }]), /out\.mkv: the disk is full/);
});

test('an HLS folder keeps no more than it should, and sequence numbers grow over a restart', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 375 });
  const hlsDir = join(folder, 'hls');
  const run = async (): Promise<number> => {
    await pass(join(folder, 'in.mp4'), [{ type: 'hls', segmentS: 1, listSize: 3 }], { hlsDir });
    const segments = readdirSync(hlsDir).filter((name) => name.endsWith('.ts'));
    assert.ok(segments.length >= 3 && segments.length <= 8, segments.join(' '));
    return Number(/MEDIA-SEQUENCE:(\d+)/.exec(readFileSync(join(hlsDir, 'index.m3u8'), 'utf8'))![1]);
  };
  const first = await run();
  assert.ok((await run()) > first - 12);
});

test('key and fill have the frames and times of the programme', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: PATTERN, frames: 30, pts: (i) => i * 3600 + (i % 2) * 700 });
  const at = (name: string): string => join(folder, name);
  const { source } = await open(at('in.mp4'));
  const outputs = [
    { type: 'file' as const, path: at('out.mp4') },
    { type: 'key-fill' as const, fill: at('fill.mp4'), key: at('key.mp4') },
  ];
  const set = await OutputSet.open(source.info, Encoder.parse({}), outputs, { baseDir: '/', failFast: true });
  assert.ok(set.wantsKeyFill);
  const compositor = new Compositor(source.info);
  const rgba = new Uint8Array(100 * 60 * 4).fill(255);
  for await (const frame of source.frames()) {
    const card = { key: 'card', revision: 1, onGround: false, x: 40, y: 40, width: 100, height: 60, rgba };
    const keyFill = compositor.renderKeyFill([card]);
    await set.write(frame, keyFill);
    keyFill.close();
    frame.close();
  }
  await set.finish();
  await source.close();
  const looks = await Promise.all(
    ['out.mp4', 'fill.mp4', 'key.mp4'].map((name) =>
      readAll(at(name), ({ mediaTimeUs, luma }) => ({
        mediaTimeUs,
        card: luma.data[(luma.height >> 2) * luma.width + 45]!,
        outside: luma.data.at(-1)!,
      })),
    ),
  );
  const [programme, fill, key] = looks;
  assert.equal(programme!.length, 30);
  assert.deepEqual(
    fill!.map((f) => f.mediaTimeUs),
    programme!.map((f) => f.mediaTimeUs),
  );
  assert.deepEqual(
    key!.map((f) => f.mediaTimeUs),
    programme!.map((f) => f.mediaTimeUs),
  );
  for (const frame of [...fill!, ...key!]) assert.ok(frame.card > 250 && frame.outside < 4, JSON.stringify(frame));
});

test('encoders other than x264 write whole films; a container that does not take one says so, and so does an encoder without its hardware', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'in.mp4'), { video: 'testsrc2=size=160x120:rate=25', frames: 12 });
  const write = (codec: string, ending: string) =>
    pass(join(folder, 'in.mp4'), [{ type: 'file', path: join(folder, `${codec}.${ending}`) }], { encoder: { codec, preset: 'veryfast' } });
  for (const [codec, ending] of [
    ['libx265', 'mp4'],
    ['mpeg4', 'mp4'],
    ['libvpx-vp9', 'mkv'],
    ['prores_ks', 'mov'],
  ] as const) {
    await write(codec, ending);
    assert.equal((await mediaTimes(join(folder, `${codec}.${ending}`))).length, 12, codec);
  }
  await assert.rejects(write('prores_ks', 'mp4'), /prores_ks\.mp4: mp4 does not take what this encoder makes/);
  const { encoders } = await probeMedia();
  for (const { name } of encoders.filter((e) => e.hardware && !e.present))
    await assert.rejects(write(name, 'mp4'), /no hardware|not in this FFmpeg/);
});
