import { join } from 'node:path';
import { Channel, type Mat3, type SyntheticScene, type TrackingFrame } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { openChannel } from '../channel/open.js';
import type { BenchResult } from '../commands/bench.js';
import { leaderlineJson } from './child.js';
import { clipGlueTable } from './clip-glue.js';
import { findData } from './data.js';
import { type GlueResult, measureGlue } from './glue.js';
import { groundErrors } from './ground-error.js';
import { type MatteResult, measureMatte } from './matte.js';
import { poseGlue } from './pose-glue.js';
import { SHOTS } from './shots.js';

export interface GlueRun extends GlueResult {
  /** What was drawn, by frame, and what it was drawn on. */
  readonly drawn: readonly TrackingFrame[];
  readonly scene: SyntheticScene;
  readonly matte: MatteResult;
  /** Distance of the drawn line from the true leader's foot, metres along the course, 95th percentile. */
  readonly leaderErrorM: number;
}

/** Frames between those on which what lies under whom is looked at. */
const MATTE_EVERY = 10;

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
  const glue = await measureGlue({
    plainPath,
    compositedPath,
    course,
    groundToImage,
    drawn,
    ...(scene.covers && { covers: (i, at) => scene.covers?.(i, at) ?? false }),
  });
  const matte = await measureMatte({ plainPath, compositedPath }, scene, course, drawn, MATTE_EVERY);
  const leaderErrors = drawn.flatMap((frame, i) => {
    const first = frame.standings[0];
    const truth = truths[i]?.subjects.reduce(
      (best, s) => Math.max(best, s.distanceM ?? Number.NEGATIVE_INFINITY),
      Number.NEGATIVE_INFINITY,
    );
    return first && truth !== undefined && Number.isFinite(truth) ? [Math.abs(first.distanceM - truth)] : [];
  });
  leaderErrors.sort((a, b) => a - b);
  return { ...glue, matte, drawn, scene, leaderErrorM: leaderErrors[Math.floor(leaderErrors.length * 0.95)] ?? Number.NaN };
}

const SECONDS = Number(process.env.LEADERLINE_BENCH_SECONDS ?? 20);

/** Calibrations whose ground is measured: exact, and twice as people click. */
const CLICKS_OFF_PX = [0, 2, 2];

/** Leader line against truth on the moving scenes, calibration on the first frame only; then the pose alone, through worse and worse cameras. */
export async function benchGlue(folder: string): Promise<BenchResult> {
  const lines = [
    `leader line in the composited film against the true homography, ${SECONDS} s at 1920x1080, calibrated on the first frame only`,
  ];
  const figures: Record<string, number> = {};
  for (const scene of ['sprint', 'drone', 'swim']) {
    const r = await glueOfScene(scene, folder, { seconds: SECONDS, size: '1920x1080' });
    lines.push(
      `sim:${scene.padEnd(7)} ${r.rmsPx.toFixed(2)} px RMS, worst frame ${r.worstFramePx.toFixed(2)} px (frame ${r.worstFrameIndex}), ${r.frames} frames; leader's place p95 ${r.leaderErrorM.toFixed(2)} m`,
    );
    if (r.matte.covered > 0) {
      const [hidden, painted] = [r.matte.hidden, r.matte.painted].map((share) => (100 * share).toFixed(1));
      lines.push(`            under the feet: ${hidden} % of its covered pixels are not painted, ${painted} % of the others are`);
      figures[`${scene}MatteHidden`] = r.matte.hidden;
      figures[`${scene}MattePainted`] = r.matte.painted;
    }
    figures[`${scene}RmsPx`] = r.rmsPx;
    figures[`${scene}WorstPx`] = r.worstFramePx;
    figures[`${scene}LeaderErrorM`] = r.leaderErrorM;
  }
  lines.push('', `all the ground in view against truth, pose alone, ${SECONDS} s at 1280x720, calibrated on the first frame only`);
  for (const scene of ['sprint', 'drone', 'swim', 'shop']) {
    for (const shot of SHOTS) {
      const r = await poseGlue(scene, shot, SECONDS, folder);
      const name = `sim:${scene}, ${shot}`;
      lines.push(
        `${name.padEnd(27)} ${r.rmsPx.toFixed(2)} px RMS, worst frame ${r.worstFramePx.toFixed(2)} px, held ${(100 * r.held).toFixed(0)} %, ${r.cpuMs.toFixed(1)} ms CPU a frame`,
      );
      figures[`${name} rmsPx`] = r.rmsPx;
    }
  }
  const seconds = Math.min(SECONDS, 15);
  lines.push('', `ground error, sim:sprint, course in view, ${seconds} s at 1920x1080, calibrated on the first frame only`);
  for (const [i, { medianM, p95M }] of (await groundErrors(seconds, CLICKS_OFF_PX)).entries()) {
    const clicks = CLICKS_OFF_PX[i] === 0 ? 'clicks exact' : `clicks ${CLICKS_OFF_PX[i]} px off`;
    lines.push(`${clicks.padEnd(27)} ${medianM.toFixed(3)} m median, ${p95M.toFixed(3)} m at 95 %`);
    figures[`ground ${i} ${clicks} p95M`] = p95M;
  }
  const clip = await clipGlueTable(findData());
  lines.push('', ...clip.lines);
  return { name: 'glue', lines, figures: { ...figures, ...clip.figures } };
}
