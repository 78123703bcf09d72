import assert from 'node:assert/strict';
import { test } from 'node:test';
import { progressLine } from './progress.js';

test('a progress line says percentage, frames a second and time left', () => {
  assert.equal(progressLine('compose', 300, 900, 10), 'compose  33 %  300/900 frames  30.0 fps  0:20 left');
  assert.equal(progressLine('compose', 0, 900, 0), 'compose  0 %  0/900 frames  0.0 fps  –:–– left');
  assert.equal(progressLine('track', 50, null, 2), 'track  50 frames  25.0 fps');
  assert.match(progressLine('x', 1, 100_000, 1), /1666:39 left/);
});
