import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { AV_FRAME_FLAG_INTERLACED, AVCOL_RANGE_JPEG } from 'node-av/constants';
import { mediaTimes, open, readAll, scratch } from '../testing/channel.js';
import { makeMedia } from '../testing/make-media.js';

const PATTERN = 'testsrc2=size=320x240:rate=25';

test('variable frame rate: every time stamp is kept', async (t) => {
  const path = join(scratch(t), 'vfr.mp4');
  const pts = (i: number): number => i * i * 40 + i * 2000;
  await makeMedia(path, { video: PATTERN, frames: 40, pts });
  const times = await mediaTimes(path);
  assert.equal(times.length, 40);
  // MP4 writes these stamps in 1/90,000 s.
  for (const [i, us] of times.entries()) assert.ok(Math.abs(us - (pts(i) * 1e6) / 90_000) <= 1, `frame ${i}: ${us}`);
  const { source } = await open(path);
  assert.equal(source.info.fps, null);
  await source.close();
});

test('29.97 frames a second are told as 30000/1001', async (t) => {
  const path = join(scratch(t), 'ntsc.mp4');
  await makeMedia(path, { video: PATTERN, frames: 60, pts: (i) => i * 3003 });
  const { source } = await open(path);
  assert.deepEqual(source.info.fps, { num: 30_000, den: 1001 });
  await source.close();
});

test('rotated pictures come upright, whatever the turn', async (t) => {
  const folder = scratch(t);
  // White in the coded picture's top left quarter.
  const corner = 'color=black:size=320x240:rate=25,drawbox=x=0:y=0:w=160:h=120:color=white:t=fill';
  const expected = { 0: [0, 0], 90: [1, 0], 180: [1, 1], 270: [0, 1] } as const;
  for (const rotate of [0, 90, 180, 270] as const) {
    const path = join(folder, `turn-${rotate}.mp4`);
    await makeMedia(path, { video: corner, frames: 3, rotate });
    const upright = await readAll(path, ({ luma }, { info }) => {
      const at = (x: number, y: number): number =>
        luma.data[Math.floor(luma.height * (0.25 + y / 2)) * luma.width + Math.floor(luma.width * (0.25 + x / 2))]!;
      return {
        ...info.size,
        bright: [
          [0, 0],
          [1, 0],
          [0, 1],
          [1, 1],
        ].filter(([x, y]) => at(x!, y!) > 128),
      };
    });
    assert.equal(upright.length, 3);
    assert.deepEqual(
      { width: upright[2]!.width, height: upright[2]!.height },
      rotate % 180 ? { width: 240, height: 320 } : { width: 320, height: 240 },
    );
    assert.deepEqual(upright[2]!.bright, [expected[rotate]], `turned by ${rotate}`);
  }
});

test('interlaced: one progressive frame for each', async (t) => {
  const path = join(scratch(t), 'interlaced.mkv');
  await makeMedia(path, { video: `${PATTERN},tinterlace=interleave_top,setpts=N/25/TB`, frames: 25, codec: 'ffv1', interlaced: true });
  const frames = await readAll(path, (frame) => ({ us: frame.mediaTimeUs, interlaced: frame.native.hasFlags(AV_FRAME_FLAG_INTERLACED) }));
  assert.equal(frames.length, 25);
  assert.deepEqual(
    frames.map((f) => f.us),
    Array.from({ length: 25 }, (_, i) => i * 40_000),
  );
  assert.ok(frames.every((f) => !f.interlaced));
});

