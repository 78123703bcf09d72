import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Box, iou, TrackingFrame } from '../protocol/index.js';
import { groundPoints } from '../server/bench/pets-calibration.js';
import { report, scorePair } from '../tracking/index.js';
import { runCli, temporaryFolder } from './support/cli.js';
import { dataFolder, skipWithoutData } from './support/data.js';

/** Real people under a fixed camera, no neural network: pixels to identities and metres, as `leaderline track` writes them. */

const { path: dir, remove } = temporaryFolder('people');
after(remove);
const folder = join(dataFolder ?? '', 'video', 'pets-s2l1');

test('PETS 2009 S2L1: who is where, nothing known beforehand', { skip: skipWithoutData }, async (t) => {
  const out = join(dir, 'plain.txt');
  const run = await runCli(['track', join(folder, 'video.avi'), '--out', out, '--format', 'mot'], { timeoutMs: 300_000 });
  assert.equal(run.code, 0, run.stderr);
  const { hota, mota, idf1 } = report(scorePair(readFileSync(join(folder, 'gt.txt'), 'utf8'), readFileSync(out, 'utf8')));
  t.diagnostic(`HOTA ${hota.toFixed(1)} MOTA ${mota.toFixed(1)} IDF1 ${idf1.toFixed(1)}`);
  assert.ok(hota > 48 && mota > 72 && idf1 > 64, `HOTA ${hota}, MOTA ${mota}, IDF1 ${idf1}`);
});

test('PETS 2009 S2L1, calibrated: within 0.35 m of where they stand', { skip: skipWithoutData }, async (t) => {
  const points = groundPoints(readFileSync(join(folder, 'calibration-tsai-768x576.xml'), 'utf8'), 0.625);
  const project = join(dir, 'pets.json');
  const calibration = { size: [480, 360], points };
  const channel = {
    id: 'pets',
    title: 'PETS',
    source: { url: 'video.avi' },
    tracking: { camera: 'fixed' },
    calibration,
    graphics: [],
    outputs: [],
  };
  writeFileSync(project, JSON.stringify({ name: 'pets', channels: [channel] }));
  const out = join(dir, 'calibrated.jsonl');
  const args = ['track', join(folder, 'video.avi'), '--project', project, '--out', out, '--format', 'jsonl'];
  const run = await runCli(args, { timeoutMs: 300_000 });
  assert.equal(run.code, 0, run.stderr);
  const truth = readTruth();
  const errorsM: number[] = [];
  let boxes = 0;
  for (const line of readFileSync(out, 'utf8').trim().split('\n')) {
    const frame = TrackingFrame.parse(JSON.parse(line));
    for (const person of truth.get(frame.frameIndex + 1) ?? []) {
      boxes++;
      const best = frame.subjects.filter((s) => s.state === 'visible').sort((a, b) => iou(b.box, person.box) - iou(a.box, person.box))[0];
      if (best && iou(best.box, person.box) >= 0.5) errorsM.push(Math.hypot(best.ground.x - person.x, best.ground.y - person.y));
    }
  }
  errorsM.sort((a, b) => a - b);
  const medianM = errorsM[errorsM.length >> 1] ?? Number.POSITIVE_INFINITY;
  t.diagnostic(`median ${medianM.toFixed(2)} m, ${errorsM.length} of ${boxes} found`);
  assert.ok(medianM <= 0.35, `${medianM} m`);
  assert.ok(errorsM.length > 0.85 * boxes, `${errorsM.length} of ${boxes} found`);
});

interface Standing {
  readonly box: Box;
  /** Foot, metres. */
  readonly x: number;
  readonly y: number;
}

/** Truth by 1-based frame. */
function readTruth(): Map<number, Standing[]> {
  const truth = new Map<number, Standing[]>();
  for (const line of readFileSync(join(folder, 'gt.txt'), 'utf8').trim().split('\n')) {
    const [frame, , left, top, width, height, consider, x, y] = line.split(',').map(Number);
    if (consider === 0) continue;
    truth.set(frame, [...(truth.get(frame) ?? []), { box: { x: left, y: top, width, height }, x, y }]);
  }
  return truth;
}
