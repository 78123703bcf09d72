import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ReplayFrame } from '../../media/index.js';
import { apply, type Mat3, type TrackingFrame } from '../../protocol/index.js';
import { repaired } from './repair.js';

/** A camera that pans evenly; frames that were late carry the pose of long ago. */
function frame(index: number, o: { late?: boolean; cut?: boolean } = {}): ReplayFrame {
  const groundToImage: Mat3 = [4, 0, o.late ? 999 : -3 * index, 0, 4, 10, 0, 0, 1];
  const x = 100 + (o.late ? 0 : index);
  const tracking: TrackingFrame = {
    ...{
      mediaTimeUs: index * 40_000,
      frameIndex: index,
      width: 320,
      height: 180,
      predicted: o.late ?? false,
      discontinuity: false,
      standings: [],
    },
    pose: { groundToImage, unit: 'm', state: 'held', confidence: 1 },
    subjects: [
      {
        ...{ trackId: 1, rosterIndex: 0, state: 'visible', lane: 0, confidence: 1, velocity: { x: 0, y: 0 } },
        ...{ box: { x, y: 20, width: 10, height: 30 }, foot: { x: x + 5, y: 50 }, ground: { x: x / 4, y: 1 } },
      },
    ],
  };
  return {
    mediaTimeUs: index * 40_000,
    durationUs: 40_000,
    offset: 0,
    bytes: 9,
    key: false,
    cut: o.cut ?? false,
    tracking,
    graphics: [],
    dataPath: '',
  };
}
const late = (index: number): ReplayFrame => frame(index, { late: true });

test('late frames get poses and positions between those of measured ones', () => {
  const frames = repaired([frame(0), late(1), late(2), late(3), frame(4), frame(5)]);
  for (const [index, { tracking }] of frames.entries()) {
    const there = apply(tracking.pose.groundToImage, { x: 50, y: 20 });
    assert.ok(Math.abs(there.x - (200 - 3 * index)) < 0.1 && Math.abs(there.y - 90) < 1e-6, `frame ${index}: ${there.x}`);
    assert.ok(Math.abs(tracking.subjects[0]!.box.x - (100 + index)) < 1e-9);
    assert.equal(tracking.pose.state, 'held');
    assert.equal(tracking.predicted, index > 0 && index < 4, 'still told from measured ones');
  }
});

test('a guess is not taken for a pose: before the first and after the last measurement, across a cut, in a long gap', () => {
  const states = (frames: ReplayFrame[]): string =>
    repaired(frames)
      .map(({ tracking }) => tracking.pose.state[0])
      .join('');
  assert.equal(states([late(0), frame(1), late(2)]), 'lhl');
  assert.equal(states([frame(0), late(1), frame(2, { cut: true }), frame(3)]), 'hlhh');
  assert.equal(states([frame(0), late(1), late(10), frame(20)]), 'hllh');
  assert.equal(states([late(0), late(1)]), 'll');
});
