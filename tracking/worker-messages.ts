import type { Discontinuity, ExternalPositions, LumaPicture, MediaTimeUs, SubjectMarks, TrackingFrame } from '../protocol/index.js';
import type { FollowClick } from './follow/index.js';
import type { ForegroundMask, PipelineConfig, RaceSetUp, StageTimes } from './pipeline-config.js';

/** What passes between a channel and its tracking thread. Pictures lie in shared memory; only their slot's number travels. */
export type ToWorker =
  | {
      readonly type: 'frame';
      readonly slot: number;
      /** Sent with the first picture of a slot: room for luma, then colour where the detector wants it. */
      readonly memory: SharedArrayBuffer | null;
      /** The picture is there in colour too. */
      readonly colour: boolean;
      readonly width: number;
      readonly height: number;
      readonly mediaTimeUs: MediaTimeUs;
      readonly frameIndex: number;
      readonly discontinuity: Discontinuity | null;
    }
  | { readonly type: 'external'; readonly positions: ExternalPositions }
  /** Follow what was clicked on; null: nothing any more. */
  | { readonly type: 'follow'; readonly click: FollowClick | null }
  /** A picture that was frozen to be clicked on. */
  | { readonly type: 'freeze'; readonly luma: LumaPicture; readonly mediaTimeUs: MediaTimeUs }
  /** Another calibration, course or roster. */
  | { readonly type: 'setUp'; readonly setUp: RaceSetUp }
  /** What operators said about who is who. */
  | { readonly type: 'marks'; readonly marks: SubjectMarks }
  | { readonly type: 'close' };

export type FromWorker =
  | { readonly type: 'ready' }
  | {
      readonly type: 'frame';
      readonly slot: number;
      readonly frame: TrackingFrame;
      readonly stages: StageTimes;
      /** A learned detector would look at another picture. */
      readonly detectorFree: boolean;
      readonly foreground: ForegroundMask | null;
    };

export type WorkerConfig = PipelineConfig;
