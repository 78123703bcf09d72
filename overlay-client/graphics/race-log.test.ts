import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { raceFrame, raceScene, SMALL_HD } from '../testing/race.js';
import { RaceLog } from './race-log.js';

const scene = raceScene(SMALL_HD);

function run(indices: readonly number[]): RaceLog {
  const log = new RaceLog(scene.course);
  for (const index of indices) log.observe(raceFrame(SMALL_HD, index));
  return log;
}

/** Where the simulated runner of a lane is, metres from the start line, at a time in seconds. */
const truthM = (lane: number, t: number): number => (9 - lane * 0.12) * t + Math.sin(t * 0.7 + lane * 2) * 0.3;

test('places and times of a race agree with the truth, whatever the frame rate', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 6 }),
      fc.integer({ min: 0, max: 7 }),
      fc.double({ min: 3, max: 60, noNaN: true }),
      (every, lane, m) => {
        const log = run(Array.from({ length: Math.floor(250 / every) }, (_, i) => i * every));
        const atUs = log.of(lane)?.timeAtUs(m);
        assert.ok(atUs !== undefined);
        assert.ok(Math.abs(truthM(lane, atUs / 1e6) - m) < 0.05, `${truthM(lane, atUs / 1e6)} m, not ${m}`);
        const back = log.of(lane)?.distanceAtM(atUs);
        assert.ok(back !== undefined && Math.abs(back - m) < 0.05);
      },
    ),
    { numRuns: 40 },
  );
});

test('what was not seen is not known: before somebody appeared, beyond where they are, somebody never seen', () => {
  const log = run(Array.from({ length: 60 }, (_, i) => 100 + i));
  assert.equal(log.of(0)?.timeAtUs(5), undefined);
  assert.equal(log.of(0)?.timeAtUs(90), undefined);
  assert.equal(log.of(0)?.distanceAtM(0), undefined);
  assert.equal(log.of(40), undefined);
  assert.ok(log.of(0)?.timeAtUs(40) !== undefined);
});

test('speed is the way over the time it took', () => {
  const log = run(Array.from({ length: 250 }, (_, i) => i));
  const speed = log.of(0)?.speedAtMps(30, 10);
  assert.ok(speed !== undefined && Math.abs(speed - 9) < 0.3, `${speed}`);
});

test('marks are the splits within the race, and the finish', () => {
  assert.ok(scene.course);
  const log = new RaceLog({ ...scene.course, splitsM: [60, 35, 200] });
  assert.deepEqual(log.marksM, [25, 50, 100]);
});
