import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import type { Gate, Refusal } from '../api/index.js';
import { joinEvents } from './events.js';
import type { ChannelHub } from './hub.js';
import { joinPositions } from './positions.js';

/** Largest message a client may send. */
export const MESSAGE_LIMIT_BYTES = 64 * 1024;
const HEARTBEAT_MS = 10_000;
const STATUS_TEXT = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request' } as const;

type Join = (socket: WebSocket, request: IncomingMessage, hub: ChannelHub, gate: Gate) => void;
/** What plain WebSockets are for, by the first part of their address. */
const FEEDS: ReadonlyMap<string, Join> = new Map([
  ['positions', joinPositions],
  ['events', joinEvents],
]);

/** Plain WebSockets: `/positions/CHANNEL` and `/events/CHANNEL`. See docs/positions.md and docs/control.md. */
export function attachFeeds(server: HttpServer, hubs: ReadonlyMap<string, ChannelHub>, gate: Gate): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES, perMessageDeflate: false });
  const alive = new WeakSet<WebSocket>();
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const [pathname = '/'] = (request.url ?? '/').split('?');
    if (pathname.startsWith('/socket.io/')) return;
    const [, feed = '', channel = ''] = /^\/([a-z]+)\/([a-z0-9-]{1,40})$/.exec(pathname) ?? [];
    const join = FEEDS.get(feed);
    const hub = hubs.get(channel);
    if (join === undefined || hub === undefined) return refuse(stream, { status: 404, message: 'there is no such channel' });
    const refusal = gate.reach(request, true) ?? gate.wrongToken(request, `${feed} of ${hub.channel.id}`);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      alive.add(socket);
      socket.on('pong', () => alive.add(socket));
      socket.on('error', () => socket.terminate());
      join(socket, request, hub, gate);
    });
  });
  const heartbeat = setInterval(() => {
    for (const socket of sockets.clients) {
      if (!alive.delete(socket)) socket.terminate();
      else socket.ping();
    }
  }, HEARTBEAT_MS);
  heartbeat.unref();
  return {
    close: () => {
      clearInterval(heartbeat);
      for (const socket of sockets.clients) socket.terminate();
      sockets.close();
    },
  };
}

function refuse(stream: Duplex, { status, message }: Refusal | { status: 404; message: string }): void {
  const body = JSON.stringify({ error: message });
  stream.on('error', () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
