import type { TrackingFrame } from '../../protocol/index.js';

/** A frame that waits for what is drawn on it. */
export interface Waiting<F> {
  readonly frame: F;
  readonly frameIndex: number;
  /** As measured on this frame, or null while tracking is under way (or was skipped). */
  measured: TrackingFrame | null;
  /** Smoothed with the frames behind it: ready to be drawn. */
  ready: TrackingFrame | null;
  /** Not sent to tracking because that was too far behind. */
  readonly skipped: boolean;
  /** Frames that arrived after this one. */
  newer: number;
}

/**
 * The short ring in which full frames wait for their TrackingFrames. Bounded: in live use `overdue` says when the oldest has waited for
 * `bound` newer frames and must go with what is known; offline, `room` holds the reader back instead.
 */
export class FrameRing<F> {
  readonly #waiting: Waiting<F>[] = [];
  readonly #bound: number;
  #roomWaiters: (() => void)[] = [];
  #open = true;

  constructor(bound: number) {
    this.#bound = bound;
  }

  get depth(): number {
    return this.#waiting.length;
  }

  get head(): Waiting<F> | undefined {
    return this.#waiting[0];
  }

  push(frame: F, frameIndex: number, skipped: boolean): Waiting<F> {
    for (const w of this.#waiting) w.newer += 1;
    const entry: Waiting<F> = { frame, frameIndex, measured: null, ready: null, skipped, newer: 0 };
    this.#waiting.push(entry);
    return entry;
  }

  /** The entry of a frame, or undefined once it has left. */
  find(frameIndex: number): Waiting<F> | undefined {
    return this.#waiting.find((w) => w.frameIndex === frameIndex);
  }

  get overdue(): boolean {
    return (this.#waiting[0]?.newer ?? 0) >= this.#bound;
  }

  shift(): Waiting<F> | undefined {
    const head = this.#waiting.shift();
    this.#wake();
    return head;
  }

  /** Nobody waits for room any more: the run has failed. */
  close(): void {
    this.#open = false;
    this.#wake();
  }

  /**
   * Resolves once fewer than `limit` frames wait. Live, the limit must lie beyond what `overdue` needs to let the oldest go without its measurement: a
   * reader held back at `bound` would wait for a frame that waits for the reader.
   */
  async room(limit = this.#bound): Promise<void> {
    while (this.#open && this.#waiting.length >= limit) await new Promise<void>((wake) => this.#roomWaiters.push(wake));
  }

  #wake(): void {
    const waiters = this.#roomWaiters;
    this.#roomWaiters = [];
    for (const wake of waiters) wake();
  }
}
