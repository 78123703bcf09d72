import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Osc } from '../../protocol/index.js';
import type { ChannelHandle } from '../../server/channel/handle.js';
import { PackageStore } from '../../server/ograf/index.js';
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
  o: { port?: number; token?: string; host?: string; osc?: Osc; imagesDir?: string } = {},
): Promise<TestServer> {
  const logged: string[] = [];
  const folder = mkdtempSync(join(tmpdir(), 'leaderline-serve-'));
  const log = (line: string): void => {
    logged.push(line);
  };
  const server = await startServer({
    channels,
    projectName: 'Test meeting',
    host: o.host ?? '127.0.0.1',
    port: o.port ?? 0,
    token: o.token ?? null,
    osc: o.osc,
    log,
    assetsDir: join(ROOT, 'assets'),
    publicDir: join(ROOT, 'dist', 'public'),
    packages: new PackageStore(join(folder, 'ograf'), log),
    ownPackageDir: join(ROOT, 'dist', 'ograf'),
    ...(o.imagesDir !== undefined && { imagesDir: o.imagesDir }),
  });
  const close = async (): Promise<void> => {
    await server.close();
    rmSync(folder, { recursive: true, force: true });
  };
  return { ...server, close, logged, port: Number(new URL(server.url).port) };
}
