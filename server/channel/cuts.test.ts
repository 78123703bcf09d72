import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type ChannelScene, type Discontinuity, emptyFrame, type TrackingFrame } from '../../protocol/index.js';
import { Cuts } from './cuts.js';

const SCENE: ChannelScene = {
  ...{ channel: 'a', title: 'A', width: 640, height: 360, fps: { num: 25, den: 1 } },
  ...{ roster: [], course: null, floor: null, look: { mode: 'dark' } },
};
const at = (frameIndex: number, discontinuity = false): TrackingFrame => ({
  ...emptyFrame(SCENE, { mediaTimeUs: frameIndex * 40_000, frameIndex }),
  discontinuity,
});
const picture = (discontinuity: Discontinuity | null = null) => ({ discontinuity });

test('a cut on a frame that tracking is spared is told with the next one it gets, once', () => {
  const cuts = new Cuts();
  assert.equal(cuts.submitted('start'), 'start');
  cuts.skipped('loop');
  cuts.skipped(null);
  assert.equal(cuts.submitted(null), 'loop');
  assert.equal(cuts.submitted(null), null);
});

test('a recording that begins again is told to the graphics on its first frame, however late tracking is', () => {
  const cuts = new Cuts();
  assert.equal(cuts.drawn(at(10), picture()).discontinuity, false);
  assert.equal(cuts.isSameShot(at(8), picture('loop')), false, 'nobody of the last frame is carried into this one');
  assert.equal(cuts.drawn(at(11), picture('loop')).discontinuity, true);
  assert.equal(cuts.isSameShot(at(10), picture()), false, 'nor into the next');
  cuts.late(at(11, true));
  assert.equal(cuts.drawn(at(12), picture()).discontinuity, false, 'it is told once');
  assert.equal(cuts.isSameShot(at(11, true), picture()), true);
});

test('a cut that tracking finds when its frame has gone is told on the next one', () => {
  const cuts = new Cuts();
  cuts.drawn(at(20), picture());
  cuts.late(at(19, true));
  assert.equal(cuts.drawn(at(21), picture()).discontinuity, true);
  assert.equal(cuts.isSameShot(at(20), picture()), true, 'what was measured after it counts');
  assert.equal(cuts.drawn(at(22), picture()).discontinuity, false);
});
