import { readImageFile } from '../../overlay-client/index.js';
import type { ChannelHandle, PictureKind } from '../channel/handle.js';
import type { PackageStore } from '../ograf/index.js';
import type { Gate } from './access.js';
import { calibrationRoutes } from './calibration-routes.js';
import { controlRoutes } from './control-routes.js';
import { graphicCatalogue } from './graphics.js';
import { healthOf } from './health.js';
import { metricsText, type OscFigures, type RealtimeCounters } from './metrics.js';
import { ografPackageRoutes } from './ograf-packages.js';
import { ografServerRoutes } from './ograf-server.js';
import { openApi } from './openapi.js';
import { hlsFolder, replayRoutes } from './replay-routes.js';
import { HttpFailure, JSON_TYPE, type Route, sendJson } from './route.js';
import { sendFile } from './static-file.js';

export interface ApiOptions {
  readonly channels: readonly ChannelHandle[];
  readonly projectName: string;
  readonly gate: Gate;
  /** Where the built pages lie. */
  readonly publicDir: string;
  /** Fonts and logos. */
  readonly assetsDir: string;
  /** Others' OGraf packages. */
  readonly packages: PackageStore;
  /** Our own graphics as an OGraf package (`dist/ograf/`). */
  readonly ownPackageDir: string;
  /** The project's pictures. */
  readonly imagesDir?: string;
  /** What the sockets of a channel did so far. */
  readonly counters: (channel: string) => RealtimeCounters;
  /** What came in over OSC; undefined where nobody listens. */
  readonly oscFigures: () => OscFigures | undefined;
}

const HTML_TYPE = 'text/html';
const PICTURES = [
  ['preview', 'The newest composited picture, at most 640 wide'],
  ['clean', 'The newest picture without graphics, at most 640 wide'],
  ['still', 'The newest picture without graphics, in the size of the source: to calibrate on'],
] as const satisfies readonly (readonly [PictureKind, string])[];
const NO_CACHE = 'no-cache';
const unknown = { status: 404, description: 'No such channel', type: JSON_TYPE, schema: 'ErrorReply' } as const;

/** Every address that the server answers, in the order they are tried. */
export function apiRoutes(o: ApiOptions): readonly Route[] {
  const find = (id: string): ChannelHandle => {
    const channel = o.channels.find((c) => c.id === id);
    if (!channel)
      throw new HttpFailure(404, `there is no channel "${id.slice(0, 40)}": the channels are ${o.channels.map((c) => c.id).join(', ')}`);
    return channel;
  };
  const routes: Route[] = [
    ...pageRoutes(o),
    ...mediaRoutes(o.channels, find),
    ...replayRoutes(find),
    ...ografPackageRoutes(o),
    ...ografServerRoutes(o),
    imageRoute(o, find),
    {
      method: 'get',
      path: '/api/channels',
      summary: 'Every channel with its whole state',
      answers: [{ status: 200, description: 'The channels', type: JSON_TYPE, schema: 'ChannelStates' }],
      handle: (ctx) =>
        sendJson(
          ctx,
          200,
          o.channels.map((c) => c.state()),
        ),
    },
    {
      method: 'get',
      path: '/api/channels/:id',
      summary: 'One channel with its whole state',
      answers: [{ status: 200, description: 'The channel', type: JSON_TYPE, schema: 'ChannelState' }, unknown],
      handle: (ctx, { id }) => sendJson(ctx, 200, find(id ?? '').state()),
    },
    ...controlRoutes(find, o.gate),
    ...calibrationRoutes(find, o.gate),
    {
      method: 'get',
      path: '/api/graphics',
      summary: 'The kinds of graphics, with the schema of their data',
      answers: [{ status: 200, description: 'The kinds', type: JSON_TYPE, schema: 'GraphicTypes' }],
      handle: (ctx) => sendJson(ctx, 200, graphicCatalogue(o.packages)),
    },
    {
      method: 'get',
      path: '/healthz',
      summary: 'Whether every channel is as it should be',
      answers: [
        { status: 200, description: 'All well', type: JSON_TYPE, schema: 'Health' },
        { status: 503, description: 'At least one is not', type: JSON_TYPE, schema: 'Health' },
      ],
      handle: (ctx) => {
        const health = healthOf(o.channels.map((c) => c.state().status));
        sendJson(ctx, health.ok ? 200 : 503, health);
      },
    },
    {
      method: 'get',
      path: '/metrics',
      summary: 'Counters and times for Prometheus',
      answers: [{ status: 200, description: 'Prometheus text', type: 'text/plain' }],
      handle: (ctx) => {
        const { rss, heapUsed } = process.memoryUsage();
        const { user, system } = process.cpuUsage();
        const usage = { residentBytes: rss, heapBytes: heapUsed, cpuSeconds: (user + system) / 1e6, uptimeSeconds: process.uptime() };
        ctx.set('Cache-Control', 'no-store');
        ctx.type = 'text/plain; version=0.0.4; charset=utf-8';
        ctx.body = metricsText(
          o.channels.map((c) => ({ status: c.state().status, counters: o.counters(c.id) })),
          usage,
          o.oscFigures(),
        );
      },
    },
    {
      method: 'get',
      path: '/openapi.json',
      summary: 'This description',
      answers: [{ status: 200, description: 'OpenAPI 3.1', type: JSON_TYPE }],
      handle: (ctx) => sendJson(ctx, 200, openApi(routes, o.projectName)),
    },
  ];
  return routes;
}

