import './promise-with-resolvers.js';
import { Rational as AvRational, Decoder, Demuxer, Encoder, Frame, Log, Muxer } from 'node-av';
import {
  AV_CHANNEL_ORDER_NATIVE,
  AV_LOG_ERROR,
  AV_PIX_FMT_YUV420P,
  AV_SAMPLE_FMT_FLTP,
  FF_ENCODER_AAC,
  FF_ENCODER_FFV1,
  FF_ENCODER_LIBX264,
  FF_ENCODER_MPEG2VIDEO,
} from 'node-av/constants';
import { type MediaTimeUs, type Rational, US_PER_SECOND } from '../../protocol/index.js';

Log.setLevel(AV_LOG_ERROR);
const CODECS = { libx264: FF_ENCODER_LIBX264, ffv1: FF_ENCODER_FFV1, mpeg2video: FF_ENCODER_MPEG2VIDEO };

/** Small films made on the spot and read back, so that tests need no binary files. */
export interface ClipOptions {
  readonly width: number;
  readonly height: number;
  readonly fps: Rational;
  readonly frames: number;
  readonly codec?: 'libx264' | 'ffv1' | 'mpeg2video';
  readonly options?: Record<string, string>;
  /** Paints frame `index` into its luma plane; without it a bright square moves over a textured ground. */
  readonly paint?: (luma: Uint8Array, stride: number, index: number) => void;
}

/** Writes a film, container by the path's ending (or `format` for URLs). Real time when `paceMs` is given. */
export async function makeClip(
  path: string,
  o: ClipOptions,
  target: { format?: string; paced?: boolean; signal?: AbortSignal } = {},
): Promise<void> {
  const timeBase = new AvRational(o.fps.den, o.fps.num);
  const codec = o.codec ?? 'libx264';
  const encoder = await Encoder.create(CODECS[codec], {
    context: { gopSize: 25, maxBFrames: 0, framerate: new AvRational(o.fps.num, o.fps.den), timeBase },
    options: o.options ?? (codec === 'libx264' ? { preset: 'ultrafast', crf: '18' } : {}),
  });
  const muxer = await Muxer.open(path, target.format ? { format: target.format } : {});
  const stream = muxer.addStream(encoder);
  const startMs = performance.now();
  for (let i = 0; i < o.frames && !target.signal?.aborted; i++) {
    const frame = new Frame();
    frame.alloc();
    frame.format = AV_PIX_FMT_YUV420P;
    frame.width = o.width;
    frame.height = o.height;
    frame.getBuffer();
    frame.pts = BigInt(i);
    frame.timeBase = timeBase;
    const [luma, u, v] = frame.data ?? [];
    if (!luma || !u || !v) throw new Error('no planes');
    u.fill(128);
    v.fill(128);
    (o.paint ?? movingSquare(o))(luma, frame.linesize[0] ?? o.width, i);
    for await (const packet of encoder.packets(frame)) if (packet) await muxer.writePacket(packet, stream);
    frame.free();
    if (target.paced) {
      const due = startMs + ((i + 1) * 1000 * o.fps.den) / o.fps.num;
      await new Promise((r) => setTimeout(r, Math.max(0, due - performance.now())));
    }
  }
  for await (const packet of encoder.packets(null)) if (packet) await muxer.writePacket(packet, stream);
  await muxer.close();
  encoder.close();
}

function movingSquare(o: ClipOptions): (luma: Uint8Array, stride: number, index: number) => void {
  return (luma, stride, index) => {
    const side = Math.max(1, Math.floor(o.height / 5));
    const left = (index * 3) % Math.max(1, o.width - side);
    for (let y = 0; y < o.height; y++) {
      for (let x = 0; x < o.width; x++) luma[y * stride + x] = 60 + ((x * 7 + y * 13) % 40);
      if (y >= o.height / 2 && y < o.height / 2 + side) luma.fill(220, y * stride + left, y * stride + left + side);
    }
  };
}

/** One second of a tone, no picture. */
export async function makeAudioOnly(path: string): Promise<void> {
  const encoder = await Encoder.create(FF_ENCODER_AAC, { context: { bitRate: 64_000 } });
  const muxer = await Muxer.open(path);
  const stream = muxer.addStream(encoder);
  for (let i = 0; i < 40; i++) {
    const samples = new Float32Array(1024).map((_, n) => Math.sin(((i * 1024 + n) * 440 * 2 * Math.PI) / 44_100) * 0.2);
    const frame = Frame.fromAudioBuffer(Buffer.from(samples.buffer), {
      nbSamples: 1024,
      format: AV_SAMPLE_FMT_FLTP,
      sampleRate: 44_100,
      channelLayout: { nbChannels: 1, order: AV_CHANNEL_ORDER_NATIVE, mask: 4n },
      pts: BigInt(i * 1024),
      timeBase: { num: 1, den: 44_100 },
    });
    for await (const packet of encoder.packets(frame)) if (packet) await muxer.writePacket(packet, stream);
    frame.free();
  }
  for await (const packet of encoder.packets(null)) if (packet) await muxer.writePacket(packet, stream);
  await muxer.close();
  encoder.close();
}

/** A decoded frame's planes; valid during the callback only. */
export interface SeenFrame {
  readonly index: number;
  readonly timeUs: MediaTimeUs;
  readonly width: number;
  readonly height: number;
  /** Rows tightly packed. */
  readonly luma: Uint8Array;
  readonly frame: Frame;
}

/** Decodes every frame of a film. @returns how many there were. */
export async function readClip(path: string, see: (frame: SeenFrame) => void): Promise<number> {
  const demuxer = await Demuxer.open(path);
  const video = demuxer.video();
  if (!video) throw new Error(`${path}: no video`);
  const decoder = await Decoder.create(video);
  let index = 0;
  for await (const frame of decoder.frames(demuxer.packets(video.index))) {
    if (!frame) continue;
    const luma = frame.data?.[0];
    if (!luma) throw new Error(`${path}: frame ${index} has no luma`);
    const timeUs = Math.round((Number(frame.pts) * video.timeBase.num * US_PER_SECOND) / video.timeBase.den);
    see({ index, timeUs, width: frame.width, height: frame.height, luma: packed(luma, frame), frame });
    index += 1;
    frame.free();
  }
  decoder.close();
  await demuxer.close();
  return index;
}

function packed(plane: Uint8Array, { width, height, linesize }: Frame): Uint8Array {
  const stride = linesize[0] ?? width;
  if (stride === width) return plane.subarray(0, width * height);
  const out = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) out.set(plane.subarray(y * stride, y * stride + width), y * width);
  return out;
}
