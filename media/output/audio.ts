import * as C from 'node-av/constants';
import { avGetSampleFmtName, Codec, CodecContext, CodecParameters, type Frame, type Packet, Rational } from 'node-av/lib';
import { Graph } from '../ffmpeg/graph.js';
import { check, dictionary, MediaError, newFrame, newPacket, sharePacket } from '../ffmpeg/native.js';
import type { AudioInfo, AudioPacket } from '../frame.js';
import { audioSpecificConfig, isAdts, withoutAdtsHeader } from './adts.js';
import type { TrackSpec } from './muxer.js';
import type { Target } from './target.js';

const MICROSECONDS = new Rational(1, 1_000_000);
const AAC_BITRATE = 160_000n;
const AAC_RATES = new Set([8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000]);

/** How one container gets the sound: the source's packets as they are, or AAC. */
export type AudioForm = 'copy' | 'aac';

export function audioForm(target: Target, audio: AudioInfo): AudioForm {
  if (isAdts(audio) && !audioSpecificConfig(audio)) return 'aac';
  return target.audioCodecs === 'any' || target.audioCodecs.has(audio.codec) ? 'copy' : 'aac';
}

/** The source's sound for every output, transcoded once where some container does not take it. */
export class AudioFeed {
  private constructor(
    private readonly audio: AudioInfo,
    private readonly copies: boolean,
    private readonly transcoder: AudioTranscoder | null,
    /** What containers are told of the copies. */
    private readonly parameters: CodecParameters,
  ) {
    this.adts = isAdts(audio);
  }

  private readonly adts: boolean;

  static async open(audio: AudioInfo, forms: ReadonlySet<AudioForm>): Promise<AudioFeed> {
    const parameters = new CodecParameters();
    parameters.alloc();
    check(audio.parameters.copy(parameters), 'audio parameters');
    if (isAdts(audio)) parameters.extradata = audioSpecificConfig(audio);
    const transcoder = forms.has('aac') ? await AudioTranscoder.open(audio) : null;
    return new AudioFeed(audio, forms.has('copy'), transcoder, parameters);
  }

  track(form: AudioForm): TrackSpec {
    const source: CodecContext | CodecParameters = form === 'aac' ? this.transcoder!.context : this.parameters;
    return { timeBase: { num: 1, den: this.rate(form) }, source, frameRate: null, sampleAspectRatio: null };
  }

  /** Takes the packet over. @returns packets by form, the caller's to free. */
  async feed(audio: AudioPacket): Promise<[AudioForm, Packet][]> {
    try {
      const ready: [AudioForm, Packet][] = [];
      if (this.copies) {
        const packet = sharePacket(audio.packet);
        packet.pts = BigInt(Math.round((audio.mediaTimeUs * this.audio.sampleRate) / 1_000_000));
        packet.dts = packet.pts;
        if (this.adts && packet.data) packet.data = withoutAdtsHeader(packet.data);
        packet.duration = BigInt(Math.round((audio.durationUs * this.audio.sampleRate) / 1_000_000));
        ready.push(['copy', packet]);
      }
      if (this.transcoder) for (const packet of await this.transcoder.feed(audio)) ready.push(['aac', packet]);
      return ready;
    } finally {
      audio.close();
    }
  }

  async flush(): Promise<[AudioForm, Packet][]> {
    return ((await this.transcoder?.flush()) ?? []).map((packet) => ['aac', packet]);
  }

  close(): void {
    this.parameters.free();
    this.transcoder?.close();
  }

  private rate(form: AudioForm): number {
    return form === 'aac' ? this.transcoder!.context.sampleRate : this.audio.sampleRate;
  }
}

/** Any codec → AAC, stereo at most. Gaps become silence, so that sound and picture stay together. */
class AudioTranscoder {
  private graph: Graph | null = null;

  private constructor(
    private readonly decoder: CodecContext,
    readonly context: CodecContext,
  ) {}

