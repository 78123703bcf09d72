import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SyntheticScene } from '../../protocol/index.js';
import { open } from '../testing/channel.js';
import { pictureInfo, shownPicture } from '../testing/pictures.js';

/** A flat picture whose red tells the frame number. */
function scene(frames: number, size = { width: 64, height: 48 }): SyntheticScene {
  const rgba = new Uint8Array(size.width * size.height * 4).fill(255);
  return {
    name: 'flat',
    size,
    fps: { num: 50, den: 1 },
    durationUs: frames * 20_000,
    setup: {
      roster: [],
      tracking: { analysisWidth: 640, camera: 'fixed', detector: { type: 'foreground' }, externalPositions: 'off', subjectHeightM: 1.75 },
    },
    render: (index) => {
      for (let p = 0; p < rgba.length; p += 4) rgba.set([index * 20, 60, 200], p);
      return rgba;
    },
    truth: (index) => ({ frameIndex: index, mediaTimeUs: index * 20_000, groundToImage: [1, 0, 0, 0, 1, 0, 0, 0, 1], subjects: [] }),
  };
}

test('a scene plays once offline, in its own colours, frame for frame', async () => {
  const { source } = await open('sim:flat', { createScene: (spec) => scene(spec === 'sim:flat' ? 10 : 1) });
  const info = pictureInfo(64, 48, 'yuv420p');
  let count = 0;
  for await (const frame of source.frames()) {
    assert.equal(frame.mediaTimeUs, count * 20_000);
    const [r, g, b] = (await shownPicture(frame.native, info))(30, 20);
    assert.ok(Math.abs(r - count * 20) <= 3 && Math.abs(g - 60) <= 3 && Math.abs(b - 200) <= 3, `frame ${count}: ${r},${g},${b}`);
    const small = await frame.colour();
    assert.deepEqual([small.width, small.height, small.data.length], [64, 48, 3 * 64 * 48]);
    for (const [i, v] of [count * 20, 60, 200].entries())
      assert.ok(Math.abs(small.data[3 * 1000 + i] - v) <= 3, `frame ${count}: ${small.data.subarray(3000, 3003)}`);
    frame.close();
    count++;
  }
  await source.close();
  assert.equal(count, 10);
});

test('a live scene begins again, and an odd one is made even', async () => {
  const { source } = await open('sim:flat', { mode: 'live', createScene: () => scene(5, { width: 65, height: 49 }) });
  assert.deepEqual(source.info.size, { width: 64, height: 48 });
  const seen: [number, string | null][] = [];
  for await (const frame of source.frames()) {
    seen.push([frame.mediaTimeUs, frame.discontinuity]);
    frame.close();
    if (seen.length === 12) break;
  }
  await source.close();
  assert.deepEqual(
    seen.map(([us]) => us),
    Array.from({ length: 12 }, (_, i) => i * 20_000),
  );
  assert.deepEqual(
    seen.flatMap(([, d], i) => (d ? [[i, d]] : [])),
    [
      [0, 'start'],
      [5, 'loop'],
      [10, 'loop'],
    ],
  );
});
