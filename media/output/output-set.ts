import type { Packet } from 'node-av/lib';
import type { Encoder, Output, OutputHealth } from '../../protocol/index.js';
import { MediaError, shareFrame, sharePacket } from '../ffmpeg/native.js';
import type { AudioPacket, SourceInfo, VideoFrame } from '../frame.js';
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

/** Everything composited frames go to. One encode feeds all of them. */
export class OutputSet {
  private busy: Promise<void> = Promise.resolve();
  private error: unknown = null;

  private constructor(
    private readonly encoder: VideoEncoder,
    private readonly sinks: readonly Sink[],
    private readonly failFast: boolean,
  ) {}

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
    return new OutputSet(
      video,
      targets.map((target) => new Sink(target, [track], onChange)),
      o.failFast ?? false,
    );
  }

  /**
   * Encodes a frame; it stays the caller's and may be closed when this resolves. Resolves while this frame is still being encoded, when the
   * one before is with every output; slow files make it wait, slow streams lose frames.
   * @throws MediaError when the encoder fails, or with `failFast` a file.
   */
  async write(frame: Pick<VideoFrame, 'native' | 'mediaTimeUs' | 'durationUs' | 'discontinuity'>): Promise<void> {
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

  /** Takes the packet over. */
  writeAudio(audio: AudioPacket): Promise<void> {
    audio.close();
    return Promise.resolve();
  }

  /** Sends what is still held back, finishes every container, closes. @throws MediaError like `write`. */
  async finish(): Promise<void> {
    await this.busy;
    try {
      if (!this.error) await this.distribute(await this.encoder.flush());
    } catch (error) {
      this.error ??= error;
    }
    await Promise.all(this.sinks.map((sink) => sink.finish()));
    this.encoder.close();
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
