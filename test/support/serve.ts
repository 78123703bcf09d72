import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { GraphicType } from '../../server/api/index.js';
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
  o: { port?: number; token?: string; host?: string; graphicTypes?: readonly GraphicType[] } = {},
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
    graphicTypes: o.graphicTypes ?? GRAPHIC_TYPES,
  });
  return { ...server, logged, port: Number(new URL(server.url).port) };
}

export const GRAPHIC_TYPES: readonly GraphicType[] = [
  {
    type: 'leader-line',
    name: 'Leader line',
    description: 'A line across the course at the leader',
    schema: {
      type: 'object',
      properties: {
        colour: { type: 'string', title: 'Colour', pattern: '^#[0-9a-f]{6}$', gddType: 'color-rrggbb', default: '#ffd400' },
        label: { type: 'string', title: 'Label', enum: ['time', 'gap', 'none'], default: 'time' },
        widthM: { type: 'number', title: 'Width (m)', minimum: 0.05, maximum: 2, default: 0.3 },
      },
    },
  },
  {
    type: 'name-tags',
    name: 'Name tags',
    description: 'A card for each competitor',
    schema: { type: 'object', properties: { showBib: { type: 'boolean', title: 'Show bib', default: true } } },
  },
  {
    type: 'gap-board',
    name: 'Gap board',
    description: 'Rank, name and gap',
    schema: {
      type: 'object',
      properties: {
        title: { type: 'string', title: 'Title', maxLength: 40, default: 'Gap to leader' },
        rows: { type: 'integer', title: 'Rows', minimum: 1, maximum: 12, default: 8 },
      },
    },
  },
  {
    type: 'paths',
    name: 'Paths',
    description: 'The last seconds of each subject',
    schema: { type: 'object', properties: { seconds: { type: 'number', title: 'Seconds', minimum: 0.5, maximum: 30, default: 4 } } },
  },
];
