import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ChannelStatus } from '../../protocol/index.js';
import type { BenchResult } from '../commands/bench.js';
import { leaderlineJson } from './child.js';
import { sprintProject } from './compose.js';
import { served } from './served.js';
import { takeLatencies } from './take-latency.js';

const SECONDS = Number(process.env.LEADERLINE_BENCH_SECONDS ?? 60);
const SIZE = process.env.LEADERLINE_BENCH_SIZE ?? '1280x720';
const SETTLE_MS = 5000;
const TAKES = 20;

/**
 * A live 30 fps channel with everything a race shows, HLS out, from a looping film paced by its own clock: does it hold real time, what delay
 * does it add, does its memory stay flat. `LEADERLINE_BENCH_SECONDS` and `LEADERLINE_BENCH_SIZE` lengthen and enlarge it.
 */
export async function benchLive(folder: string): Promise<BenchResult> {
  const film = join(folder, 'sprint.mp4');
  await leaderlineJson(['simulate', 'sprint', '--out', film, '--size', SIZE, '--fps', '30']);
  const project = sprintProject(film);
  const channel = project.channels[0];
  if (channel) channel.source.loop = true;
  const projectPath = join(folder, 'project.json');
  writeFileSync(projectPath, JSON.stringify(project));
  const server = await served([projectPath, '--data', join(folder, 'data')]);
  try {
    const { url } = server;
    const status = (): Promise<ChannelStatus> => server.status('race');
    await sleep(SETTLE_MS);
    const first = await status();
    const startMs = performance.now();
    const memoryMB: number[] = [];
    while (performance.now() - startMs < SECONDS * 1000) {
      await sleep(Math.min(5000, SECONDS * 250));
      memoryMB.push((await status()).memoryBytes / 1e6);
    }
    const last = await status();
    const takes = (await takeLatencies(url, 'race', project.channels[0]?.graphics?.[0]?.id ?? '', TAKES)).sort((a, b) => a - b);
    const seconds = (performance.now() - startMs) / 1000;
    const fps = (last.framesOut - first.framesOut) / seconds;
    const half = memoryMB.length >> 1;
    const growthMB = mean(memoryMB.slice(half)) - mean(memoryMB.slice(0, Math.max(1, half)));
    const figures = {
      seconds,
      fps,
      late: last.framesLate - first.framesLate,
      predicted: last.framesPredicted - first.framesPredicted,
      dropped: last.framesDropped - first.framesDropped,
      addedDelayFrames: last.addedDelayFrames,
      peakMemoryMB: Math.max(...memoryMB),
      memoryGrowthMB: growthMB,
      takeMedianMs: takes[TAKES >> 1] ?? Number.NaN,
      takeWorstMs: takes.at(-1) ?? Number.NaN,
    };
    return {
      name: 'live',
      lines: [
        `${SIZE} at 30 fps for ${seconds.toFixed(0)} s, 8 competitors, leader line, tags, gap board, paths, HLS out`,
        `frames out       ${fps.toFixed(2)} a second  (real time is 30)`,
        `late ${figures.late}, predicted ${figures.predicted}, dropped at the source ${figures.dropped}`,
        `added delay      ${figures.addedDelayFrames.toFixed(2)} frames on average  (goal: at most 4)`,
        `key to air       ${figures.takeMedianMs.toFixed(0)} ms of media time, ${figures.takeWorstMs.toFixed(0)} at most of ${TAKES}  (goal: at most 4 frames + 100 ms, 233)`,
        `memory           ${figures.peakMemoryMB.toFixed(0)} MB at most; second half over first half ${growthMB >= 0 ? '+' : ''}${growthMB.toFixed(1)} MB`,
      ],
      figures,
    };
  } finally {
    await server.end();
  }
}

const mean = (values: readonly number[]): number => values.reduce((t, v) => t + v, 0) / Math.max(1, values.length);
const sleep = (ms: number): Promise<void> => new Promise((r) => setTimeout(r, ms));
