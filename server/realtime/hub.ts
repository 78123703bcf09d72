import type { RealtimeCounters } from '../api/index.js';
import type { ChannelHandle } from '../channel/handle.js';
import { Fanout } from './fanout.js';

/** What the sockets share of one channel: who listens, the newest positions, and how many came in from outside. */
export class ChannelHub {
  readonly fanout = new Fanout();
  newest: Uint8Array | undefined;
  pushed = 0;
  refused = 0;
  readonly #stop: () => void;

  constructor(readonly channel: ChannelHandle) {
    this.#stop = channel.onPositions((frame) => {
      this.newest = frame;
      this.fanout.send(frame);
    });
  }

  counters(): RealtimeCounters {
    const { pages, readers, delivered, skipped } = this.fanout;
    return { pages, readers, delivered, skipped, pushed: this.pushed, refused: this.refused };
  }

  close(): void {
    this.#stop();
  }
}
