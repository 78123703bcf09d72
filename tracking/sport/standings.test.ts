import assert from 'node:assert/strict';
import { test } from 'node:test';
import { frameAt, STRAIGHT, subject } from './fixtures.test-support.js';
import { Standings } from './standings.js';

const FPS = 50;
const us = (seconds: number) => Math.round(seconds * 1e6);

/** Metres from the start after t seconds: up to `top` m/s with a sprinter's time constant. */
const run = (top: number, t: number) => top * (t - 1.2 * (1 - Math.exp(-t / 1.2)));
const speed = (top: number, t: number) => top * (1 - Math.exp(-t / 1.2));
const RUNNERS = [11, 10.6, 10.2];

/** Repeatable noise, about normal, standard deviation 1. */
function noise(seed: number): () => number {
  let state = seed >>> 0;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  return () => Array.from({ length: 12 }, uniform).reduce((s, v) => s + v, -6);
}

function race(t: number, jitter: () => number = () => 0) {
  return frameAt(
    us(t),
    RUNNERS.map((top, i) => subject(i + 1, run(top, t) + jitter(), i - 1)),
  );
}

test('a race: order, distance, speed, gaps and finish times are the truth’s', () => {
  const standings = new Standings(STRAIGHT);
  const jitter = noise(1);
  let worstSpeed = 0;
  let speedBias = 0;
  for (let n = 0; n <= 9 * FPS; n++) {
    const t = n / FPS;
    const now = standings.update(race(t, () => jitter() * 0.08));
    if (t < 2) continue;
    assert.deepEqual(
      now.map((s) => s.trackId),
      [1, 2, 3],
      `order at ${t} s`,
    );
    const [first, second] = now;
    assert.ok(Math.abs(first.distanceM - run(11, t)) < 0.15, `${first.distanceM} m at ${t} s`);
    worstSpeed = Math.max(worstSpeed, Math.abs(first.speedMps - speed(11, t)));
    speedBias += (first.speedMps - speed(11, t)) / (7 * FPS);
    const gapM = run(11, t) - run(10.6, t);
    assert.ok(Math.abs(second.gapM - gapM) < 0.25);
    if (t > 4) assert.ok(Math.abs((second.gapS ?? Number.NaN) - gapM / speed(11, t)) < 0.03, `gap ${second.gapS} s at ${t} s`);
    assert.equal(first.gapS, 0);
  }
  assert.ok(worstSpeed < 0.8, `speed off by ${worstSpeed} m/s`);
  assert.ok(Math.abs(speedBias) < 0.05, `speed trails by ${speedBias} m/s`);
});

test('finishers are timed between frames and ranked by time, whatever they do after', () => {
  const standings = new Standings(STRAIGHT);
  let last = standings.update(race(0));
  // The winner stops dead beyond the line; the second runs on past him.
  for (let n = 1; n <= 12 * 25; n++) {
    const t = n / 25;
    const places = RUNNERS.map((top, i) => subject(i + 1, Math.min(run(top, t), i === 0 ? 103 : 118), i - 1));
    last = standings.update(frameAt(us(t), places));
  }
  const truth = RUNNERS.map((top) => {
    let t = 5;
    while (run(top, t) < 100) t += 0.0001;
    return t;
  });
  for (const [i, standing] of last.entries()) {
    assert.equal(standing.trackId, i + 1);
    const finishedS = (standing.finishedAtUs ?? Number.NaN) / 1e6;
    assert.ok(Math.abs(finishedS - truth[i]) < 0.005, `finished at ${finishedS}, in truth ${truth[i]}`);
    assert.ok(Math.abs((standing.gapS ?? Number.NaN) - (truth[i] - truth[0])) < 0.01);
    assert.equal(standing.distanceM, 100);
  }
});

test('a runner who vanishes keeps a predicted place, then drops out; a new track of the same entry goes on', () => {
  const standings = new Standings(STRAIGHT);
  const at = (n: number, ids: number[]) =>
    standings.update(
      frameAt(
        us(n / 50),
        ids.map((id) => subject(id, 8 * (n / 50) - (id % 10), 0, { rosterIndex: id % 10 })),
      ),
    );
  for (let n = 0; n < 100; n++) at(n, [1, 2]);
  let now = at(100, [2]);
  for (let n = 101; n < 250; n++) now = at(n, [2]);
  assert.deepEqual(
    now.map((s) => s.trackId),
    [1, 2],
  );
  assert.ok(Math.abs(now[0].distanceM - (8 * (249 / 50) - 1)) < 0.3, `predicted ${now[0].distanceM}`);
  now = at(250, [2, 11]);
  assert.deepEqual(
    now.map((s) => s.trackId),
    [11, 2],
  );
  assert.ok(now[1].gapS !== null && Math.abs(now[1].gapS - 1 / 8) < 0.02, 'history of the old track still counts');
  for (let n = 251; n < 520; n++) now = at(n, [2]);
  assert.deepEqual(
    now.map((s) => s.trackId),
    [2],
  );
});

test('who stands beside the course, or appears beyond the finish, takes no part', () => {
  const standings = new Standings(STRAIGHT);
  const now = standings.update(frameAt(0, [subject(1, 5, 0), subject(2, 20, 4.5), subject(3, 105, 0), subject(4, 30, -30)]));
  assert.deepEqual(
    now.map((s) => s.trackId),
    [1],
  );
});

test('nothing is measured on a lost pose or in pixels; reset forgets the race', () => {
  const standings = new Standings(STRAIGHT);
  const lost = frameAt(0, [subject(1, 5, 0)]);
  assert.deepEqual(standings.update({ ...lost, pose: { ...lost.pose, state: 'lost' } }), []);
  assert.deepEqual(standings.update({ ...lost, pose: { ...lost.pose, unit: 'px' } }), []);
  assert.equal(standings.update(lost).length, 1);
  standings.reset();
  assert.deepEqual(standings.update(frameAt(20_000, [])), []);
});

test('where people cross the finish all day, memory and list stay bounded', () => {
  const standings = new Standings(STRAIGHT);
  let now = standings.update(frameAt(0, []));
  for (let n = 0; n < 2000; n++) now = standings.update(frameAt(us(n / 2), [subject(n, 99, 0), subject(n - 1, 103, 0)]));
  assert.ok(now.length <= 510, `${now.length} standings`);
  assert.ok(now.some((s) => s.trackId === 1998 && s.finishedAtUs !== null));
});

test('side by side, and on the start line, the order stands still; passing shows at once', () => {
  const standings = new Standings(STRAIGHT);
  const jitter = noise(3);
  const orders = new Set<string>();
  for (let n = 0; n < 250; n++) {
    const now = standings.update(
      frameAt(
        us(n / FPS),
        [1, 2, 3, 4].map((id) => subject(id, jitter() * 0.02, id - 2.5)),
      ),
    );
    orders.add(now.map((s) => s.trackId).join());
  }
  assert.equal(orders.size, 1, [...orders].join(' '));
  let ledAtM = Number.NaN;
  for (let n = 250; n < 400 && Number.isNaN(ledAtM); n++) {
    const ahead = ((n - 250) / FPS) * 1;
    const last = Number([...orders][0].at(-1));
    const now = standings.update(
      frameAt(
        us(n / FPS),
        [1, 2, 3, 4].map((id) => subject(id, id === last ? ahead : 0, id - 2.5)),
      ),
    );
    if (now[0].trackId === last) ledAtM = ahead;
  }
  assert.ok(ledAtM < 0.3, `leads only ${ledAtM} m ahead`);
});
