import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Course, NO_MARKS, type SubjectMarks, type TrackedSubject } from '../protocol/index.js';
import { Identities } from './identities.js';
import { frameAt, subject } from './sport/fixtures.test-support.js';
import { RosterBinding, Standings } from './sport/index.js';

const COURSE: Course = {
  centreLine: [
    [0, 0],
    [110, 0],
  ],
  startM: 0,
  finishM: 100,
  splitsM: [],
  widthM: 8,
  lanes: 0,
};
const ROSTER = ['Ada', 'Ben', 'Cleo'].map((name) => ({ name }));
const us = (frame: number) => frame * 20_000;
const marks = (patch: Partial<SubjectMarks>): SubjectMarks => ({ ...NO_MARKS, ...patch });
const named = (trackId: number, rosterIndex: number, locked = false) => ({ trackId, rosterIndex, locked });

/** Operators' words, then the tracker's own, as the pipeline does. */
function play(o: { course?: Course; roster?: typeof ROSTER | { name: string; lane: number }[] } = {}) {
  const identities = new Identities();
  const binding = new RosterBinding(o.roster ?? ROSTER, o.course ?? COURSE);
  let frame = 0;
  const run = (frames: number, at: (frame: number) => TrackedSubject[]): Map<number, number> => {
    let last: TrackedSubject[] = [];
    for (let n = 0; n < frames; n++, frame++) {
      const { subjects, decided } = identities.apply(at(frame));
      last = binding.assign(subjects, us(frame), decided);
    }
    return new Map(last.map((s) => [s.trackId, s.rosterIndex]));
  };
  return { identities, run };
}
const going =
  (id: number, aheadM: number, patch: Partial<TrackedSubject> = {}) =>
  (n: number) =>
    subject(id, aheadM + n * 0.1, id % 3, { velocity: { x: 5, y: 0 }, ...patch });

test('a name given by hand sticks through the track’s life, whatever the tracker thinks, and nobody else has it', () => {
  const { identities, run } = play();
  const all = (n: number) => [going(1, 9)(n), going(2, 5)(n), going(3, 2)(n)];
  assert.deepEqual(
    [...run(60, all)],
    [
      [1, 0],
      [2, 1],
      [3, 2],
    ],
  );
  identities.mark(marks({ named: [named(3, 0)] }));
  assert.equal(run(1, all).get(3), 0);
  const later = run(100, all);
  assert.equal(later.get(3), 0);
  assert.equal(later.get(1), 2, 'who had it takes the one that is free now');
  identities.mark(marks({ named: [named(3, 0), named(2, -1)] }));
  assert.equal(run(100, all).get(2), -1, 'nobody of the roster');
});

test('in lanes too: the operator’s word goes before the lane', () => {
  const roster = [1, 2, 3].map((lane) => ({ name: `Lane ${lane}`, lane }));
  const { identities, run } = play({ roster, course: { ...COURSE, lanes: 8 } });
  const all = (n: number) => [subject(1, 5 + n * 0.1, 3.5), subject(2, 5 + n * 0.1, 2.5)];
  assert.deepEqual(
    [...run(40, all)],
    [
      [1, 0],
      [2, 1],
    ],
  );
  identities.mark(marks({ named: [named(1, 1)] }));
  const after = run(40, all);
  assert.equal(after.get(1), 1);
  assert.notEqual(after.get(2), 1);
});

test('who is followed along a lane has its name by that, until an operator gives it to somebody else', () => {
  const { identities } = play();
  identities.mark(marks({ named: [named(7, 1)] }));
  const { subjects } = identities.apply([subject(1, 5, 1, { rosterIndex: 1, lane: 3 }), subject(7, 5, -1)]);
  assert.deepEqual(
    subjects.map((s) => s.rosterIndex),
    [-1, 1],
  );
});

