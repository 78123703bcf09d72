import assert from 'node:assert/strict';
import { before, test } from 'node:test';
import { type Discontinuity, IDENTITY, invert, type LumaPicture, type Mat3, multiply, scaling } from '../../protocol/index.js';
import { loadOpenCv, type OpenCv } from '../opencv.js';
import { CameraMotion, type CameraMotionResult } from './camera-motion.js';
import { nudge, type Patch, take, turned, worstError } from './textured-world.test-support.js';

const SIZE = { width: 320, height: 180 };
let cv: OpenCv;

before(async () => {
  cv = await loadOpenCv();
});

function camera(reanchorAfterUs?: number) {
  const motion = new CameraMotion(cv, {
    analysis: SIZE,
    source: SIZE,
    kind: 'moving',
    ...(reanchorAfterUs === undefined ? {} : { reanchorAfterUs }),
  });
  let frame = 0;
  return {
    see(picture: LumaPicture, discontinuity: Discontinuity | null = null): CameraMotionResult {
      return motion.step(picture, frame * 40_000, [], frame++ === 0 ? 'start' : discontinuity);
    },
    close: () => motion.close(),
  };
}

test('a picture moved, turned, zoomed and tipped is found within 0.1 px', () => {
  const moves = [nudge(SIZE, 7.3, -4.6), nudge(SIZE, -3.2, 2.7, 0.03, 1.04), nudge(SIZE, 11.5, 6.25, -0.02, 0.97, 1e-4)];
  for (const truth of moves) {
    const c = camera();
    c.see(take(IDENTITY, SIZE));
    const result = c.see(take(truth, SIZE, [], 0, 1));
    assert.equal(result.state, 'held');
    const error = worstError(result.referenceToCurrent, truth, SIZE);
    assert.ok(error < 0.1, `off by ${error.toFixed(3)} px`);
    c.close();
  }
});

test('results are in source pixels', () => {
  const source = { width: 1280, height: 720 };
  const motion = new CameraMotion(cv, { analysis: SIZE, source, kind: 'moving' });
  const truth = nudge(SIZE, 5.5, -3.25);
  motion.step(take(IDENTITY, SIZE), 0, [], 'start');
  const { referenceToCurrent } = motion.step(take(truth, SIZE, [], 0, 1), 40_000, [], null);
  const scaled = multiply(scaling(4, 4), multiply(truth, scaling(0.25, 0.25)));
  const error = worstError(referenceToCurrent, scaled, source);
  assert.ok(error < 0.4, `off by ${error.toFixed(3)} px`);
  motion.close();
});

test('a pan far out and back over many key frames ends where it began', () => {
  const c = camera();
  let last: CameraMotionResult | undefined;
  let truth = IDENTITY;
  let product = IDENTITY;
  for (let i = 0; i <= 120; i++) {
    truth = nudge(SIZE, -500 * Math.sin((i / 120) * Math.PI), 20 * Math.sin(i / 9), 0.02 * Math.sin(i / 15), 1 + 0.1 * Math.sin(i / 20));
    last = c.see(take(truth, SIZE, [], 0, i));
    product = multiply(last.previousToCurrent, product);
    assert.equal(last.state, 'held', `lost at frame ${i}`);
    const error = worstError(last.referenceToCurrent, truth, SIZE);
    assert.ok(error < 2.5, `off by ${error.toFixed(2)} px at frame ${i}`);
  }
  assert.ok(last);
  const end = worstError(last.referenceToCurrent, truth, SIZE);
  assert.ok(end < 0.15, `off by ${end.toFixed(3)} px at the end`);
  assert.ok(worstError(product, last.referenceToCurrent, SIZE) < 0.01, 'steps and pose disagree');
  c.close();
});

test('a camera turning on its place keeps a bound on drift through 45° of pan and zoom', () => {
  const c = camera();
  const focal = 600;
  let worst = 0;
  for (let i = 0; i <= 110; i++) {
    const t = i / 110;
    const truth = turned(SIZE, focal, focal * (1 + 0.25 * t), 0.8 * t, 0.03 * Math.sin(6 * t), 0.01 * Math.sin(4 * t));
    const result = c.see(take(truth, SIZE, [], 0, i));
    assert.equal(result.state, 'held', `lost at frame ${i}`);
    worst = Math.max(worst, worstError(result.referenceToCurrent, truth, SIZE));
  }
  assert.ok(worst < 0.5, `off by ${worst.toFixed(2)} px`);
  c.close();
});

test('something that covers a quarter of the picture and moves does not drag the pose', () => {
  const c = camera();
  for (let i = 0; i < 12; i++) {
    const truth = nudge(SIZE, 1.5 * i, 0.4 * i);
    const walker: Patch = {
      x: 20 + 9 * i,
      y: 0,
      width: 80,
      height: 180,
      luma: (x, y) => 128 + 100 * Math.sin((x - 9 * i) / 4) * Math.cos(y / 5),
    };
    const result = c.see(take(truth, SIZE, [walker], 0, i));
    const error = worstError(result.referenceToCurrent, truth, SIZE);
    assert.equal(result.state, 'held');
    assert.ok(error < 0.3, `off by ${error.toFixed(2)} px at frame ${i}`);
  }
  c.close();
});

