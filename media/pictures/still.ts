import * as C from 'node-av/constants';
import { Codec, CodecContext, type Frame, Rational } from 'node-av/lib';
import { Graph } from '../ffmpeg/graph.js';
import { check, dictionary, MediaError, newPacket } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import { MATRIX_NAMES } from '../source/normaliser.js';

/** A whole picture as PNG, in its own size with square pixels. The frame stays the caller's. @throws MediaError when FFmpeg refuses. */
export async function pngOf(native: Frame, info: Pick<SourceInfo, 'size' | 'colour' | 'sampleAspectRatio'>): Promise<Buffer> {
  const { num, den } = info.sampleAspectRatio;
  const width = Math.max(1, Math.round((info.size.width * num) / den));
  const { matrix, range } = info.colour;
  const convert = `in_color_matrix=${MATRIX_NAMES[matrix]}:in_range=${range}:out_range=full:flags=bicubic+accurate_rnd+full_chroma_int`;
  const graph = await Graph.video(native, `scale=${width}:${info.size.height}:${convert},format=rgb24`);
  let rgb: Frame | null = null;
  let context: CodecContext | null = null;
  try {
    await graph.push(native);
    rgb = await graph.pull();
    const codec = Codec.findEncoder(C.AV_CODEC_ID_PNG);
    if (!rgb || !codec) throw new MediaError('this FFmpeg cannot make a PNG');
    context = new CodecContext();
    context.allocContext3(codec);
    context.width = rgb.width;
    context.height = rgb.height;
    context.pixelFormat = C.AV_PIX_FMT_RGB24;
    context.timeBase = new Rational(1, 25);
    context.threadCount = 1;
    using options = dictionary({ compression_level: 1, pred: 'mixed' });
    check(await context.open2(codec, options), 'PNG');
    check(await context.sendFrame(rgb), 'PNG');
    const packet = newPacket();
    try {
      check(await context.receivePacket(packet), 'PNG');
      return Buffer.from(packet.data ?? []);
    } finally {
      packet.free();
    }
  } finally {
    rgb?.free();
    context?.freeContext();
    graph.close();
  }
}
