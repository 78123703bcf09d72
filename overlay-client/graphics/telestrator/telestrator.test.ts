import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, type Point, type Size, type TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, around, flatten, type Picture } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

const stroke = (tool: string, points: number[], more: object = {}) => ({ tool, anchor: 'ground', points, ...more });

test('a stroke on the ground lies where it was drawn, whatever the camera does since; one on the screen stays', async () => {
  const spot: Point = { x: 15, y: 1 };
  const data = { strokes: [stroke('pen', [14.6, 1, 15.4, 1]), stroke('pen', [0.2, 0.2, 0.3, 0.2], { anchor: 'screen' })] };
  for (const index of [45, 60]) {
    const picture = await drawn(SMALL_HD, data, [index]);
    const at = apply(raceFrame(SMALL_HD, index).pose.groundToImage, spot);
    assert.ok(alphaAt(picture, Math.round(at.x), Math.round(at.y)) > 250, `frame ${index}: on its place of the ground`);
    assert.equal(alphaAt(picture, Math.round(at.x), Math.round(at.y) - 40), 0, 'and nowhere else');
    assert.ok(alphaAt(picture, 180, 144) > 250, 'on its place of the screen');
  }
});

test('a ring goes with its subject, and goes when the subject does', async () => {
  const data = { strokes: [stroke('ring', [0, 0, 0.7, 0], { anchor: 'subject', trackId: 101 })] };
  const frame = raceFrame(SMALL_HD, 60);
  const { foot } = frame.subjects.find((s) => s.trackId === 101)!;
  const box = around(await draw(SMALL_HD, data, [60]));
  assert.ok(foot.x > box.x && foot.x < box.x + box.width && foot.y > box.y && foot.y < box.y + box.height);
  assert.deepEqual(await draw(SMALL_HD, data, [{ ...frame, subjects: [] }]), []);
});

test('a stroke draws itself when it comes and is gone after its time', async () => {
  const atUs = raceFrame(SMALL_HD, 60).mediaTimeUs;
  const data = { fadeS: 1, strokes: [stroke('pen', [0.3, 0.5, 1.3, 0.5], { anchor: 'screen', atUs })] };
  const width = async (index: number): Promise<number> => {
    const regions = await draw(SMALL_HD, data, [index]);
    return regions.length === 0 ? 0 : around(regions).width;
  };
  const widths = [await width(62), await width(75), await width(95), await width(110)];
  assert.ok(widths[0]! > 0 && widths[0]! < 300, `drawing itself: ${widths}`);
  assert.ok(widths[1]! > 700, `whole: ${widths}`);
  assert.ok(widths[2]! < widths[1]!, `going: ${widths}`);
  assert.equal(widths[3], 0, 'gone');
});

async function draw(size: Size, data: object, frames: readonly (number | TrackingFrame)[]) {
  const overlay = await createHeadlessOverlay(raceScene(size));
  const graphic = on('telestrator', JSON.parse(JSON.stringify(data)));
  try {
    const [frame] = frames.map((f) => (typeof f === 'number' ? raceFrame(size, f) : f));
    return overlay.render(frame!, [graphic]).map((region) => ({ ...region, rgba: region.rgba.slice() }));
  } finally {
    overlay.close();
  }
}

async function drawn(size: Size, data: object, frames: readonly number[]): Promise<Picture> {
  return flatten(await draw(size, data, frames), size);
}
