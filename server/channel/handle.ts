import type {
  Channel,
  ChannelEvent,
  ChannelState,
  ChannelStatus,
  ControlCommand,
  ControlReply,
  ExternalPositions,
} from '../../protocol/index.js';

/** A frame as the camera gave it. */
export interface Still {
  readonly jpeg: Uint8Array;
  readonly mediaTimeUs: number;
}

/**
 * A channel as the rest of the server sees it: the API, the sockets and the pages know nothing else of it. Behind it stands a process of
 * its own, restarted by the supervisor; this handle outlives it.
 */
export interface ChannelHandle {
  readonly id: string;
  /** The whole truth, now. */
  state(): ChannelState;
  /** The channel as a project file would say it, operators' changes included. */
  project(): Channel;
  /**
   * Resolves once the command took effect (or did not, with the reason). Never rejects.
   * @param by the operator's name, for those who are told; '' where nobody said.
   */
  command(command: ControlCommand, by?: string): Promise<ControlReply>;
  /** Hands on positions from outside; refused with one line where the channel does not take them. */
  pushPositions(positions: ExternalPositions): ControlReply;
  /** The newest composited picture as JPEG (at most 640 wide), made on demand; null while there is none. Cheap to call often: at most about 8 a second are made. */
  preview(): Promise<Uint8Array | null>;
  /** The newest frame without graphics, in full or as small as a preview, with its media time. As cheap, and as often, as `preview`. */
  still(full: boolean): Promise<Still | null>;
  /** Folder that holds `index.m3u8` and its segments, or null without an HLS output. */
  readonly hlsDirectory: string | null;
  /** Calls back until the returned function is called. A listener that throws is logged and does not disturb the others. */
  onState(listener: (state: ChannelState) => void): () => void;
  onStatus(listener: (status: ChannelStatus) => void): () => void;
  /** Every change, one by one, after the state that has it. */
  onEvent(listener: (event: ChannelEvent) => void): () => void;
  /** One encoded TrackingFrame a composited frame. The buffer may be kept; it is never written again. */
  onPositions(listener: (frame: Uint8Array) => void): () => void;
}
