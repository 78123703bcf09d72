import { type Discontinuity, IDENTITY, type Mat3 } from '../../protocol/index.js';
import type { Pyramid } from './kernels.js';
import { correlation, thumbnail } from './pictures.js';

/** How the camera moved, as far as one frame tells. */
export interface CameraMotionResult {
  /** Pixels of the reference (anchor) frame → this frame's, continuous source pixels. */
  readonly referenceToCurrent: Mat3;
  /** Pixels of the frame before → this frame's. Identity right after a cut. */
  readonly previousToCurrent: Mat3;
  /** 0 to 1, of `referenceToCurrent`. */
  readonly confidence: number;
  readonly state: 'held' | 'lost';
  /** Counts the pictures that have been the reference. */
  readonly reference: number;
  /** This frame shows another picture than the one before: a cut in the programme, a loop, a reconnect. */
  readonly cut: boolean;
}

/** Two pictures of a fixed camera that correlate less than this show different scenes. */
const CUT_LIKENESS = 0.5;

/** A camera that does not move. The programme may still cut away from it. */
export class StillCamera {
  #before: Float32Array | undefined;

  step(pyramid: Pyramid, discontinuity: Discontinuity | null): CameraMotionResult {
    const now = thumbnail(pyramid).slice();
    const before = this.#before;
    this.#before = now;
    const interrupted = discontinuity !== null && discontinuity !== 'start';
    const cut = interrupted || (before !== undefined && correlation(before, now) < CUT_LIKENESS);
    return { referenceToCurrent: IDENTITY, previousToCurrent: IDENTITY, confidence: 1, state: 'held', reference: 0, cut };
  }
}
