import type { Server as HttpServer, IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { type WebSocket, WebSocketServer } from 'ws';
import { ExternalPositions } from '../../protocol/index.js';
import { type Gate, oneLine, type Refusal } from '../api/index.js';
import type { ChannelHub } from './hub.js';
import { RateLimit } from './rate.js';

const MESSAGE_LIMIT_BYTES = 64 * 1024;
const MESSAGES_PER_SECOND = 200;
const HEARTBEAT_MS = 10_000;
const STATUS_TEXT = { 401: 'Unauthorized', 403: 'Forbidden', 404: 'Not Found', 421: 'Misdirected Request' } as const;

/** ws `/positions/CHANNEL`: binary TrackingFrames out, `ExternalPositions` as JSON text in. See docs/positions.md. */
export function attachPositions(server: HttpServer, hubs: ReadonlyMap<string, ChannelHub>, gate: Gate): { close(): void } {
  const sockets = new WebSocketServer({ noServer: true, maxPayload: MESSAGE_LIMIT_BYTES, perMessageDeflate: false });
  const alive = new WeakSet<WebSocket>();
  server.on('upgrade', (request: IncomingMessage, stream: Duplex, head: Buffer) => {
    const [pathname = '/'] = (request.url ?? '/').split('?');
    if (pathname.startsWith('/socket.io/')) return;
    const hub = hubs.get(/^\/positions\/([a-z0-9-]{1,40})$/.exec(pathname)?.[1] ?? '');
    if (hub === undefined) return refuse(stream, { status: 404, message: 'there is no such channel' });
    const refusal = gate.reach(request, true) ?? gate.wrongToken(request, `positions of ${hub.channel.id}`);
    if (refusal) return refuse(stream, refusal);
    sockets.handleUpgrade(request, stream, head, (socket) => {
      alive.add(socket);
      socket.on('pong', () => alive.add(socket));
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

function join(socket: WebSocket, request: IncomingMessage, hub: ChannelHub, gate: Gate): void {
  const rate = new RateLimit(MESSAGES_PER_SECOND);
  let mayPush: Refusal | null | undefined;
  const refused = (error: string): void => {
    hub.refused++;
    if (socket.bufferedAmount < MESSAGE_LIMIT_BYTES) socket.send(JSON.stringify({ error }));
  };
  socket.on('error', () => socket.terminate());
  socket.on('close', () => hub.fanout.removeReader(socket));
  socket.on('message', (data, isBinary) => {
    if (!rate.take(performance.now())) return refused(`more than ${MESSAGES_PER_SECOND} messages a second: this one was dropped`);
    if (mayPush === undefined) mayPush = gate.push(request, `positions pushed to ${hub.channel.id}`);
    if (mayPush !== null) return refused(mayPush.message);
    if (isBinary) return refused('positions come in as JSON text, not binary');
    const positions = parse(String(data));
    if (typeof positions === 'string') return refused(positions);
    const reply = hub.channel.pushPositions(positions);
    if (reply.ok) hub.pushed++;
    else refused(reply.error);
  });
  if (hub.newest !== undefined) socket.send(hub.newest);
  hub.fanout.addReader(socket);
}

/** @returns the message, or one line that says what is wrong with it. */
function parse(text: string): ExternalPositions | string {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  const positions = ExternalPositions.safeParse(json);
  return positions.success ? positions.data : `not positions: ${oneLine(positions.error)}`;
}

function refuse(stream: Duplex, { status, message }: Refusal | { status: 404; message: string }): void {
  const body = JSON.stringify({ error: message });
  stream.on('error', () => stream.destroy());
  stream.end(
    `HTTP/1.1 ${status} ${STATUS_TEXT[status]}\r\nConnection: close\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  );
}
