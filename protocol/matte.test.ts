import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { coarserMatte, decodeMatte, encodeMatte, packRuns, unpackRuns } from './matte.js';
import { MatteFade } from './matte-fade.js';
import type { TrackingFrame } from './tracking-frame.js';
import { decodeTrackingFrame, encodeTrackingFrame, MATTE_BYTES_MAX } from './tracking-frame-codec.js';

const frame = (mediaTimeUs: number, more: Partial<TrackingFrame> = {}): TrackingFrame => ({
  ...{ mediaTimeUs, frameIndex: 0, width: 1280, height: 720, predicted: false, discontinuity: false, subjects: [], standings: [] },
  pose: { groundToImage: [1, 0, 0, 0, 1, 0, 0, 0, 1], unit: 'm', state: 'held', confidence: 1 },
  ...more,
});

test('a matte is what it was, as runs and as bytes', () => {
  const cells = fc.tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 })).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      cells: fc.array(fc.constantFrom(0, 0, 1), { minLength: width * height, maxLength: width * height }),
    }),
  );
  fc.assert(
    fc.property(cells, ({ width, height, cells: given }) => {
      const matte = encodeMatte(Uint8Array.from(given), width, height);
      const back = new Uint8Array(width * height);
      decodeMatte({ ...matte, runs: unpackRuns(packRuns(matte.runs)) }, back);
      assert.deepEqual([...back], given);
    }),
    { numRuns: 60 },
  );
});

test('eight runners at 320 cells travel in a few hundred bytes, and any matte in 3,000 or not at all', () => {
  const people = new Uint8Array(320 * 180);
  for (let i = 0; i < 8; i++) for (let y = 60; y < 100; y++) people.fill(1, y * 320 + 20 + i * 35 + (y % 3), y * 320 + 30 + i * 35);
  const alone = encodeTrackingFrame(frame(0)).byteLength;
  const sent = encodeTrackingFrame(frame(0, { matte: encodeMatte(people, 320, 180) }));
  assert.ok(sent.byteLength - alone < 600, `${sent.byteLength - alone} bytes`);
  const received = decodeTrackingFrame(sent).matte;
  assert.deepEqual([received?.width, received?.height], [240, 135]);
  const share = (received?.runs ?? []).reduce((sum, run, i) => sum + (i % 2) * run, 0) / (240 * 135);
  assert.ok(Math.abs(share - people.reduce((a, b) => a + b, 0) / people.length) < 0.005);
  const noise = Uint8Array.from({ length: 320 * 180 }, (_, i) => ((i * 7919) % 3) & 1);
  assert.ok(encodeTrackingFrame(frame(0, { matte: encodeMatte(noise, 320, 180) })).byteLength - alone <= MATTE_BYTES_MAX);
});

test('nothing in front is something else than not known', () => {
  const empty = encodeMatte(new Uint8Array(320 * 180), 320, 180);
  assert.ok(decodeTrackingFrame(encodeTrackingFrame(frame(0, { matte: empty }))).matte);
  assert.equal(decodeTrackingFrame(encodeTrackingFrame(frame(0))).matte, undefined);
  assert.equal(coarserMatte(empty, 120).width, 120);
});

test('a matte cut short is refused', () => {
  assert.throws(() => unpackRuns(Uint8Array.of(5, 0x80)), RangeError);
});

test('a matte that stays away fades out over what was known last, and a new one comes in; neither jumps', () => {
  const matte = encodeMatte(Uint8Array.of(1), 1, 1);
  const fade = new MatteFade();
  const strengths = Array.from({ length: 60 }, (_, i) => fade.next(frame(i * 20_000, i < 10 || i >= 40 ? { matte } : {})).strength);
  assert.equal(strengths[0], 1, 'the first one counts at once');
  assert.equal(strengths[35], 0, 'gone within 0.4 s');
  assert.equal(strengths[59], 1, 'back within 0.2 s');
  for (let i = 1; i < 60; i++) assert.ok(Math.abs((strengths[i] ?? 0) - (strengths[i - 1] ?? 0)) <= 0.101, `frame ${i}`);
  // A late frame carries the matte of the one it was predicted from, and is believed less and less.
  const late = Array.from({ length: 5 }, (_, i) => fade.next(frame((60 + i) * 20_000, { matte, predicted: true })).strength);
  assert.ok((late[4] ?? 1) < (late[0] ?? 0) && (late[4] ?? 0) > 0.5);
  assert.equal(fade.next(frame(3_000_000, { discontinuity: true })).strength, 0, 'a cut takes it away');
});

test('a coarser matte covers the cells that were covered for the most part', () => {
  const sides = fc.record({
    width: fc.integer({ min: 1, max: 40 }),
    height: fc.integer({ min: 1, max: 30 }),
    to: fc.integer({ min: 1, max: 40 }),
  });
  const cases = sides.chain((size) =>
    fc.record({ size: fc.constant(size), cells: fc.uint8Array({ minLength: 1200, maxLength: 1200, max: 1 }) }),
  );
  fc.assert(
    fc.property(cases, ({ size: { width, height, to }, cells }) => {
      const coarse = coarserMatte(encodeMatte(cells, width, height), to);
      const got = new Uint8Array(coarse.width * coarse.height);
      decodeMatte(coarse, got);
      for (let row = 0; row < coarse.height; row++)
        for (let column = 0; column < coarse.width; column++) {
          let [covered, all] = [0, 0];
          for (let y = 0; y < height; y++)
            for (let x = 0; x < width; x++) {
              if (Math.floor((x * coarse.width) / width) !== column || Math.floor((y * coarse.height) / height) !== row) continue;
              covered += cells[y * width + x]!;
              all++;
            }
          assert.equal(got[row * coarse.width + column], covered > 0 && 2 * covered >= all ? 1 : 0);
        }
    }),
    { numRuns: 40 },
  );
});
