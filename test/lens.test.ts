import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type Calibration, Channel, imageOf, type Point, type TrackingFrame } from '../protocol/index.js';
import { groundPoints } from '../server/bench/pets-calibration.js';
import { createScene } from '../simulation/index.js';
import { estimateLens, solveGround, TrackingPipeline } from '../tracking/index.js';
import { dataFolder, skipWithoutData } from './support/data.js';
import { WideLens } from './support/wide-lens.js';

/** A wide lens, as an action camera has: the corners are pulled in by a sixth. */
const K1 = -0.12;
const K2 = 0.005;
const size = { width: 640, height: 360 };
const fps = { num: 25, den: 1 };

function withLens(calibration: Calibration): Calibration {
  const [width, height] = calibration.size;
  const points = calibration.points.map(({ image: [x, y], ground: [gx, gy] }) => ({ image: { x, y }, ground: { x: gx, y: gy } }));
  const { lens, note } = estimateLens(points, { width, height });
  assert.ok(lens, note);
  return { ...calibration, lens };
}

function open({ scene }: WideLens, calibration: Calibration | undefined): Promise<TrackingPipeline> {
  const setup = { ...scene.setup, calibration };
  return TrackingPipeline.create({
    source: size,
    fps,
    channel: Channel.parse({ id: 'wide', title: 'Wide', source: { url: 'sim' }, ...setup }),
  });
}

/** Distances in the picture between where frames show the ground and where it is, over places in view. */
function offPx(wide: WideLens, frame: TrackingFrame, places: readonly Point[]): number[] {
  if (frame.pose.state !== 'held' || frame.pose.unit !== 'm') return [];
  return places.flatMap((place) => {
    const truth = wide.imageOf(frame.frameIndex, place);
    const seen = truth && imageOf(frame, place);
    return truth && seen ? [Math.hypot(seen.x - truth.x, seen.y - truth.y)] : [];
  });
}

function at(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)] ?? Number.NaN;
}

/** Lines along and across a ground. */
function grid(x0: number, x1: number, y0: number, y1: number, step: number): Point[] {
  const out: Point[] = [];
  for (let x = x0; x <= x1; x += step) for (let y = y0; y <= y1; y += step) out.push({ x, y });
  return out;
}

const TRACK = grid(-10, 120, 0, 10, 1.22);

interface Run {
  readonly pipeline: TrackingPipeline;
  readonly errorsM: number[];
  readonly pixels: number[];
}

async function runs(wide: WideLens, clicked: Calibration): Promise<{ readonly bent: Run; readonly straight: Run; close(): Promise<void> }> {
  const run = async (calibration: Calibration): Promise<Run> => ({ pipeline: await open(wide, calibration), errorsM: [], pixels: [] });
  const [bent, straight] = [await run(withLens(clicked)), await run(clicked)];
  const close = async () => {
    for (const { pipeline } of [bent, straight]) await pipeline.close();
  };
  return { bent, straight, close };
}

test('a fixed camera with a wide lens: the floor lies where it is, and so do people in metres', async (t) => {
  const wide = new WideLens(createScene('shop', { size, fps }), K1, K2);
  const { bent, straight, close } = await runs(wide, wide.calibration(0, 40, 0.3));
  const floor = grid(0, 12, 0, 8, 0.5);
  for (let index = 0; index < 62; index++) {
    const { mediaTimeUs, subjects } = wide.truth(index);
    const luma = wide.luma(index);
    for (const { pipeline, errorsM, pixels } of [bent, straight]) {
      const frame = pipeline.process(luma, mediaTimeUs, index, index === 0 ? 'start' : null);
      if (index < 45) continue;
      if (index === 61) pixels.push(...offPx(wide, frame, floor));
      for (const { groundM, occlusion } of subjects) {
        if (!wide.imageOf(index, groundM) || occlusion > 0.2) continue;
        const off = Math.min(
          ...frame.subjects.filter((s) => s.state === 'visible').map((s) => Math.hypot(s.ground.x - groundM.x, s.ground.y - groundM.y)),
        );
        if (off < 0.8) errorsM.push(off);
      }
    }
  }
  await close();
  t.diagnostic(`people ${at(bent.errorsM, 0.5).toFixed(3)} m with the lens, ${at(straight.errorsM, 0.5).toFixed(3)} m without`);
  t.diagnostic(`floor, 95 %: ${at(bent.pixels, 0.95).toFixed(2)} px with the lens, ${at(straight.pixels, 0.95).toFixed(2)} px without`);
  assert.ok(bent.errorsM.length > 40, `${bent.errorsM.length} people found`);
  assert.ok(at(bent.errorsM, 0.5) < 0.17 && at(bent.errorsM, 0.5) < 0.75 * at(straight.errorsM, 0.5));
  assert.ok(at(bent.pixels, 0.95) < 0.6 && at(straight.pixels, 0.95) > 5);
});

