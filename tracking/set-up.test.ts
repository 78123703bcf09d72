import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, Calibration, Channel, IDENTITY, type LumaPicture } from '../protocol/index.js';
import { TrackingPipeline } from './pipeline.js';
import { PoseTrack } from './pose/index.js';
import { nudge, take } from './vision/textured-world.test-support.js';

const SIZE = { width: 320, height: 180 };
const SOURCE = { width: 640, height: 360 };
/** Ground seen from straight above, 20 pixels a metre, `shiftPx` further right in the picture. */
const above = (atMediaTimeUs: number, shiftPx = 0): Calibration =>
  Calibration.parse({
    size: [640, 360],
    atMediaTimeUs,
    points: [
      [40, 340],
      [600, 340],
      [600, 20],
      [40, 20],
    ].map(([x = 0, y = 0]) => ({ image: [x, y], ground: [(x - shiftPx) / 20, (360 - y) / 20] })),
  });
/** A camera that goes to the right by 4 source pixels a frame. */
const pictures = (count: number): LumaPicture[] => Array.from({ length: count }, (_, i) => take(nudge(SIZE, -2 * i, 0), SIZE, [], 0, i));

test('a calibration of a frame of before lies where that frame says, tracks go on, and taking it back leaves no ground', async () => {
  const channel = Channel.parse({ id: 'test', title: 'Test', source: { url: 'test.mp4' } });
  const pipeline = await TrackingPipeline.create({ source: SOURCE, channel, fps: { num: 25, den: 1 } });
  const all = pictures(24);
  const process = (from: number, to: number) => {
    let last = pipeline.process(all[from], from * 40_000, from, from === 0 ? 'start' : null);
    for (let i = from + 1; i < to; i++) last = pipeline.process(all[i], i * 40_000, i, null);
    return last;
  };
  assert.equal(process(0, 16).pose.unit, 'px');
  // Clicked on frame 5; the camera has moved on by 40 pixels since.
  const roster = [{ name: 'Ada' }];
  pipeline.setUp({ calibration: above(5 * 40_000), course: undefined, roster });
  const { pose } = process(16, 18);
  assert.deepEqual([pose.unit, pose.state], ['m', 'held']);
  const foot = apply(pose.groundToImage, { x: 10, y: 9 });
  assert.ok(Math.hypot(foot.x - (200 - 4 * 12), foot.y - 180) < 1.5, `at ${foot.x}, ${foot.y}`);
  assert.throws(() =>
    pipeline.setUp({
      calibration: { ...above(0), points: above(0).points.map((p) => ({ ...p, image: [p.image[0], 9] })) },
      course: undefined,
      roster,
    }),
  );
  assert.equal(process(18, 19).pose.unit, 'm', 'a bad one changes nothing');
  pipeline.setUp({ calibration: undefined, course: undefined, roster });
  assert.equal(process(19, 20).pose.unit, 'px');
  await pipeline.close();
});

test('a frame that was frozen but never analysed can be calibrated: where it is seen again, its ground lies', async () => {
  const channel = Channel.parse({ id: 'test', title: 'Test', source: { url: 'test.mp4' } });
  const pipeline = await TrackingPipeline.create({ source: SOURCE, channel, fps: { num: 25, den: 1 } });
  const all = pictures(20);
  const process = (i: number, seen = all[i]) => pipeline.process(seen, i * 40_000, i, i === 0 ? 'start' : null);
  for (const i of [0, 1, 2]) process(i);
  // Frames 3 to 9 were dropped by a machine that could not keep up; another camera was on air for a while.
  pipeline.freeze(all[6], 6 * 40_000);
  for (const i of [10, 11, 12]) process(i, take(nudge(SIZE, i, 0), SIZE, [], 1, i));
  pipeline.setUp({ calibration: above(6 * 40_000), course: undefined, roster: [] });
  assert.deepEqual(
    [13, 14].map((i) => process(i, take(nudge(SIZE, i, 0), SIZE, [], 1, i)).pose.state),
    ['lost', 'lost'],
  );
  const poses = [15, 16, 17, 18, 19].map((i) => process(i).pose);
  const held = poses.findIndex((pose) => pose.state === 'held');
  assert.ok(held >= 0, 'found again');
  const foot = apply(poses[4]!.groundToImage, { x: 10, y: 9 });
  assert.ok(Math.hypot(foot.x - (200 - 4 * 13), foot.y - 180) < 1.5, `at ${foot.x}, ${foot.y}`);
  await pipeline.close();
});

test('a calibration taken back lies where it lay, however long ago its frame was; after another reference it waits for its frame', () => {
  const h = [1, 0, 50, 0, 1, 0, 0, 0, 1] as const;
  const track = new PoseTrack(undefined);
  /** Where the ground's origin is in the picture, or the pose's state where it is lost. */
  const step = (atUs: number, x: number, reference = 1) => {
    const pose = track.step({ referenceToCurrent: [1, 0, x, 0, 1, 0, 0, 0, 1], confidence: 1, state: 'held', reference }, atUs);
    return pose.state === 'held' ? Math.round(apply(pose.groundToImage, { x: 0, y: 0 }).x) : pose.state;
  };
  step(0, 0);
  step(40_000, 30);
  const calibration = { groundToImage: h, atMediaTimeUs: 40_000 };
  track.calibrate(calibration);
  assert.equal(step(80_000, 60), 80);
  track.calibrate({ groundToImage: IDENTITY, atMediaTimeUs: 60_000 });
  assert.equal(step(120_000, 55), 10, 'half way between two frames that were measured');
  for (let n = 0; n < 40_000; n++) step(160_000 + n * 40_000, 0);
  track.calibrate(calibration);
  assert.equal(step(2_000_000_000, 0), 20);
  track.calibrate({ groundToImage: h, atMediaTimeUs: 60_000 });
  assert.equal(step(2_000_050_000, 10, 2), 'lost', 'a frame that has gone by unremembered is found nowhere');
  track.calibrate({ groundToImage: h, atMediaTimeUs: undefined });
  assert.equal(step(2_000_060_000, 10, 2), 50, 'a camera that stands still shows it in every frame');
  track.calibrate({ groundToImage: h, atMediaTimeUs: 2_000_120_000 });
  assert.equal(step(2_000_080_000, 10, 2), 'lost');
  assert.equal(step(2_000_120_000, 10, 2), 50);
});