test('a cut is told at once, another scene is lost, and the old one is found in its first frame', () => {
  const c = camera();
  for (let i = 0; i < 5; i++) assert.equal(c.see(take(nudge(SIZE, 2 * i, 0), SIZE, [], 0, i)).cut, false);
  const away = c.see(take(IDENTITY, SIZE, [], 3, 5));
  assert.deepEqual([away.cut, away.state, away.confidence], [true, 'lost', 0]);
  for (let i = 6; i < 10; i++) {
    const still = c.see(take(nudge(SIZE, i - 5, 0), SIZE, [], 3, i));
    assert.deepEqual([still.cut, still.state], [false, 'lost']);
  }
  const truth = nudge(SIZE, 25, -12, 0.05, 1.08);
  const back = c.see(take(truth, SIZE, [], 0, 10));
  assert.equal(back.state, 'held');
  assert.equal(back.cut, true);
  const error = worstError(back.referenceToCurrent, truth, SIZE);
  assert.ok(error < 0.1, `off by ${error.toFixed(3)} px`);
  c.close();
});

test('a loop is a cut, and is relocalised in its own frame', () => {
  const c = camera();
  for (let i = 0; i < 40; i++) c.see(take(nudge(SIZE, -8 * i, 0), SIZE, [], 0, i));
  const again = c.see(take(IDENTITY, SIZE, [], 0, 41), 'loop');
  assert.deepEqual([again.cut, again.state], [true, 'held']);
  assert.deepEqual(again.previousToCurrent, IDENTITY);
  assert.ok(worstError(again.referenceToCurrent, IDENTITY, SIZE) < 0.1);
  c.close();
});

test('black frames and a flash lose the pose without a cut, and it is found after', () => {
  const c = camera();
  const flat = (luma: number): LumaPicture => ({ ...SIZE, data: new Uint8Array(SIZE.width * SIZE.height).fill(luma) });
  for (let i = 0; i < 4; i++) c.see(take(nudge(SIZE, i, 0), SIZE, [], 0, i));
  for (const luma of [0, 0, 255]) {
    const dark = c.see(flat(luma));
    assert.deepEqual([dark.state, dark.cut], ['lost', false]);
  }
  const truth: Mat3 = nudge(SIZE, 9, 2);
  const found = c.see(take(truth, SIZE, [], 0, 8));
  assert.equal(found.state, 'held');
  assert.ok(worstError(found.referenceToCurrent, truth, SIZE) < 0.1);
  c.close();
});

test('with nothing to come back to, a new reference begins after the patience given', () => {
  const c = camera(200_000);
  c.see(take(IDENTITY, SIZE));
  const states = [];
  for (let i = 1; i < 10; i++) states.push(c.see(take(IDENTITY, SIZE, [], 5, i)).state);
  assert.equal(states[0], 'lost');
  assert.equal(states.at(-1), 'held');
  c.close();
});

test('a fixed camera stays where it is, whatever moves, and tells a cut', () => {
  const motion = new CameraMotion(cv, { analysis: SIZE, source: SIZE, kind: 'fixed' });
  assert.equal(motion.step(take(IDENTITY, SIZE), 0, [], 'start').cut, false);
  const moved = motion.step(take(nudge(SIZE, 3, 0), SIZE), 40_000, [], null);
  assert.deepEqual([moved.referenceToCurrent, moved.state, moved.confidence, moved.cut], [IDENTITY, 'held', 1, false]);
  assert.equal(motion.step(take(IDENTITY, SIZE, [], 3), 80_000, [], null).cut, true);
  assert.equal(motion.step(take(IDENTITY, SIZE, [], 3), 120_000, [], 'reconnect').cut, true);
  motion.close();
});

test('the pose keeps its sides: what is in front stays in front', () => {
  const c = camera();
  const focal = 300;
  let result: CameraMotionResult | undefined;
  for (let i = 0; i <= 60; i++) result = c.see(take(turned(SIZE, focal, focal, (i / 60) * 1.2, 0), SIZE, [], 0, i));
  assert.ok(result?.state === 'held');
  const back = invert(result.referenceToCurrent);
  assert.ok(back);
  // The picture's middle, seen from the reference, is in front of the camera though far outside its picture.
  const h = result.referenceToCurrent;
  const w = back[6] * 160 + back[7] * 90 + back[8];
  const x = (back[0] * 160 + back[1] * 90 + back[2]) / w;
  const y = (back[3] * 160 + back[4] * 90 + back[5]) / w;
  assert.ok(h[6] * x + h[7] * y + h[8] > 0);
  c.close();
});
