import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { MediaClock } from './clock.js';

const STEP = 40_000;

test('a steady input keeps its times, from 0', () => {
  const clock = new MediaClock(STEP);
  const times = [0, 40_000, 80_000, 140_000].map((t) => clock.stamp(t + 5_000_000, STEP));
  assert.deepEqual(
    times.map((t) => t.mediaTimeUs),
    [0, 40_000, 80_000, 140_000],
  );
  assert.deepEqual(
    times.map((t) => t.discontinuity),
    ['start', null, null, null],
  );
});

test('missing time stamps go on at the last known step', () => {
  const clock = new MediaClock(STEP);
  const times = [0, null, null, 120_000].map((t) => clock.stamp(t, 0).mediaTimeUs);
  assert.deepEqual(times, [0, 40_000, 80_000, 120_000]);
});

test('a leap forward over 10 s and a step back are jumps of one frame', () => {
  const clock = new MediaClock(STEP);
  const stamps = [0, 40_000, 3_600_000_000, 3_600_040_000, 1_000_000, 1_040_000].map((t) => clock.stamp(t, STEP));
  assert.deepEqual(
    stamps.map((t) => t.mediaTimeUs),
    [0, 40_000, 80_000, 120_000, 160_000, 200_000],
  );
  assert.deepEqual(
    stamps.map((t) => t.discontinuity),
    ['start', null, 'jump', null, 'jump', null],
  );
});

test('equal and slightly disordered stamps are nudged, and the clock does not drift from the input', () => {
  const clock = new MediaClock(STEP);
  const times = [0, 40_000, 40_000, 39_000, 120_000].map((t) => clock.stamp(t, STEP).mediaTimeUs);
  assert.deepEqual(times, [0, 40_000, 41_000, 42_000, 120_000]);
});

test('a loop and a reconnect follow on; sound follows the picture', () => {
  const clock = new MediaClock(STEP);
  clock.stamp(0, STEP);
  clock.stamp(40_000, STEP);
  assert.equal(clock.stampAudio(0, 20_000), 0);
  clock.cut('loop');
  assert.deepEqual(clock.stamp(0, STEP), { mediaTimeUs: 80_000, discontinuity: 'loop' });
  assert.equal(clock.stampAudio(0, 20_000), 80_000);
  clock.cut('reconnect', 5_000_000);
  assert.deepEqual(clock.stamp(700_000, STEP), { mediaTimeUs: 5_000_000, discontinuity: 'reconnect' });
  assert.equal(clock.stampAudio(720_000, 20_000), 5_020_000);
});

test('whatever the stamps, cuts and slates, media time strictly increases in whole microseconds and sound never goes back', () => {
  const event = fc.oneof(
    fc.record({
      kind: fc.constant('frame' as const),
      at: fc.option(fc.integer({ min: -(2 ** 45), max: 2 ** 45 }), { nil: null }),
      duration: fc.integer({ min: -1000, max: 2 ** 40 }),
    }),
    fc.record({ kind: fc.constant('audio' as const), at: fc.integer({ min: -(2 ** 45), max: 2 ** 45 }) }),
    fc.record({ kind: fc.constantFrom('loop' as const, 'reconnect' as const), at: fc.integer({ min: 0, max: 2 ** 40 }) }),
    fc.record({ kind: fc.constant('slate' as const), at: fc.double({ min: 0, max: 2 ** 45, noNaN: true }) }),
  );
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const clock = new MediaClock(STEP);
      let last = -1;
      let lastAudio = -1;
      for (const e of events) {
        if (e.kind === 'audio') {
          const at = clock.stampAudio(e.at, 20_000);
          if (at === null) continue;
          assert.ok(at > lastAudio && Number.isInteger(at));
          lastAudio = at;
        } else if (e.kind === 'frame' || e.kind === 'slate') {
          const at = e.kind === 'frame' ? clock.stamp(e.at, e.duration).mediaTimeUs : clock.insert(e.at, STEP);
          assert.ok(at > last, `${at} after ${last}`);
          assert.ok(Number.isInteger(at));
          last = at;
        } else clock.cut(e.kind, e.at);
      }
    }),
  );
});
