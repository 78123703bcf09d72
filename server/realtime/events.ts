import type { WebSocket } from 'ws';
import type { ChannelEvent } from '../../protocol/index.js';
import type { ChannelHub } from './hub.js';

/** Who has more than this waiting has stopped reading: it is sent away, and gets the whole state when it comes back. */
const BACKLOG_LIMIT_BYTES = 4 * 1024 * 1024;

/** ws `/events/CHANNEL`: the whole state, then every change, as JSON text. Nothing comes in. */
export function joinEvents(socket: WebSocket, _request: unknown, { channel }: ChannelHub): void {
  const send = (event: ChannelEvent): void => {
    if (socket.bufferedAmount > BACKLOG_LIMIT_BYTES) socket.terminate();
    else socket.send(JSON.stringify(event));
  };
  const stop = channel.onEvent(send);
  socket.on('close', stop);
  socket.on('message', () => socket.close(1003, 'events only go out: send commands over HTTP, socket.io or OSC'));
  send({ type: 'state', channel: channel.id, state: channel.state() });
}
