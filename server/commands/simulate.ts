import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { openSource } from '../../media/index.js';
import { Encoder, frameTimeUs, type Rational, type Size, Source } from '../../protocol/index.js';
import { createScene, truthLine } from '../../simulation/index.js';
import { openOutputs } from '../channel/outputs.js';
import { UsageError } from '../usage-error.js';
import { checkWritable, reason } from './files.js';
import { interruptSignal } from './offline.js';
import { Progress } from './progress.js';

export interface SimulateOptions {
  readonly out: string;
  readonly truth?: string;
  readonly seconds?: number;
  readonly size?: Size;
  readonly fps?: Rational;
  readonly seed?: number;
}

/** `leaderline simulate`: a scene as video, with one line of truth a frame. */
export async function simulate(sceneName: string, o: SimulateOptions): Promise<void> {
  checkWritable(o.out);
  if (o.truth !== undefined) checkWritable(o.truth, { option: '--truth' });
  const make = () => {
    try {
      return createScene(sceneName, {
        ...(o.size && { size: o.size }),
        ...(o.fps && { fps: o.fps }),
        ...(o.seed !== undefined && { seed: o.seed }),
      });
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error));
    }
  };
  const scene = make();
  const endUs = o.seconds === undefined ? scene.durationUs : o.seconds * 1e6;
  const total = Math.max(1, Math.round((endUs / 1e6) * (scene.fps.num / scene.fps.den)));
  const signal = interruptSignal();
  const source = await openSource(Source.parse({ url: `sim:${scene.name}`, loop: endUs > scene.durationUs }), {
    mode: 'offline',
    baseDir: process.cwd(),
    analysisWidth: 160,
    createScene: () => scene,
    signal,
    onHealth: () => {},
  });
  const outputs = await openOutputs(source.info, Encoder.parse({ crf: 16 }), [{ type: 'file', path: resolve(o.out) }], {
    baseDir: process.cwd(),
    failFast: true,
  });
  const truth = o.truth === undefined ? null : createWriteStream(o.truth);
  let truthError: Error | null = null;
  truth?.on('error', (error) => {
    truthError = new Error(`--truth ${o.truth}: ${reason(error)}`);
  });
  const progress = new Progress('simulate', total);
  const sceneFrames = Math.round((scene.durationUs / 1e6) * (scene.fps.num / scene.fps.den));
  try {
    for await (const frame of source.frames()) {
      if (frame.frameIndex >= total) {
        frame.close();
        break;
      }
      await outputs.write(frame);
      const { frameIndex } = frame;
      frame.close();
      const line = truthLine({ ...scene.truth(frameIndex % sceneFrames), frameIndex, mediaTimeUs: frameTimeUs(frameIndex, scene.fps) });
      if (truth && !truth.write(`${line}\n`) && !truthError) await Promise.race([once(truth, 'drain'), once(truth, 'close')]);
      if (truthError) throw truthError;
      progress.update(frameIndex + 1);
    }
  } finally {
    progress.end();
    await outputs.finish();
    await source.close();
    if (truth && !truth.destroyed) {
      truth.end();
      if (!truth.closed) await once(truth, 'close').catch(() => {});
    }
  }
  if (signal.aborted) process.exitCode = 130;
}
