import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { openSource } from '../../media/index.js';
import { apply, Channel, invert, type Mat3, multiply, type Point, Source } from '../../protocol/index.js';
import { createScene } from '../../simulation/index.js';
import { TrackingPipeline } from '../../tracking/index.js';

/** A real clip from a drone with a building that somebody marked in every frame. */
const CLIP = join('video', 'uav-building4');
const AFTER_S = [1, 5, 10];
const ANALYSIS_WIDTH = 640;

/** What others do on the same clip, chained frame to frame (median pixels after 1, 5 and 10 s), as stated where the goal was set. */
const REFERENCES = [
  { name: 'LK affine, as in BoT-SORT', px: [14, 82, 178] },
  { name: 'LK homography, 300 points', px: [3.4, 6.5, 7.4] },
  { name: 'to reach', px: [3, 3.5, 4] },
];

export interface ClipGlue {
  /** Median distance, pixels, after each of 1, 5 and 10 s, from every frame of the clip. */
  readonly ours: readonly number[];
  /** The same had the camera stood still. */
  readonly none: readonly number[];
  /** CPU milliseconds a frame of the whole pipeline. */
  readonly cpuMs: number;
}

/** @returns lines of a table, with the figures; both say so where the clip is absent. @param data folder of the real clips, or null */
export async function clipGlueTable(data: string | null): Promise<{ lines: string[]; figures: Record<string, number> }> {
  const folder = data === null ? null : join(data, CLIP);
  if (folder === null || !existsSync(folder)) {
    return { lines: ['SKIPPED: the real clip uav-building4: set LEADERLINE_DATA to the folder of the research data'], figures: {} };
  }
  const { ours, none, cpuMs } = await clipGlue(folder);
  const row = (name: string, px: readonly number[]) => `${name.padEnd(27)} ${px.map((v) => v.toFixed(1).padStart(6)).join(' ')}`;
  return {
    lines: [
      `uav-building4 (a real drone): the marked building's middle carried from every frame, median px after ${AFTER_S.join(', ')} s; marks jitter by 2.6 px`,
      row('no camera motion', none),
      ...REFERENCES.map(({ name, px }) => row(name, px)),
      `${row('Leaderline', ours)}   ${cpuMs.toFixed(1)} ms CPU a frame`,
    ],
    figures: Object.fromEntries(AFTER_S.map((s, i) => [`uav-building4 ${s} s medianPx`, ours[i]])),
  };
}

/** Follows the clip and carries the middle of the marked box from each frame to later ones. @param folder with `video.mp4` and `target.txt` */
export async function clipGlue(folder: string): Promise<ClipGlue> {
  const marks = readFileSync(join(folder, 'target.txt'), 'utf8').trim().split('\n').map(middleOf);
  const url = join(folder, 'video.mp4');
  const channel = Channel.parse({ id: 'clip', title: 'Clip', source: { url }, tracking: { camera: 'moving' } });
  const source = await openSource(Source.parse({ url }), {
    mode: 'offline',
    baseDir: folder,
    analysisWidth: ANALYSIS_WIDTH,
    createScene,
    signal: new AbortController().signal,
    onHealth: () => {},
  });
  const { size, fps } = source.info;
  if (!fps) throw new Error(`${url} does not say its frame rate; fetch the research data anew`);
  const pipeline = await TrackingPipeline.create({ source: size, channel, fps });
  const poses: Mat3[] = [];
  const before = process.cpuUsage();
  for await (const frame of source.frames()) {
    const index = poses.length;
    poses.push(pipeline.process(frame.luma, frame.mediaTimeUs, index, index === 0 ? 'start' : null).pose.groundToImage);
    frame.close();
  }
  const { user, system } = process.cpuUsage(before);
  await source.close();
  await pipeline.close();
  const steps = AFTER_S.map((s) => Math.round((s * fps.num) / fps.den));
  return {
    ours: steps.map((n) => medianOffset(marks, poses, n)),
    none: steps.map((n) => medianOffset(marks, undefined, n)),
    cpuMs: (user + system) / 1000 / Math.max(1, poses.length),
  };
}

function medianOffset(marks: readonly (Point | undefined)[], poses: readonly Mat3[] | undefined, steps: number): number {
  const offsets: number[] = [];
  for (const [i, from] of marks.entries()) {
    const to = marks[i + steps];
    const back = poses && invert(poses[i]);
    const there = poses?.[i + steps];
    if (!from || !to || (poses && !(back && there))) continue;
    const carried = back && there ? apply(multiply(there, back), from) : from;
    offsets.push(Math.hypot(carried.x - to.x, carried.y - to.y));
  }
  offsets.sort((a, b) => a - b);
  return offsets[offsets.length >> 1] ?? Number.NaN;
}

/** Middle of an `x,y,width,height` row; undefined where nothing is marked. */
function middleOf(row: string): Point | undefined {
  const [x, y, width, height] = row.split(',').map(Number);
  const at = { x: x + width / 2, y: y + height / 2 };
  return Number.isFinite(at.x) && Number.isFinite(at.y) ? at : undefined;
}
