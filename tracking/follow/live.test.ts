import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel, type TrackingFrame } from '../../protocol/index.js';
import { TrackingWorker } from '../tracking-worker.js';
import { nudge, type Patch, take } from '../vision/textured-world.test-support.js';
import { FOLLOW_ID_BASE } from './clicked-target.js';

const SIZE = { width: 320, height: 180 };
const SOURCE = { width: 640, height: 360 };
const FRAMES = 60;
const CLICKED = 20;
const LET_GO = 40;

test('a click in a running channel: its target is one subject with an identity of its own until it is let go', async () => {
  const channel = Channel.parse({ id: 'test', title: 'Test', source: { url: 'test.mp4' } });
  const worker = await TrackingWorker.start({ source: SOURCE, channel, fps: { num: 25, den: 1 } });
  const frames: TrackingFrame[] = [];
  let arrived = () => {};
  worker.onFrame((frame) => {
    frames.push(frame);
    arrived();
  });
  const x = (i: number) => 40 + 3 * i;
  for (let i = 0; i < FRAMES; i++) {
    const walker: Patch = { x: x(i), y: 60, width: 18, height: 44, luma: (px) => (Math.floor((px - x(i)) / 4) % 2 ? 240 : 200) };
    if (i === CLICKED) {
      assert.throws(() => worker.follow({ x: 700, y: 10, mediaTimeUs: 0 }), /700,10 is not on the picture of 640×360/);
      worker.follow({ x: 2 * (x(i) + 9), y: 164, mediaTimeUs: i * 40_000 });
    }
    if (i === LET_GO) worker.follow(null);
    const back = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    worker.submit(take(nudge(SIZE, -2 * i, 0), SIZE, [walker], 0, i), i * 40_000, i, i === 0 ? 'start' : null);
    await back;
  }
  await worker.close();
  const ids = (i: number) => frames[i].subjects.map((s) => s.trackId);
  const before = frames[CLICKED - 1].subjects.find((s) => Math.abs(s.box.x + s.box.width / 2 - 2 * (x(CLICKED - 1) + 9)) < 10)?.trackId;
  assert.ok(before !== undefined && before < FOLLOW_ID_BASE);
  for (let i = CLICKED; i < LET_GO; i++) {
    assert.ok(ids(i).includes(FOLLOW_ID_BASE), `frame ${i}: ${ids(i)}`);
    assert.ok(!ids(i).includes(before), `frame ${i}: not under its former identity too`);
  }
  assert.ok(!frames.slice(LET_GO).some((f) => f.subjects.some((s) => s.trackId >= FOLLOW_ID_BASE)), 'let go');
  const followed = frames[LET_GO - 1].subjects.find((s) => s.trackId === FOLLOW_ID_BASE);
  assert.ok(followed, 'still followed');
  const middle = followed.box.x + followed.box.width / 2;
  assert.ok(Math.abs(middle - 2 * (x(LET_GO - 1) + 9)) < 10, JSON.stringify(followed.box));
});
