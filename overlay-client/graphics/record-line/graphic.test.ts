import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, type GraphicState, type TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, flatten, type Picture, strongest } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD, startFrame } from '../../testing/race.js';
import { createReader } from '../../testing/reading.js';
import { tooClose } from '../rects.js';

const GRAPHIC = on('record-line', { totalS: 12.5, show: 'none', startAtS: 0 });

async function drawn(frame: TrackingFrame, graphic: GraphicState = GRAPHIC, before = [startFrame(SMALL_HD)]): Promise<Picture> {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  try {
    for (const one of before) overlay.observe(one, [graphic]);
    return flatten(overlay.render(frame, [graphic]), SMALL_HD);
  } finally {
    overlay.close();
  }
}

/** Frame `index`, looked at by the camera of frame `camera`: it may pan. */
function frameAt(index: number, camera = index): TrackingFrame {
  return { ...raceFrame(SMALL_HD, index), pose: raceFrame(SMALL_HD, camera).pose };
}

function strengthAt(picture: Picture, frame: TrackingFrame, distanceM: number): number {
  const { x, y } = apply(frame.pose.groundToImage, { x: distanceM, y: 0.3 });
  return alphaAt(picture, Math.floor(x), Math.floor(y));
}

test('the line is where the record was, on the ground, whichever way the camera pans', async () => {
  for (const camera of [60, 75]) {
    const frame = frameAt(66, camera);
    const picture = await drawn(frame);
    // 2.2 s at 8 m/s.
    assert.ok(strengthAt(picture, frame, 17.6) > 60, 'on it');
    for (const off of [-0.8, 0.8]) assert.ok(strengthAt(picture, frame, 17.6 + off) < 20, `${off} m beside it`);
  }
});

test('it waits on the start line and stops at the finish', async () => {
  const waiting = { ...startFrame(SMALL_HD), mediaTimeUs: 900_000, discontinuity: false };
  const seen = on('record-line', { totalS: 12.5, show: 'none' });
  assert.ok(strengthAt(await drawn(waiting, seen), waiting, 0) > 60);
  const late = { ...frameAt(340), mediaTimeUs: 20_000_000 };
  assert.ok(strengthAt(await drawn(late, GRAPHIC, []), late, 100) > 60);
});

test('nothing is drawn without a time to beat, or when nobody saw the start', async () => {
  assert.equal(strongest((await drawn(frameAt(66), on('record-line', { startAtS: 0 }))).rgba), 0);
  assert.equal(strongest((await drawn(frameAt(66), on('record-line', { totalS: 12.5 }), [frameAt(60)])).rgba), 0);
});

test('where a card stands over the far end of the line, its own goes to the near end', async () => {
  const reader = await createReader(raceScene(SMALL_HD));
  try {
    const graphics = [on('record-line', { totalS: 12.5, startAtS: 1 }), on('speed-trace', { place: 'left' })];
    for (let i = 30; i < 62; i++) {
      const written = reader.read(frameAt(i), graphics);
      const card = written.find(({ text }) => text === 'WR')?.part;
      const trace = written.filter(({ key }) => key.startsWith('speed-trace')).map(({ part }) => part);
      assert.ok(card && trace.length > 0);
      // The trace has its place after its first frame.
      if (i > 30) for (const part of trace) assert.ok(!tooClose(part, card, 0), `frame ${i}: ${JSON.stringify({ part, card })}`);
    }
  } finally {
    reader.close();
  }
});
