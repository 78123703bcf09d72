import type { Packet } from 'node-av/lib';
import type { Encoder, Output, OutputHealth } from '../../protocol/index.js';
import { MediaError, sharePacket } from '../ffmpeg/native.js';
import type { AudioPacket, KeyFill, SourceInfo, VideoFrame } from '../frame.js';
import { AudioFeed, type AudioForm, audioForm } from './audio.js';
import type { EncoderNeeds } from './encoder.js';
import { Lane } from './lane.js';
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
  /** Somebody waits for it to be finished. */
  readonly hurried?: boolean;
}

interface Lanes {
  readonly programme: Lane | null;
  readonly fill: Lane | null;
  readonly key: Lane | null;
}

/** The sound, and how each sink of the programme gets it, in their order. */
interface Sound {
  readonly feed: AudioFeed;
  readonly forms: readonly AudioForm[];
}

/** Everything composited frames go to. One encode feeds all outputs; key and fill have one each. */
export class OutputSet {
  private error: unknown = null;
  private soundBusy: Promise<void> = Promise.resolve();

  private constructor(
    private readonly lanes: Lanes,
    private readonly sound: Sound | null,
    private readonly failFast: boolean,
  ) {}

  /** @throws MediaError when an encoder or a file cannot be opened; streams are retried instead. */
  static async open(info: SourceInfo, encoder: Encoder, outputs: readonly Output[], o: OutputOptions): Promise<OutputSet> {
    const targets: { readonly [lane in keyof Lanes]: Target[] } = { programme: [], fill: [], key: [] };
    for (const output of outputs) {
      if (output.type === 'key-fill') {
        targets.fill.push(fileOrStream(output.fill, o.baseDir, 'key-fill'));
        targets.key.push(fileOrStream(output.key, o.baseDir, 'key-fill'));
      } else targets.programme.push(programmeTarget(output, o));
    }
    refuseTwice([...targets.programme, ...targets.fill, ...targets.key]);
    const lane = (name: keyof Lanes): Promise<Lane> | null =>
      targets[name].length > 0 ? Lane.open(info, encoder, { ...needsOf(targets[name]), hurried: o.hurried ?? false }) : null;
    const lanes: Lanes = { programme: await lane('programme'), fill: await lane('fill'), key: await lane('key') };
    const forms = info.audio ? targets.programme.map((target) => audioForm(target, info.audio!)) : [];
    const feed = info.audio && forms.length > 0 ? await AudioFeed.open(info.audio, new Set(forms)) : null;
    const onChange = o.onHealth ?? ((): void => undefined);
    for (const name of ['programme', 'fill', 'key'] as const) {
      const at = lanes[name];
      if (!at) continue;
      const video: TrackSpec = {
        timeBase: { num: 1, den: at.encoder.ticksPerSecond },
        source: at.encoder.context,
        frameRate: info.fps,
        sampleAspectRatio: info.sampleAspectRatio,
      };
      const tracks = (i: number): TrackSpec[] => (feed && name === 'programme' ? [video, feed.track(forms[i]!)] : [video]);
      at.sinks = targets[name].map((target, i) => new Sink(target, tracks(i), onChange));
    }
    return new OutputSet(lanes, feed && { feed, forms }, o.failFast ?? false);
  }

  /** True when `write` wants key and fill too. */
  get wantsKeyFill(): boolean {
    return this.lanes.fill !== null;
  }

  /**
   * Encodes a frame, and its key and fill where {@link wantsKeyFill}; all stay the caller's and may be closed when this resolves. Resolves
   * while this frame is still being encoded, when the one before is with every output: slow files make it wait, slow streams lose frames.
   * @throws MediaError when an encoder fails, or with `failFast` a file.
   */
  async write(frame: Pick<VideoFrame, 'native' | 'mediaTimeUs' | 'durationUs' | 'discontinuity'>, keyFill?: KeyFill): Promise<void> {
    const time = { mediaTimeUs: frame.mediaTimeUs, durationUs: frame.durationUs, cut: frame.discontinuity !== null };
    const { programme, fill, key } = this.lanes;
    if (fill && !keyFill) throw new MediaError('a key-fill output needs key and fill with every frame');
    await Promise.all([
      programme?.write(frame.native, time),
      keyFill && fill?.write(keyFill.fill, time),
      keyFill && key?.write(keyFill.key, time),
    ]);
    this.throwFailure();
  }

  /** Takes the packet over. Resolves when every output has room for more. */
  writeAudio(audio: AudioPacket): Promise<void> {
    const { sound } = this;
    if (!sound || this.error) {
      audio.close();
      return Promise.resolve();
    }
    this.soundBusy = this.soundBusy.then(() => this.passSound(() => sound.feed.feed(audio)));
    return this.soundBusy;
  }

  /** Sends what is still held back, finishes every container, closes. @throws MediaError like `write`. */
  async finish(): Promise<void> {
    const { sound } = this;
    await this.soundBusy;
    const finishSound = async (): Promise<void> => {
      if (sound && !this.error) await this.passSound(() => sound.feed.flush());
    };
    const none = (): Promise<void> => Promise.resolve();
    const { programme, fill, key } = this.lanes;
    await Promise.all([programme?.finish(finishSound), fill?.finish(none), key?.finish(none)]);
    sound?.feed.close();
    this.throwFailure();
  }

  /** One row an output, two for key and fill. */
  health(): OutputHealth[] {
    return this.sinks().map((sink) => sink.health());
  }

  private async passSound(make: () => Promise<[AudioForm, Packet][]>): Promise<void> {
    try {
      for (const [form, packet] of await make()) {
        const sinks = this.lanes.programme!.sinks.filter((_, i) => this.sound!.forms[i] === form);
        const waits = sinks.map((sink) => sink.push(sharePacket(packet), 1, false));
        packet.free();
        await Promise.all(waits);
      }
    } catch (error) {
      this.error ??= error;
    }
  }

  private all(): Lane[] {
    const { programme, fill, key } = this.lanes;
    return [programme, fill, key].filter((lane) => lane !== null);
  }

  private sinks(): Sink[] {
    return this.all().flatMap((lane) => lane.sinks);
  }

  private throwFailure(): void {
    this.error ??= this.all().find((lane) => lane.error)?.error ?? null;
    if (this.error) throw this.error;
    const failed = this.failFast ? this.sinks().find((sink) => sink.failure) : undefined;
    if (failed?.failure) throw failed.failure;
  }
}

function programmeTarget(output: Exclude<Output, { type: 'key-fill' }>, o: OutputOptions): Target {
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

function refuseTwice(targets: readonly Target[]): void {
  const seen = new Set<string>();
  for (const { url, label } of targets) {
    if (seen.has(url)) throw new MediaError(`${label}: two outputs go to the same place`);
    seen.add(url);
  }
}

function needsOf(targets: readonly Target[]): EncoderNeeds {
  return {
    plain420: targets.some((t) => t.container === 'hls' || t.container === 'flv'),
    lowDelay: targets.some((t) => t.whenSlow === 'drop' && t.container !== 'hls'),
  };
}
