import { createServer, type Server } from 'node:http';
import type { Socket } from 'node:net';
import type { Osc } from '../protocol/index.js';
import { apiRoutes, createApp, Gate } from './api/index.js';
import type { ChannelHandle } from './channel/handle.js';
import type { PackageStore } from './ograf/index.js';
import { type OscServer, startOsc } from './osc/index.js';
import { attachFeeds, attachPages, ChannelHub } from './realtime/index.js';

export interface ServerOptions {
  readonly channels: readonly ChannelHandle[];
  readonly projectName: string;
  /** Address to listen on. Beyond loopback without a token, everyone may read and nobody but this machine control. */
  readonly host: string;
  /** 0 takes a free one. */
  readonly port: number;
  readonly token: string | null;
  readonly osc?: Osc | undefined;
  readonly log: (line: string) => void;
  /** Fonts and logos (`assets/`). */
  readonly assetsDir: string;
  /** The built pages (`dist/public/`). */
  readonly publicDir: string;
  /** Others' OGraf packages. */
  readonly packages: PackageStore;
  /** Our own graphics as an OGraf package (`dist/ograf/`). */
  readonly ownPackageDir: string;
  /** The project's pictures; without it there are none. */
  readonly imagesDir?: string;
  /** Names under which a proxy in front of a loopback server is reached. */
  readonly publicHosts?: readonly string[];
}

export interface RunningServer {
  /** Like `http://127.0.0.1:8080`. */
  readonly url: string;
  /** UDP port of OSC, or null where it is off. */
  readonly oscPort: number | null;
  /** Ends every socket and stops listening; the channels are left alone. */
  close(): Promise<void>;
}

/** Beyond this, connections are closed at once: a flood must not use up what the channels need. */
const MAX_CONNECTIONS = 10_000;
/** As long may sockets take to end well when the server does. */
const GOODBYE_MS = 1_000;
const NO_COUNTERS = { pages: 0, readers: 0, delivered: 0, skipped: 0, pushed: 0, refused: 0 };

/**
 * Serves the pages, the API and the sockets of channels on one port.
 * @throws Error with one line when a port cannot be listened on.
 */
export async function startServer(o: ServerOptions): Promise<RunningServer> {
  const gate = new Gate({ token: o.token, host: o.host, publicHosts: o.publicHosts ?? [], log: o.log });
  const hubs = new Map(o.channels.map((channel) => [channel.id, new ChannelHub(channel)]));
  let osc: OscServer | null = null;
  const routes = apiRoutes({ ...o, gate, oscFigures: () => osc?.counters, counters: (id) => hubs.get(id)?.counters() ?? NO_COUNTERS });
  const server = createServer(createApp(routes, gate, o.log).callback());
  server.requestTimeout = 30_000;
  server.maxConnections = MAX_CONNECTIONS;
  const connections = new Set<Socket>();
  server.on('connection', (socket) => {
    connections.add(socket);
    socket.once('close', () => connections.delete(socket));
  });
  const pages = attachPages(server, hubs, gate);
  const feeds = attachFeeds(server, hubs, gate);
  const close = async (): Promise<void> => {
    for (const hub of hubs.values()) hub.close();
    feeds.close();
    await osc?.close();
    // Pages are told first. A page that is being answered would keep its connection by asking again, and the server with it; so would one just coming.
    const ended = pages.close();
    server.closeAllConnections();
    const cut = setTimeout(() => {
      for (const socket of connections) socket.destroy();
    }, GOODBYE_MS);
    await ended;
    if (server.listening) await new Promise((resolve) => server.close(resolve));
    clearTimeout(cut);
  };
  try {
    if (o.osc) osc = await startOsc({ osc: o.osc, channels: o.channels, gate, hasToken: o.token !== null, log: o.log });
    return { url: await listen(server, o.host, o.port), oscPort: osc?.port ?? null, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function listen(server: Server, host: string, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => reject(new Error(listenFailure(error, host, port))));
    server.listen(port, host, resolve);
  });
  const address = server.address();
  const actual = typeof address === 'object' && address !== null ? address.port : port;
  return `http://${host.includes(':') ? `[${host}]` : host}:${actual}`;
}

function listenFailure(error: NodeJS.ErrnoException, host: string, port: number): string {
  if (error.code === 'EADDRINUSE') return `port ${port} on ${host} is taken: end what uses it or choose another with --port`;
  if (error.code === 'EACCES') return `port ${port} needs rights this process does not have: choose one above 1023 with --port`;
  if (error.code === 'EADDRNOTAVAIL' || error.code === 'ENOTFOUND')
    return `this machine has no address ${host}: choose another with --host`;
  return `cannot listen on ${host}:${port}: ${error.message}`;
}
