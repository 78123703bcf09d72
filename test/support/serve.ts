import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChannelHandle } from '../../server/channel/handle.js';
import { type RunningServer, startServer } from '../../server/server.js';

/** The repository's root, from dist/test/support. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..', '..');

export interface TestServer extends RunningServer {
  readonly logged: string[];
  readonly port: number;
}

/** A server on a free loopback port that collects its log lines. */
export async function serve(
  channels: readonly ChannelHandle[],
  o: { port?: number; token?: string; host?: string; imagesDir?: string } = {},
): Promise<TestServer> {
  const logged: string[] = [];
  const server = await startServer({
    channels,
    projectName: 'Test meeting',
    host: o.host ?? '127.0.0.1',
    port: o.port ?? 0,
    token: o.token ?? null,
    log: (line) => logged.push(line),
    assetsDir: join(ROOT, 'assets'),
    publicDir: join(ROOT, 'dist', 'public'),
    ...(o.imagesDir !== undefined && { imagesDir: o.imagesDir }),
  });
  return { ...server, logged, port: Number(new URL(server.url).port) };
}
