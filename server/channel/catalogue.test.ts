import assert from 'node:assert/strict';
import test from 'node:test';
import { catalogue } from './catalogue.js';

test('a graphic is stepped as often as its manifest says; others’ graphics know themselves when they end', () => {
  assert.equal(catalogue.steps('leader-line'), 1);
  assert.equal(catalogue.steps('lower-third'), 2);
  assert.equal(catalogue.steps('ograf:com.example.strap'), Number.POSITIVE_INFINITY);
});
