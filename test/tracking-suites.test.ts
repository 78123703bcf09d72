import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readSuite } from '../server/bench/data.js';
import { associate, combine, report, type ScoreReport, scorePair } from '../tracking/index.js';
import { dataFolder, skipWithoutData } from './support/data.js';

/**
 * Tracker and scorer on real detections (see docs/tracking.md), skipped where they are not there.
 * Figures are HOTA, DetA, AssA, MOTA, IDF1, IDSW over a whole suite.
 */
type Figures = readonly [hota: number, detA: number, assA: number, mota: number, idf1: number, switches: number];

interface Suite {
  readonly name: string;
  readonly leaveOut?: string;
  /** As another scorer, written independently, gives them: detections taken as tracks, and the truth with shifted boxes and its ids cut up. */
  readonly detections: Figures;
  readonly sliced: Figures;
  /** Our tracker must not fall below these: HOTA, IDF1, MOTA. */
  readonly floor: readonly [hota: number, idf1: number, mota: number];
}

const SUITES: readonly Suite[] = [
  {
    name: 'mot17-yolox',
    detections: [8.49, 45.31, 1.61, 32.75, 0.11, 0],
    sliced: [34.23, 87.43, 13.42, 97.5, 16.14, 1035],
    floor: [71.2, 82.5, 80],
  },
  {
    name: 'mot15-frcnn',
    leaveOut: 'PETS09-S2L1',
    detections: [11.23, 36.84, 3.46, 35.06, 0.91, 0],
    sliced: [43.73, 79.44, 24.08, 87.15, 29.18, 633],
    floor: [39.8, 52.3, 39.3],
  },
  {
    name: 'sportsmot-degraded',
    detections: [22.92, 76.69, 6.86, 87.41, 4.28, 0],
    sliced: [24.79, 87.43, 7.05, 97.39, 8.34, 1451],
    floor: [66, 70, 90],
  },
  {
    name: 'sportsmot-boxes',
    detections: [28.56, 100, 8.16, 100, 7.6, 0],
    sliced: [24.79, 87.43, 7.05, 97.39, 8.34, 1451],
    floor: [90, 87, 99.8],
  },
  {
    name: 'dancetrack-boxes',
    detections: [40.91, 100, 16.74, 100, 16.99, 0],
    sliced: [21.51, 87.43, 5.3, 97.33, 6.59, 558],
    floor: [77, 74, 99.3],
  },
];

for (const suite of SUITES) {
  test(`${suite.name}: scores agree with another scorer, tracks are as good as they were`, { skip: skipWithoutData }, () => {
    const sequences = readSuite(dataFolder ?? '', suite.name);
    const over = (result: (s: (typeof sequences)[number]) => string, list = sequences) =>
      report(combine(list.map((s) => scorePair(s.truth, result(s)))));
    agrees(
      over((s) => s.detections),
      suite.detections,
    );
    agrees(
      over((s) => sliced(s.truth)),
      suite.sliced,
    );
    const ours = over(
      (s) => associate(s.detections, s.options),
      sequences.filter((s) => s.name !== suite.leaveOut),
    );
    for (const [i, value] of [ours.hota, ours.idf1, ours.mota].entries()) {
      assert.ok(value >= suite.floor[i], `${['HOTA', 'IDF1', 'MOTA'][i]} ${value.toFixed(2)} is below ${suite.floor[i]}`);
    }
  });
}

function agrees(r: ScoreReport, figures: Figures): void {
  for (const [i, value] of [r.hota, r.detA, r.assA, r.mota, r.idf1, r.idSwitches].entries()) {
    assert.ok(Math.abs(value - figures[i]) <= 0.00501, `figure ${i}: ${value}, the other scorer says ${figures[i]}`);
  }
}

/** The truth with every identity renamed each 40 frames and boxes shifted sideways by up to an eighth of their width. */
function sliced(truth: string): string {
  return truth
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => {
      const [f, id, x, y, w, h] = line.split(',').map(Number);
      return `${f},${id + 1000 * Math.floor((f + 7 * id) / 40)},${x + ((((f * 7 + id * 13) % 11) - 5) * w) / 40},${y},${w},${h}`;
    })
    .join('\n');
}
