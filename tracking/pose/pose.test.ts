import assert from 'node:assert/strict';
import { test } from 'node:test';
import { above, apply, depth, focalLength, IDENTITY, type Mat3, multiply, translation, uprightCamera } from '../../protocol/index.js';
import type { Track } from '../detection.js';
import { PoseTrack } from './pose-track.js';
import { toSubjects } from './subjects.js';
import { uprightBox } from './upright.js';

const SIZE = { width: 1920, height: 1080 };

/** A level camera `heightM` above the ground looking along +y and `tilt` down. Metres → pixels. */
function mast(
  heightM: number,
  tilt: number,
  focal: number,
): { ground: Mat3; project: (x: number, y: number, z: number) => [number, number] } {
  const [c, s] = [Math.cos(tilt), Math.sin(tilt)];
  const project = (x: number, y: number, z: number): [number, number] => {
    const forward = y * c - (z - heightM) * s;
    const down = -y * s - (z - heightM) * c;
    return [960 + (focal * x) / forward, 540 + (focal * down) / forward];
  };
  const f = [0, c, heightM * s];
  const d = [0, -s, heightM * c];
  const ground: Mat3 = [focal, 960 * f[1], 960 * f[2], 0, focal * d[1] + 540 * f[1], focal * d[2] + 540 * f[2], 0, f[1], f[2]];
  return { ground, project };
}

test('someone upright on the ground gets the head where it is, from the ground’s homography alone', () => {
  for (const [height, tilt, focal] of [
    [4, 0.15, 1500],
    [12, 0.5, 2200],
    [40, 1.1, 1800],
  ]) {
    const { ground, project } = mast(height, tilt, focal);
    const camera = uprightCamera(ground, SIZE);
    assert.ok(camera);
    const far = height / Math.tan(tilt);
    for (const [x, y] of [
      [0, far],
      [0.2 * far, 1.1 * far],
      [-0.2 * far, 0.9 * far],
    ]) {
      const head = above(camera, { x, y }, 1.8);
      const [u, v] = project(x, y, 1.8);
      assert.ok(Math.hypot(head.x - u, head.y - v) < 0.01, `head at ${head.x}, ${head.y} instead of ${u}, ${v}`);
      const box = uprightBox(camera, { x, y }, 1.8);
      const foot = apply(ground, { x, y });
      assert.ok(Math.abs(box.y + box.height - foot.y) < 1e-6);
    }
  }
});

test('the focal length follows from a tilted ground, and is not made up for a map', () => {
  const { ground } = mast(10, 0.4, 1700);
  const f = focalLength(multiply(translation(-960, -540), ground));
  assert.ok(f !== undefined && Math.abs(f - 1700) < 1);
  assert.equal(focalLength([20, 0, 0, 0, -20, 0, 0, 0, 1]), undefined);
});

test('a calibration of a later frame is carried from that frame, not from the first', () => {
  const { ground } = mast(10, 0.4, 1700);
  const track = new PoseTrack({ groundToImage: ground, atMediaTimeUs: 80_000 });
  const motion = (dx: number) => ({ referenceToCurrent: translation(dx, 0), confidence: 1, state: 'held' as const });
  const early = track.step(motion(0), 0);
  assert.deepEqual([early.state, early.unit], ['lost', 'm']);
  const at = track.step(motion(30), 80_000);
  const later = track.step(motion(50), 120_000);
  const p = { x: 1, y: 25 };
  const clicked = apply(ground, p);
  for (const [pose, dx] of [
    [at, 0],
    [later, 20],
  ] as const) {
    const q = apply(pose.groundToImage, p);
    assert.ok(Math.hypot(q.x - clicked.x - dx, q.y - clicked.y) < 1e-6);
    assert.ok(depth(pose.groundToImage, p) > 0);
  }
});

test('uncalibrated, the ground is the reference picture', () => {
  const pose = new PoseTrack(undefined).step({ referenceToCurrent: translation(7, -3), confidence: 0.5, state: 'held' }, 0);
  assert.equal(pose.unit, 'px');
  assert.deepEqual(apply(pose.groundToImage, { x: 10, y: 10 }), { x: 17, y: 7 });
});

function track(patch: Partial<Track>): Track {
  const box = { x: 900, y: 400, width: 60, height: 140 };
  return { trackId: 1, state: 'confirmed', box, velocity: { x: 0, y: 0 }, score: 0.9, lastSeenUs: 0, ...patch };
}

test('tracks become subjects: foot on the ground, state, speed in metres; nobody stands in the sky', () => {
  const { ground, project } = mast(10, 0.4, 1700);
  const pose = {
    groundToImage: [...ground] as [number, number, number, number, number, number, number, number, number],
    unit: 'm' as const,
    state: 'held' as const,
    confidence: 1,
  };
  const [u, v] = project(2, 25, 0);
  const [u2] = project(3, 25, 0);
  const box = { x: u - 30, y: v - 140, width: 60, height: 140 };
  const [seen, lost, outside] = toSubjects(
    [
      track({ box, velocity: { x: u2 - u, y: 0 } }),
      track({ box, state: 'lost' }),
      track({ box: { ...box, x: -200 } }),
      track({ box: { x: 900, y: -400, width: 20, height: 40 } }),
      track({ state: 'tentative' }),
    ],
    pose,
    SIZE,
  );
  assert.deepEqual([seen.state, lost.state, outside.state], ['visible', 'predicted', 'outside']);
  assert.ok(Math.hypot(seen.ground.x - 2, seen.ground.y - 25) < 1e-6);
  assert.ok(Math.abs(seen.velocity.x - 1) < 1e-3 && Math.abs(seen.velocity.y) < 1e-3);
  assert.equal(
    toSubjects([track({ box: { x: 900, y: -400, width: 20, height: 40 } }), track({ state: 'tentative' })], pose, SIZE).length,
    0,
  );
});

test('identity is a pose too', () => {
  const [subject] = toSubjects(
    [track({})],
    {
      groundToImage: [...IDENTITY] as [number, number, number, number, number, number, number, number, number],
      unit: 'px',
      state: 'held',
      confidence: 1,
    },
    SIZE,
  );
  assert.deepEqual(subject.ground, { x: 930, y: 540 });
});