test('a panning camera with a wide lens: the ground stays where it is painted', async (t) => {
  const wide = new WideLens(createScene('sprint', { size, fps }), K1, K2);
  const { bent, straight, close } = await runs(wide, wide.calibration(0, 150, 0.3));
  for (let index = 0; index < 40; index++) {
    const { mediaTimeUs } = wide.truth(index);
    const luma = wide.luma(index);
    for (const { pipeline, pixels } of [bent, straight]) {
      const frame = pipeline.process(luma, mediaTimeUs, index, index === 0 ? 'start' : null);
      if (index >= 37) pixels.push(...offPx(wide, frame, TRACK));
    }
  }
  await close();
  t.diagnostic(`ground, 95 %: ${at(bent.pixels, 0.95).toFixed(2)} px with the lens, ${at(straight.pixels, 0.95).toFixed(2)} px without`);
  assert.ok(bent.pixels.length > 500, `${bent.pixels.length} places`);
  assert.ok(at(bent.pixels, 0.95) < 1.5 && at(straight.pixels, 0.95) > 10);
});

test('a lens found while the camera pans, on a frame that has gone by, holds from the next frame on, and can be taken back', async (t) => {
  const wide = new WideLens(createScene('sprint', { size, fps }), K1, K2);
  const pipeline = await open(wide, undefined);
  const { course, roster } = wide.scene.setup;
  const pixels: number[] = [];
  const states = new Set<string>();
  for (let index = 0; index < 36; index++) {
    const { mediaTimeUs } = wide.truth(index);
    if (index === 20) {
      const calibration = withLens(wide.calibration(12, 150, 0.3));
      // Thought better of before the next frame came.
      pipeline.setUp({ calibration: { ...calibration, lens: { k1: 0.1, k2: 0 } }, course, roster });
      pipeline.setUp({ calibration, course, roster });
    }
    if (index === 32) pipeline.setUp({ calibration: undefined, course, roster });
    const frame = pipeline.process(wide.luma(index), mediaTimeUs, index, index === 0 ? 'start' : null);
    states.add(`${frame.pose.unit} ${frame.pose.state} ${frame.pose.lens ? 'lens' : 'none'}`);
    if (frame.pose.unit === 'm' && index >= 28) pixels.push(...offPx(wide, frame, TRACK));
  }
  await pipeline.close();
  t.diagnostic(`ground, 95 %: ${at(pixels, 0.95).toFixed(2)} px`);
  assert.deepEqual([...states], ['px held none', 'm held lens']);
  assert.ok(pixels.length > 500 && at(pixels, 0.95) < 3, `${pixels.length} places, ${at(pixels, 0.95)} px`);
});

test('a real lens, as its owners calibrated it, is found from their points', { skip: skipWithoutData }, () => {
  const file = join(dataFolder ?? '', 'video', 'pets-s2l1', 'calibration-tsai-768x576.xml');
  const calibration: Calibration = { size: [480, 360], atMediaTimeUs: 0, points: groundPoints(readFileSync(file, 'utf8'), 0.625) };
  const rmsPx = (given: Calibration): number => {
    const solved = solveGround(given, { width: 480, height: 360 });
    assert.ok(solved.ok);
    return solved.errorPx.rms;
  };
  const [bent, straight] = [rmsPx(withLens(calibration)), rmsPx(calibration)];
  assert.ok(bent < 0.15 && straight > 0.4, `${bent} px with the lens, ${straight} px without`);
});