function pageRoutes(o: ApiOptions): Route[] {
  const page = (path: string, name: string, summary: string): Route => ({
    method: 'get',
    path,
    summary,
    answers: [
      { status: 200, description: 'The page', type: HTML_TYPE },
      ...(path.includes(':') ? [{ status: 404, description: 'No such channel', type: HTML_TYPE }] : []),
    ],
    handle: async (ctx, { channel }) => {
      const known = channel === undefined || o.channels.some((c) => c.id === channel);
      if (!known) ctx.status = 404;
      if (!(await sendFile(ctx, o.publicDir, known ? name : 'not-found.html', NO_CACHE)))
        throw new HttpFailure(500, `the page ${name} is not built: run npm run build`);
    },
  });
  return [
    page('/', 'home.html', 'First page: every channel with its picture, health and links'),
    page('/overlay/:channel', 'overlay.html', 'Graphics on a transparent ground, for a browser source'),
    page('/hosted/:channel', 'hosted.html', 'Others’ graphics alone on a transparent ground, for the server’s own composite'),
    page('/control/:channel', 'control.html', 'What an operator sees and presses'),
    page('/calibrate/:channel', 'calibrate.html', 'Tells where the ground lies in the picture, by clicking'),
    page('/watch/:channel', 'watch.html', 'The composited stream'),
    page('/kiosk/:channel', 'kiosk.html', 'The ground from above with live paths'),
    {
      method: 'get',
      path: '/assets/*path',
      summary: 'Scripts, styles, fonts and logos of the pages',
      answers: [
        { status: 200, description: 'The file' },
        { status: 404, description: 'No such file', type: JSON_TYPE, schema: 'ErrorReply' },
      ],
      handle: async (ctx, { path = '' }) => {
        // Hosted graphics run in pages without an origin, which have to be let in expressly.
        ctx.set({ 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' });
        if ((await sendFile(ctx, o.publicDir, path, NO_CACHE)) || (await sendFile(ctx, o.assetsDir, path, 'max-age=3600'))) return;
        throw new HttpFailure(404, 'no such file');
      },
    },
  ];
}

/** The same files that the composite draws, under the same limits. */
function imageRoute(o: ApiOptions, find: (id: string) => ChannelHandle): Route {
  return {
    method: 'get',
    path: '/images/:channel/:name',
    summary: "A picture of the project's images folder, for graphics",
    answers: [
      { status: 200, description: 'The picture' },
      { status: 404, description: 'No such channel or picture', type: JSON_TYPE, schema: 'ErrorReply' },
    ],
    handle: async (ctx, { channel = '', name = '' }) => {
      find(channel);
      const bytes = o.imagesDir === undefined ? undefined : await readImageFile(o.imagesDir, name).catch(() => undefined);
      if (!bytes) throw new HttpFailure(404, 'no such picture, or not one that graphics can show');
      ctx.set('Cache-Control', NO_CACHE);
      ctx.type = /\.png$/i.test(name) ? 'image/png' : /\.webp$/i.test(name) ? 'image/webp' : 'image/jpeg';
      ctx.body = bytes;
    },
  };
}

function mediaRoutes(channels: readonly ChannelHandle[], find: (id: string) => ChannelHandle): Route[] {
  return [
    {
      method: 'get',
      path: '/hls/:channel/*path',
      summary: 'Playlist (index.m3u8) and segments of the composited stream',
      answers: [
        { status: 200, description: 'Playlist or segment' },
        { status: 404, description: 'No such channel or file yet', type: JSON_TYPE, schema: 'ErrorReply' },
      ],
      handle: async (ctx, { channel = '', path = '' }) => {
        const hlsDirectory = hlsFolder(channel, channels, find);
        if (hlsDirectory === null) throw new HttpFailure(404, `channel ${channel} has no HLS output`);
        const cache = path.endsWith('.m3u8') ? 'no-cache, no-store' : NO_CACHE;
        if (/\.(html|css|js|map|json|svg)$/.test(path) || !(await sendFile(ctx, hlsDirectory, path, cache)))
          throw new HttpFailure(404, 'no such playlist or segment');
      },
    },
    ...PICTURES.map(
      ([kind, summary]): Route => ({
        method: 'get',
        path: `/${kind}/:channel.jpg`,
        summary: `${summary}; the header X-Media-Time-Us says of which frame`,
        answers: [
          { status: 200, description: 'The picture', type: 'image/jpeg' },
          { status: 204, description: 'There is none yet' },
          unknown,
        ],
        handle: async (ctx, { channel = '' }) => {
          const picture = await find(channel).picture(kind);
          ctx.set('Cache-Control', 'no-store');
          if (picture === null) {
            ctx.status = 204;
            return;
          }
          const { jpeg, mediaTimeUs } = picture;
          ctx.set('X-Media-Time-Us', `${mediaTimeUs}`);
          ctx.type = 'image/jpeg';
          ctx.body = Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength);
        },
      }),
    ),
  ];
}
