import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { calibrateFile } from '../tracking/index.js';
import { dataFolder, skipWithoutData } from './support/data.js';

test('broadcast football: nothing missed, mean within 0.65 m, median within 0.45 m', { skip: skipWithoutData }, () => {
  const frames = calibrateFile(readFileSync(join(String(dataFolder), 'calibration', 'football-wc14.json'), 'utf8'));
  const errors = frames.flatMap(({ error }) => (error ? [error.overGroundM] : [])).sort((a, b) => a - b);
  assert.equal(errors.length, frames.length);
  const mean = errors.reduce((sum, e) => sum + e, 0) / errors.length;
  const median = errors[Math.floor(errors.length / 2)];
  assert.ok(mean <= 0.65 && median <= 0.45, `mean ${mean} m, median ${median} m`);
});
