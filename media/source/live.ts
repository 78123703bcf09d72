import type { Frame } from 'node-av/lib';
import type { SourceHealth } from '../../protocol/index.js';
import { MediaError, shareFrame } from '../ffmpeg/native.js';
import type { AudioInfo, SourceInfo } from '../frame.js';
import type { MediaClock } from './clock.js';
import { pictures, type Started, start } from './file.js';
import { audioInfo, nominalUs } from './info.js';
import { Input } from './input.js';
import { type DecodedLocation, waitsForSender } from './location.js';
import type { PictureTarget } from './normaliser.js';
import { sleep } from './pace.js';
import type { AudioReceiver, TimedPicture } from './picture.js';
import { makeSlate } from './slate.js';

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 10_000;
/** Calling an input may take this long; an input that waits to be called may wait for ever. */
const CALL_MS = 15_000;
/** Pictures waiting between the reader and the channel; the oldest go first. */
const INBOX = 60;

export interface LiveOptions {
  readonly info: SourceInfo;
  readonly clock: MediaClock;
  readonly target: PictureTarget;
  readonly lostAfterMs: number;
  readonly signal: AbortSignal;
  readonly onAudio: AudioReceiver | undefined;
  readonly onInput: (input: Input) => void;
  readonly onHealth: (health: SourceHealth, message: string) => void;
}

/** Opens a live input, giving up calling after {@link CALL_MS}; one that waits for its sender is waited for. */
export async function openLive(location: DecodedLocation, signal: AbortSignal, onInput: (input: Input) => void): Promise<Started> {
  const deadline = waitsForSender(location.url, location.options) ? null : AbortSignal.timeout(CALL_MS);
  let giveUp = (): void => undefined;
  const started = Input.open(location, true, (input) => {
    giveUp = () => input.interrupt();
    deadline?.addEventListener('abort', giveUp);
    onInput(input);
  }).then((input) => start(input, location.label));
  try {
    return await started;
  } catch (error) {
    if (deadline?.aborted && !signal.aborted) throw new MediaError(`${location.label}: no answer within ${CALL_MS / 1000} s`);
    throw error;
  } finally {
    deadline?.removeEventListener('abort', giveUp);
  }
}

/**
 * Pictures from an input that may go away and come back. While it is away a slate takes its place at the nominal rate, media time goes on
 * by the wall clock, and the input is opened again with back-off. Ends only when the signal is aborted.
 */
export async function* livePictures(
  first: Started,
  location: DecodedLocation,
  o: LiveOptions,
): AsyncGenerator<TimedPicture, void, undefined> {
  const reader = new LiveReader(first, location, o);
  const stepMs = nominalUs(o.info.fps) / 1000;
  let slate: Frame | null = null;
  let lastUs = -1;
  try {
    while (!o.signal.aborted) {
      const picture = reader.take();
      if (picture) {
        // A late picture whose time a slate has taken already.
        if (picture.mediaTimeUs <= lastUs) {
          picture.native.free();
          continue;
        }
        lastUs = picture.mediaTimeUs;
        yield picture;
      } else if (reader.lostAtMs === null) {
        await reader.wait(reader.heardMs + o.lostAfterMs - performance.now());
        if (performance.now() - reader.heardMs >= o.lostAfterMs) reader.declareLost(`no picture for ${o.lostAfterMs / 1000} s`);
      } else {
        const dueMs = reader.heardMs + (lastUs + stepMs * 1000 - reader.heardUs) / 1000;
        const now = performance.now();
        if (dueMs > now) {
          await reader.wait(dueMs - now);
          continue;
        }
        slate ??= await makeSlate(o.info);
        const wallUs = reader.heardUs + (now - reader.heardMs) * 1000;
        // After a silence the slate starts at the present, rather than making up for it.
        const mediaUs = now - dueMs > stepMs * 4 ? wallUs : lastUs + stepMs * 1000;
        lastUs = o.clock.insert(mediaUs, stepMs * 1000);
        yield { native: shareFrame(slate), mediaTimeUs: lastUs, durationUs: stepMs * 1000, discontinuity: null, slate: true };
      }
    }
  } finally {
    slate?.free();
    await reader.close();
  }
}

