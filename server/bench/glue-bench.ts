import { join } from 'node:path';
import { Channel, type Mat3, type SyntheticScene, type TrackingFrame } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { leaderlineJson } from './child.js';
import { type GlueResult, measureGlue } from './glue.js';

export interface GlueRun extends GlueResult {
  /** What was drawn, by frame, and what it was drawn on. */
  readonly drawn: readonly TrackingFrame[];
  readonly scene: SyntheticScene;
  /** Distance of the drawn line from the true leader's foot, metres along the course, 95th percentile. */
  readonly leaderErrorM: number;
}

/**
 * Composites a scene, calibrated on its first frame only, and measures its leader line against truth.
 * @param folder for the films made on the way
 */
export async function glueOfScene(sceneName: string, folder: string, o: { seconds: number; size: string }): Promise<GlueRun> {
  const [width = 1920, height = 1080] = o.size.split('x').map(Number);
  const scene = createScene(sceneName, { size: { width, height }, fps: { num: 30, den: 1 } });
  const plainPath = join(folder, `${sceneName}.mp4`);
  const compositedPath = join(folder, `${sceneName}-composited.mp4`);
  await leaderlineJson(['simulate', sceneName, '--out', plainPath, '--seconds', String(o.seconds), '--size', o.size, '--fps', '30']);
  const drawn: TrackingFrame[] = [];
  const { course } = scene.setup;
  if (!course) throw new Error(`sim:${sceneName} has no course`);
  const channel = Channel.parse({
    id: 'glue',
    title: 'Glue',
    source: { url: plainPath },
    ...scene.setup,
    graphics: [{ id: 'line', type: 'leader-line', data: { label: 'none' } }],
    encoder: { crf: 14 },
  });
  const opened = await openChannel({
    channel,
    mode: 'offline',
    baseDir: folder,
    signal: new AbortController().signal,
    outputs: [{ type: 'file', path: compositedPath }],
    hlsDirectory: null,
    graphics: null,
    draw: true,
    onHealth: () => {},
    events: { onComposited: (frame) => drawn.push(frame) },
  });
  try {
    await opened.runner.run();
  } finally {
    await opened.close();
  }
  const truths = drawn.map((_, i) => scene.truth(i));
  const groundToImage: Mat3[] = truths.map((t) => t.groundToImage);
  const glue = await measureGlue({ plainPath, compositedPath, course, groundToImage, drawn });
  const leaderErrors = drawn.flatMap((frame, i) => {
    const first = frame.standings[0];
    const truth = truths[i]?.subjects.reduce(
      (best, s) => Math.max(best, s.distanceM ?? Number.NEGATIVE_INFINITY),
      Number.NEGATIVE_INFINITY,
    );
    return first && truth !== undefined && Number.isFinite(truth) ? [Math.abs(first.distanceM - truth)] : [];
  });
  leaderErrors.sort((a, b) => a - b);
  return { ...glue, drawn, scene, leaderErrorM: leaderErrors[Math.floor(leaderErrors.length * 0.95)] ?? Number.NaN };
}

/** Leader line against truth on the moving scenes, 20 s at 1080p, calibration on the first frame only. */
export async function benchGlue(folder: string): Promise<BenchResult> {
  const lines = ['leader line in the composited film against the true homography, 20 s at 1920x1080, calibrated on the first frame only'];
  const figures: Record<string, number> = {};
  for (const scene of ['sprint', 'drone', 'swim']) {
    const r = await glueOfScene(scene, folder, { seconds: 20, size: '1920x1080' });
    lines.push(
      `sim:${scene.padEnd(7)} ${r.rmsPx.toFixed(2)} px RMS, worst frame ${r.worstFramePx.toFixed(2)} px (frame ${r.worstFrameIndex}), ${r.frames} frames; leader's place p95 ${r.leaderErrorM.toFixed(2)} m`,
    );
    figures[`${scene}RmsPx`] = r.rmsPx;
    figures[`${scene}WorstPx`] = r.worstFramePx;
    figures[`${scene}LeaderErrorM`] = r.leaderErrorM;
  }
  return { name: 'glue', lines, figures };
}
