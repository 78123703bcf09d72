import * as C from 'node-av/constants';
import { avcodecFindBestPixFmtOfList, Codec, CodecContext, type Frame, type Packet, Rational } from 'node-av/lib';
import type { Encoder } from '../../protocol/index.js';
import { Graph } from '../ffmpeg/graph.js';
import { check, dictionary, ffmpegWords, MediaError, newPacket, usToTicks } from '../ffmpeg/native.js';
import { type PictureFormat, pictureFormat, pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { SourceInfo } from '../frame.js';

/** For encoders that must be told a rate when there is none. */
const ASSUMED_FPS = { num: 25, den: 1 };

export interface EncoderNeeds {
  /** Some output is played by browsers or set-top decoders: 8-bit 4:2:0 only. */
  readonly plain420: boolean;
  /** Some output is watched as it happens: no look-ahead. */
  readonly lowDelay: boolean;
  /** Somebody waits for the whole of it: quality is kept by each picture's own measure, without weighing pictures against each other first. */
  readonly hurried?: boolean;
}

/** When a picture is shown, on the channel's clock. */
export interface PictureTime {
  readonly mediaTimeUs: number;
  readonly durationUs: number;
  /** The picture does not continue the one before: worth a key frame. */
  readonly cut: boolean;
}

/** One video encode. Key frames come by media time, so that variable frame rates and slates keep their segment length. */
export class VideoEncoder {
  private nextKeyUs = 0;
  private lastTicks = -1n;
  private durations = new Map<bigint, bigint>();

  private constructor(
    readonly context: CodecContext,
    private readonly info: SourceInfo,
    private readonly settings: Encoder,
    readonly format: PictureFormat,
    /** Packets are timed in these. */
    readonly ticksPerSecond: number,
  ) {}

  private converter: Graph | null = null;

  /** @throws MediaError naming the encoder and what it refused. */
  static async open(info: SourceInfo, settings: Encoder, needs: EncoderNeeds): Promise<VideoEncoder> {
    const codec = findEncoder(settings.codec);
    const format = encodedFormat(info, settings, needs, codec);
    // MPEG-4 part 2 writes its clock in 16 bits.
    const ticksPerSecond = codec.id === C.AV_CODEC_ID_MPEG4 ? Math.min(60_000, info.ticksPerSecond) : info.ticksPerSecond;
    const context = new CodecContext();
    context.allocContext3(codec);
    const { tags } = info.colour;
    const fps = info.fps ?? ASSUMED_FPS;
    context.width = info.size.width;
    context.height = info.size.height;
    context.pixelFormat = format.id;
    context.timeBase = new Rational(1, ticksPerSecond);
    context.framerate = new Rational(fps.num, fps.den);
    context.sampleAspectRatio = new Rational(info.sampleAspectRatio.num, info.sampleAspectRatio.den);
    context.colorSpace = tags.space;
    context.colorPrimaries = tags.primaries;
    context.colorTrc = tags.transfer;
    context.colorRange = info.colour.range === 'full' ? C.AVCOL_RANGE_JPEG : tags.range;
    // The upper bound only; key frames are forced by media time.
    context.gopSize = Math.max(1, Math.ceil((settings.gopS * fps.num) / fps.den) * 2);
    context.maxBFrames = settings.bFrames;
    context.threadCount = 0;
    // Parameter sets go into the containers; MPEG-TS puts them back before each key frame.
    context.setFlags(C.AV_CODEC_FLAG_GLOBAL_HEADER);
    if (settings.bitrateKbps !== undefined) {
      context.bitRate = BigInt(settings.bitrateKbps) * 1000n;
      context.rcMaxRate = context.bitRate;
      context.rcBufferSize = settings.bitrateKbps * 1000;
    }
    using options = dictionary(encoderOptions(codec, settings, needs, info));
    const code = await context.open2(codec, options);
    if (code < 0) {
      context.freeContext();
      const what = `encoder ${settings.codec} with ${info.size.width}×${info.size.height} ${format.name}, preset "${settings.preset}"`;
      if (!needsHardware(settings.codec)) check(code, what);
      throw new MediaError(
        `encoder "${settings.codec}" finds no hardware or driver for it here (${ffmpegWords(code)}); "leaderline doctor" lists those that work`,
        code,
      );
    }
    return new VideoEncoder(context, info, settings, format, ticksPerSecond);
  }

  /** Encodes one picture, which stays the caller's. @returns packets now ready, the caller's to free; timed in `ticksPerSecond`. */
  async encode(frame: Frame, time: PictureTime): Promise<Packet[]> {
    const source = this.format.id === this.info.format.id ? frame : await this.convert(frame);
    try {
      const ticks = this.ticksOf(time);
      source.pts = ticks;
      source.duration = usToTicks(time.durationUs, this.ticksPerSecond);
      this.durations.set(ticks, source.duration);
      const key = time.cut || time.mediaTimeUs >= this.nextKeyUs;
      if (key) this.nextKeyUs = nextKey(time.mediaTimeUs, this.settings.gopS);
      source.pictType = key ? C.AV_PICTURE_TYPE_I : C.AV_PICTURE_TYPE_NONE;
      check(await this.context.sendFrame(source), `encoder ${this.settings.codec}`);
    } finally {
      if (source !== frame) source.free();
    }
    return this.receive();
  }

  /** The packets still held back. Nothing can be encoded afterwards. */
  async flush(): Promise<Packet[]> {
    check(await this.context.sendFrame(null), `encoder ${this.settings.codec}`);
    return this.receive();
  }

  close(): void {
    this.converter?.close();
    this.context.freeContext();
  }

  /** Strictly increasing, whatever the rounding. */
  private ticksOf(time: PictureTime): bigint {
    const ticks = usToTicks(time.mediaTimeUs, this.ticksPerSecond);
    this.lastTicks = ticks > this.lastTicks ? ticks : this.lastTicks + 1n;
    return this.lastTicks;
  }

  private async receive(): Promise<Packet[]> {
    const packets: Packet[] = [];
    for (;;) {
      const packet = newPacket();
      const code = await this.context.receivePacket(packet);
      if (code < 0) {
        packet.free();
        if (code === C.AVERROR_EAGAIN || code === C.AVERROR_EOF) return packets;
        for (const p of packets) p.free();
        check(code, `encoder ${this.settings.codec}`);
      }
      packet.duration = this.durations.get(packet.pts) ?? packet.duration;
      this.durations.delete(packet.pts);
      packets.push(packet);
    }
  }

  private async convert(frame: Frame): Promise<Frame> {
    this.converter ??= await Graph.video(
      frame,
      `scale=flags=bicubic+accurate_rnd:out_range=${this.info.colour.range},format=${this.format.name}`,
    );
    await this.converter.push(frame);
    const converted = await this.converter.pull();
    if (!converted) throw new MediaError(`could not convert a picture to ${this.format.name}`);
    return converted;
  }
}

function nextKey(mediaTimeUs: number, gopS: number): number {
  const gopUs = gopS * 1_000_000;
  // Half a millisecond of grace: a grid of key frames must not slip by rounding.
  return (Math.floor((mediaTimeUs + 500) / gopUs) + 1) * gopUs - 500;
}

/** True for encoders that are a door to hardware: being in FFmpeg says nothing about being there. */
export function needsHardware(encoder: string): boolean {
  return /_(nvenc|vaapi|qsv|videotoolbox|amf|vulkan|v4l2m2m)$/.test(encoder);
}

function findEncoder(name: string): Codec {
  const codec = Codec.findEncoderByName(name as Parameters<typeof Codec.findEncoderByName>[0]);
  if (!codec || codec.type !== C.AVMEDIA_TYPE_VIDEO)
    throw new MediaError(`encoder "${name}" is not in this FFmpeg; "libx264" always is, "leaderline doctor" lists the others`);
  return codec;
}

function encodedFormat(info: SourceInfo, settings: Encoder, needs: EncoderNeeds, codec: Codec): PictureFormat {
  const taken = codec.pixelFormats ?? [];
  const takes = (f: PictureFormat): boolean => taken.length === 0 || taken.some((id) => id === f.id);
  const { pixelFormat: wish } = settings;
  if (wish !== 'auto' && wish !== 'source') {
    const format = pictureFormatByName(wish)!;
    if (!takes(format)) throw new MediaError(`encoder "${settings.codec}" does not take ${wish}`);
    return format;
  }
  const own = info.format;
  const plain = own.depth === 8 && own.chromaShiftX === 1 && own.chromaShiftY === 1;
  if (wish === 'auto' && needs.plain420 && !plain) return pictureFormatByName('yuv420p')!;
  if (takes(own)) return own;
  const nearest = pictureFormat(avcodecFindBestPixFmtOfList(taken, own.id));
  return nearest ?? pictureFormatByName('yuv420p')!;
}

/** Quality as each family of encoders calls it. Options an encoder does not know are ignored by FFmpeg. */
function encoderOptions(codec: Codec, s: Encoder, needs: EncoderNeeds, info: SourceInfo): Record<string, string | number> {
  const name = codec.name ?? s.codec;
  const quality = s.bitrateKbps === undefined;
  if (name === 'libx264' || name === 'libx264rgb' || name === 'libx265') {
    const still = name === 'libx265' ? { 'x265-params': `log-level=none${needs.lowDelay ? ':rc-lookahead=0:frame-threads=1' : ''}` } : {};
    const quick = name === 'libx264' && needs.lowDelay ? { 'x264-params': 'rc-lookahead=0:sync-lookahead=0:mbtree=0' } : {};
    // Two steps above the rate factor are nearer to what came in, and a fifth less work.
    const constant = name === 'libx264' && needs.hurried ? { qp: s.crf + 2 } : { crf: s.crf };
    return { preset: s.preset, 'forced-idr': 1, ...(quality ? constant : {}), ...still, ...quick };
  }
  if (/_nvenc$/.test(name)) return { preset: 'p4', 'forced-idr': 1, ...(quality ? { rc: 'vbr', cq: s.crf } : {}) };
  if (name === 'libsvtav1') return { preset: 10, ...(quality ? { crf: s.crf } : {}) };
  if (/^libvpx/.test(name)) return { deadline: 'realtime', 'cpu-used': 8, ...(quality ? { crf: s.crf } : {}) };
  if (/_(vaapi|qsv)$/.test(name)) return quality ? { global_quality: s.crf } : {};
  // Others know no constant quality: a generous tenth of a bit a pixel.
  const fps = info.fps ?? ASSUMED_FPS;
  return quality ? { b: Math.round((info.size.width * info.size.height * fps.num) / fps.den / 8) } : {};
}
