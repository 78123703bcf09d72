import type { IncomingMessage } from 'node:http';
import type { WebSocket } from 'ws';
import { ExternalPositions } from '../../protocol/index.js';
import { type Gate, oneLine, type Refusal } from '../api/index.js';
import { RateLimit } from '../channel/rate-limit.js';
import type { ChannelHub } from './hub.js';

/** A reader with more than this waiting is not told what was wrong with its messages. */
const BACKLOG_LIMIT_BYTES = 64 * 1024;
const MESSAGES_PER_SECOND = 200;

/** ws `/positions/CHANNEL`: binary TrackingFrames out, `ExternalPositions` as JSON text in. See docs/positions.md. */
export function joinPositions(socket: WebSocket, request: IncomingMessage, hub: ChannelHub, gate: Gate): void {
  const rate = new RateLimit(MESSAGES_PER_SECOND);
  let mayPush: Refusal | null | undefined;
  const refused = (error: string): void => {
    hub.refused++;
    if (socket.bufferedAmount < BACKLOG_LIMIT_BYTES) socket.send(JSON.stringify({ error }));
  };
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
