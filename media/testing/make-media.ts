import * as C from 'node-av/constants';
import { Codec, CodecContext, FormatContext, type Frame, InputFormat, Rational, type Stream } from 'node-av/lib';
import { Graph } from '../ffmpeg/graph.js';
import { check, dictionary, newFrame, newPacket } from '../ffmpeg/native.js';

/** A test clip, made by FFmpeg's own generators. */
export interface Clip {
  /** FFmpeg's lavfi graph; `video` alone or with `audio`. */
  readonly video: string | null;
  readonly audio?: string;
  /** Filters after the generator, e.g. `format=yuv422p10le`. */
  readonly filters?: string;
  readonly frames: number;
  readonly codec?: string;
  readonly codecOptions?: Readonly<Record<string, string | number>>;
  /** Ticks a second of the time stamps written (default 90,000) and the stamp of each frame (default: 25 a second). */
  readonly ticksPerSecond?: number;
  readonly pts?: (index: number) => number;
  readonly container?: string;
  readonly containerOptions?: Readonly<Record<string, string | number>>;
  /** Clockwise turn written as display matrix, degrees. */
  readonly rotate?: 0 | 90 | 180 | 270;
  readonly audioCodec?: string;
  readonly interlaced?: boolean;
  /** Colour tags of the picture. */
  readonly tags?: { readonly space?: C.AVColorSpace; readonly range?: C.AVColorRange };
  readonly sampleAspectRatio?: readonly [number, number];
  /** Waits before each frame is sent, for senders on the network. */
  readonly pace?: (index: number) => Promise<void>;
  readonly signal?: AbortSignal;
}

interface Track {
  readonly input: FormatContext;
  readonly decoder: CodecContext;
  readonly encoder: CodecContext;
  readonly filters: string;
  readonly stream: Stream;
  graph: Graph | null;
  sent: number;
  /** Decoded already, to learn the format. */
  held: Frame | null;
}

/** Writes a clip to a file or sends it to a URL. */
export async function makeMedia(url: string, clip: Clip): Promise<void> {
  const ticks = clip.ticksPerSecond ?? 90_000;
  const output = new FormatContext();
  check(output.allocOutputContext2(null, clip.container ?? null, url), url);
  const tracks: Track[] = [];
  if (clip.video) tracks.push(await openTrack(output, clip.video, clip.filters ?? 'format=yuv420p', clip.codec ?? 'libx264', clip, ticks));
  if (clip.audio) tracks.push(await openTrack(output, clip.audio, '', clip.audioCodec ?? 'aac', clip, ticks));
  if (!output.oformat?.hasFlags(C.AVFMT_NOFILE)) check(await output.openOutput(), url);
  if (clip.rotate !== undefined && clip.video) rotate(tracks[0]!.stream, clip.rotate);
  using options = dictionary(clip.containerOptions ?? {});
  check(await output.writeHeader(options), url);
  const video = tracks.find((t) => t.encoder.codecType === C.AVMEDIA_TYPE_VIDEO);
  const audio = tracks.find((t) => t.encoder.codecType === C.AVMEDIA_TYPE_AUDIO);
  for (let i = 0; i < clip.frames && !clip.signal?.aborted; i++) {
    await clip.pace?.(i);
    if (video) await encodeNext(output, video, clip, () => BigInt(clip.pts?.(i) ?? Math.round((i * ticks) / 25)));
    if (audio)
      for (const until = (i + 1) / 25; audio.sent / audio.encoder.sampleRate < until; ) await encodeNext(output, audio, clip, null);
  }
  for (const track of tracks) await finishTrack(output, track);
  if (!clip.signal?.aborted) await output.writeTrailer();
  if (!output.oformat?.hasFlags(C.AVFMT_NOFILE)) await output.closeOutput();
  output.freeContext();
}

