import type { Box, Mat3, MediaTimeUs } from '../protocol/index.js';

/** One box in one frame, with a score; no identity. Continuous source pixels. */
export interface Detection {
  readonly box: Box;
  /** 0 to 1. */
  readonly score: number;
  /** Whose it is, where the detector looked for somebody already followed. */
  readonly trackId?: number;
}

/**
 * - `tentative`: seen, but not believed to be somebody, yet or any more: not shown. `confirmed`: seen in this frame.
 * - `hidden`: not seen, but believed to be where it is predicted, behind somebody or missed for a moment. `lost`: not seen, may be gone.
 */
export type TrackState = 'tentative' | 'confirmed' | 'hidden' | 'lost';

/** A detection's identity over time, as the tracker reports it after one frame. */
export interface Track {
  readonly trackId: number;
  readonly state: TrackState;
  /** Where it was seen, smoothed as far as the detector's jitter asks for, or is expected (hidden, lost). Continuous source pixels. */
  readonly box: Box;
  /** Pixels a second, camera motion taken out. */
  readonly velocity: { readonly x: number; readonly y: number };
  readonly score: number;
  /** Media time of the last frame it was seen in. */
  readonly lastSeenUs: MediaTimeUs;
}

/** How the picture moved since the frame before: carries pixels of frame k−1 to frame k (homography, continuous source pixels). */
export interface ImageMotion {
  readonly previousToCurrent: Mat3;
  /** 0 to 1. */
  readonly confidence: number;
}
