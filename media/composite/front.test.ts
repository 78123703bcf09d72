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
    const known = { matte: encodeMatte(cells, 40, 24), people: [FOLLOWED], strength: 1, isCut: false };
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
