import type { ChildProcess } from 'node:child_process';
import { ChannelState } from '../../protocol/index.js';
import { gather, startCli } from './cli.js';
import { until } from './until.js';

/** `leaderline serve`, as a user starts it, on a free port. */
export interface ServeProcess {
  readonly url: string;
  readonly child: ChildProcess;
  readonly printed: () => string;
  state(channel: string): Promise<ChannelState>;
  command(channel: string, command: object): Promise<Response>;
  /** Ctrl-C. @returns the exit code and how long it took, seconds. */
  interrupt(): Promise<{ code: number | null; seconds: number }>;
}

/** @throws when it has not printed its address within 20 s. */
export async function startServe(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<ServeProcess> {
  const child = startCli(['serve', ...args, '--port', '0'], { env });
  const out = gather(child);
  const printed = (): string => out().stdout + out().stderr;
  const address = (): string | undefined => /http:\/\/127\.0\.0\.1:\d+/.exec(printed())?.[0];
  try {
    await until('serve prints its address', () => child.exitCode !== null || address() !== undefined, 20_000);
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
  const url = address();
  if (url === undefined) throw new Error(`serve ended at once:\n${printed()}`);
  return {
    url,
    child,
    printed,
    state: async (channel) => ChannelState.parse(await (await fetch(`${url}/api/channels/${channel}`)).json()),
    command: (channel, command) =>
      fetch(`${url}/api/channels/${channel}/command`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify(command),
      }),
    interrupt: async () => {
      const startMs = performance.now();
      const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
      child.kill('SIGINT');
      const kill = setTimeout(() => child.kill('SIGKILL'), 30_000);
      const code = child.exitCode ?? (await ended);
      clearTimeout(kill);
      return { code, seconds: (performance.now() - startMs) / 1000 };
    },
  };
}
