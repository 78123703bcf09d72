import { z } from 'zod';
import type { Box, Mat3, Point } from './geometry.js';
import type { Channel } from './project.js';
import type { MediaTimeUs, Rational, Size } from './units.js';

/**
 * A drawn scene with exact truth, as `simulation/` makes it and a source plays it. Deterministic: the same name, size, rate and seed give
 * the same bytes, whichever frame is asked for first.
 */
export interface SyntheticScene {
  readonly name: string;
  readonly size: Size;
  readonly fps: Rational;
  /** Length of the scene before it repeats, microseconds. */
  readonly durationUs: MediaTimeUs;
  /** The project part that fits this scene: calibration from frame 0, course or floor, roster, graphics worth showing. */
  readonly setup: Pick<Channel, 'calibration' | 'course' | 'floor' | 'roster' | 'tracking'>;
  /**
   * Draws frame `index`.
   * @returns opaque RGBA, width × height × 4 bytes, owned by the scene and overwritten by the next call.
   */
  render(index: number): Uint8Array;
  /** The truth of frame `index`; cheap, draws nothing. */
  truth(index: number): SceneTruth;
  /** Whether somebody stands in front of the ground at a place (continuous pixels) of frame `index`. */
  covers?(index: number, at: Point): boolean;
}

/** What a subject is really doing in a shop. */
export const Behaviour = z.enum(['stroll', 'hurry', 'linger', 'study', 'queue']);
export type Behaviour = z.infer<typeof Behaviour>;

/** One line of `--truth`. */
export interface SceneTruth {
  readonly frameIndex: number;
  readonly mediaTimeUs: MediaTimeUs;
  /** Metres → continuous pixels. */
  readonly groundToImage: Mat3;
  readonly subjects: readonly SubjectTruth[];
}

export interface SubjectTruth {
  readonly id: number;
  readonly name: string;
  readonly lane?: number;
  /** Tight box around the drawn subject, continuous pixels, not clipped to the picture. */
  readonly box: Box;
  /** Point on the ground under the subject, continuous pixels. */
  readonly foot: Point;
  readonly groundM: Point;
  readonly speedMps: number;
  /** Share of the drawn subject (not of its box) hidden by others, fixtures or the picture's edge, 0 to 1. */
  readonly occlusion: number;
  /** Race only. */
  readonly rank?: number;
  readonly distanceM?: number;
  readonly gapM?: number;
  readonly gapS?: number | null;
  /** Shop only. */
  readonly behaviour?: Behaviour;
}
