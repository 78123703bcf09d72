import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ProjectInput } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import type { BenchResult } from '../commands/bench.js';
import { leaderlineJson, median, nodeJson } from './child.js';

const SECONDS = 20;
const ROUNDS = 2;
const SIZE = { width: 1920, height: 1080 };
const TRANSCODE = fileURLToPath(new URL('./plain-transcode.js', import.meta.url));

/**
 * CPU seconds of the whole chain (decode, track, draw, composite, encode; 1080p30, 8 competitors, leader line, tags, gap board, paths) over
 * a plain transcode of the same film with the same library and encoder settings. Runs alternate; the median of each counts.
 */
export async function benchCompose(folder: string): Promise<BenchResult> {
  const film = join(folder, 'sprint.mp4');
  await leaderlineJson(['simulate', 'sprint', '--out', film, '--seconds', String(SECONDS), '--size', '1920x1080', '--fps', '30']);
  const project = join(folder, 'project.json');
  writeFileSync(project, JSON.stringify(sprintProject(film)));
  const plain: number[] = [];
  const whole: number[] = [];
  let report: Record<string, unknown> = {};
  for (let round = 0; round < ROUNDS; round++) {
    plain.push(Number((await nodeJson([TRANSCODE, film, join(folder, 'plain.mp4')])).cpuS));
    report = await leaderlineJson(['compose', film, '--project', project, '--out', join(folder, 'whole.mp4'), '--json']);
    whole.push(Number(report.cpuS));
  }
  const frames = Number(report.framesOut);
  const [plainS, wholeS] = [median(plain), median(whole)];
  const ms = (s: number): string => ((s * 1000) / frames).toFixed(1);
  return {
    name: 'compose',
    lines: [
      `${frames} frames of sim:sprint at 1920x1080, CPU seconds of all threads, median of ${ROUNDS}`,
      `plain transcode  ${plainS.toFixed(2)} s  ${ms(plainS)} ms a frame`,
      `leaderline       ${wholeS.toFixed(2)} s  ${ms(wholeS)} ms a frame`,
      `ratio            ${(wholeS / plainS).toFixed(2)}  (goal: at most 2.0)`,
      `stages (wall ms a frame): ${JSON.stringify(report.stagesMs)}`,
      `peak memory      ${String(report.peakMemoryMB)} MB`,
    ],
    figures: { ratio: wholeS / plainS, plainS, wholeS, frames, peakMemoryMB: Number(report.peakMemoryMB) },
  };
}

/** The sprint with everything a race shows. */
export function sprintProject(url: string): ProjectInput {
  const { setup } = createScene('sprint', { size: SIZE });
  return {
    name: 'Bench',
    channels: [
      {
        id: 'race',
        title: '100 m',
        source: { url },
        ...setup,
        graphics: [
          { id: 'paths', type: 'paths' },
          { id: 'leader', type: 'leader-line' },
          { id: 'tags', type: 'name-tags' },
          { id: 'board', type: 'gap-board' },
        ],
      },
    ],
  };
}
