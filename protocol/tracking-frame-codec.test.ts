import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { IDENTITY } from './geometry.js';
import { TrackingFrame } from './tracking-frame.js';
import { decodeTrackingFrame, encodeTrackingFrame } from './tracking-frame-codec.js';

const f32 = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e5, max: 1e5 }).map(Math.fround);
const size32 = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0, max: 4000 }).map(Math.fround);
const point = fc.record({ x: f32, y: f32 });
const unit = fc.float({ noNaN: true, min: 0, max: 1 }).map(Math.fround);
const f64 = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const term = fc.double({ noNaN: true, min: -10, max: 10 });
const frames: fc.Arbitrary<TrackingFrame> = fc.record({
  mediaTimeUs: fc.integer({ min: 0, max: 2 ** 45 }),
  frameIndex: fc.integer({ min: 0, max: 2 ** 31 }),
  width: fc.integer({ min: 1, max: 65535 }),
  height: fc.integer({ min: 1, max: 65535 }),
  pose: fc.record(
    {
      groundToImage: fc.tuple(f64, f64, f64, f64, f64, f64, f64, f64, f64),
      lens: fc.record({ k1: term, k2: term }),
      unit: fc.constantFrom('m' as const, 'px' as const),
      state: fc.constantFrom('held' as const, 'lost' as const),
      confidence: unit,
    },
    { requiredKeys: ['groundToImage', 'unit', 'state', 'confidence'] },
  ),
  predicted: fc.boolean(),
  discontinuity: fc.boolean(),
  subjects: fc.array(
    fc.record(
      {
        trackId: fc.nat(0xffffffff),
        rosterIndex: fc.integer({ min: -1, max: 32767 }),
        state: fc.constantFrom('visible' as const, 'predicted' as const, 'outside' as const),
        box: fc.record({ x: f32, y: f32, width: size32, height: size32 }),
        foot: point,
        ground: point,
        velocity: point,
        confidence: unit,
        lane: fc.nat(255),
        uncertaintyM: fc.float({ noNaN: true, min: Math.fround(0.001), max: 1000 }).map(Math.fround),
      },
      { requiredKeys: ['trackId', 'rosterIndex', 'state', 'box', 'foot', 'ground', 'velocity', 'confidence', 'lane'] },
    ),
    { maxLength: 12 },
  ),
  standings: fc.array(
    fc.record({
      trackId: fc.nat(0xffffffff),
      rank: fc.integer({ min: 1, max: 65535 }),
      rosterIndex: fc.integer({ min: -1, max: 32767 }),
      distanceM: f32,
      speedMps: f32,
      gapM: size32,
      gapS: fc.option(size32, { nil: null }),
      finishedAtUs: fc.option(fc.nat(2 ** 31 - 1), { nil: null }),
    }),
    { maxLength: 12 },
  ),
});

test('a TrackingFrame survives the wire unchanged and stays a valid one', () => {
  fc.assert(
    fc.property(frames, (frame) => {
      const back = decodeTrackingFrame(encodeTrackingFrame(frame));
      assert.deepEqual(JSON.parse(JSON.stringify(back)), JSON.parse(JSON.stringify(frame)));
      TrackingFrame.parse(back);
    }),
  );
});

test('bytes that are not a whole TrackingFrame are refused with a RangeError', () => {
  fc.assert(
    fc.property(frames, fc.nat(), (frame, cut) => {
      const whole = new Uint8Array(encodeTrackingFrame(frame));
      const part = whole.subarray(0, cut % whole.length);
      assert.throws(() => decodeTrackingFrame(part), RangeError);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => assert.throws(() => decodeTrackingFrame(bytes), RangeError)));
});

test('a frame without a lens is written as it always was; one with a lens says so to who does not know of it, in no more bytes', () => {
  const pose = { groundToImage: [...IDENTITY] as const, unit: 'm' as const, state: 'held' as const, confidence: 1 };
  const frame: TrackingFrame = {
    ...{
      mediaTimeUs: 40_000,
      frameIndex: 1,
      width: 1280,
      height: 720,
      pose,
      predicted: false,
      discontinuity: false,
      subjects: [],
      standings: [],
    },
  };
  const plain = new Uint8Array(encodeTrackingFrame(frame));
  const bent = new Uint8Array(encodeTrackingFrame({ ...frame, pose: { ...pose, lens: { k1: -0.12, k2: 0.004 } } }));
  assert.deepEqual([plain[2], bent[2], bent.length], [2, 3, plain.length]);
  assert.ok(plain.subarray(100).every((byte) => byte === 0));
  assert.deepEqual(decodeTrackingFrame(bent).pose.lens, { k1: -0.12, k2: 0.004 });
  const newer = plain.slice();
  newer[2] = 4;
  assert.throws(() => decodeTrackingFrame(newer), /TrackingFrame version 4, expected 2 or 3/);
});
