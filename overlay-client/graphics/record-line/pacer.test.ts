import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { Pacer } from './pacer.js';
import { comparison } from './words.js';

const near = (a: number, b: number, tolerance = 1e-6): void => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('a total time alone is an even pace', () => {
  const pacer = Pacer.of([], 10, 100);
  assert.ok(pacer);
  for (const t of [0, 2.5, 7, 10]) near(pacer.distanceAtM(t), t * 10);
  near(pacer.distanceAtM(12), 100);
  near(pacer.distanceAtM(-1), 0);
});

test('a run passes every split at its time, never runs backwards, and time and place are inverses', () => {
  const rows = fc.array(
    fc.record({ m: fc.double({ min: 0.5, max: 30, noNaN: true }), s: fc.double({ min: 0.05, max: 20, noNaN: true }) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(rows, fc.double({ min: 0.01, max: 0.99, noNaN: true }), (steps, at) => {
      let [distanceM, timeS] = [0, 0];
      const splits = steps.map(({ m, s }) => {
        distanceM += m;
        timeS += s;
        return { distanceM, timeS };
      });
      const pacer = Pacer.of(splits, 0, distanceM);
      assert.ok(pacer);
      for (const split of splits) near(pacer.distanceAtM(split.timeS), split.distanceM, 1e-6 * distanceM);
      let before = 0;
      for (let i = 1; i <= 200; i++) {
        const now = pacer.distanceAtM((timeS * i) / 200);
        assert.ok(now >= before - 1e-9 * distanceM, `back from ${before} to ${now} m`);
        before = now;
      }
      near(pacer.distanceAtM(pacer.timeAtS(distanceM * at)), distanceM * at, 1e-5 * distanceM);
    }),
    { numRuns: 150 },
  );
});

test('a table that ends early goes on at its last pace, one that ends late is cut at the finish', () => {
  near(Pacer.of([{ distanceM: 40, timeS: 5 }], 0, 100)?.timeAtS(100) ?? 0, 12.5, 1e-3);
  near(Pacer.of([{ distanceM: 50, timeS: 6 }], 11, 100)?.distanceAtM(11) ?? 0, 100);
  const late = Pacer.of(
    [
      { distanceM: 50, timeS: 5 },
      { distanceM: 150, timeS: 15 },
    ],
    0,
    100,
  );
  near(late?.timeAtS(100) ?? 0, 10, 0.01);
  assert.equal(Pacer.of([], 0, 100), undefined);
  assert.equal(Pacer.of([], 10, 0), undefined);
});

test('the card tells by how much the leader is ahead or behind', () => {
  const pacer = Pacer.of([], 10, 100);
  assert.ok(pacer);
  const said = (timeS: number, distanceM: number): string =>
    comparison(pacer, 100, { timeS, distanceM }, 'both', false)
      .map(({ text }) => text)
      .join(' ');
  assert.equal(said(4, 42), 'AHEAD −0.20 2.0 m');
  assert.equal(said(4, 37), 'BEHIND +0.30 3.0 m');
  assert.equal(said(9.58, 100), 'AHEAD −0.42');
  assert.equal(said(10.25, 100), 'BEHIND +0.25');
  assert.deepEqual(
    comparison(pacer, 100, undefined, 'both', false).map(({ text }) => text),
    ['10.00'],
  );
});