  static async open(audio: AudioInfo): Promise<AudioTranscoder> {
    const codec = Codec.findDecoder(audio.parameters.codecId);
    const aac = Codec.findEncoder(C.AV_CODEC_ID_AAC);
    if (!codec) throw new MediaError(`this FFmpeg has no decoder for the source's audio (${audio.codec})`);
    if (!aac) throw new MediaError('this FFmpeg has no AAC encoder');
    const decoder = new CodecContext();
    const encoder = new CodecContext();
    try {
      decoder.allocContext3(codec);
      check(decoder.parametersToContext(audio.parameters), 'audio decoder');
      decoder.pktTimebase = MICROSECONDS;
      check(await decoder.open2(codec, null), `audio decoder ${audio.codec}`);
      encoder.allocContext3(aac);
      const rate = AAC_RATES.has(audio.sampleRate) ? audio.sampleRate : 48_000;
      const channels = Math.min(2, Math.max(1, audio.channels));
      encoder.sampleRate = rate;
      encoder.sampleFormat = C.AV_SAMPLE_FMT_FLTP;
      encoder.channelLayout = channels === 1 ? C.AV_CHANNEL_LAYOUT_MONO : C.AV_CHANNEL_LAYOUT_STEREO;
      encoder.bitRate = AAC_BITRATE;
      encoder.timeBase = new Rational(1, rate);
      encoder.setFlags(C.AV_CODEC_FLAG_GLOBAL_HEADER);
      using options = dictionary({});
      check(await encoder.open2(aac, options), 'AAC encoder');
      return new AudioTranscoder(decoder, encoder);
    } catch (error) {
      decoder.freeContext();
      encoder.freeContext();
      throw error;
    }
  }

  async feed(audio: AudioPacket): Promise<Packet[]> {
    const packet = sharePacket(audio.packet);
    packet.pts = BigInt(audio.mediaTimeUs);
    packet.dts = packet.pts;
    packet.duration = BigInt(Math.round(audio.durationUs));
    try {
      // Damaged sound is passed over; the gap becomes silence.
      await this.decoder.sendPacket(packet);
    } finally {
      packet.free();
    }
    return this.encodeDecoded();
  }

  async flush(): Promise<Packet[]> {
    await this.decoder.sendPacket(null);
    const packets = await this.encodeDecoded();
    if (this.graph) {
      await this.graph.push(null);
      packets.push(...(await this.encodeFiltered()));
    }
    await this.context.sendFrame(null);
    packets.push(...(await this.receive()));
    return packets;
  }

  close(): void {
    this.graph?.close();
    this.decoder.freeContext();
    this.context.freeContext();
  }

  private async encodeDecoded(): Promise<Packet[]> {
    const packets: Packet[] = [];
    for (;;) {
      const frame = newFrame();
      try {
        if ((await this.decoder.receiveFrame(frame)) < 0) return packets;
        this.graph ??= await this.openGraph(frame);
        await this.graph.push(frame);
      } finally {
        frame.free();
      }
      packets.push(...(await this.encodeFiltered()));
    }
  }

  private openGraph(like: Frame): Promise<Graph> {
    const { sampleRate, frameSize, channelLayout } = this.context;
    const layout = channelLayout.nbChannels === 1 ? 'mono' : 'stereo';
    const format = avGetSampleFmtName(this.context.sampleFormat) ?? 'fltp';
    return Graph.audio(
      like,
      `aresample=${sampleRate}:async=1000,aformat=sample_fmts=${format}:channel_layouts=${layout},asettb=1/${sampleRate},asetnsamples=${frameSize}:p=0`,
    );
  }

  private async encodeFiltered(): Promise<Packet[]> {
    const packets: Packet[] = [];
    for (let frame = await this.graph!.pull(); frame; frame = await this.graph!.pull()) {
      try {
        check(await this.context.sendFrame(frame), 'AAC encoder');
      } finally {
        frame.free();
      }
      packets.push(...(await this.receive()));
    }
    return packets;
  }

  private async receive(): Promise<Packet[]> {
    const packets: Packet[] = [];
    for (;;) {
      const packet = newPacket();
      if ((await this.context.receivePacket(packet)) < 0) {
        packet.free();
        return packets;
      }
      packets.push(packet);
    }
  }
}
