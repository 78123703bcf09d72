import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { Channel } from '../../protocol/index.js';
import { loadProject, pickChannel } from '../project-file.js';

const END_WITHIN_MS = 15_000;

/**
 * The channel an offline command runs: a project's channel with INPUT as its source, or, without a project, an uncalibrated one that
 * shows tags and paths.
 * @throws UsageError with one line.
 */
export function offlineChannel(input: string, o: { project?: string; channel?: string }): { channel: Channel; baseDir: string } {
  const url = existsSync(input) ? resolve(input) : input;
  if (o.project !== undefined) {
    const loaded = loadProject(o.project);
    const channel = pickChannel(loaded, o.channel);
    return { channel: { ...channel, source: { ...channel.source, url, loop: false } }, baseDir: loaded.baseDir };
  }
  const channel = Channel.parse({
    id: 'input',
    title: 'Input',
    source: { url },
    graphics: [
      { id: 'paths', type: 'paths' },
      { id: 'tags', type: 'name-tags' },
    ],
    outputs: [],
  });
  return { channel, baseDir: process.cwd() };
}

/** One abort signal for Ctrl-C and a polite kill: work ends in order, files are closed and playable. A second Ctrl-C ends at once. */
export function interruptSignal(): AbortSignal {
  const abort = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM'] as const) {
    process.on(name, () => {
      if (abort.signal.aborted) process.exit(130);
      abort.abort();
      // Never a hang: what cannot be ended in order by then is not going to.
      setTimeout(() => process.exit(130), END_WITHIN_MS).unref();
    });
  }
  return abort.signal;
}
