import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, Calibration, Channel, invert, type TrackingFrame } from '../../protocol/index.js';
import { solveGround } from '../../tracking/index.js';
import { calibrationAtStart } from './calibration-at-start.js';
import { checkCalibration } from './check-calibration.js';
import { stoppedStatus } from './status.js';

const channel = (url: string, camera: 'moving' | 'fixed' = 'moving') =>
  Channel.parse({ id: 'a', title: 'A', source: { url }, tracking: { camera } });
const calibration = (atMediaTimeUs: number): Calibration =>
  Calibration.parse({
    size: [640, 360],
    atMediaTimeUs,
    points: [
      { image: [40, 340], ground: [0, 0] },
      { image: [600, 340], ground: [10, 0] },
      { image: [480, 120], ground: [10, 20] },
      { image: [160, 120], ground: [0, 20] },
    ],
  });
const solved = (c: Calibration) => {
  const ground = solveGround(c, { width: 640, height: 360 });
  assert.ok(ground.ok);
  return ground.groundToImage;
};
/** The camera has turned by 90 pixels since the calibration. */
const h = solved(calibration(0));
const turned = h.map((v, i) => (i < 3 ? v - 90 * (h[i + 6] ?? 0) : v));
const [m0 = 0, m1 = 0, m2 = 0, m3 = 0, m4 = 0, m5 = 0, m6 = 0, m7 = 0, m8 = 0] = turned;
const newest: TrackingFrame = {
  mediaTimeUs: 90_000_000,
  frameIndex: 2250,
  width: 640,
  height: 360,
  pose: { groundToImage: [m0, m1, m2, m3, m4, m5, m6, m7, m8], unit: 'm', state: 'held', confidence: 1 },
  predicted: false,
  discontinuity: false,
  subjects: [],
  standings: [],
};

test('a recording is looked at from its first picture again: the frame clicked on is found in its first round', () => {
  const at = (us: number) => calibrationAtStart(channel('race.mp4'), calibration(us), [20_000_000, 40_000_000], newest).atMediaTimeUs;
  assert.deepEqual([at(5_000_000), at(25_000_000), at(47_000_000)], [5_000_000, 5_000_000, 7_000_000]);
});

test('a camera goes on looking where it looks now: the ground is put down as it lies in the newest picture', () => {
  const carried = calibrationAtStart(channel('rtsp://cam/1'), calibration(5_000_000), [], newest);
  assert.equal(carried.atMediaTimeUs, 0);
  const now = solved(carried);
  for (const ground of [
    { x: 0, y: 0 },
    { x: 10, y: 20 },
    { x: 5, y: 8 },
  ]) {
    const [is, was] = [apply(now, ground), apply(h, ground)];
    assert.ok(Math.hypot(is.x - (was.x - 90), is.y - was.y) < 0.01, `${is.x}, ${is.y}`);
  }
  assert.ok(invert(now));
});

test('the points stay where the camera stands still, where the pose is lost, and where nothing was seen', () => {
  const points = (c: Calibration) => [c.points.length, c.points[0]?.image];
  const own = points(calibration(0));
  assert.deepEqual(points(calibrationAtStart(channel('rtsp://cam/1', 'fixed'), calibration(9), [], newest)), own);
  const lost = { ...newest, pose: { ...newest.pose, state: 'lost' as const } };
  assert.deepEqual(points(calibrationAtStart(channel('rtsp://cam/1'), calibration(9), [], lost)), own);
  assert.deepEqual(calibrationAtStart(channel('rtsp://cam/1'), calibration(9), [], null), calibration(9));
});

test('a frame clicked on too long ago is refused while the camera moves, and points that are no ground are by their reason', () => {
  const running = { ...stoppedStatus(channel('race.mp4'), ''), running: true, width: 640, height: 360, mediaTimeUs: 700_000_000 };
  const check = (c: Calibration, camera: 'moving' | 'fixed') =>
    checkCalibration(c, channel('race.mp4', camera), { width: 640, height: 360 }, running);
  assert.throws(
    () => check(calibration(50_000_000), 'moving'),
    /remembered for 600 s, and the frame clicked on is 650 s old: take a newer one/,
  );
  assert.equal(check(calibration(50_000_000), 'fixed'), '');
  assert.equal(check(calibration(150_000_000), 'moving'), '');
  const line = {
    ...calibration(650_000_000),
    points: calibration(0).points.map((p) => ({ ...p, ground: [p.ground[0], 0] as [number, number] })),
  };
  assert.throws(() => check(line, 'moving'), /^Error: calibration: /);
});
