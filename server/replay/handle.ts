import type { ReplayGraphics, ReplayState } from '../../protocol/index.js';

/** A channel's replay as the API sees it. */
export interface ReplayHandle {
  state(): ReplayState;
  /** The recorded frame at a media time (or the last before it) as JPEG, at most 1280 wide. @throws Error in one line. */
  frame(mediaTimeUs: number, graphics: ReplayGraphics): Promise<{ readonly jpeg: Uint8Array; readonly mediaTimeUs: number }>;
  /** Folder with the playlist and segments of what is played out. */
  readonly hlsDirectory: string;
  /** Folder with the files of clips and pictures. */
  readonly madeDirectory: string;
}
