import type { Encoder, Output, ReplayPlay, TimeRange } from '../../protocol/index.js';
import type { Job } from './jobs.js';
import type { Drawn } from './redraw.js';

/** What passes between the server and a channel's replay processes (node IPC, structured clone). Requests are answered once each, by number. */

export interface PlayRequest {
  /** Holds everything that is to be played, and what was recorded before it. */
  readonly folder: string;
  readonly range: TimeRange;
  readonly speed: number;
  readonly drawn: Drawn;
  readonly loop: boolean;
  readonly encoder: Encoder;
  readonly outputs: readonly Output[];
  readonly hlsDirectory: string;
  readonly baseDir: string;
}

/** What can be asked of a replay that plays. */
export type Steer =
  | { readonly do: 'pause' | 'resume' | 'stop' }
  | { readonly do: 'speed'; readonly speed: number }
  | { readonly do: 'jog'; readonly frames: number }
  | { readonly do: 'seek'; readonly mediaTimeUs: number };

export type ToReplay =
  | {
      readonly type: 'frame';
      readonly requestId: number;
      readonly folder: string;
      readonly mediaTimeUs: number;
      readonly drawn: Drawn;
    }
  | { readonly type: 'play'; readonly requestId: number; readonly play: PlayRequest }
  | { readonly type: 'steer'; readonly requestId: number; readonly steer: Steer }
  | { readonly type: 'job'; readonly requestId: number; readonly job: Job };

export type FromReplay =
  | { readonly type: 'frame'; readonly requestId: number; readonly jpeg: Uint8Array; readonly mediaTimeUs: number }
  | { readonly type: 'done'; readonly requestId: number }
  | { readonly type: 'made'; readonly requestId: number; readonly endings: readonly string[] }
  | { readonly type: 'failed'; readonly requestId: number; readonly error: string }
  | { readonly type: 'progress'; readonly requestId: number; readonly share: number; readonly ending?: string }
  | { readonly type: 'playing'; readonly play: ReplayPlay };
