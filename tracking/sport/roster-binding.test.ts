import assert from 'node:assert/strict';
import { test } from 'node:test';
import { STRAIGHT, subject } from './fixtures.test-support.js';
import { RosterBinding } from './roster-binding.js';

const LANES = Array.from({ length: 8 }, (_, i) => ({ name: `Runner ${i + 1}`, lane: 8 - i }));
const OPEN = ['Ada', 'Ben', 'Cleo'].map((name) => ({ name }));
const noLanes = { ...STRAIGHT, lanes: 0 };
/** Offset across of a lane's middle on the eight-metre course. */
const inLane = (lane: number) => 4.5 - lane;
const us = (frame: number) => frame * 20_000;

/** Plays frames `from` to `to`; the last one's rosterIndex by track id. */
function play(binding: RosterBinding, from: number, to: number, at: (frame: number) => ReturnType<typeof subject>[]): Map<number, number> {
  let last = new Map<number, number>();
  for (let n = from; n <= to; n++) last = new Map(binding.assign(at(n), us(n)).map((s) => [s.trackId, s.rosterIndex]));
  return last;
}

test('whoever runs in a lane is that lane’s entry, and subjects carry their lane', () => {
  const binding = new RosterBinding(LANES, STRAIGHT);
  const out = binding.assign([subject(9, 3, inLane(1)), subject(4, 2, inLane(8)), subject(5, 2, 9)], 0);
  assert.deepEqual(
    out.map((s) => [s.rosterIndex, s.lane]),
    [
      [7, 1],
      [0, 8],
      [-1, 0],
    ],
  );
});

test('a foot on the neighbour’s lane for a moment changes nothing; moving over changes the lane', () => {
  const binding = new RosterBinding(LANES, STRAIGHT);
  const weaving = (n: number) => [subject(1, n / 10, n % 10 < 4 ? 0.02 : -0.3)];
  for (let n = 0; n < 100; n++) assert.equal(binding.assign(weaving(n + 4), us(n))[0].lane, 5);
  const moved = (n: number) => [subject(1, n / 10, 1.5)];
  play(binding, 100, 130, moved);
  assert.equal(binding.assign(moved(131), us(131))[0].lane, 3);
});

test('a new track in the lane of a lost runner takes over, but not one far behind it', () => {
  const binding = new RosterBinding(LANES, STRAIGHT);
  const runner = (id: number, n: number) => subject(id, n * 0.18, inLane(3), { velocity: { x: 9, y: 0 } });
  assert.equal(play(binding, 0, 50, (n) => [runner(1, n)]).get(1), 5);
  const official = subject(7, 1, inLane(3));
  assert.equal(play(binding, 51, 80, (n) => [{ ...runner(1, n), state: 'predicted' }, official]).get(7), -1);
  const after = play(binding, 81, 90, (n) => [official, runner(2, n)]);
  assert.equal(after.get(2), 5);
  assert.equal(after.get(7), -1);
});

test('without lanes entries go to the settled, leader first, and stay when the order changes', () => {
  const binding = new RosterBinding(OPEN, noLanes);
  const riders = (n: number) => [
    subject(1, 5 + n * 0.1, 0),
    subject(2, 8 + Math.min(n, 40) * 0.1 + Math.max(0, n - 40) * 0.02, 1),
    subject(3, 2 + n * 0.1, -1),
  ];
  const early = play(binding, 0, 10, riders);
  assert.deepEqual([...early.values()], [-1, -1, -1], 'nobody is named before they have settled');
  const settled = play(binding, 11, 40, riders);
  assert.deepEqual(
    [...settled],
    [
      [1, 1],
      [2, 0],
      [3, 2],
    ],
  );
  assert.deepEqual(
    [...play(binding, 41, 300, riders)],
    [
      [1, 1],
      [2, 0],
      [3, 2],
    ],
  );
});

test('a rider who comes back as a new track near the expected place is the same rider', () => {
  const binding = new RosterBinding(OPEN, noLanes);
  const rider = (id: number, n: number, ahead: number) => subject(id, ahead + n * 0.2, 0, { velocity: { x: 10, y: 0 } });
  play(binding, 0, 60, (n) => [rider(1, n, 9), rider(2, n, 3)]);
  play(binding, 61, 180, (n) => [rider(2, n, 3)]);
  const back = play(binding, 181, 182, (n) => [rider(2, n, 3), rider(3, n, 8)]);
  assert.deepEqual(
    [...back],
    [
      [2, 1],
      [3, 0],
    ],
  );
});

