import { Rational } from 'node-av/lib';
import type { Source, SourceHealth, SyntheticScene } from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';
import { pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { SourceInfo, VideoFrame } from '../frame.js';
import { MediaClock } from './clock.js';
import { ColourScaler } from './colour.js';
import { discard, filePictures, start } from './file.js';
import { nominalUs, sourceInfo } from './info.js';
import { Input } from './input.js';
import { livePictures, openLive } from './live.js';
import { inSegments, locate, waitsForSender } from './location.js';
import { LumaScaler, type PooledLuma } from './luma.js';
import { targetFor } from './normaliser.js';
import { paced } from './pace.js';
import type { AudioReceiver, TimedPicture } from './picture.js';
import { BoundedQueue } from './queue.js';
import { sceneInfo, scenePictures } from './scene.js';

/** Pictures decoded ahead of the consumer. Offline the decoder waits beyond it; live the oldest is dropped. */
const AHEAD_OFFLINE = 3;
const AHEAD_LIVE = 8;
const LOST_AFTER_MS = 2000;
/** The same for an input that comes in segments: one that is late is not yet a loss. */
const SEGMENTS_LOST_AFTER_MS = 10_000;
/** FFmpeg may hang where it cannot be interrupted (a name lookup, a device); then it is left to end by itself. */
const CLOSE_MS = 1500;

const MICROSECONDS = new Rational(1, 1_000_000);

export interface SourceOptions {
  /** `offline`: as fast as frames are taken, every frame. `live`: at the input's own pace, dropping what nobody takes. */
  readonly mode: 'offline' | 'live';
  /** Folder that relative file paths start from. */
  readonly baseDir: string;
  /** Width of the luma picture, pixels. */
  readonly analysisWidth: number;
  /** Makes the scene of a `sim:` source; gets the whole URL. */
  readonly createScene: (spec: string) => SyntheticScene;
  /** Ends the source, like `close()`. */
  readonly signal: AbortSignal;
  readonly onHealth: (health: SourceHealth, message: string) => void;
  /** Receives audio, if the source has any; without it audio is ignored. */
  readonly onAudio?: AudioReceiver;
  /** FFmpeg's name of the format to convert to; the source's own where absent. */
  readonly pixelFormat?: string;
  /** Without a picture for this long a live input counts as lost, milliseconds (2000; 10,000 for HLS). */
  readonly lostAfterMs?: number;
}

export interface OpenSource {
  readonly info: SourceInfo;
  /** Live frames dropped because the consumer was slow. */
  readonly framesDropped: number;
  /** The frames, once; nothing is read and no audio comes before this is called. Ends at the source's end or after `close()`; throws MediaError when the source fails for good. */
  frames(): AsyncGenerator<VideoFrame, void, undefined>;
  /** Stops and frees everything, also while FFmpeg hangs in a read. Frames already delivered stay valid until they are closed. */
  close(): Promise<void>;
}

/**
 * Opens a source and decodes its first picture. Live, a network input or device that cannot be reached yet is called until it answers.
 * @throws MediaError in one line: which source, what is wrong, FFmpeg's words.
 */
export async function openSource(spec: Source, o: SourceOptions): Promise<OpenSource> {
  const location = locate(spec, o.baseDir);
  const wanted = o.pixelFormat === undefined ? undefined : pictureFormatByName(o.pixelFormat);
  if (o.pixelFormat !== undefined && !wanted) throw new MediaError(`pixel format "${o.pixelFormat}" is not one a channel can use`);
  const live = o.mode === 'live';
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, o.signal]);
  o.onHealth('opening', location.label);

  if (location.kind === 'scene') {
    const scene = o.createScene(location.url);
    const info = sceneInfo(location.label, scene, live);
    const clock = new MediaClock(nominalUs(info.fps));
    const pictures = scenePictures(scene, info, clock, live);
    return new Delivery(info, live ? paced(pictures, signal) : pictures, o, stop, signal);
  }

  let current: Input | null = null;
  const onInput = (input: Input): void => {
    current = input;
    if (signal.aborted) input.interrupt();
  };
  signal.addEventListener('abort', () => current?.interrupt(), { once: true });
  const remote = live && location.kind !== 'file';
  if (remote && waitsForSender(location.url, location.options)) o.onHealth('opening', `${location.label}: waiting for a sender`);
  const started = remote
    ? await openLive(location, { signal, onInput, onHealth: o.onHealth })
    : await start(await Input.open(location, location.kind !== 'file', onInput), location.label);
  if (!started) throw new MediaError(`${location.label}: stopped before it was reached`);
  try {
    const first = started.head.at(-1)!;
    if (first.kind !== 'picture') throw new MediaError(`${location.label}: not one picture could be decoded`);
    const target = targetFor(first.frame, started.input.video.sampleAspectRatio, wanted);
    // Something with an end, fetched over the network, plays like a file.
    const endless = remote && started.input.durationUs === null;
    const info = sourceInfo(location.label, started.input, target, live, !endless);
    const clock = new MediaClock(nominalUs(info.fps));
    const { onAudio, onHealth } = o;
    if (endless) {
      const lostAfterMs = o.lostAfterMs ?? (inSegments(location) ? SEGMENTS_LOST_AFTER_MS : LOST_AFTER_MS);
      const pictures = livePictures(started, location, { info, clock, target, lostAfterMs, signal, onAudio, onInput, onHealth });
      return new Delivery(info, pictures, o, stop, signal);
    }
    const pictures = filePictures(started, location, { clock, target, loop: spec.loop && live, onAudio, onInput });
    return new Delivery(info, live ? paced(pictures, signal) : pictures, o, stop, signal);
  } catch (error) {
    await discard(started);
    throw error;
  }
}

