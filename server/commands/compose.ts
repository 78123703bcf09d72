import { resolve } from 'node:path';
import { HOSTED } from '../../overlay-client/index.js';
import { rationalToNumber } from '../../protocol/index.js';
import { openChannel } from '../channel/open.js';
import { checkWritable } from './files.js';
import { interruptSignal, offlineChannel } from './offline.js';
import { Progress } from './progress.js';
import { type RunReport, runReport } from './run-report.js';

/** `leaderline compose`: graphics on a recording, frame for frame. */
export async function compose(input: string, o: { out: string; project?: string; channel?: string; json?: boolean }): Promise<void> {
  const report = await composeFile(input, o);
  if (o.json) console.log(JSON.stringify(report));
  if (report.interrupted) process.exitCode = 130;
}

/** The same, for the bench and tests. @throws Error or UsageError with one line; what was written until then is playable. */
export async function composeFile(input: string, o: { out: string; project?: string; channel?: string }): Promise<RunReport> {
  checkWritable(o.out, { input });
  const { channel, baseDir } = offlineChannel(input, o);
  const signal = interruptSignal();
  const startedCpu = process.cpuUsage();
  const startedMs = performance.now();
  const opened = await openChannel({
    channel,
    mode: 'offline',
    baseDir,
    signal,
    outputs: [{ type: 'file', path: resolve(o.out) }],
    hlsDirectory: null,
    graphics: null,
    draw: true,
    onHealth: () => {},
    events: { onComposited: (frame) => progress.update(frame.frameIndex + 1) },
  });
  for (const { id, type } of opened.runner.graphics)
    if (type.startsWith(HOSTED))
      console.error(`leaderline: graphic "${id}" is left out: others’ graphics show on channels of leaderline serve`);
  const { info } = opened.source;
  const progress = new Progress(
    'compose',
    info.durationUs && info.fps ? Math.round((info.durationUs / 1e6) * rationalToNumber(info.fps)) : null,
  );
  try {
    await opened.runner.run();
  } finally {
    progress.end();
    await opened.close();
  }
  for (const warning of opened.overlay?.warnings() ?? []) console.error(`leaderline: ${warning}`);
  return runReport(opened.runner, { startedCpu, startedMs, interrupted: signal.aborted });
}
