import * as C from 'node-av/constants';
import { Codec, CodecContext, type Frame, Rational } from 'node-av/lib';
import { Graph } from '../ffmpeg/graph.js';
import { check, dictionary, MediaError, newPacket, shareFrame } from '../ffmpeg/native.js';
import type { SourceInfo, VideoFrame } from '../frame.js';

const WIDEST_PX = 640;

/** JPEG pictures of frames, small ones unless told, for pages; made only when asked for. */
export class PreviewEncoder {
  private graph: Graph | null = null;
  private context: CodecContext | null = null;
  private busy: Promise<unknown> = Promise.resolve();
  private readonly filters: string;

  /** @param widest pixels; the picture is never wider than it is shown */
  constructor(info: Pick<SourceInfo, 'size' | 'sampleAspectRatio'>, widest = WIDEST_PX) {
    const { num, den } = info.sampleAspectRatio;
    const shownWidth = (info.size.width * num) / den;
    const width = even(Math.min(widest, shownWidth));
    const height = even((info.size.height * width) / shownWidth);
    this.filters = `scale=${width}:${height}:flags=area:out_color_matrix=bt601:out_range=full,format=yuvj420p,setsar=1`;
  }

  /** @returns the picture as JPEG. The frame may be closed at once. @throws MediaError when FFmpeg refuses. */
  encode(frame: Pick<VideoFrame, 'native'>): Promise<Uint8Array> {
    const native = shareFrame(frame.native);
    const result = this.busy.then(() => this.encodeNow(native)).finally(() => native.free());
    this.busy = result.catch(() => undefined);
    return result;
  }

  /** Waits for a picture under way. */
  async close(): Promise<void> {
    await this.busy;
    this.graph?.close();
    this.context?.freeContext();
    this.graph = null;
    this.context = null;
  }

  private async encodeNow(native: Frame): Promise<Uint8Array> {
    this.graph ??= await Graph.video(native, this.filters);
    await this.graph.push(native);
    const small = await this.graph.pull();
    if (!small) throw new MediaError('preview: no picture came out of the scaler');
    try {
      this.context ??= await openJpeg(small);
      check(await this.context.sendFrame(small), 'preview');
      const packet = newPacket();
      try {
        check(await this.context.receivePacket(packet), 'preview');
        return new Uint8Array(packet.data ?? []);
      } finally {
        packet.free();
      }
    } finally {
      small.free();
    }
  }
}

async function openJpeg(like: Frame): Promise<CodecContext> {
  const codec = Codec.findEncoder(C.AV_CODEC_ID_MJPEG);
  if (!codec) throw new MediaError('this FFmpeg has no JPEG encoder');
  const context = new CodecContext();
  context.allocContext3(codec);
  context.width = like.width;
  context.height = like.height;
  context.pixelFormat = C.AV_PIX_FMT_YUVJ420P;
  context.colorRange = C.AVCOL_RANGE_JPEG;
  context.timeBase = new Rational(1, 25);
  context.threadCount = 1;
  context.setFlags(C.AV_CODEC_FLAG_QSCALE);
  context.globalQuality = 4 * C.FF_QP2LAMBDA;
  using options = dictionary({});
  check(await context.open2(codec, options), 'preview');
  return context;
}

const even = (px: number): number => Math.max(2, Math.round(px / 2) * 2);
