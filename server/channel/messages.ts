import type {
  Channel,
  ChannelScene,
  ChannelStatus,
  ControlCommand,
  ControlReply,
  ExternalPositions,
  GraphicState,
} from '../../protocol/index.js';

/** What passes between the server and a channel's process (node IPC, structured clone). */

export interface ChannelStart {
  readonly type: 'start';
  readonly channel: Channel;
  /** Graphics as they were when an earlier process of this channel ended; null: as the project says. */
  readonly graphics: readonly GraphicState[] | null;
  /** Relative paths of the project are relative to this. */
  readonly baseDir: string;
  readonly hlsDirectory: string;
  readonly replayDirectory: string | null;
  readonly restarts: number;
}

export type ToChannel =
  | ChannelStart
  | { readonly type: 'command'; readonly requestId: number; readonly command: ControlCommand }
  | { readonly type: 'positions'; readonly positions: ExternalPositions }
  | { readonly type: 'preview'; readonly requestId: number }
  | { readonly type: 'stop' };

export type FromChannel =
  | { readonly type: 'scene'; readonly scene: ChannelScene }
  | { readonly type: 'graphics'; readonly graphics: readonly GraphicState[] }
  | { readonly type: 'status'; readonly status: ChannelStatus }
  | { readonly type: 'positions'; readonly frame: Uint8Array }
  | { readonly type: 'reply'; readonly requestId: number; readonly reply: ControlReply }
  | { readonly type: 'preview'; readonly requestId: number; readonly jpeg: Uint8Array | null }
  /** The last message: the run is over. */
  | { readonly type: 'ended'; readonly ending: Ending };

/**
 * How a run ended: `done` (the source ended, or it was told to stop), `fault` (for the user to mend: no restart helps), `failure` (while
 * running, or an input that cannot be reached yet: worth another try).
 */
export type Ending = { readonly kind: 'done' } | { readonly kind: 'fault' | 'failure'; readonly message: string };
