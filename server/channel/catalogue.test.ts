import assert from 'node:assert/strict';
import test from 'node:test';
import { catalogue } from './catalogue.js';

test('a graphic is stepped as often as its manifest says; others’ graphics know themselves when they end', () => {
  assert.equal(catalogue.steps({ type: 'leader-line', data: {} }, 8), 1);
  assert.equal(catalogue.steps({ type: 'lower-third', data: {} }, 8), 2);
  assert.equal(catalogue.steps({ type: 'ograf:com.example.strap', data: {} }, 8), Number.POSITIVE_INFINITY);
});

test('a result board has as many steps as the start list fills pages', () => {
  const steps = (rows: number, competitors: number) => catalogue.steps({ type: 'result-board', data: { rows } }, competitors);
  assert.deepEqual([steps(8, 8), steps(8, 9), steps(3, 8), steps(1, 500)], [1, 2, 3, 25]);
  assert.equal(steps(8, 0), 25, 'nobody knows how many will come');
});
