import type { Packet } from 'node-av/lib';
import type { OutputHealth } from '../../protocol/index.js';
import { Muxer, type TrackSpec } from './muxer.js';
import type { Target } from './target.js';

/** Packets waiting for one output: about two seconds with audio. A file's writer waits beyond it, a stream loses GOPs. */
const QUEUE_LIMIT = 240;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** How long a stream may take to send its last packets. */
const FINISH_LIVE_MS = 1_000;
const FINISH_FILE_MS = 30_000;

interface Entry {
  readonly packet: Packet;
  readonly track: number;
  readonly key: boolean;
}

const VIDEO = 0;

/**
 * One output: a bounded queue and the one writer that empties it, opens the container, and opens it again after a failure. Nothing that
 * happens here reaches the other outputs.
 */
export class Sink {
  private readonly queue: Entry[] = [];
  private state: OutputHealth['state'] = 'retrying';
  private message = 'opening';
  private framesDropped = 0;
  private ending = false;
  /** Set when something was dropped: what follows is of no use before a key frame. */
  private needsKey = false;
  private muxer: Muxer | null = null;
  private wakeWriter: (() => void) | null = null;
  private wakeGiver: (() => void) | null = null;
  private readonly running: Promise<void>;
  /** Why the output stopped for good. */
  failure: Error | null = null;

  constructor(
    readonly target: Target,
    private readonly tracks: readonly TrackSpec[],
    private readonly onChange: (health: OutputHealth) => void,
  ) {
    this.running = this.run();
  }

  health(): OutputHealth {
    const { type, label } = this.target;
    return { type, target: label, state: this.state, message: this.message, framesDropped: this.framesDropped };
  }

  /** Takes the packet over. Resolves when there is room for more: at once for streams. */
  async push(packet: Packet, track: number, key: boolean): Promise<void> {
    if (this.ending || this.failure) return packet.free();
    this.queue.push({ packet, track, key });
    this.wakeWriter?.();
    if (this.target.whenSlow === 'drop') {
      if (this.queue.length > QUEUE_LIMIT) this.dropGop();
      return;
    }
    while (this.queue.length > QUEUE_LIMIT && !this.ending && !this.failure) await new Promise<void>((wake) => (this.wakeGiver = wake));
  }

  /** Writes what is queued, finishes the container and closes. Never throws: see `failure`. */
  async finish(): Promise<void> {
    this.ending = true;
    this.wakeWriter?.();
    const limit = setTimeout(() => this.muxer?.interrupt(), this.target.retries ? FINISH_LIVE_MS : FINISH_FILE_MS);
    await this.running;
    clearTimeout(limit);
  }

  private async run(): Promise<void> {
    let retryMs = FIRST_RETRY_MS;
    while (!this.failure) {
      // The container is opened when there is something to put into it.
      if (!(await this.waitForPacket())) break;
      try {
        const muxer = await Muxer.open(this.target, this.tracks, (m) => (this.muxer = m));
        this.set('live', '');
        await this.writeAll(muxer);
        await muxer.finish();
        break;
      } catch (error) {
        const failure = error instanceof Error ? error : new Error(String(error));
        const wasLive = this.state === 'live';
        if (wasLive) {
          retryMs = FIRST_RETRY_MS;
          await this.muxer?.close().catch(() => undefined);
        }
        if (!this.target.retries || this.ending) {
          this.failure = this.target.retries ? null : failure;
          this.set(this.target.retries ? 'closed' : 'failed', failure.message);
          break;
        }
        this.set('retrying', `${failure.message}; next try in ${retryMs / 1000} s`);
        this.needsKey = true;
        await this.pause(retryMs);
        retryMs = Math.min(retryMs * 2, LAST_RETRY_MS);
      }
    }
    this.muxer = null;
    for (const entry of this.queue.splice(0)) entry.packet.free();
    if (this.state !== 'failed') this.set('closed', this.message);
    this.wakeGiver?.();
  }

  private async writeAll(muxer: Muxer): Promise<void> {
    while (await this.waitForPacket()) {
      const { packet, track, key } = this.queue.shift()!;
      this.wakeGiver?.();
      if (this.needsKey && !key) {
        packet.free();
        if (track === VIDEO) this.framesDropped++;
        continue;
      }
      this.needsKey = false;
      await muxer.write(packet, track);
    }
  }

  private async waitForPacket(): Promise<boolean> {
    while (this.queue.length === 0 && !this.ending) await new Promise<void>((wake) => (this.wakeWriter = wake));
    return this.queue.length > 0;
  }

  private async pause(ms: number): Promise<void> {
    const until = performance.now() + ms;
    while (!this.ending && performance.now() < until) {
      await new Promise<void>((wake) => {
        const timer = setTimeout(wake, until - performance.now());
        this.wakeWriter = () => {
          if (!this.ending) return;
          clearTimeout(timer);
          wake();
        };
      });
    }
  }

  /** Drops from the oldest packet up to the next key frame, so that what is sent stays decodable. */
  private dropGop(): void {
    let end = this.queue.findIndex((entry, i) => i > 0 && entry.key);
    if (end < 0) {
      end = this.queue.length;
      this.needsKey = true;
    }
    for (const entry of this.queue.splice(0, end)) {
      entry.packet.free();
      if (entry.track === VIDEO) this.framesDropped++;
    }
  }

  private set(state: OutputHealth['state'], message: string): void {
    this.state = state;
    this.message = message;
    this.onChange(this.health());
  }
}
