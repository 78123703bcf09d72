import type { Discontinuity, MediaTimeUs, TrackingFrame } from '../../protocol/index.js';

/**
 * Where a picture does not continue the one before: tracking must hear of it although it may be spared that very frame, and graphics must
 * hear of it although that frame's positions may come too late. Else people of the last shot are drawn on this one, and a race that began
 * again goes on with the clock of the one before.
 */
export class Cuts {
  #untold: Discontinuity | null = null;
  /** A cut that tracking found by itself, after its frame was drawn. */
  #owed = false;
  /** Of the last cut that a drawn frame has told; measurements from before it say nothing of what is shown now. */
  #toldUs: MediaTimeUs = Number.NEGATIVE_INFINITY;

  /** A frame that tracking does not get. */
  skipped(discontinuity: Discontinuity | null): void {
    this.#untold ??= discontinuity;
  }

  /** @returns why a frame that tracking gets does not continue the last one that it got, or null. */
  submitted(discontinuity: Discontinuity | null): Discontinuity | null {
    const told = this.#untold ?? discontinuity;
    this.#untold = null;
    return told;
  }

  /** A measurement that came after its frame had been drawn. */
  late(measured: TrackingFrame): void {
    if (measured.discontinuity && measured.mediaTimeUs > this.#toldUs) this.#owed = true;
  }

  /** Whether a measurement tells of the shot that a frame belongs to. */
  isSameShot(measured: TrackingFrame, frame: { discontinuity: Discontinuity | null }): boolean {
    return frame.discontinuity === null && measured.mediaTimeUs >= this.#toldUs;
  }

  /** @returns the frame as it is drawn, with a cut that is to be told. Once a frame, in order. */
  drawn(tracked: TrackingFrame, frame: { discontinuity: Discontinuity | null }): TrackingFrame {
    const discontinuity = tracked.discontinuity || frame.discontinuity !== null || this.#owed;
    if (discontinuity) {
      // A cut told late happened before this frame: what was measured meanwhile counts.
      if (!this.#owed || frame.discontinuity !== null) this.#toldUs = tracked.mediaTimeUs;
      this.#owed = false;
    }
    return tracked.discontinuity === discontinuity ? tracked : { ...tracked, discontinuity };
  }
}