/** Reads one connection after the other in the background. */
class LiveReader {
  private readonly inbox: TimedPicture[] = [];
  private wake: (() => void) | null = null;
  private readonly running: Promise<void>;
  private current: Input;
  /** When the last picture came, and its media time. */
  heardMs = performance.now();
  heardUs = 0;
  lostAtMs: number | null = null;

  constructor(
    first: Started,
    private readonly location: DecodedLocation,
    private readonly o: LiveOptions,
  ) {
    this.current = first.input;
    this.running = this.run(first).finally(() => this.wake?.());
  }

  take(): TimedPicture | undefined {
    return this.inbox.shift();
  }

  /** Resolves after `ms`, or when there is a picture or news. */
  async wait(ms: number): Promise<void> {
    if (this.inbox.length > 0 || ms <= 0) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
    this.wake = null;
  }

  /** The input is taken for gone: what hangs in it is ended, which starts the reconnecting. */
  declareLost(reason: string): void {
    if (this.lostAtMs === null) {
      this.lostAtMs = performance.now();
      this.o.onHealth('lost', `${this.location.label}: ${reason}; reconnecting`);
    }
    this.current.interrupt();
    this.wake?.();
  }

  async close(): Promise<void> {
    this.current.interrupt();
    await this.running;
    for (const picture of this.inbox.splice(0)) picture.native.free();
  }

  private async run(first: Started): Promise<void> {
    for (let started: Started | null = first; started; started = await this.reconnect()) {
      let reason = 'ended by its sender';
      try {
        await this.play(started);
      } catch (error) {
        reason = error instanceof Error ? error.message.replace(`${this.location.label}: `, '') : String(error);
      }
      if (this.o.signal.aborted) return;
      this.declareLost(reason);
    }
  }

  private async play(started: Started): Promise<void> {
    const { audio } = started.input;
    const onAudio = audio && sameAudio(audioInfo(audio), this.o.info.audio) ? this.o.onAudio : undefined;
    for await (const picture of pictures(started, this.o.clock, this.o.target, onAudio)) {
      if (this.lostAtMs !== null && !this.o.signal.aborted) {
        const awayS = ((performance.now() - this.lostAtMs) / 1000).toFixed(1);
        this.lostAtMs = null;
        this.o.onHealth('live', `${this.location.label}: back after ${awayS} s`);
      }
      this.heardMs = performance.now();
      this.heardUs = picture.mediaTimeUs;
      this.inbox.push(picture);
      if (this.inbox.length > INBOX) this.dropOldest();
      this.wake?.();
    }
  }

  private dropOldest(): void {
    const dropped = this.inbox.shift()!;
    const next = this.inbox[0]!;
    this.inbox[0] = { ...next, discontinuity: next.discontinuity ?? dropped.discontinuity };
    dropped.native.free();
  }

  /** @returns null when the channel stops. */
  private async reconnect(): Promise<Started | null> {
    const { signal, clock, onHealth } = this.o;
    for (let retryMs = FIRST_RETRY_MS; ; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
      await sleep(retryMs, signal);
      if (signal.aborted) return null;
      try {
        const started = await openLive(this.location, signal, (input) => {
          this.current = input;
          this.o.onInput(input);
        });
        clock.cut('reconnect', this.heardUs + Math.round((performance.now() - this.heardMs) * 1000));
        return started;
      } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        if (!signal.aborted) onHealth('lost', `${reason}; next try in ${Math.min(retryMs * 2, LAST_RETRY_MS) / 1000} s`);
      }
    }
  }
}

function sameAudio(a: AudioInfo, b: AudioInfo | null): boolean {
  return b !== null && a.codec === b.codec && a.sampleRate === b.sampleRate && a.channels === b.channels;
}
