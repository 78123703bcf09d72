import type { ChannelState, ChannelStatus, ControlCommand, ControlReply, ExternalPositions } from '../../protocol/index.js';
import type { ReplayHandle } from '../replay/index.js';

/**
 * A channel as the rest of the server sees it: the API, the sockets and the pages know nothing else of it. Behind it stands a process of
 * its own, restarted by the supervisor; this handle outlives it.
 */
export interface ChannelHandle {
  readonly id: string;
  /** The whole truth, now. */
  state(): ChannelState;
  /** Resolves once the command took effect (or did not, with the reason). Never rejects. */
  command(command: ControlCommand): Promise<ControlReply>;
  /** Hands on positions from outside; refused with one line where the channel does not take them. */
  pushPositions(positions: ExternalPositions): ControlReply;
  /** The newest composited picture as JPEG (at most 640 wide), made on demand; null while there is none. Cheap to call often: at most about 8 a second are made. */
  preview(): Promise<Uint8Array | null>;
  /** Folder that holds `index.m3u8` and its segments, or null without an HLS output. */
  readonly hlsDirectory: string | null;
  /** Null where the channel records none. */
  readonly replay: ReplayHandle | null;
  /** Calls back until the returned function is called. A listener that throws is logged and does not disturb the others. */
  onState(listener: (state: ChannelState) => void): () => void;
  onStatus(listener: (status: ChannelStatus) => void): () => void;
  /** One encoded TrackingFrame a composited frame. The buffer may be kept; it is never written again. */
  onPositions(listener: (frame: Uint8Array) => void): () => void;
}
