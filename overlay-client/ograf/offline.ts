import { emptyFrame, type GraphicState, type MediaTimeUs, type TrackingFrame } from '../../protocol/index.js';
import type { Feed } from './feed.js';

/** What draws; the browser overlay is one. */
export interface OfflineDrawer {
  observe(frame: TrackingFrame, graphics: readonly GraphicState[]): void;
  render(frame: TrackingFrame, graphics: readonly GraphicState[]): void;
}

/** A host's times are milliseconds: a frame that begins within this counts as begun. */
const ROUNDING_US = 600;

/**
 * Shows any moment of a graphic's life exactly: all frames up to it are gone through in order, each once and with the state it had then, so that
 * what is shown at a time does not depend on what was shown before. Going on is cheap, going back begins anew.
 */
export class OfflinePlayer {
  readonly #feed: Exclude<Feed, { kind: 'live' }>;
  readonly #stepUs: number;
  readonly #stateAt: (atUs: MediaTimeUs) => GraphicState;
  /** Index of the frame last gone through; -1: none. */
  #done = -1;

  /** @param fps the host's frame rate: how often a graphic without frames of its own moves. @param stateAt the graphic's state at a media time. */
  constructor(feed: Exclude<Feed, { kind: 'live' }>, fps: number, stateAt: (atUs: MediaTimeUs) => GraphicState) {
    this.#feed = feed;
    this.#stepUs = 1_000_000 / fps;
    this.#stateAt = stateAt;
  }

  /** True when showing this moment needs a drawer that has seen nothing. */
  goesBack(toUs: MediaTimeUs): boolean {
    return this.#indexAt(toUs) < this.#done;
  }

  /** Begins anew, with a drawer that has seen nothing. */
  rewind(): void {
    this.#done = -1;
  }

  /** Draws the newest frame at a media time, 0 the first one's. Before the first frame nothing is drawn. */
  show(drawer: OfflineDrawer, toUs: MediaTimeUs): void {
    const last = this.#indexAt(toUs);
    for (let i = this.#done + 1; i < last; i++) drawer.observe(this.#frame(i), [this.#stateAt(this.#frame(i).mediaTimeUs)]);
    if (last >= 0) drawer.render(this.#frame(last), [this.#stateAt(this.#frame(last).mediaTimeUs)]);
    this.#done = Math.max(this.#done, last);
  }

  #indexAt(atUs: MediaTimeUs): number {
    const feed = this.#feed;
    if (feed.kind === 'none') return Math.max(0, Math.floor((atUs + ROUNDING_US) / this.#stepUs));
    return feed.frames.findLastIndex((frame) => frame.mediaTimeUs <= atUs + ROUNDING_US);
  }

  #frame(index: number): TrackingFrame {
    const feed = this.#feed;
    const recorded = feed.kind === 'recorded' ? feed.frames[index] : undefined;
    return recorded ?? emptyFrame(feed.scene, { mediaTimeUs: Math.round(index * this.#stepUs), frameIndex: index });
  }
}
