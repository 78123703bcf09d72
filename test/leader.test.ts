import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type SubjectTruth, TrackingFrame } from '../protocol/index.js';
import { createScene } from '../simulation/index.js';
import { runCli, temporaryFolder } from './support/cli.js';

/** Who leads, as `leaderline track` says, against the truth of the demo's race: eight runners who overlap and cast shadows. */

const { path: dir, remove } = temporaryFolder('leader');
after(remove);
/** Nearer than this to the first, nobody can tell who leads. */
const ALONGSIDE_M = 0.3;

for (const { seed, seconds, right, rankOff, line95M } of [
  { seed: 1, seconds: 11, right: 0.94, rankOff: 0.9, line95M: 0.6 },
  { seed: 3, seconds: 7, right: 0.97, rankOff: 0.9, line95M: 0.6 },
]) {
  test(`sim:sprint at 960×540, seed ${seed}: the right one leads, and the line is where they are`, async (t) => {
    const [video, truthFile, project, out] = ['mp4', 'truth.jsonl', 'json', 'jsonl'].map((end) => join(dir, `${seed}.${end}`));
    const drawn = ['simulate', 'sprint', '--size', '960x540', '--fps', '25', '--seconds', String(seconds), '--seed', String(seed)];
    const simulated = await runCli([...drawn, '--out', video, '--truth', truthFile], { timeoutMs: 240_000 });
    assert.equal(simulated.code, 0, simulated.stderr);
    const { calibration, course, roster } = createScene(`sim:sprint?size=960x540&fps=25&seed=${seed}`).setup;
    const channel = { id: 'race', title: 'Race', source: { url: video }, calibration, course, roster, graphics: [], outputs: [] };
    writeFileSync(project, JSON.stringify({ name: 'race', channels: [channel] }));
    const run = await runCli(['track', video, '--project', project, '--out', out, '--format', 'jsonl'], { timeoutMs: 240_000 });
    assert.equal(run.code, 0, run.stderr);
    const truth: { subjects: SubjectTruth[] }[] = lines(truthFile);
    let [frames, rightFrames, ranks, offBy] = [0, 0, 0, 0];
    const lineM: number[] = [];
    for (const line of lines(out)) {
      const { frameIndex, standings } = TrackingFrame.parse(line);
      const runners = new Map(truth[frameIndex]!.subjects.map((s) => [s.name, s]));
      const distanceM = (rosterIndex: number) => runners.get(roster[rosterIndex]?.name ?? '')?.distanceM ?? 0;
      const firstM = Math.max(...roster.map((_, index) => distanceM(index)));
      const leader = standings[0];
      if (!leader || firstM < 3 || firstM >= 100) continue;
      frames++;
      if (firstM - distanceM(leader.rosterIndex) <= ALONGSIDE_M) rightFrames++;
      lineM.push(Math.abs(leader.distanceM - firstM));
      for (const { rosterIndex, rank } of standings) {
        ranks++;
        offBy += Math.abs(rank - (runners.get(roster[rosterIndex]?.name ?? '')?.rank ?? 0));
      }
    }
    lineM.sort((a, b) => a - b);
    const worstM = lineM[Math.floor(0.95 * lineM.length)] ?? Number.POSITIVE_INFINITY;
    t.diagnostic(`right in ${((100 * rightFrames) / frames).toFixed(1)} % of ${frames} frames, ranks off by ${(offBy / ranks).toFixed(2)}`);
    t.diagnostic(`leader line off by ${lineM[lineM.length >> 1]?.toFixed(2)} m, ${worstM.toFixed(2)} m at 95 %`);
    assert.ok(frames > 20 * (seconds - 3), `${frames} frames`);
    assert.ok(rightFrames >= right * frames, `right in ${rightFrames} of ${frames}`);
    assert.ok(offBy <= rankOff * ranks, `ranks off by ${offBy / ranks}`);
    assert.ok(worstM <= line95M, `${worstM} m at 95 %`);
  });
}

function lines(path: string) {
  return readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
