import { emptyFrame, type MediaTimeUs, type TrackingFrame } from '../../protocol/index.js';
import type { Feed } from './feed.js';

/** After the last action, a graphic without frames of its own is still for good. */
const SETTLE_US = 2_000_000;
/** Frames that wait for the page to draw; of more, the oldest are left out. */
const WAITING_MAX = 120;

/**
 * Draws as frames come: a channel's as they arrive, a recording's by the page's clock from the first action on. A graphic without frames moves by that
 * clock while an animation runs, and rests then. Nothing is drawn while the element is in no document.
 */
export class RealtimePlayer {
  readonly #feed: Feed;
  readonly #draw: (frames: readonly TrackingFrame[]) => void;
  readonly #stop: () => void;
  readonly #waiting: TrackingFrame[] = [];
  #newestUs = -1;
  #requested = 0;
  #resting = false;
  #startedUs: number | undefined;
  #moveUntilUs = 0;
  #count = 0;

  /** @param draw takes every frame in order, and shows the last of them. */
  constructor(feed: Feed, draw: (frames: readonly TrackingFrame[]) => void) {
    this.#feed = feed;
    this.#draw = draw;
    this.#stop = feed.kind === 'live' ? feed.listen((frame) => this.#take(frame)) : () => {};
  }

  /** Media time that an action taken now belongs to. */
  get nowUs(): MediaTimeUs {
    return this.#feed.kind === 'live' ? this.#newestUs : this.#clockUs();
  }

  /** Something changed: draws until it has come to rest. */
  wake(): void {
    this.#resting = false;
    this.#moveUntilUs = this.#clockUs() + SETTLE_US;
    this.#request();
  }

  rest(): void {
    this.#resting = true;
  }

  close(): void {
    this.#stop();
    this.#resting = true;
    cancelAnimationFrame(this.#requested);
  }

  #clockUs(): MediaTimeUs {
    const now = Math.round(performance.now() * 1000);
    this.#startedUs ??= now;
    return now - this.#startedUs;
  }

  #take(frame: TrackingFrame): void {
    this.#newestUs = frame.mediaTimeUs;
    this.#waiting.push(frame);
    if (this.#waiting.length > WAITING_MAX) this.#waiting.shift();
    this.#request();
  }

  #request(): void {
    if (this.#requested !== 0 || this.#resting) return;
    this.#requested = requestAnimationFrame(() => {
      this.#requested = 0;
      if (!this.#resting) this.#show();
    });
  }

  #show(): void {
    const feed = this.#feed;
    if (feed.kind === 'none') this.#waiting.push(emptyFrame(feed.scene, { mediaTimeUs: this.#clockUs(), frameIndex: this.#count++ }));
    if (feed.kind === 'recorded') {
      for (let next = feed.frames[this.#count]; next && next.mediaTimeUs <= this.#clockUs(); next = feed.frames[this.#count]) {
        this.#waiting.push(next);
        this.#count++;
      }
    }
    const frames = this.#waiting.splice(0);
    if (frames.length > 0) this.#draw(frames);
    const isMoving =
      feed.kind === 'recorded' ? this.#count < feed.frames.length : feed.kind === 'none' && this.#clockUs() < this.#moveUntilUs;
    if (isMoving) this.#request();
  }
}
