import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { parseMotFile } from './mot-file.js';
import { combine, report, scorePair } from './score.js';

/** Rows `frame,id,x,0,10,20` for each [frame, id, x]. */
const rows = (list: readonly (readonly [number, number, number])[], rest = '') =>
  list.map(([f, id, x]) => `${f},${id},${x},0,10,20${rest}\n`).join('');
const frames = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
const near = (value: number, expected: number) => assert.ok(Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);

test('tracks that are the truth score 100, whatever their ids', () => {
  const truth = rows(
    frames(9).flatMap(
      (f) =>
        [
          [f, 1, f],
          [f, 2, 50 + f],
        ] as const,
    ),
  );
  const renamed = rows(
    frames(9).flatMap(
      (f) =>
        [
          [f, 70, 50 + f],
          [f, 5, f],
        ] as const,
    ),
  );
  const r = report(scorePair(truth, renamed));
  for (const value of [r.hota, r.detA, r.assA, r.mota, r.idf1]) near(value, 100);
  assert.equal(r.idSwitches, 0);
});

test('one identity change half way: worked by hand', () => {
  const truth = rows(frames(10).map((f) => [f, 1, 0] as const));
  const split = rows(frames(10).map((f) => [f, f <= 5 ? 1 : 2, 0] as const));
  const r = report(scorePair(truth, split));
  near(r.detA, 100);
  // Each half: 5 common frames of 10 + 5 − 5.
  near(r.assA, 50);
  near(r.hota, 100 * Math.sqrt(0.5));
  near(r.mota, 90);
  near(r.idf1, 50);
  assert.equal(r.idSwitches, 1);
});

test('a miss, a false alarm and a box half off: worked by hand', () => {
  const truth = rows(frames(4).map((f) => [f, 1, 0] as const));
  const result = rows([
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 2.5],
    [4, 9, 300],
  ]);
  const r = report(scorePair(truth, result));
  // Overlap in frame 3 is 7.5 / 12.5 = 0.6: a match up to alpha 0.6, twelve of nineteen.
  near(r.detA, (100 * (12 * (3 / 5) + 7 * (2 / 6))) / 19);
  near(r.mota, 50);
  near(r.idf1, 75);
});

test('an id is kept while it overlaps enough, though another overlaps better (CLEAR)', () => {
  const truth = rows([
    [1, 1, 0],
    [2, 1, 0],
    [3, 1, 0],
  ]);
  const passing = rows([
    [1, 1, 0],
    [2, 1, 2],
    [2, 2, 0],
    [3, 1, 0],
  ]);
  const r = report(scorePair(truth, passing));
  assert.equal(r.idSwitches, 0);
  near(r.mota, 100 * (1 - 1 / 3));
});

test('another id after a gap is a switch too', () => {
  const truth = rows(frames(5).map((f) => [f, 1, 0] as const));
  const r = report(
    scorePair(
      truth,
      rows([
        [1, 1, 0],
        [2, 1, 0],
        [4, 2, 0],
        [5, 2, 0],
      ]),
    ),
  );
  assert.equal(r.idSwitches, 1);
  near(r.mota, 60);
});

test('rows not asked for cost nothing: consider 0, other classes, and results that fit them', () => {
  const person = rows([[1, 1, 0]], ',1,1,1');
  const car = rows([[1, 2, 100]], ',1,3,1');
  const hidden = rows([[1, 3, 200]], ',0,1,1');
  const result = rows(
    [
      [1, 1, 0],
      [1, 2, 100],
      [1, 3, 200],
    ],
    ',0.9,-1,-1,-1',
  );
  near(report(scorePair(person + car + hidden, result)).mota, 100);
  // Before MOT16 such rows are left out, and results there are false alarms.
  const old = rows([[1, 1, 0]], ',1,-1,-1,-1') + rows([[1, 3, 200]], ',0,-1,-1,-1');
  near(
    report(
      scorePair(
        old,
        rows([
          [1, 1, 0],
          [1, 3, 200],
        ]),
      ),
    ).mota,
    0,
  );
});

test('no tracks and no truth have scores too', () => {
  const none = report(scorePair(rows([[1, 1, 0]]), ''));
  assert.deepEqual([none.hota, none.mota, none.idf1], [0, 0, 0]);
  assert.ok(Object.values(report(scorePair('', ''))).every(Number.isFinite));
});

test('an id used twice in a frame counts once', () => {
  const truth = rows(
    frames(3).flatMap(
      (f) =>
        [
          [f, 1, 0],
          [f, 2, 50],
        ] as const,
    ),
  );
  const detections = rows(
    frames(3).flatMap(
      (f) =>
        [
          [f, -1, 0],
          [f, -1, 50],
        ] as const,
    ),
  );
  const r = report(scorePair(truth, detections));
  near(r.detA, 100);
  near(r.idf1, 50);
});

test('combined is the score of all as one: the order of pairs does not matter, and twice the same is the same', () => {
  const box = fc.tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 4 }), fc.integer({ min: 0, max: 40 }));
  fc.assert(
    fc.property(fc.array(box, { minLength: 1, maxLength: 30 }), fc.array(box, { minLength: 1, maxLength: 30 }), (truth, result) => {
      const a = scorePair(rows(truth), rows(result));
      const b = scorePair(rows(result), rows(truth));
      const once = report(a);
      const twice = report(combine([a, a]));
      for (const key of ['hota', 'detA', 'assA', 'mota', 'idf1'] as const) near(twice[key], once[key]);
      near(report(combine([a, b])).hota, report(combine([b, a])).hota);
      for (const key of ['hota', 'detA', 'assA', 'idf1'] as const)
        assert.ok(once[key] >= -1e-9 && once[key] <= 100 + 1e-9, `${key} ${once[key]}`);
    }),
  );
});

test('a row that cannot be read is named', () => {
  assert.throws(() => parseMotFile('1,1,0,0,5,5\n\n1,2,0,0\n', 'gt.txt'), /gt\.txt, line 3: 4 columns; expected frame,id,x,y,w,h/);
  assert.throws(() => parseMotFile('1,1,0,zero,5,5', 'gt.txt'), /gt\.txt, line 1: column 4 is "zero", not a number/);
  assert.throws(() => parseMotFile('1.5,1,0,0,5,5', 'gt.txt'), /whole numbers, got 1.5, 1/);
  assert.equal(parseMotFile(' 1 , 2, 3 4 5 6 \r\n', 'x').get(1)?.[0].id, 2);
});