interface Ready {
  readonly picture: TimedPicture;
  readonly luma: PooledLuma;
  discontinuity: TimedPicture['discontinuity'];
}

/** Runs the chain of pictures in the background, gives each its luma, and hands frames over. */
class Delivery implements OpenSource {
  private readonly queue: BoundedQueue<Ready>;
  private readonly luma: LumaScaler;
  private colour: ColourScaler | null = null;
  private running: Promise<void> | null = null;
  private nextIndex = 0;

  constructor(
    readonly info: SourceInfo,
    private readonly pictures: AsyncGenerator<TimedPicture, void, undefined>,
    private readonly o: SourceOptions,
    private readonly stop: AbortController,
    private readonly signal: AbortSignal,
  ) {
    const live = o.mode === 'live';
    this.luma = new LumaScaler(info.size, info.format, info.colour.range === 'full', o.analysisWidth);
    this.queue = new BoundedQueue(live ? AHEAD_LIVE : AHEAD_OFFLINE, live ? 'drop' : 'wait', dispose);
    signal.addEventListener('abort', () => this.queue.clear(), { once: true });
  }

  get framesDropped(): number {
    return this.queue.dropped;
  }

  private async run(): Promise<void> {
    try {
      this.o.onHealth('live', this.info.label);
      for await (const picture of this.pictures) {
        if (this.signal.aborted) {
          picture.native.free();
          break;
        }
        const luma = await this.luma.scale(picture.native).catch((error: unknown) => {
          picture.native.free();
          throw error;
        });
        await this.queue.push({ picture, luma, discontinuity: picture.discontinuity });
      }
      this.o.onHealth(this.signal.aborted ? 'stopped' : 'ended', this.info.label);
      this.queue.end();
    } catch (error) {
      const failure = error instanceof Error ? error : new Error(String(error));
      if (this.signal.aborted) this.queue.end();
      else {
        this.o.onHealth('failed', failure.message);
        this.queue.end(failure);
      }
    } finally {
      this.luma.close();
    }
  }

  async *frames(): AsyncGenerator<VideoFrame, void, undefined> {
    if (this.running) throw new MediaError(`${this.info.label}: frames() can be taken once`);
    this.running = this.run();
    try {
      for (let ready = await this.queue.take(); ready; ready = await this.queue.take()) yield this.frame(ready);
    } finally {
      this.queue.clear();
      this.colour?.close();
    }
  }

  private frame({ picture, luma, discontinuity }: Ready): VideoFrame {
    let closed = false;
    picture.native.timeBase = MICROSECONDS;
    picture.native.pts = BigInt(picture.mediaTimeUs);
    return {
      frameIndex: this.nextIndex++,
      mediaTimeUs: picture.mediaTimeUs,
      durationUs: picture.durationUs,
      discontinuity,
      slate: picture.slate,
      luma: luma.picture,
      colour: () => {
        this.colour ??= new ColourScaler(this.luma.size, this.info.colour);
        return this.colour.scale(picture.native);
      },
      native: picture.native,
      close: () => {
        if (closed) return;
        closed = true;
        picture.native.free();
        luma.release();
      },
    };
  }

  async close(): Promise<void> {
    this.stop.abort();
    // Never asked for: let the chain free what it holds.
    this.running ??= this.run();
    await Promise.race([this.running, new Promise((resolve) => setTimeout(resolve, CLOSE_MS).unref())]);
  }
}

/** What a dropped frame says about continuity passes to the one after it. */
function dispose(dropped: Ready, next: Ready | undefined): void {
  dropped.picture.native.free();
  dropped.luma.release();
  if (next && dropped.discontinuity) next.discontinuity ??= dropped.discontinuity;
}
