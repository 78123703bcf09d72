import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { TrackingFrame } from '../../../protocol/index.js';
import { Interpolator } from '../kiosk/interpolate.js';
import { FrameShelf } from './frame-shelf.js';
import { MediaClock } from './media-clock.js';

function frame(mediaMs: number, x = 0): TrackingFrame {
  const at = { x, y: 0 };
  return {
    mediaTimeUs: mediaMs * 1000,
    frameIndex: mediaMs,
    width: 100,
    height: 100,
    pose: { groundToImage: [1, 0, 0, 0, 1, 0, 0, 0, 1], unit: 'm', state: 'held', confidence: 1 },
    predicted: false,
    discontinuity: false,
    subjects: [
      {
        trackId: 1,
        rosterIndex: -1,
        state: 'visible',
        box: { x: 0, y: 0, width: 1, height: 1 },
        foot: at,
        ground: at,
        velocity: at,
        confidence: 1,
        lane: 0,
      },
    ],
    standings: [],
  };
}

test('a delayed shelf paces by media time, whatever the jitter, and hands out every frame once, in order', () => {
  const shelf = new FrameShelf(300);
  const shown: { mediaMs: number; atMs: number }[] = [];
  const jitter = [0, 35, 12, 55, 3, 28, 41, 7];
  const arrivals = Array.from({ length: 200 }, (_, i) => ({ mediaMs: i * 20, atMs: 5000 + i * 20 + (jitter[i % 8] ?? 0) }));
  let next = 0;
  for (let now = 5000; now < 9500; now += 5) {
    for (; next < arrivals.length && (arrivals[next]?.atMs ?? 0) <= now; next++) shelf.push(frame(arrivals[next]?.mediaMs ?? 0), now);
    for (const f of shelf.take(now)) shown.push({ mediaMs: f.mediaTimeUs / 1000, atMs: now });
  }
  assert.deepEqual(
    shown.map((s) => s.mediaMs),
    Array.from({ length: 200 }, (_, i) => i * 20),
  );
  for (const s of shown.slice(100)) {
    const delay = s.atMs - 5000 - s.mediaMs;
    assert.ok(delay >= 295 && delay <= 315, `${s.mediaMs} ms shown ${delay} ms later`);
  }
});

test('without a delay every frame is due at once', () => {
  const shelf = new FrameShelf(0);
  shelf.push(frame(0), 0);
  shelf.push(frame(20), 100);
  assert.equal(shelf.take(100).length, 2);
  assert.equal(shelf.take(101).length, 0);
});

test('when media time starts again, what waited is let go and the new is paced anew', () => {
  const shelf = new FrameShelf(100);
  for (let i = 0; i < 10; i++) shelf.push(frame(90_000 + i * 20), i * 20);
  shelf.push(frame(0), 400);
  assert.equal(shelf.take(450).length, 0);
  assert.deepEqual(
    shelf.take(500).map((f) => f.mediaTimeUs),
    [0],
  );
});

test('the clock forgets a pause of the source within two seconds', () => {
  const clock = new MediaClock();
  clock.observe(0, 0);
  // The source stood still for 700 ms, then goes on evenly.
  for (let i = 1; i <= 120; i++) clock.observe(i * 20_000, 700 + i * 20);
  assert.equal(clock.mediaTimeUs(700 + 2400), 2_400_000);
});

test('the kiosk moves dots evenly between frames and rests at the newest', () => {
  const interpolator = new Interpolator(5);
  for (let i = 0; i <= 50; i++) interpolator.push(frame(i * 40, i * 0.1), 1000 + i * 40);
  const xs = Array.from({ length: 60 }, (_, i) => interpolator.at(2000 + i * 16)?.subjects[0]?.ground.x ?? Number.NaN);
  for (let i = 1; i < 60; i++) assert.ok(Math.abs((xs[i] ?? 0) - (xs[i - 1] ?? 0) - 0.04) < 1e-6, `step ${i}`);
  const last = interpolator.at(9000);
  assert.equal(last?.moving, false);
  assert.equal(last?.subjects[0]?.ground.x, 5);
  assert.ok((last?.subjects[0]?.path.length ?? 0) > 20);
});
