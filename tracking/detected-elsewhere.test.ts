import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { Channel, type ColourPicture, decodeMatte, type LumaPicture, type TrackingFrame } from '../protocol/index.js';
import { brightBoxModel } from './detector-onnx/onnx-writer.test-support.js';
import { loadOnnxRuntime } from './detector-onnx/runtime.js';
import { TrackingPipeline } from './pipeline.js';
import type { PipelineConfig } from './pipeline-config.js';
import { TrackingWorker } from './tracking-worker.js';

const installed = await loadOnnxRuntime().then(
  () => true,
  () => false,
);
const skip = installed ? false : 'SKIPPED: onnxruntime-node, an optional package, is not installed';
const folder = mkdtempSync(join(tmpdir(), 'leaderline-detector-'));
const model = join(folder, 'bright.onnx');
writeFileSync(model, brightBoxModel('yolo', 128, 1));
after(() => rmSync(folder, { recursive: true }));

const SOURCE = { width: 1280, height: 720 };
const FRAME_US = 40_000;

function config(detector: object, patch: Partial<PipelineConfig> = {}): PipelineConfig {
  const channel = Channel.parse({ id: 'test', title: 'Test', source: { url: 'test.mp4' }, tracking: { detector, camera: 'fixed' } });
  return { source: SOURCE, channel, fps: { num: 25, den: 1 }, ...patch };
}

/** A bright walker who goes 2 analysis pixels, 10 source pixels, a frame. */
function picture(frame: number): LumaPicture {
  const [width, height] = [256, 144];
  const data = new Uint8Array(width * height);
  for (let i = 0; i < data.length; i++) data[i] = 60 + (((i % width) * 7 + Math.floor(i / width) * 13) % 50);
  for (let y = 60; y < 100; y++) data.fill(250, y * width + 40 + 2 * frame, y * width + 60 + 2 * frame);
  return { width, height, data };
}
/** The same for the detector: the model looks for what is bright in any colour. */
function colour(frame: number): ColourPicture {
  const { width, height, data } = picture(frame);
  return { width, height, data: Uint8Array.from({ length: 3 * data.length }, (_, i) => data[Math.floor(i / 3)]) };
}
const box = (frame: number) => ({ x: 5 * (40 + 2 * frame), y: 300, width: 100, height: 200 });

function assertFollowed(frames: readonly TrackingFrame[], tolerancePx: number): void {
  const ids = new Set<number>();
  for (const { frameIndex, subjects } of frames.slice(20)) {
    assert.equal(subjects.length, 1, `frame ${frameIndex}: ${subjects.length} subjects`);
    const [subject] = subjects;
    ids.add(subject.trackId);
    assert.equal(subject.state, 'visible');
    const off = Math.hypot(subject.box.x - box(frameIndex).x, subject.box.y - box(frameIndex).y);
    assert.ok(off < tolerancePx, `frame ${frameIndex}: box ${off} px from where it is`);
  }
  assert.equal(ids.size, 1);
}

test('a learned detector that looks at every third frame is followed in all of them', { skip }, async () => {
  const worker = await TrackingWorker.start(config({ type: 'onnx', model, every: 3 }, { waitForDetector: true }));
  const frames: TrackingFrame[] = [];
  worker.onFrame((frame) => frames.push(frame));
  for (let i = 0; i < 40; i++) {
    while (worker.pending > 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const wanted = worker.wantsColour(i);
    assert.equal(wanted, i % 3 === 0, `frame ${i}`);
    worker.submit(picture(i), i * FRAME_US, i, i === 0 ? 'start' : null, wanted ? colour(i) : null);
  }
  await worker.close();
  assert.deepEqual(
    frames.map((f) => f.frameIndex),
    Array.from({ length: 40 }, (_, i) => i),
  );
  assertFollowed(frames, 6);
});

test('live, no frame waits for the detector, and what it finds late is where the subject is now', { skip }, async () => {
  const pipeline = await TrackingPipeline.create(config({ type: 'onnx', model }));
  const frames: TrackingFrame[] = [];
  for (let i = 0; i < 40; i++) {
    assert.equal(pipeline.look(colour(i), i * FRAME_US), undefined);
    frames.push(pipeline.process(picture(i), i * FRAME_US, i, i === 0 ? 'start' : null));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await pipeline.close();
  assertFollowed(frames, 12);
});

test('detections pushed from outside, two frames late, are followed like our own; what moves in the picture stands before the ground', async () => {
  const pipeline = await TrackingPipeline.create(config({ type: 'external' }));
  const frames: TrackingFrame[] = [];
  for (let i = 0; i < 40; i++) {
    const seen = i - 2;
    const { x, y, width, height } = box(seen);
    if (seen >= 0)
      pipeline.pushExternal({ mediaTimeUs: seen * FRAME_US, positions: [], detections: [{ box: [x, y, width, height], score: 0.9 }] });
    frames.push(pipeline.process(picture(i), i * FRAME_US, i, i === 0 ? 'start' : null));
  }
  await pipeline.close();
  assertFollowed(frames, 6);
  for (const { frameIndex, matte } of frames.slice(20)) {
    assert.ok(matte);
    const cells = new Uint8Array(matte.width * matte.height);
    decodeMatte(matte, cells);
    const at = (x: number, y: number): number =>
      cells[Math.floor((y * matte.height) / 144) * matte.width + Math.floor((x * matte.width) / 256)];
    // Ahead of the walker and on their front edge, analysis pixels.
    assert.deepEqual([at(58 + 2 * frameIndex, 80), at(80 + 2 * frameIndex, 80)], [1, 0], `frame ${frameIndex}`);
  }
});

test('a channel that looks for people itself refuses detections, and a model that cannot be opened stops it, in one line', async () => {
  const pipeline = await TrackingPipeline.create(config({ type: 'foreground' }));
  assert.throws(() => pipeline.pushExternal({ positions: [], detections: [] }), /set tracking\.detector to \{"type": "external"\}/);
  await pipeline.close();
  await assert.rejects(TrackingWorker.start(config({ type: 'onnx', model: join(folder, 'none.onnx') })), /^Error: detector: [^\n]+$/);
});
