import type { Frame } from 'node-av/lib';
import type { Discontinuity, SourceHealth } from '../../protocol/index.js';
import { MediaError, shareFrame } from '../ffmpeg/native.js';
import type { AudioInfo, SourceInfo } from '../frame.js';
import type { MediaClock } from './clock.js';
import { pictures, type Started, start } from './file.js';
import { audioInfo, nominalUs } from './info.js';
import { Input } from './input.js';
import { type DecodedLocation, inSegments, waitsForSender } from './location.js';
import type { PictureTarget } from './normaliser.js';
import { paced, sleep } from './pace.js';
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

/**
 * Opens a live input and decodes its first picture; one that cannot be reached is tried again with back-off, and that is said.
 * @returns null when the channel stops first.
 */
export async function openLive(
  location: DecodedLocation,
  { signal, onInput, onHealth }: Pick<LiveOptions, 'signal' | 'onInput' | 'onHealth'>,
): Promise<Started | null> {
  for (let retryMs = FIRST_RETRY_MS; !signal.aborted; retryMs = Math.min(retryMs * 2, LAST_RETRY_MS)) {
    try {
      return await call(location, onInput);
    } catch (error) {
      if (signal.aborted) return null;
      onHealth('lost', `${error instanceof Error ? error.message : String(error)}; next try in ${retryMs / 1000} s`);
      await sleep(retryMs, signal);
    }
  }
  return null;
}

/** One try, given up after {@link CALL_MS}; an input that waits for its sender is waited for. @throws MediaError in one line. */
async function call(location: DecodedLocation, onInput: (input: Input) => void): Promise<Started> {
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
    if (deadline?.aborted) throw new MediaError(`${location.label}: no answer within ${CALL_MS / 1000} s`);
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
  let missedCut: Discontinuity | null = null;
  try {
    while (!o.signal.aborted) {
      const picture = reader.take();
      if (picture) {
        const discontinuity: Discontinuity | null = picture.discontinuity ?? missedCut;
        // A late picture whose time a slate has taken already; what it says of a cut holds for the next.
        if (picture.mediaTimeUs <= lastUs) {
          missedCut = discontinuity;
          picture.native.free();
          continue;
        }
        missedCut = null;
        lastUs = picture.mediaTimeUs;
        yield { ...picture, discontinuity };
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
    const read = pictures(started, this.o.clock, this.o.target, onAudio);
    for await (const picture of inSegments(this.location) ? paced(read, this.o.signal) : read) {
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
    await sleep(FIRST_RETRY_MS, signal);
    const onInput = (input: Input): void => {
      this.current = input;
      this.o.onInput(input);
    };
    const started = await openLive(this.location, { signal, onInput, onHealth });
    if (started) clock.cut('reconnect', this.heardUs + Math.round((performance.now() - this.heardMs) * 1000));
    return started;
  }
}

function sameAudio(a: AudioInfo, b: AudioInfo | null): boolean {
  return b !== null && a.codec === b.codec && a.sampleRate === b.sampleRate && a.channels === b.channels;
}