test('10 bits stay 10 bits; odd sizes become even; other pixels become 4:2:0; square or not is kept', async (t) => {
  const folder = scratch(t);
  const cases = [
    { name: 'ten.mkv', clip: { codec: 'ffv1', filters: 'format=yuv422p10le' }, format: 'yuv422p10le', size: [320, 240] },
    { name: 'odd.mkv', clip: { codec: 'ffv1', video: 'testsrc2=size=321x239:rate=25' }, format: 'yuv420p', size: [320, 238] },
    { name: 'rgb.mkv', clip: { codec: 'ffv1', filters: 'format=bgra' }, format: 'yuv420p', size: [320, 240] },
    { name: 'grey.mkv', clip: { codec: 'ffv1', filters: 'format=gray' }, format: 'yuv420p', size: [320, 240] },
    { name: 'wide.mkv', clip: { sampleAspectRatio: [4, 3] as const }, format: 'yuv420p', size: [320, 240] },
  ];
  for (const { name, clip, format, size } of cases) {
    const path = join(folder, name);
    await makeMedia(path, { video: PATTERN, frames: 8, ...clip });
    const { source } = await open(path);
    assert.equal(source.info.format.name, format, name);
    assert.deepEqual([source.info.size.width, source.info.size.height], size, name);
    assert.deepEqual(source.info.sampleAspectRatio, 'sampleAspectRatio' in clip ? { num: 4, den: 3 } : { num: 1, den: 1 }, name);
    let count = 0;
    for await (const frame of source.frames()) {
      assert.equal(frame.native.width, size[0]);
      count++;
      frame.close();
    }
    assert.equal(count, 8, name);
    await source.close();
  }
});

test('the luma picture lies corner on corner and is full range', async (t) => {
  const folder = scratch(t);
  // A white box from (80, 60) to (160, 120) of 320×240; analysed at 100 wide its edges fall at 25, 50 and 18.75, 37.5.
  const box = 'color=black:size=320x240:rate=25,drawbox=x=80:y=60:w=80:h=60:color=white:t=fill';
  for (const [name, clip] of [
    ['limited.mkv', {}],
    ['full.mkv', { filters: 'scale=out_range=full,format=yuv420p', tags: { range: AVCOL_RANGE_JPEG } }],
  ] as const) {
    const path = join(folder, name);
    await makeMedia(path, { video: box, frames: 2, codec: 'ffv1', ...clip });
    const [sums] = await readAll(
      path,
      ({ luma }) => {
        assert.deepEqual([luma.width, luma.height], [100, 75]);
        let [mass, mx, my] = [0, 0, 0];
        for (let y = 0; y < 75; y++) {
          for (let x = 0; x < 100; x++) {
            const v = luma.data[y * 100 + x]!;
            mass += v;
            mx += v * (x + 0.5);
            my += v * (y + 0.5);
          }
        }
        return { dark: luma.data[0]!, bright: luma.data[28 * 100 + 37]!, x: mx / mass, y: my / mass, mass: mass / 255 };
      },
      { analysisWidth: 100 },
    );
    assert.ok(sums!.dark <= 1 && sums!.bright >= 254, `${name}: ${sums!.dark}–${sums!.bright}`);
    assert.ok(Math.abs(sums!.x - 37.5) < 0.1, `${name}: centre at x ${sums!.x}`);
    assert.ok(Math.abs(sums!.y - 28.125) < 0.1, `${name}: centre at y ${sums!.y}`);
    assert.ok(Math.abs(sums!.mass / (25 * 18.75) - 1) < 0.02, `${name}: area ${sums!.mass}`);
  }
});

test('a dark grey is the same luma in either range', async (t) => {
  const folder = scratch(t);
  for (const range of ['limited', 'full'] as const) {
    const path = join(folder, `${range}.mkv`);
    const tags = range === 'full' ? { range: AVCOL_RANGE_JPEG } : {};
    const filters = `format=rgb24,scale=out_range=${range},format=yuv420p`;
    await makeMedia(path, { video: 'color=0x404040:size=320x240:rate=25', filters, frames: 1, codec: 'ffv1', tags });
    const [grey] = await readAll(path, ({ luma }) => luma.data[5000]!);
    assert.ok(Math.abs(grey! - 64) <= 1, `${range}: ${grey}`);
  }
});

