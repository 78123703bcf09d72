import { io, type Socket } from 'socket.io-client';
import type { ChannelState, ChannelStatus, ControlCommand, ControlReply, PageToServer, ServerToPage } from '../../../protocol/index.js';

/**
 * - `connecting`: not yet. `live`: connected. `lost`: was connected, trying again by itself. `refused`: the server said no; trying again slowly.
 */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused';

export interface ConnectionOptions {
  readonly channel: string;
  readonly token?: string | undefined;
  /** The page means to control: refused at once where it may not. */
  readonly control?: boolean;
  readonly onLink?: (link: LinkState, reason: string) => void;
  readonly onState?: (state: ChannelState) => void;
  readonly onStatus?: (status: ChannelStatus) => void;
  /** One binary TrackingFrame. */
  readonly onPositions?: (bytes: ArrayBuffer | Uint8Array) => void;
}

export interface Connection {
  /** Sends a command and waits for its answer, at most 3 s. Never queued: without a connection it is refused at once. */
  command(command: ControlCommand): Promise<ControlReply>;
  close(): void;
}

const REFUSED_RETRY_MS = 3_000;
const REPLY_WAIT_MS = 3_000;

/** Joins a channel and stays joined: whatever ends the connection, it is made again, and the server then sends the whole state. */
export function connectChannel(o: ConnectionOptions): Connection {
  const auth = { channel: o.channel, ...(o.token !== undefined && { token: o.token }), ...(o.control && { control: true }) };
  const socket: Socket<ServerToPage, PageToServer> = io('/channels', {
    auth,
    transports: ['websocket', 'polling'],
    reconnectionDelay: 250,
    reconnectionDelayMax: 2_000,
    timeout: 5_000,
  });
  let retry: ReturnType<typeof setTimeout> | undefined;
  let wasLive = false;
  socket.on('connect', () => {
    wasLive = true;
    o.onLink?.('live', '');
  });
  // An `active` socket reconnects by itself; one that the server refused or sent away does not.
  const again = (link: LinkState, reason: string): void => {
    o.onLink?.(link, reason);
    if (socket.active) return;
    clearTimeout(retry);
    retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS);
  };
  socket.on('disconnect', (reason) => again('lost', reason));
  socket.on('connect_error', (error) => again(socket.active ? (wasLive ? 'lost' : 'connecting') : 'refused', error.message));
  if (o.onState) socket.on('state', o.onState);
  if (o.onStatus) socket.on('status', o.onStatus);
  if (o.onPositions) socket.on('positions', o.onPositions);
  return {
    command: async (command) => {
      if (!socket.connected) return { ok: false, error: 'not connected: nothing was sent' };
      try {
        return await socket.timeout(REPLY_WAIT_MS).emitWithAck('command', command);
      } catch {
        return { ok: false, error: 'no answer from the server: look whether it took effect' };
      }
    },
    close: () => {
      clearTimeout(retry);
      socket.close();
    },
  };
}
