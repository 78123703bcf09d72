import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { resolve } from 'node:path';
import { type Point, rationalToNumber, type TrackingFrame } from '../../protocol/index.js';
import type { TrackingWorker } from '../../tracking/index.js';
import { openChannel } from '../channel/open.js';
import { UsageError } from '../usage-error.js';
import { checkWritable, reason } from './files.js';
import { interruptSignal, offlineChannel } from './offline.js';
import { Progress } from './progress.js';
import { DebugOverlay } from './track-debug.js';

export interface TrackOptions {
  readonly out: string;
  readonly project?: string;
  readonly channel?: string;
  readonly format: 'mot' | 'jsonl' | 'recording';
  /** What to follow: a place on the first frame, source pixels. */
  readonly follow?: Point;
  /** Video to write that shows what tracking saw. */
  readonly debug?: string;
}

/**
 * `leaderline track`: where everyone is. `mot` rows are what was measured on each frame; `jsonl` lines are whole TrackingFrames as they
 * would be drawn, smoothed and with standings; `recording` begins with a line that holds the scene, for graphics in other OGraf hosts.
 */
export async function track(input: string, o: TrackOptions): Promise<void> {
  checkWritable(o.out, { input });
  if (o.debug !== undefined) checkWritable(o.debug, { input, option: '--debug' });
  const shown = o.debug === undefined ? null : new DebugOverlay();
  const { channel, baseDir } = offlineChannel(input, o);
  const signal = interruptSignal();
  let failed: Error | null = null;
  const write = (text: string): void => {
    if (text !== '' && !failed) out.write(text);
  };
  const opened = await openChannel({
    channel,
    mode: 'offline',
    baseDir,
    signal,
    outputs: o.debug === undefined ? [] : [{ type: 'file', path: resolve(o.debug) }],
    hlsDirectory: null,
    graphics: null,
    draw: shown ? (scene) => shown.open(scene) : false,
    showForeground: shown !== null,
    onHealth: () => {},
    events: {
      ...(o.format === 'mot' ? { onMeasured: (frame: TrackingFrame) => write(motRows(frame)) } : {}),
      onComposited: (frame) => {
        if (o.format !== 'mot') write(`${JSON.stringify({ ...frame, matte: undefined })}\n`);
        progress.update(frame.frameIndex + 1);
      },
    },
  });
  // Only now: an input that cannot be read must not cost the tracks of an earlier run.
  const out = createWriteStream(o.out).on('error', (error) => {
    failed = new Error(`--out ${o.out}: ${reason(error)}`);
  });
  if (o.format === 'recording') write(`${JSON.stringify(opened.scene)}\n`);
  const { info } = opened.source;
  const progress = new Progress(
    'track',
    info.durationUs && info.fps ? Math.round((info.durationUs / 1e6) * rationalToNumber(info.fps)) : null,
  );
  try {
    if (shown) opened.tracking.onForeground((index, foreground) => shown.moved(index, foreground));
    if (o.follow) follow(opened.tracking, o.follow);
    await opened.runner.run();
  } finally {
    progress.end();
    await opened.close();
    await finished(out);
  }
  if (failed) throw failed;
  if (signal.aborted) process.exitCode = 130;
}

/** @throws UsageError for a place off the picture. */
function follow(tracking: TrackingWorker, place: Point): void {
  try {
    tracking.follow({ ...place, mediaTimeUs: 0 });
  } catch (error) {
    throw new UsageError(`--follow: ${reason(error)}`);
  }
}

/** MOTChallenge rows of one frame: 1-based frame number, source pixels, only what was seen in this frame. */
export function motRows(frame: TrackingFrame): string {
  return frame.subjects
    .filter((s) => s.state === 'visible')
    .map((s) => {
      const box = [s.box.x, s.box.y, s.box.width, s.box.height].map((v) => v.toFixed(2)).join(',');
      return `${frame.frameIndex + 1},${s.trackId},${box},${s.confidence.toFixed(3)},-1,-1,-1\n`;
    })
    .join('');
}

async function finished(out: WriteStream): Promise<void> {
  if (out.destroyed) return;
  out.end();
  if (!out.closed) await once(out, 'close').catch(() => {});
}
