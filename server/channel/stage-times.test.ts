import assert from 'node:assert/strict';
import { test } from 'node:test';
import { StageTimes } from './stage-times.js';

test('mean covers the whole run, p99 the recent frames', () => {
  const times = new StageTimes();
  for (let i = 1; i <= 100; i++) times.add('draw', i);
  assert.deepEqual(times.summary(), { draw: { meanMs: 50.5, p99Ms: 100 } });
  for (let i = 0; i < 5000; i++) times.add('draw', 2);
  assert.equal(times.summary().draw?.p99Ms, 2, 'old peaks leave the p99');
  assert.ok((times.summary().draw?.meanMs ?? 0) > 2.9, 'but not the mean');
});
