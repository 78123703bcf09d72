import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, invert, type Mat3, multiply, scaling } from '../../protocol/index.js';
import { calibrateFile } from './calibration-file.js';
import { projectionError } from './projection-error.js';

/** A camera 15 m up, 40 m beside a 105 × 68 m pitch, looking a little down: metres (y towards the camera) → pixels of 1280 × 720. */
const PITCH: Mat3 = (() => {
  const [f, c, s] = [2400, Math.cos(0.16), Math.sin(0.16)];
  const view: Mat3 = [1, 0, -52.5, 0, s, -s * 108 + c * 15, 0, -c, c * 108 + s * 15];
  return multiply([f, 0, 640, 0, f, 360, 0, 0, 1], view);
})();

function file(turned: 1 | -1, wrong: readonly number[]): string {
  const toGround = invert(PITCH);
  assert.ok(toGround);
  const truth = multiply(scaling(1, turned), toGround);
  const marks = [
    [40, 5],
    [52.5, 0],
    [65, 8],
    [45, 30],
    [60, 30],
    [52.5, 45],
    [42, 50],
    [63, 55],
    [52.5, 24],
    [52.5, 60],
  ];
  const points = marks.map(([x, y], i) => {
    const p = apply(PITCH, { x, y });
    const off = wrong.includes(i) ? 150 : 0.3 * (i % 3) - 0.3;
    return { image: [p.x + off, p.y + off / 2], groundM: [x, y * turned], confidence: wrong.includes(i) ? 0.4 : 0.8 };
  });
  return JSON.stringify({ pitchM: [105, 68], frames: [{ frame: 'one', size: [1280, 720], points, imageToGroundM: truth }] });
}

test('a frame with two wrong points among ten is calibrated to a hand’s breadth', () => {
  const [{ frame, points, believed, error }] = calibrateFile(file(1, [3, 7]));
  assert.deepEqual([frame, points, believed], ['one', 10, 8]);
  assert.ok(error && error.overGroundM < 0.1 && error.overPictureM < 0.1, `${error?.overGroundM} m`);
});

test('the error is the distance on the ground: truth moved by a metre is a metre off', () => {
  const truth = invert(PITCH);
  assert.ok(truth);
  const error = projectionError(truth, multiply([1, 0, 0.6, 0, 1, 0.8, 0, 0, 1], truth), { x: 105, y: 68 }, { width: 1280, height: 720 });
  assert.ok(error && Math.abs(error.overGroundM - 1) < 1e-9 && Math.abs(error.overPictureM - 1) < 1e-9);
});

test('a file that is none is refused with its place', () => {
  assert.throws(() => calibrateFile('{'), /not JSON/);
  assert.throws(() => calibrateFile(file(1, []).replace('"size":[1280,720]', '"size":[1280]')), /frames\.0\.size/);
});
