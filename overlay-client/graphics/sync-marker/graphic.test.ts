import assert from 'node:assert/strict';
import test from 'node:test';
import { createHeadlessOverlay, readSyncMarker } from '../../index.js';
import { flatten } from '../../testing/picture.js';
import { on, raceFrame, raceScene } from '../../testing/race.js';

const MARKER = [on('sync-marker')];

for (const size of [
  { width: 1280, height: 720 },
  { width: 1920, height: 1080 },
  { width: 3840, height: 2160 },
  { width: 640, height: 360 },
  { width: 480, height: 360 },
]) {
  test(`the frame number is read back from ${size.width}×${size.height} pixels`, async () => {
    const overlay = await createHeadlessOverlay(raceScene(size));
    const values = [0, 1, 1999, 0x55555555, 0xffffffff];
    const read = values.map((frameIndex, i) => {
      const regions = overlay.render({ ...raceFrame(size, i), frameIndex }, MARKER);
      const { rgba } = flatten(regions, size, 90);
      // Limited range, as video has it.
      const luma = new Uint8Array(size.width * size.height).map((_, k) => 16 + (rgba[k * 4]! * 219) / 255);
      return readSyncMarker(luma, size.width, size.height);
    });
    overlay.close();
    assert.deepEqual(read, values);
  });
}

test('a picture without a marker, or with a blend of two, reads as none', () => {
  const [width, height] = [1280, 720];
  const noise = new Uint8Array(width * height).map((_, i) => (i * 2654435761) >>> 24);
  for (const luma of [new Uint8Array(width * height), new Uint8Array(width * height).fill(235), noise])
    assert.equal(readSyncMarker(luma, width, height), null);
  assert.equal(readSyncMarker(new Uint8Array(64 * 36), 64, 36), null);
});