test('a live file loops at its own pace and its clock runs on', async (t) => {
  const path = join(scratch(t), 'loop.mp4');
  await makeMedia(path, { video: PATTERN, frames: 10 });
  const { source } = await open(path, { mode: 'live', loop: true });
  const began = performance.now();
  const seen: [number, string | null][] = [];
  for await (const frame of source.frames()) {
    seen.push([frame.mediaTimeUs, frame.discontinuity]);
    frame.close();
    if (seen.length === 25) break;
  }
  await source.close();
  assert.deepEqual(
    seen.map(([us]) => us),
    Array.from({ length: 25 }, (_, i) => i * 40_000),
  );
  assert.deepEqual(
    seen.flatMap(([, d], i) => (d ? [[i, d]] : [])),
    [
      [0, 'start'],
      [10, 'loop'],
      [20, 'loop'],
    ],
  );
  const tookMs = performance.now() - began;
  assert.ok(tookMs > 900 && tookMs < 2500, `24 steps of 40 ms took ${tookMs} ms`);
});

test('a live file nobody takes frames from loses the oldest and counts them', async (t) => {
  const path = join(scratch(t), 'slow.mp4');
  await makeMedia(path, { video: PATTERN, frames: 50 });
  const { source } = await open(path, { mode: 'live' });
  const frames = source.frames();
  const first = await frames.next();
  await new Promise((resolve) => setTimeout(resolve, 1200));
  const second = await frames.next();
  assert.ok(!first.done && !second.done);
  assert.ok(source.framesDropped > 5, `${source.framesDropped} dropped`);
  assert.equal(second.value.frameIndex, 1);
  assert.ok(second.value.mediaTimeUs > 400_000, `next is at ${second.value.mediaTimeUs}`);
  first.value.close();
  second.value.close();
  await source.close();
});

test('what cannot be opened is refused in one line that names it and says why', async (t) => {
  const folder = scratch(t);
  const at = (name: string): string => join(folder, name);
  writeFileSync(at('empty.mp4'), '');
  writeFileSync(at('text.mp4'), 'Not a film, a letter.\n'.repeat(50));
  await makeMedia(at('sound.mp4'), { video: null, audio: 'sine', frames: 25 });
  await makeMedia(at('tiny.mkv'), { video: 'testsrc2=size=2x2:rate=25', frames: 2, codec: 'ffv1' });
  const cases: [string, RegExp][] = [
    [at('missing.mp4'), /missing\.mp4: no such file$/],
    [folder, /is a folder, not a video file$/],
    [at('empty.mp4'), /empty\.mp4: the file is empty$/],
    [at('text.mp4'), /text\.mp4: cannot be read as video \(Invalid data/],
    [at('sound.mp4'), /sound\.mp4: has no video/],
    [at('tiny.mkv'), /tiny\.mkv: the picture is 2×2, too small/],
    ['gopher://x/y', /"gopher:\/\/" is not a protocol/],
    ['rtsp://127.0.0.1:9/none', /rtsp:\/\/127\.0\.0\.1:9\/none: cannot be reached \(Connection refused\)/],
    ['http://user:secret@127.0.0.1:9/live.m3u8', /^http:\/\/127\.0\.0\.1:9\/live\.m3u8: cannot be reached/],
  ];
  for (const [url, expected] of cases) {
    await assert.rejects(open(url), (error: Error) => {
      assert.match(error.message, expected);
      assert.doesNotMatch(error.message, /\n|secret/);
      return true;
    });
  }
});

test('a truncated file plays up to the cut', async (t) => {
  const folder = scratch(t);
  await makeMedia(join(folder, 'whole.mkv'), { video: PATTERN, frames: 50 });
  const { readFileSync } = await import('node:fs');
  const bytes = readFileSync(join(folder, 'whole.mkv'));
  writeFileSync(join(folder, 'cut.mkv'), bytes.subarray(0, bytes.length / 2));
  const times = await mediaTimes(join(folder, 'cut.mkv'));
  assert.ok(times.length > 15 && times.length < 50, `${times.length} frames`);
});

test('closing while FFmpeg hangs returns at once', async () => {
  const stop = new AbortController();
  const opening = open('srt://127.0.0.1:19417?mode=listener', { mode: 'live', signal: stop.signal });
  setTimeout(() => stop.abort(), 200);
  const began = performance.now();
  await assert.rejects(opening, /stopped before it was reached/);
  assert.ok(performance.now() - began < 1500);
});