test('two that were confused are swapped: each is the other from now on, tracks and names', () => {
  const { identities, run } = play();
  const all = (n: number) => [going(1, 9)(n), going(2, 5)(n)];
  run(60, all);
  identities.mark(
    marks({
      aliases: [
        [1, 2],
        [2, 1],
      ],
      named: [named(1, 0), named(2, 1)],
    }),
  );
  const { subjects } = identities.apply(all(60));
  assert.deepEqual(
    subjects.map((s) => [s.trackId, s.rosterIndex, s.ground.x]),
    [
      [2, 1, 15],
      [1, 0, 11],
    ],
  );
  assert.deepEqual(
    [...run(50, all)],
    [
      [2, 1],
      [1, 0],
    ],
  );
});

test('the order of the race follows a swap: who was taken for the leader is second, and each finishes under the right name', () => {
  const identities = new Identities();
  const standings = new Standings(COURSE);
  const all = (n: number) => [subject(1, 12 + n * 0.3, 1, { rosterIndex: 0 }), subject(2, 6 + n * 0.3, -1, { rosterIndex: 1 })];
  const order = (from: number, to: number) => {
    let last: number[] = [];
    let finished: (number | null)[] = [];
    for (let n = from; n < to; n++) {
      const { subjects } = identities.apply(all(n));
      const ranked = standings.update(frameAt(us(n), subjects));
      last = ranked.map((s) => s.rosterIndex);
      finished = ranked.map((s) => s.finishedAtUs);
    }
    return { last, finished };
  };
  assert.deepEqual(order(0, 100).last, [0, 1]);
  identities.mark(
    marks({
      aliases: [
        [1, 2],
        [2, 1],
      ],
      named: [named(1, 0), named(2, 1)],
    }),
  );
  assert.deepEqual(order(100, 125).last, [1, 0], 'within half a second');
  const { last, finished } = order(125, 340);
  assert.deepEqual(last, [1, 0]);
  assert.ok(Math.abs((finished[0] ?? 0) - us(293)) < us(3) && Math.abs((finished[1] ?? 0) - us(313)) < us(3), `${finished}`);
});

test('one person under two numbers is one again, and keeps the older one’s name', () => {
  const { identities, run } = play();
  run(60, (n) => [going(1, 9)(n), going(2, 5)(n)]);
  identities.mark(marks({ aliases: [[7, 1]], named: [named(1, 0)] }));
  assert.deepEqual(
    [...run(5, (n) => [going(7, 9)(n), going(2, 5)(n)])],
    [
      [1, 0],
      [2, 1],
    ],
  );
  const both = identities.apply([going(1, 3, { state: 'predicted' })(80), going(7, 9)(80)]).subjects;
  assert.deepEqual(
    both.map((s) => [s.trackId, s.state]),
    [[1, 'visible']],
    'the one that is seen',
  );
});

test('a lost subject’s name goes to who turns up in its place, but not one that is locked', () => {
  for (const [locked, expected] of [
    [false, 0],
    [true, 1],
  ] as const) {
    const { identities, run } = play();
    run(1, (n) => [going(1, 9)(n)]);
    identities.mark(marks({ named: [named(1, 0, locked)] }));
    run(60, (n) => [going(1, 9)(n)]);
    assert.equal(run(60, (n) => [going(4, 9)(n)]).get(4), expected);
  }
});

test('hidden subjects are not reported', () => {
  const { identities, run } = play();
  identities.mark(marks({ hidden: [2] }));
  assert.deepEqual([...run(3, (n) => [going(1, 9)(n), going(2, 5)(n)]).keys()], [1]);
});

test('where the tracks begin anew, nothing that was said holds: the same number is somebody else', () => {
  const { identities, run } = play();
  identities.mark(marks({ named: [named(1, 2, true)], hidden: [2], aliases: [[3, 1]] }));
  assert.equal(run(2, (n) => [going(1, 9)(n)]).get(1), 2);
  identities.reset();
  const { subjects, decided } = identities.apply([going(1, 9)(5), going(2, 5)(5), going(3, 1)(5)]);
  assert.deepEqual(
    subjects.map((s) => [s.trackId, s.rosterIndex]),
    [
      [1, -1],
      [2, -1],
      [3, -1],
    ],
  );
  assert.equal(decided.entries.size, 0);
});
