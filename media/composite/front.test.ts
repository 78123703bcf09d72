import assert from 'node:assert/strict';
import test from 'node:test';
import { encodeMatte, type OverlayRegion } from '../../protocol/index.js';
import { nativePicture, pictureInfo, shownPicture } from '../testing/pictures.js';
import { Compositor } from './compositor.js';
import type { Front } from './front.js';

const SIZE = { width: 160, height: 96 };
/** Somebody followed, somebody whom nobody follows yet, and a shadow beside the first: pixels. */
const FOLLOWED = { x: 40, y: 20, width: 20, height: 60 };
const STRANGER = { x: 100, y: 30, width: 16, height: 50 };
const SHADOW = { x: 64, y: 40, width: 12, height: 24 };
const LINE: OverlayRegion = {
  ...{ key: 'line', revision: 1, x: 0, y: 44, width: 160, height: 16, onGround: true },
  rgba: new Uint8ClampedArray(160 * 16 * 4).fill(255),
};

const isIn = (box: typeof FOLLOWED, x: number, y: number): boolean =>
  x >= box.x && x < box.x + box.width && y >= box.y && y < box.y + box.height;

test('a ground graphic runs under who is followed and who is not yet, and over ground and shadows, in every format', async () => {
  for (const format of ['yuv420p', 'nv12', 'yuv422p10le', 'p010le', 'yuv444p'] as const) {
    const info = pictureInfo(SIZE.width, SIZE.height, format);
    const compositor = new Compositor(info);
    const cells = new Uint8Array(40 * 24);
    for (let row = 5; row < 20; row++) cells.fill(1, row * 40 + 10, row * 40 + 15);
    for (let row = 10; row < 16; row++) cells.fill(1, row * 40 + 16, row * 40 + 19);
    const known = { matte: encodeMatte(cells, 40, 24), people: [FOLLOWED], strength: 1, shotSinceUs: 0 };
    for (let i = 0; i < 4; i++) {
      const isLast = i === 3;
      const native = await nativePicture(info, (x, y) => {
        const grain = ((x * 7 + y * 13 + i * 5) % 11) - 5;
        if (isIn(FOLLOWED, x, y)) return [30, 60, 190];
        // Comes when the ground is known.
        if (isLast && isIn(STRANGER, x, y)) return [40, 170, 60];
        const light = isIn(SHADOW, x, y) ? 0.6 : 1;
        return [(170 + grain) * light, (85 + grain) * light, (70 + grain) * light];
      });
      const front: Front = { ...known, mediaTimeUs: i * 40_000 };
      compositor.blend({ native }, [LINE], front);
      const shown = isLast ? await shownPicture(native, info) : undefined;
      native.free();
      if (!shown) continue;
      const whiteness = (x: number, y: number): number => Math.min(...shown(x, y));
      assert.ok(whiteness(50, 52) < 80, `${format}: over somebody's body it is ${shown(50, 52)}`);
      assert.ok(whiteness(108, 52) < 90, `${format}: over a stranger's body it is ${shown(108, 52)}`);
      assert.ok(whiteness(70, 52) > 230, `${format}: on a shadow it is ${shown(70, 52)}`);
      for (const x of [10, 30, 90, 140]) assert.ok(whiteness(x, 52) > 230, `${format}: on the ground at ${x} it is ${shown(x, 52)}`);
    }
    compositor.close();
  }
});

test('inside somebody’s box the ground is known by how it looked there a moment ago, while the camera pans: a mark in a shirt’s colour is painted, a thin tyre is not', async () => {
  const info = pictureInfo(SIZE.width, SIZE.height, 'yuv420p');
  const compositor = new Compositor(info);
  const [shirt, tyre, plate] = [
    [210, 180, 40],
    [25, 25, 28],
    [40, 60, 200],
  ] as const;
  // Ground metres are pixels of the first picture; the camera goes two pixels to the right a frame.
  const isMark = (x: number): boolean => x >= 96 && x < 108;
  const ground = (x: number, y: number): readonly [number, number, number] => {
    const grain = ((((x * 7919) ^ (y * 104729)) >>> 3) % 17) - 8;
    return isMark(x) ? shirt : [120 + grain, 118 + grain, 122 + grain];
  };
  let shown: Awaited<ReturnType<typeof shownPicture>> | undefined;
  const last = 12;
  const pan = (i: number): number => 2 * i;
  const box = { x: 50, y: 24, width: 44, height: 48 };
  for (let i = 0; i <= last; i++) {
    const isThere = i >= last - 2;
    const native = await nativePicture(info, (x, y) => {
      const inBox = isThere && y >= box.y && y < box.y + box.height;
      if (inBox && x >= 56 && x < 58) return tyre;
      if (inBox && x >= 84 && x < 90) return y < 40 ? shirt : plate;
      return ground(x + pan(i), y);
    });
    const front: Front = {
      matte: encodeMatte(new Uint8Array(40 * 24).fill(0), 40, 24),
      people: isThere ? [box] : [],
      strength: 1,
      mediaTimeUs: i * 100_000,
      shotSinceUs: 0,
      view: { groundToImage: [1, 0, -pan(i), 0, 1, 0, 0, 0, 1], lens: undefined },
    };
    compositor.blend({ native }, [LINE], front);
    if (i === last) shown = await shownPicture(native, info);
    native.free();
  }
  compositor.close();
  assert.ok(shown);
  const brightness = (x: number): number => Math.min(...shown(x, 52));
  for (let x = 96 - pan(last) + 1; x < 108 - pan(last) - 1; x++) assert.ok(brightness(x) > 200, `the mark at ${x} is ${shown(x, 52)}`);
  for (const x of [56, 57]) assert.ok(brightness(x) < 130, `the tyre at ${x} is ${shown(x, 52)}`);
  for (const x of [86, 87]) assert.ok(brightness(x) < 90, `the body at ${x} is ${shown(x, 52)}`);
  for (const x of [52, 64, 68, 94, 120]) assert.ok(brightness(x) > 230, `the ground at ${x} is ${shown(x, 52)}`);
});
