import type {
  Channel,
  ChannelEvent,
  ChannelState,
  ChannelStatus,
  ControlCommand,
  ControlReply,
  ExternalPositions,
  HostedReport,
  MediaTimeUs,
} from '../../protocol/index.js';
import type { ReplayHandle } from '../replay/index.js';

/** `preview`: with its graphics, at most 640 wide; `clean`: the same without them; `still`: without them, the source's size. */
export type PictureKind = 'preview' | 'clean' | 'still';

/** A picture as JPEG, in the shape it is shown in. */
export interface Picture {
  readonly jpeg: Uint8Array;
  /** Of the frame it shows. */
  readonly mediaTimeUs: MediaTimeUs;
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
  /** How hosted graphics fare in an overlay page (`page`: any name of its own); null: the page is gone. */
  reportHosted(page: string, report: HostedReport | null): void;
  /** The newest picture of a kind, made on demand; null while there is none. Cheap to call often: at most about 8 small ones a second are made, and 2 stills. */
  picture(kind: PictureKind): Promise<Picture | null>;
  /** Folder that holds `index.m3u8` and its segments, or null without an HLS output. */
  readonly hlsDirectory: string | null;
  /** Null where the channel records none. */
  readonly replay: ReplayHandle | null;
  /** Calls back until the returned function is called. A listener that throws is logged and does not disturb the others. */
  onState(listener: (state: ChannelState) => void): () => void;
  onStatus(listener: (status: ChannelStatus) => void): () => void;
  /** Every change, one by one, after the state that has it. */
  onEvent(listener: (event: ChannelEvent) => void): () => void;
  /** One encoded TrackingFrame a composited frame. The buffer may be kept; it is never written again. */
  onPositions(listener: (frame: Uint8Array) => void): () => void;
}
