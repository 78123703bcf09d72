import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { ChannelStatus } from '../../protocol/index.js';

const CLI = fileURLToPath(new URL('../cli.js', import.meta.url));

export interface Served {
  readonly url: string;
  status(channel: string): Promise<ChannelStatus>;
  end(): Promise<void>;
}

/** `leaderline serve ARGS` in a process of its own, on a free port. @throws Error when it ends at once. */
export async function served(args: readonly string[]): Promise<Served> {
  const server = spawn(process.execPath, [CLI, 'serve', ...args, '--port', '0'], { stdio: ['ignore', 'pipe', 'inherit'] });
  const url = await new Promise<string>((resolve, reject) => {
    server.once('exit', (code) => reject(new Error(`serve ended with ${code}`)));
    server.stdout.setEncoding('utf8').on('data', (text: string) => {
      const found = /http:\/\/[\d.:]+/.exec(text);
      if (found) resolve(found[0]);
    });
  });
  return {
    url,
    status: async (channel) => {
      const answer: unknown = await (await fetch(`${url}/api/channels/${channel}`)).json();
      return ChannelStatus.parse(typeof answer === 'object' && answer !== null && 'status' in answer ? answer.status : answer);
    },
    end: () =>
      new Promise((done) => {
        server.once('exit', () => done());
        server.kill('SIGINT');
      }),
  };
}
