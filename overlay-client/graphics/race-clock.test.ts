import assert from 'node:assert/strict';
import test from 'node:test';
import { finalFrame, GUN_S } from '../testing/final.js';
import { raceFrame, SMALL_HD } from '../testing/race.js';
import { formatRaceTime, formatTime, RaceClock } from './race-clock.js';

test('race time runs from the moment the leader crosses the start', () => {
  const clock = new RaceClock();
  const base = raceFrame(SMALL_HD, 0);
  for (let i = 0; i <= 90; i++) {
    const distanceM = Math.max(0, (i / 30 - 1) * 10);
    clock.observe({ ...base, mediaTimeUs: Math.round((i * 1e6) / 30), standings: [{ ...base.standings[0]!, distanceM }] });
  }
  assert.ok(Math.abs(clock.raceTimeS(3_000_000)! - 1.975) < 0.002, `${clock.raceTimeS(3_000_000)}`);
});

test('who waits a step in front of the line has not started', () => {
  const base = raceFrame(SMALL_HD, 0);
  const clock = new RaceClock();
  for (let i = 0; i <= 60; i++) {
    const sway = 0.6 + 0.02 * Math.sin(i);
    clock.observe({
      ...base,
      mediaTimeUs: Math.round((i * 1e6) / 30),
      standings: [{ ...base.standings[0]!, distanceM: sway, speedMps: 0.3 }],
    });
  }
  assert.equal(clock.startedAtUs, undefined);
});

test('no race time when the start was not seen', () => {
  const clock = new RaceClock();
  for (let i = 30; i < 60; i++) clock.observe(raceFrame(SMALL_HD, i));
  assert.equal(clock.raceTimeS(2_000_000), undefined);
});

test('where nobody was seen waiting, the start is reckoned from the first steps, and told to the tenth', () => {
  const clock = new RaceClock();
  const base = finalFrame(SMALL_HD, 0);
  for (let i = 0; i < 60; i++) {
    const frame = finalFrame(SMALL_HD, i);
    clock.observe({ ...frame, standings: frame.standings.filter(({ distanceM }) => distanceM > 0.6) });
  }
  assert.equal(formatRaceTime(clock, 10.93), '10.9');
  const seen = new RaceClock();
  for (let i = 0; i < 60; i++) seen.observe(i < 10 ? base : finalFrame(SMALL_HD, i));
  assert.equal(formatRaceTime(seen, 10.93), '10.93');
  const [reckonedS, seenS] = [clock, seen].map((c) => c.raceTimeS((GUN_S + 6) * 1e6)!);
  assert.ok(Math.abs(reckonedS! - seenS!) < 0.08, `${reckonedS} s, where the line was in sight ${seenS} s`);
});

test('times are written as timekeepers write them', () => {
  assert.deepEqual(
    [formatTime(9.58, 2), formatTime(103.25, 2), formatTime(7299, 2), formatTime(59.999, 1), formatTime(60, 1)],
    ['9.58', '1:43.25', '2:01:39', '59.9', '1:00.0'],
  );
});
