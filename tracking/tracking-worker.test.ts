import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Channel, type LumaPicture, type TrackingFrame } from '../protocol/index.js';
import { EXTERNAL_ID_BASE } from './external-positions.js';
import { TrackingPipeline } from './pipeline.js';
import { analysisSize, type PipelineConfig } from './pipeline-config.js';
import { MAX_PENDING, TrackingBusyError, TrackingWorker } from './tracking-worker.js';
import { nudge, type Patch, take } from './vision/textured-world.test-support.js';

const SIZE = { width: 320, height: 180 };
const SOURCE = { width: 640, height: 360 };

function config(patch: object = {}): PipelineConfig {
  const channel = Channel.parse({ id: 'test', title: 'Test', source: { url: 'test.mp4' }, ...patch });
  return { source: SOURCE, channel, fps: { num: 25, den: 1 } };
}

/** Ground seen from straight above, 20 pixels a metre. */
const CALIBRATION = {
  size: [640, 360],
  points: [
    { image: [0, 360], ground: [0, 0] },
    { image: [640, 360], ground: [32, 0] },
    { image: [640, 0], ground: [32, 18] },
    { image: [0, 0], ground: [0, 18] },
  ],
};

function pictures(count: number): LumaPicture[] {
  return Array.from({ length: count }, (_, i) => {
    const walker: Patch = { x: 40 + 3 * i, y: 60, width: 18, height: 44, luma: (x) => (Math.floor(x / 4) % 2 ? 240 : 200) };
    return take(nudge(SIZE, -2 * i, 0), SIZE, i < 6 ? [] : [walker], 0, i);
  });
}

async function until(done: () => boolean): Promise<void> {
  for (let i = 0; i < 600 && !done(); i++) await new Promise((resolve) => setTimeout(resolve, 10));
  assert.ok(done(), 'nothing came for 6 s');
}

test('every picture gives one frame, in order; a ninth that waits is refused by name', async () => {
  const worker = await TrackingWorker.start(config());
  const frames: TrackingFrame[] = [];
  worker.onFrame((frame) => frames.push(frame));
  const all = pictures(MAX_PENDING);
  for (const [i, picture] of all.entries()) worker.submit(picture, i * 40_000, i, i === 0 ? 'start' : null);
  assert.equal(worker.pending, MAX_PENDING);
  assert.throws(() => worker.submit(all[0], 400_000, 10, null), TrackingBusyError);
  await until(() => frames.length === MAX_PENDING);
  assert.equal(worker.pending, 0);
  // Slots are used again: the second round must not show the first round's pictures.
  for (const [i, picture] of all.entries()) worker.submit(picture, (i + 8) * 40_000, i + 8, i === 0 ? 'loop' : null);
  await worker.close();
  assert.deepEqual(
    frames.map((f) => f.frameIndex),
    Array.from({ length: 2 * MAX_PENDING }, (_, i) => i),
  );
  assert.deepEqual(
    frames.filter((f) => f.discontinuity).map((f) => f.frameIndex),
    [0, 8],
  );
  assert.throws(() => worker.submit(all[0], 0, 0, null), /after close/);
});

test('a thread that dies says so once and never hangs', async () => {
  const worker = await TrackingWorker.start(config());
  const errors: Error[] = [];
  worker.onError((error) => errors.push(error));
  worker.submit(pictures(1)[0], 0, 0, 'start');
  worker.submit({ width: 64, height: 36, data: new Uint8Array(64 * 36) }, 40_000, 1, null);
  await until(() => errors.length > 0);
  await worker.close();
  assert.equal(errors.length, 1);
  assert.match(errors[0].message, /changed from 320×180 to 64×36/);
  assert.throws(() => worker.submit(pictures(1)[0], 0, 0, null), /changed from/);
});

test('a calibration that cannot be used is refused at the start, in one line', async () => {
  const bad = { ...CALIBRATION, points: CALIBRATION.points.map((p) => ({ ...p, image: [p.image[0], 100] })) };
  await assert.rejects(
    TrackingWorker.start(config({ calibration: bad })),
    (error: Error) => !error.message.includes('\n') && error.message.length > 20,
  );
});

test('a walker before a panning camera becomes a subject, in pixels of the reference picture', async () => {
  const pipeline = await TrackingPipeline.create(config());
  const frames = pictures(40).map((picture, i) => pipeline.process(picture, i * 40_000, i, i === 0 ? 'start' : null));
  await pipeline.close();
  const last = frames[frames.length - 1];
  assert.equal(last.pose.unit, 'px');
  assert.equal(last.subjects.length, 1);
  const [subject] = last.subjects;
  const wanted = { x: (40 + 3 * 39 + 9) * 2, y: (60 + 44) * 2 };
  assert.ok(Math.hypot(subject.foot.x - wanted.x, subject.foot.y - wanted.y) < 8, `foot at ${subject.foot.x}, ${subject.foot.y}`);
  // The camera moved 4 source pixels a frame to the right: on the ground the walker covers 6 + 4.
  assert.ok(Math.abs(subject.ground.x - (wanted.x + 4 * 39)) < 9);
  assert.equal(new Set(frames.slice(20).flatMap((f) => f.subjects.map((s) => s.trackId))).size, 1);
});

test('positions from outside become subjects where they are, carried on between messages', async () => {
  const roster = [{ name: 'Ada', bib: '7' }];
  const outside = config({ calibration: CALIBRATION, roster, tracking: { externalPositions: 'replace', camera: 'fixed' } });
  const pipeline = await TrackingPipeline.create(outside);
  const [picture] = pictures(1);
  pipeline.process(picture, 0, 0, 'start');
  pipeline.pushExternal({ mediaTimeUs: 0, positions: [{ id: 5, groundM: [10, 9], bib: '7' }] });
  pipeline.pushExternal({ mediaTimeUs: 100_000, positions: [{ id: 5, groundM: [11, 9] }] });
  const { subjects } = pipeline.process(picture, 200_000, 1, null);
  assert.equal(subjects.length, 1);
  assert.equal(subjects[0].trackId, EXTERNAL_ID_BASE + 5);
  assert.equal(subjects[0].rosterIndex, 0);
  assert.ok(Math.hypot(subjects[0].ground.x - 12, subjects[0].ground.y - 9) < 1e-9);
  assert.ok(Math.hypot(subjects[0].foot.x - 240, subjects[0].foot.y - 180) < 1e-6);
  assert.equal(pipeline.process(picture, 3_000_000, 2, null).subjects.length, 0);
  await pipeline.close();
});

test('positions from outside are refused in one line where the project does not take them', async () => {
  const worker = await TrackingWorker.start(config());
  assert.throws(() => worker.pushExternal({ positions: [] }), /externalPositions/);
  await worker.close();
  const uncalibrated = await TrackingPipeline.create(config({ tracking: { externalPositions: 'join' } }));
  assert.throws(() => uncalibrated.pushExternal({ positions: [] }), /no calibration/);
  await uncalibrated.close();
});

test('the analysis picture keeps the source’s shape, even, never wider than the source', () => {
  assert.deepEqual(analysisSize({ width: 1920, height: 1080 }, 640), { width: 640, height: 360 });
  assert.deepEqual(analysisSize({ width: 480, height: 360 }, 640), { width: 480, height: 360 });
  assert.deepEqual(analysisSize({ width: 1081, height: 1920 }, 641), { width: 642, height: 1138 });
});
