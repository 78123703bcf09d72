import { io, type Socket } from 'socket.io-client';
import {
  type ChannelState,
  type ChannelStatus,
  type ControlCommand,
  type ControlReply,
  decodeTrackingFrame,
  type HostedReport,
  type PageToServer,
  type ServerToPage,
  type TrackingFrame,
} from '../../../protocol/index.js';

/**
 * - `connecting`: not yet. `live`: connected. `lost`: was connected, trying again by itself. `refused`: the server said no; trying again slowly.
 */
export type LinkState = 'connecting' | 'live' | 'lost' | 'refused';

export interface ConnectionOptions {
  readonly channel: string;
  readonly token?: string | undefined;
  /** The page means to control: refused at once where it may not. */
  readonly control?: boolean;
  /** Who is at it: changes are told under this name. */
  readonly operator?: string | undefined;
  /** False: the server need send none. */
  readonly positions?: false;
  readonly onLink?: (link: LinkState, reason: string) => void;
  readonly onState?: (state: ChannelState) => void;
  readonly onStatus?: (status: ChannelStatus) => void;
  readonly onFrame?: (frame: TrackingFrame) => void;
}

export interface Connection {
  /** Sends a command and waits for its answer, at most 3 s. Never queued: without a connection it is refused at once. */
  command(command: ControlCommand): Promise<ControlReply>;
  /** How hosted graphics fare in this page. Not kept: without a connection it is lost. */
  report(hosted: HostedReport): void;
  close(): void;
}

const REFUSED_RETRY_MS = 3_000;
const REPLY_WAIT_MS = 3_000;

/** Joins a channel and stays joined: whatever ends the connection, it is made again, and the server then sends the whole state. */
export function connectChannel(o: ConnectionOptions): Connection {
  const auth = {
    channel: o.channel,
    ...(o.token !== undefined && { token: o.token }),
    ...(o.control && { control: true }),
    ...(o.operator && { operator: o.operator }),
    ...(o.positions === false && { positions: false }),
  };
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
  const { onFrame } = o;
  if (onFrame) socket.on('positions', (bytes) => receive(bytes, onFrame));
  return {
    command: async (command) => {
      if (!socket.connected) return { ok: false, error: 'not connected: nothing was sent' };
      try {
        return await socket.timeout(REPLY_WAIT_MS).emitWithAck('command', command);
      } catch {
        return { ok: false, error: 'no answer from the server: look whether it took effect' };
      }
    },
    report: (hosted) => {
      if (socket.connected) socket.emit('hosted', hosted);
    },
    close: () => {
      clearTimeout(retry);
      socket.close();
    },
  };
}

/** Bytes that are no frame (a server of another version) are left out; the page goes on. */
function receive(bytes: ArrayBuffer | Uint8Array, onFrame: (frame: TrackingFrame) => void): void {
  let frame: TrackingFrame;
  try {
    frame = decodeTrackingFrame(bytes);
  } catch (error) {
    console.warn(`positions left out: ${String(error)}`);
    return;
  }
  onFrame(frame);
}
