import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply, invert, type Mat3, type TrackedSubject, type TrackingFrame } from '../../protocol/index.js';
import { FixedLagSmoother } from './fixed-lag-smoother.js';
import { predictFrame } from './predict-frame.js';

/** Metres → pixels of a camera 10 m up that looks 20° down along y, panning by `shift` pixels. */
function camera(shift: number): Mat3 {
  const [c, s, f, height] = [Math.cos(0.35), Math.sin(0.35), 1400, 10];
  return [f, 960 * c + shift * c, (960 + shift) * s * height, 0, -f * s + 540 * c, f * c * height + 540 * s * height, 0, c, s * height];
}

function noise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((a, b) => a + b, -6);
}

interface Scene {
  readonly fps: number;
  readonly vx: number;
  readonly vy: number;
  readonly sigmaPx: number;
  readonly seed: number;
}

const HEIGHT_PX = 150;

/** One subject at constant velocity, its foot measured with noise, under a panning camera. */
function frames(scene: Scene, count: number): TrackingFrame[] {
  const jitter = noise(scene.seed);
  return Array.from({ length: count }, (_, n) => {
    const pose = camera(3 * n);
    const true_ = truth(scene, n);
    const seen = apply(pose, true_);
    const foot = { x: seen.x + scene.sigmaPx * jitter(), y: seen.y + scene.sigmaPx * jitter() };
    const back = invert(pose);
    assert.ok(back);
    const subject: TrackedSubject = {
      trackId: 1,
      rosterIndex: 3,
      state: 'visible',
      box: { x: foot.x - 30, y: foot.y - HEIGHT_PX, width: 60, height: HEIGHT_PX + scene.sigmaPx * jitter() },
      foot,
      ground: apply(back, foot),
      velocity: { x: scene.vx, y: scene.vy },
      confidence: 0.9,
      lane: 2,
    };
    return frame(n, Math.round((n * 1e6) / scene.fps), pose, [subject]);
  });
}

const truth = (scene: Scene, n: number) => ({ x: -4 + (scene.vx * n) / scene.fps, y: 20 + (scene.vy * n) / scene.fps });

function frame(frameIndex: number, mediaTimeUs: number, groundToImage: Mat3, subjects: TrackedSubject[]): TrackingFrame {
  const pose: TrackingFrame['pose'] = { groundToImage: [...groundToImage], unit: 'm', state: 'held', confidence: 1 };
  return {
    mediaTimeUs,
    frameIndex,
    width: 1920,
    height: 1080,
    pose,
    predicted: false,
    discontinuity: frameIndex === 0,
    subjects,
    standings: [],
  };
}

function smooth(input: TrackingFrame[], lag: number): TrackingFrame[] {
  const smoother = new FixedLagSmoother(lag);
  const out = input.flatMap((f) => smoother.push(f) ?? []);
  return [...out, ...smoother.flush()];
}

const scene = fc.record({
  fps: fc.constantFrom(25, 29.97, 50, 60),
  vx: fc.double({ min: -3, max: 3, noNaN: true }),
  vy: fc.double({ min: -1.5, max: 3, noNaN: true }),
  sigmaPx: fc.double({ min: 1, max: 3, noNaN: true }),
  seed: fc.integer({ min: 1, max: 1e6 }),
});

const rms = (values: number[]) => Math.sqrt(values.reduce((s, v) => s + v * v, 0) / values.length);
const secondDifferences = (v: number[]) => v.slice(2).map((x, i) => x - 2 * v[i + 1] + v[i]);

test('someone at even speed, measured with noise: less error, a third of the jitter, no trailing, foot on the ground point', () => {
  fc.assert(
    fc.property(scene, fc.constantFrom(2, 3), (s, lag) => {
      const input = frames(s, 120);
      const output = smooth(input, lag);
      const errors = (list: TrackingFrame[]) =>
        list.slice(20).flatMap((f, i) => {
          const t = apply(f.pose.groundToImage, truth(s, i + 20));
          return [f.subjects[0].foot.x - t.x, f.subjects[0].foot.y - t.y];
        });
      assert.ok(rms(errors(output)) < 0.7 * rms(errors(input)), `${rms(errors(output))} px from ${rms(errors(input))}`);
      const heights = (list: TrackingFrame[]) => rms(list.slice(20).map((f) => f.subjects[0].box.height - HEIGHT_PX));
      assert.ok(heights(output) < 0.7 * heights(input), 'the size shakes less too');
      for (const axis of ['x', 'y'] as const) {
        const jitter = (list: TrackingFrame[]) => rms(secondDifferences(list.slice(20).map((f) => f.subjects[0].foot[axis])));
        assert.ok(jitter(output) < jitter(input) / 3, `${axis} jitter ${jitter(output)} px from ${jitter(input)}`);
      }
      // Against what was measured, so that the noise itself is not counted as trailing.
      const speed = Math.hypot(s.vx, s.vy);
      const trailing = output.slice(20, -lag).reduce((sum, f, i) => {
        const [g, m] = [f.subjects[0].ground, input[i + 20].subjects[0].ground];
        return sum + ((m.x - g.x) * s.vx + (m.y - g.y) * s.vy) / speed / (100 - lag);
      }, 0);
      if (speed > 1) assert.ok(Math.abs(trailing) < (0.2 * speed) / s.fps, `trails by ${(trailing / speed) * s.fps} frames`);
      for (const f of output) {
        const onGround = apply(f.pose.groundToImage, f.subjects[0].ground);
        assert.ok(Math.hypot(onGround.x - f.subjects[0].foot.x, onGround.y - f.subjects[0].foot.y) < 1e-6);
      }
    }),
    { numRuns: 60 },
  );
});

