import { join } from 'node:path';
import { OutputSet, openSource, type SourceOptions } from '../../media/index.js';
import { apply, Channel, depth, Encoder, invert, type Mat3, Source, type SyntheticScene } from '../../protocol/index.js';
import { TrackingPipeline } from '../../tracking/index.js';
import { type Shot, type ShotScene, shotOf } from './shots.js';

export interface PoseGlue {
  /** Over all ground points of all frames in which the pose was held, source pixels. */
  readonly rmsPx: number;
  /** The worst frame's own. */
  readonly worstFramePx: number;
  /** Share of frames in which it was held. */
  readonly held: number;
  /** CPU milliseconds a frame of the whole pipeline. */
  readonly cpuMs: number;
}

const ANALYSIS_WIDTH = 640;

/** Follows a scene, calibrated on its first frame only, and compares where its ground is seen with where it truly is. */
export async function poseGlue(name: string, shot: Shot, seconds: number, folder: string): Promise<PoseGlue> {
  const scene = shotOf(name, shot);
  const frames = Math.round(Math.min(seconds, scene.durationUs / 1e6) * (scene.fps.num / scene.fps.den));
  const url = shot === '1 Mbit/s' ? await film(scene, frames, join(folder, `${name}-1mbit.mp4`)) : `sim:${name}`;
  const channel = Channel.parse({ id: 'glue', title: 'Glue', source: { url }, ...scene.setup });
  const pipeline = await TrackingPipeline.create({ source: scene.size, channel, fps: scene.fps });
  const source = await openSource(Source.parse({ url }), options(scene, folder));
  let [sum, count, worst, held, cpu] = [0, 0, 0, 0, 0];
  let index = 0;
  for await (const frame of source.frames()) {
    if (index >= frames) {
      frame.close();
      break;
    }
    const before = process.cpuUsage();
    const { pose } = pipeline.process(frame.luma, frame.mediaTimeUs, index, index === 0 ? 'start' : null);
    const { user, system } = process.cpuUsage(before);
    frame.close();
    cpu += user + system;
    const squares = pose.state === 'held' ? groundOffsets(scene, index, pose.groundToImage) : [];
    if (squares.length > 0) {
      const total = squares.reduce((a, b) => a + b, 0);
      sum += total;
      count += squares.length;
      worst = Math.max(worst, Math.sqrt(total / squares.length));
      held++;
    }
    index++;
  }
  await source.close();
  await pipeline.close();
  return {
    rmsPx: Math.sqrt(sum / Math.max(1, count)),
    worstFramePx: worst,
    held: held / Math.max(1, index),
    cpuMs: cpu / 1000 / Math.max(1, index),
  };
}

/** Squared distances, pixels, for points all over the part of the picture that shows ground: from where the picture shows it. */
function groundOffsets(scene: ShotScene, index: number, seen: Mat3): number[] {
  const { size } = scene;
  const middle = scene.truth(index).groundToImage;
  const squares: number[] = [];
  for (let j = 0; j < 7; j++) {
    const y = ((j + 0.5) / 7) * size.height;
    const truth = scene.rowGroundToImage?.(index, y) ?? middle;
    const back = invert(truth);
    for (let i = 0; i < 9 && back; i++) {
      const at = { x: ((i + 0.5) / 9) * size.width, y };
      const ground = apply(back, at);
      if (depth(truth, ground) <= 0) continue;
      const there = apply(seen, ground);
      squares.push((there.x - at.x) ** 2 + (there.y - at.y) ** 2);
    }
  }
  return squares;
}

async function film(scene: SyntheticScene, frames: number, path: string): Promise<string> {
  const source = await openSource(Source.parse({ url: `sim:${scene.name}` }), { ...options(scene, '.'), analysisWidth: 160 });
  const outputs = await OutputSet.open(source.info, Encoder.parse({ bitrateKbps: 1000 }), [{ type: 'file', path }], {
    baseDir: '.',
    failFast: true,
  });
  for await (const frame of source.frames()) {
    const last = frame.frameIndex >= frames;
    if (!last) await outputs.write(frame);
    frame.close();
    if (last) break;
  }
  await outputs.finish();
  await source.close();
  return path;
}

/** How a bench opens a scene. */
export function options(scene: SyntheticScene, baseDir: string): SourceOptions {
  return {
    mode: 'offline',
    baseDir,
    analysisWidth: ANALYSIS_WIDTH,
    createScene: () => scene,
    signal: new AbortController().signal,
    onHealth: () => {},
  };
}