test('when a lane’s runner has been gone for some seconds, as when a race begins again, the lane alone decides', () => {
  const binding = new RosterBinding(LANES, STRAIGHT);
  play(binding, 0, 50, (n) => [subject(1, 90 + n * 0.18, inLane(3), { velocity: { x: 9, y: 0 } })]);
  const again = (n: number) => [subject(2, 10 + (n - 51) * 0.18, inLane(3))];
  assert.equal(play(binding, 51, 140, again).get(2), -1);
  assert.equal(play(binding, 141, 160, again).get(2), 5);
});

test('without lanes a spectator at the edge of the course gets no name, nor one who strolls; a competitor who waited gets it when going', () => {
  const binding = new RosterBinding(OPEN, noLanes);
  const going = (n: number) => subject(1, 5 + n * 0.1, 0);
  const standing = (n: number) => subject(2, 60 + 0.3 * Math.sin(n / 9), 3.8);
  const strolling = (n: number) => subject(3, 40 + n * 0.012, 3.5);
  const waiting = (n: number) => subject(4, 20 + Math.max(0, n - 400) * 0.1, 1);
  const early = play(binding, 0, 400, (n) => [going(n), standing(n), strolling(n), waiting(n)]);
  assert.deepEqual([...early.values()], [0, -1, -1, -1]);
  const later = play(binding, 401, 500, (n) => [going(n), standing(n), strolling(n), waiting(n)]);
  assert.deepEqual([...later.values()], [0, -1, -1, 1]);
});

test('who comes with an entry keeps it, and while runners are followed in lanes nobody else in a lane takes a name', () => {
  const binding = new RosterBinding(LANES, STRAIGHT);
  const at = (n: number) => [subject(50, n / 10, inLane(3), { rosterIndex: 5, lane: 3 }), subject(7, 20, inLane(1))];
  const named = play(binding, 0, 50, at);
  assert.deepEqual([...named.values()], [5, -1]);
});

test('who comes with an entry keeps it, in whichever lane they run', () => {
  const lanes = [1, 2, 3].map((lane) => ({ name: `Lane ${lane}`, lane }));
  const binding = new RosterBinding(lanes, STRAIGHT);
  let named: number[] = [];
  for (let i = 0; i < 40; i++) {
    const x = 5 + i * 0.3;
    named = binding.assign([subject(1, x, 3.5, { rosterIndex: 2 }), subject(2, x, 2.5)], i * 40_000).map((s) => s.rosterIndex);
  }
  assert.deepEqual(named, [2, 1]);
});

test('there are no more competitors than entries: the one who comes back far from where they were lost is the one missing', () => {
  const binding = new RosterBinding(OPEN.slice(0, 2), noLanes);
  const rider = (id: number, x: number, n: number) => subject(id, x + n * 0.1, 0);
  play(binding, 0, 60, (n) => [rider(1, 9, n), rider(2, 3, n)]);
  play(binding, 61, 700, (n) => [rider(2, 3, n)]);
  const back = play(binding, 701, 760, (n) => [rider(2, 3, n), rider(3, 25, n)]);
  assert.deepEqual([...back.values()], [1, 0]);
});

test('where gates are stated, who turns up elsewhere is one who was lost; who comes through a gate is new', () => {
  const named = (gates: [[number, number], [number, number]][], firstX: number) => {
    const binding = new RosterBinding(OPEN, { ...noLanes, gates });
    const rider = (id: number, x: number, n: number) => subject(id, x + n * 0.1, 0);
    play(binding, 0, 60, (n) => [rider(1, 9, n), rider(2, 3, n)]);
    play(binding, 61, 700, (n) => [rider(2, 3, n)]);
    return play(binding, 701, 760, (n) => [rider(2, 3, n), rider(3, firstX - 70, n)]).get(3);
  };
  const gate: [[number, number], [number, number]] = [
    [20, -4],
    [20, 4],
  ];
  assert.equal(named([gate], 60), 0, 'the missing leader');
  assert.equal(named([gate], 20), 2, 'the third, who had not come in yet');
  assert.equal(named([], 20), 0, 'no way in at all');
});
