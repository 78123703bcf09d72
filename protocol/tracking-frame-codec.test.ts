import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { TrackingFrame } from './tracking-frame.js';
import { decodeTrackingFrame, encodeTrackingFrame } from './tracking-frame-codec.js';

const f32 = fc.float({ noNaN: true, noDefaultInfinity: true, min: -1e5, max: 1e5 }).map(Math.fround);
const size32 = fc.float({ noNaN: true, noDefaultInfinity: true, min: 0, max: 4000 }).map(Math.fround);
const point = fc.record({ x: f32, y: f32 });
const unit = fc.float({ noNaN: true, min: 0, max: 1 }).map(Math.fround);
const f64 = fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 });
const frames: fc.Arbitrary<TrackingFrame> = fc.record({
  mediaTimeUs: fc.integer({ min: 0, max: 2 ** 45 }),
  frameIndex: fc.integer({ min: 0, max: 2 ** 31 }),
  width: fc.integer({ min: 1, max: 65535 }),
  height: fc.integer({ min: 1, max: 65535 }),
  pose: fc.record({
    groundToImage: fc.tuple(f64, f64, f64, f64, f64, f64, f64, f64, f64),
    unit: fc.constantFrom('m' as const, 'px' as const),
    state: fc.constantFrom('held' as const, 'lost' as const),
    confidence: unit,
  }),
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
