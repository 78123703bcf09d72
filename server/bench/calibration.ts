import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { calibrateFile } from '../../tracking/index.js';
import { errorFigures } from '../commands/eval-calibration.js';
import type { Table } from './table.js';

const HEADER = ['frames of', 'plain RANSAC, as published', 'Leaderline', 'goal', 'missed'];

/** Key points in, camera out: metres over the ground in view. */
export function calibrationTable(data: string): Table {
  const title = 'calibration from key points (mean / median of the error over the ground in view, metres)';
  const path = join(data, 'calibration', 'football-wc14.json');
  if (!existsSync(path)) return { title, header: HEADER, rows: [], notes: ['SKIPPED football-wc14: not among the data'], figures: {} };
  const frames = calibrateFile(readFileSync(path, 'utf8'));
  const errors = frames.flatMap(({ error }) => (error ? [error.overGroundM] : []));
  const { meanM, medianM } = errorFigures(errors);
  const missed = frames.length - errors.length;
  return {
    title,
    header: HEADER,
    rows: [
      [
        'football-wc14',
        '0.85 / 0.61',
        `${meanM.toFixed(2)} / ${medianM.toFixed(2)}`,
        '0.65 / 0.45, none missed',
        `${missed} of ${frames.length}`,
      ],
    ],
    figures: { 'football-wc14 mean m': meanM, 'football-wc14 median m': medianM, 'football-wc14 missed': missed },
  };
}