async function openTrack(
  output: FormatContext,
  lavfi: string,
  filters: string,
  codecName: string,
  clip: Clip,
  ticks: number,
): Promise<Track> {
  const input = new FormatContext();
  check(await input.openInput(lavfi, InputFormat.findInputFormat('lavfi'), null), lavfi);
  check(await input.findStreamInfo(null), lavfi);
  const { codecpar, timeBase } = input.streams[0]!;
  const decoder = new CodecContext();
  const codec = Codec.findDecoder(codecpar.codecId);
  decoder.allocContext3(codec);
  check(decoder.parametersToContext(codecpar), lavfi);
  decoder.pktTimebase = timeBase;
  check(await decoder.open2(codec, null), lavfi);
  const encoder = new CodecContext();
  const wanted = Codec.findEncoderByName(codecName as Parameters<typeof Codec.findEncoderByName>[0]);
  encoder.allocContext3(wanted);
  if (output.oformat?.hasFlags(C.AVFMT_GLOBALHEADER)) encoder.setFlags(C.AV_CODEC_FLAG_GLOBAL_HEADER);
  const track: Track = { input, decoder, encoder, filters, stream: output.newStream(null), graph: null, sent: 0, held: null };
  const probe = await nextDecoded(track);
  if (codecpar.codecType === C.AVMEDIA_TYPE_VIDEO) {
    const graph = await Graph.video(probe, filters);
    await graph.push(probe);
    const like = (await graph.pull())!;
    encoder.width = like.width;
    encoder.height = like.height;
    encoder.pixelFormat = like.format as C.AVPixelFormat;
    encoder.timeBase = new Rational(1, ticks);
    encoder.framerate = new Rational(25, 1);
    encoder.gopSize = 25;
    if (clip.tags?.space !== undefined) encoder.colorSpace = clip.tags.space;
    if (clip.tags?.range !== undefined) encoder.colorRange = clip.tags.range;
    if (clip.sampleAspectRatio) encoder.sampleAspectRatio = new Rational(...clip.sampleAspectRatio);
    like.free();
    graph.close();
  } else {
    encoder.sampleRate = probe.sampleRate;
    encoder.channelLayout = probe.channelLayout;
    encoder.sampleFormat = wanted?.sampleFormats?.[0] ?? (probe.format as C.AVSampleFormat);
    encoder.timeBase = new Rational(1, probe.sampleRate);
  }
  track.held = probe;
  using options = dictionary(
    codecpar.codecType === C.AVMEDIA_TYPE_VIDEO ? { preset: 'ultrafast', ...clip.codecOptions } : { strict: 'experimental' },
  );
  check(await encoder.open2(wanted, options), codecName);
  check(track.stream.codecpar.fromContext(encoder), codecName);
  track.stream.timeBase = encoder.timeBase;
  if (clip.sampleAspectRatio && codecpar.codecType === C.AVMEDIA_TYPE_VIDEO)
    track.stream.sampleAspectRatio = new Rational(...clip.sampleAspectRatio);
  return track;
}

async function nextDecoded(track: Track): Promise<Frame> {
  if (track.held) {
    const { held } = track;
    track.held = null;
    return held;
  }
  const frame = newFrame();
  while ((await track.decoder.receiveFrame(frame)) < 0) {
    const packet = newPacket();
    check(await track.input.readFrame(packet), 'generator');
    check(await track.decoder.sendPacket(packet), 'generator');
    packet.free();
  }
  return frame;
}

async function encodeNext(output: FormatContext, track: Track, clip: Clip, pts: (() => bigint) | null): Promise<void> {
  const decoded = await nextDecoded(track);
  const format = pts ? track.filters : `aformat=sample_fmts=fltp,asetnsamples=${track.encoder.frameSize || 1024}`;
  track.graph ??= await (pts ? Graph.video(decoded, format) : Graph.audio(decoded, format));
  await track.graph.push(decoded);
  decoded.free();
  for (let frame = await track.graph.pull(); frame; frame = await track.graph.pull()) {
    if (pts) {
      frame.pts = pts();
      frame.pictType = C.AV_PICTURE_TYPE_NONE;
      if (clip.interlaced) frame.setFlags(C.AV_FRAME_FLAG_INTERLACED, C.AV_FRAME_FLAG_TOP_FIELD_FIRST);
    } else {
      frame.pts = BigInt(track.sent);
      track.sent += frame.nbSamples;
    }
    check(await track.encoder.sendFrame(frame), 'encoder');
    frame.free();
    await mux(output, track);
  }
}

async function finishTrack(output: FormatContext, track: Track): Promise<void> {
  await track.encoder.sendFrame(null);
  await mux(output, track);
  track.graph?.close();
  track.encoder.freeContext();
  track.decoder.freeContext();
  await track.input.closeInput();
}

async function mux(output: FormatContext, track: Track): Promise<void> {
  const packet = newPacket();
  while ((await track.encoder.receivePacket(packet)) >= 0) {
    packet.streamIndex = track.stream.index;
    // A last packet without a duration would lie outside the edit list, and be lost.
    if (packet.duration <= 0n) packet.duration = BigInt(Math.round(track.encoder.timeBase.den / 25));
    packet.rescaleTs(track.encoder.timeBase, track.stream.timeBase);
    await output.interleavedWriteFrame(packet);
  }
  packet.free();
}

/** ISO 14496-12 matrix of a clockwise turn, written where the muxer looks for it. */
function rotate(stream: Stream, degrees: number): void {
  const turns: Readonly<Record<number, readonly [number, number, number, number]>> = {
    0: [1, 0, 0, 1],
    90: [0, 1, -1, 0],
    180: [-1, 0, 0, -1],
    270: [0, -1, 1, 0],
  };
  const [a, b, c, d] = turns[degrees]!;
  const side = stream.codecpar.addCodedSideData(C.AV_PKT_DATA_DISPLAYMATRIX, matrix(a, b, c, d));
  check(side, 'display matrix');
}

function matrix(a: number, b: number, c: number, d: number): Buffer {
  const buffer = Buffer.alloc(36);
  for (const [i, value] of [a, b, 0, c, d, 0, 0, 0].entries()) buffer.writeInt32LE(value * 65_536, i * 4);
  buffer.writeInt32LE(0x40000000, 32);
  return buffer;
}