test('without noise nothing moves, even with frames missing', () => {
  const s = { fps: 30, vx: 2, vy: 1, sigmaPx: 0, seed: 1 };
  const input = frames(s, 60).filter((_, n) => n % 7 !== 3);
  for (const [i, f] of smooth(input, 3).entries()) {
    assert.ok(Math.hypot(f.subjects[0].foot.x - input[i].subjects[0].foot.x, f.subjects[0].foot.y - input[i].subjects[0].foot.y) < 0.02);
    assert.ok(Math.abs(f.subjects[0].box.y - input[i].subjects[0].box.y) < 0.02);
  }
});

test('a sprinter who starts and stops is followed within a tenth of a metre', () => {
  const s = { fps: 50, vx: 0, vy: 0, sigmaPx: 0, seed: 1 };
  const place = (t: number) => (t < 1 ? 0 : t < 2.5 ? 2 * (t - 1) ** 2 : 4.5 + 6 * (t - 2.5));
  const pose = camera(0);
  const input = frames(s, 200).map((f, n): TrackingFrame => {
    const ground = { x: place(n / 50) - 6, y: 20 };
    const foot = apply(pose, ground);
    return { ...f, pose: { ...f.pose, groundToImage: [...pose] }, subjects: [{ ...f.subjects[0], ground, foot }] };
  });
  for (const [i, f] of smooth(input, 3).entries()) {
    assert.ok(Math.abs(f.subjects[0].ground.x - input[i].subjects[0].ground.x) < 0.1, `frame ${i}`);
  }
});

test('every frame comes out once, in order, its time and index as they were, with any comings and goings', () => {
  const flags = fc.array(
    fc.record({ there: fc.boolean(), cut: fc.boolean(), lost: fc.boolean(), state: fc.constantFrom('visible', 'predicted', 'outside') }),
    {
      maxLength: 40,
    },
  );
  fc.assert(
    fc.property(flags, fc.integer({ min: 0, max: 4 }), (list, lag) => {
      const made = frames({ fps: 25, vx: 2, vy: 0, sigmaPx: 2, seed: 5 }, list.length);
      const input = made.map((f, i) => ({
        ...f,
        discontinuity: list[i].cut,
        pose: { ...f.pose, state: list[i].lost ? ('lost' as const) : ('held' as const) },
        subjects: list[i].there ? f.subjects.map((x) => ({ ...x, state: list[i].state as TrackedSubject['state'] })) : [],
      }));
      const smoother = new FixedLagSmoother(lag);
      const output: TrackingFrame[] = [];
      for (const [i, f] of input.entries()) {
        const out = smoother.push(f);
        assert.equal(out === null, i < lag);
        if (out) output.push(out);
      }
      output.push(...smoother.flush());
      assert.deepEqual(
        output.map((f) => [f.frameIndex, f.mediaTimeUs, f.subjects.length]),
        input.map((f) => [f.frameIndex, f.mediaTimeUs, f.subjects.length]),
      );
      for (const f of output) for (const x of f.subjects) assert.ok(Number.isFinite(x.foot.x) && x.rosterIndex === 3 && x.lane === 2);
      assert.deepEqual(smoother.flush(), []);
    }),
  );
});

test('a cut starts anew: the subject is at its new place at once', () => {
  const input = frames({ fps: 25, vx: 1, vy: 0, sigmaPx: 0, seed: 1 }, 20);
  const there = (f: TrackingFrame) => ({ ...f.subjects[0], ground: { x: 3, y: 40 }, foot: apply(f.pose.groundToImage, { x: 3, y: 40 }) });
  const cut = input.map((f, i) => (i < 10 ? f : { ...f, discontinuity: i === 10, subjects: [there(f)] }));
  const out = smooth(cut, 3);
  assert.ok(Math.abs(out[9].subjects[0].ground.y - 20) < 0.01);
  assert.ok(Math.abs(out[10].subjects[0].ground.y - 40) < 0.01);
});

test('a late frame is predicted: subjects go on, marked, and leave the picture as outside', () => {
  const [last] = frames({ fps: 25, vx: 2, vy: 0, sigmaPx: 0, seed: 1 }, 1);
  const standing = { trackId: 1, rosterIndex: -1, rank: 1, distanceM: 30, speedMps: 8, gapM: 0, gapS: 0, finishedAtUs: null };
  const next = predictFrame(
    { ...last, discontinuity: true, standings: [standing, { ...standing, trackId: 2, rank: 2, distanceM: 29, speedMps: 7 }] },
    500_000,
    12,
  );
  assert.equal(next.predicted, true);
  assert.equal(next.discontinuity, false);
  assert.deepEqual([next.mediaTimeUs, next.frameIndex], [500_000, 12]);
  const s = next.subjects[0];
  assert.ok(Math.abs(s.ground.x - (-4 + 1)) < 1e-9);
  const foot = apply(last.pose.groundToImage, s.ground);
  assert.ok(Math.hypot(foot.x - s.foot.x, foot.y - s.foot.y) < 1e-6);
  assert.ok(Math.abs(s.box.x + 30 - s.foot.x) < 1e-6);
  assert.equal(s.state, 'predicted');
  assert.equal(next.standings[0].distanceM, 34);
  assert.equal(next.standings[1].gapM, 1.5);
  const gone = predictFrame({ ...last, subjects: [{ ...last.subjects[0], velocity: { x: 90, y: 0 } }] }, 900_000, 22);
  assert.equal(gone.subjects[0].state, 'outside');
});
