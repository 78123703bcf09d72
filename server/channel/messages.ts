import type {
  Channel,
  ChannelScene,
  ChannelStatus,
  ControlReply,
  ExternalPositions,
  GraphicState,
  LiveCommand,
  SubjectMarks,
} from '../../protocol/index.js';
import type { RundownItem } from './desk/index.js';
import type { Picture, PictureKind } from './handle.js';

/** What passes between the server and a channel's process (node IPC, structured clone). */

export interface ChannelStart {
  readonly type: 'start';
  /** As the desk has it: roster, course, calibration and look may differ from the project file's. */
  readonly channel: Channel;
  /** Graphics as they are on air from the first frame on. */
  readonly graphics: readonly GraphicState[];
  /** Relative paths of the project are relative to this. */
  readonly baseDir: string;
  readonly hlsDirectory: string;
  readonly replayDirectory: string | null;
  readonly restarts: number;
  /** What others' graphics need to be in the composite; null: they are not. */
  readonly hosted: HostedPlace | null;
}

export interface HostedPlace {
  /** The server, as its own browser reaches it: `http://127.0.0.1:8080`. */
  readonly serverUrl: string;
  readonly chromiumFolder: string;
  /** The channel's own. */
  readonly profileFolder: string;
}

/** The desk changed: everything it says of what is drawn, and what changed of the set-up. */
export interface DeskChange {
  readonly graphics: readonly RundownItem[];
  readonly subjects: SubjectMarks;
  /** The channel with the desk's set-up; null: as before. */
  readonly channel: Channel | null;
}

export type ToChannel =
  | ChannelStart
  | { readonly type: 'desk'; readonly requestId: number; readonly change: DeskChange }
  | { readonly type: 'command'; readonly requestId: number; readonly command: LiveCommand }
  | { readonly type: 'positions'; readonly positions: ExternalPositions }
  | { readonly type: 'picture'; readonly requestId: number; readonly kind: PictureKind }
  | { readonly type: 'stop' };

export type FromChannel =
  | { readonly type: 'scene'; readonly scene: ChannelScene }
  | { readonly type: 'graphics'; readonly graphics: readonly GraphicState[] }
  | { readonly type: 'status'; readonly status: ChannelStatus }
  | { readonly type: 'positions'; readonly frame: Uint8Array }
  /** The recording or scene began again at this media time. */
  | { readonly type: 'loop'; readonly atUs: number }
  | { readonly type: 'reply'; readonly requestId: number; readonly reply: ControlReply }
  | { readonly type: 'picture'; readonly requestId: number; readonly picture: Picture | null }
  /** The last message: the run is over. */
  | { readonly type: 'ended'; readonly ending: Ending };

/**
 * How a run ended: `done` (the source ended, or it was told to stop), `fault` (for the user to mend: no restart helps), `failure` (while
 * running, or an input that cannot be reached yet: worth another try).
 */
export type Ending = { readonly kind: 'done' } | { readonly kind: 'fault' | 'failure'; readonly message: string };
