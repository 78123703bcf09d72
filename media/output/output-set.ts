import type { Packet } from 'node-av/lib';
import type { Encoder, Output, OutputHealth } from '../../protocol/index.js';
import { MediaError, shareFrame, sharePacket } from '../ffmpeg/native.js';
import type { AudioPacket, SourceInfo, VideoFrame } from '../frame.js';
import { AudioFeed, type AudioForm, audioForm } from './audio.js';
import { type EncoderNeeds, VideoEncoder } from './encoder.js';
import type { TrackSpec } from './muxer.js';
import { Sink } from './sink.js';
import { fileOrStream, fileTarget, hlsTarget, streamTarget, type Target } from './target.js';

export interface OutputOptions {
  /** Folder that relative file paths start from. */
  readonly baseDir: string;
  /** Folder for HLS segments; needed when there is an `hls` output. Emptied of segments when opened. */
  readonly hlsDir?: string;
  /** Called whenever an output's state changes. */
  readonly onHealth?: (health: OutputHealth) => void;
  /** Throw from `write` when a file output fails, rather than going on with the others. */
  readonly failFast?: boolean;
}

/** The sound, and how each output gets it, in the order of the outputs. */
interface Sound {
  readonly feed: AudioFeed;
  readonly forms: readonly (AudioForm | null)[];
}

/** Everything composited frames go to. One encode feeds all of them. */
export class OutputSet {
  private busy: Promise<void> = Promise.resolve();
  private error: unknown = null;

  private constructor(
    private readonly encoder: VideoEncoder,
    private readonly sinks: readonly Sink[],
    private readonly sound: Sound | null,
    private readonly failFast: boolean,
  ) {}

  private soundBusy: Promise<void> = Promise.resolve();

  /** @throws MediaError when an encoder or a file cannot be opened; streams are retried instead. */
  static async open(info: SourceInfo, encoder: Encoder, outputs: readonly Output[], o: OutputOptions): Promise<OutputSet> {
    const targets = outputs.filter((output) => output.type !== 'key-fill').map((output) => targetOf(output, o));
    const video = await VideoEncoder.open(info, encoder, needsOf(targets));
    const track: TrackSpec = {
      timeBase: { num: 1, den: info.ticksPerSecond },
      source: video.context,
      frameRate: info.fps,
      sampleAspectRatio: info.sampleAspectRatio,
    };
    const onChange = o.onHealth ?? ((): void => undefined);
    const { audio } = info;
    const forms = targets.map((target) => audio && audioForm(target, audio));
    const feed = audio && (await AudioFeed.open(audio, new Set(forms.filter((form) => form !== null))));
    const sinks = targets.map((target, i) => {
      const form = forms[i];
      return new Sink(target, feed && form ? [track, feed.track(form)] : [track], onChange);
    });
    return new OutputSet(video, sinks, feed && { feed, forms }, o.failFast ?? false);
  }

  /**
   * Encodes a frame; it stays the caller's and may be closed when this resolves. Resolves while this frame is still being encoded, when the
   * one before is with every output; slow files make it wait, slow streams lose frames.
   * @throws MediaError when the encoder fails, or with `failFast` a file.
   */
  async write(frame: VideoFrame): Promise<void> {
    const previous = this.busy;
    const native = shareFrame(frame.native);
    const { mediaTimeUs, durationUs, discontinuity } = frame;
    this.busy = previous.then(async () => {
      try {
        if (this.error) return;
        await this.distribute(await this.encoder.encode(native, { mediaTimeUs, durationUs, cut: discontinuity !== null }));
      } catch (error) {
        this.error ??= error;
      } finally {
        native.free();
      }
    });
    await previous;
    this.throwFailure();
  }

  /** Takes the packet over. Resolves when every output has room for more. */
  writeAudio(audio: AudioPacket): Promise<void> {
    const { sound } = this;
    if (!sound || this.error) {
      audio.close();
      return Promise.resolve();
    }
    this.soundBusy = this.soundBusy.then(async () => {
      try {
        await this.distributeSound(await sound.feed.feed(audio));
      } catch (error) {
        this.error ??= error;
      }
    });
    return this.soundBusy;
  }

  /** Sends what is still held back, finishes every container, closes. @throws MediaError like `write`. */
  async finish(): Promise<void> {
    await Promise.all([this.busy, this.soundBusy]);
    try {
      if (!this.error) await this.distribute(await this.encoder.flush());
      if (!this.error && this.sound) await this.distributeSound(await this.sound.feed.flush());
    } catch (error) {
      this.error ??= error;
    }
    await Promise.all(this.sinks.map((sink) => sink.finish()));
    this.encoder.close();
    this.sound?.feed.close();
    this.throwFailure();
  }

  health(): OutputHealth[] {
    return this.sinks.map((sink) => sink.health());
  }

  private async distribute(packets: readonly Packet[]): Promise<void> {
    for (const packet of packets) {
      const waits = this.sinks.map((sink) => sink.push(sharePacket(packet), 0, packet.isKeyframe));
      packet.free();
      await Promise.all(waits);
    }
  }

  private async distributeSound(packets: readonly [AudioForm, Packet][]): Promise<void> {
    for (const [form, packet] of packets) {
      const waits = this.sinks.filter((_, i) => this.sound!.forms[i] === form).map((sink) => sink.push(sharePacket(packet), 1, false));
      packet.free();
      await Promise.all(waits);
    }
  }

  private throwFailure(): void {
    if (this.error) throw this.error;
    const failed = this.failFast ? this.sinks.find((sink) => sink.failure) : undefined;
    if (failed?.failure) throw failed.failure;
  }
}

function targetOf(output: Exclude<Output, { type: 'key-fill' }>, o: OutputOptions): Target {
  switch (output.type) {
    case 'hls':
      if (o.hlsDir === undefined) throw new MediaError('an HLS output needs a folder for its segments');
      return hlsTarget(output, o.hlsDir, Date.now());
    case 'file':
      return fileTarget(output.path, o.baseDir);
    case 'stream':
      return streamTarget(output.url);
  }
}

function needsOf(targets: readonly Target[]): EncoderNeeds {
  return {
    plain420: targets.some((t) => t.container === 'hls' || t.container === 'flv'),
    lowDelay: targets.some((t) => t.type === 'stream'),
  };
}

export { fileOrStream };
