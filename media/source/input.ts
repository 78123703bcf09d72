import {
  AVERROR_EAGAIN,
  AVERROR_EIO,
  AVERROR_EOF,
  AVMEDIA_TYPE_AUDIO,
  AVMEDIA_TYPE_VIDEO,
  FF_THREAD_FRAME,
  FF_THREAD_SLICE,
} from 'node-av/constants';
import { Codec, CodecContext, FormatContext, type Frame, InputFormat, type Packet, type Stream } from 'node-av/lib';
import type { Rational } from '../../protocol/index.js';
import { check, dictionary, ffmpegWords, MediaError, newFrame, newPacket, sharePacket, ticksToUs } from '../ffmpeg/native.js';
import type { DecodedLocation } from './location.js';

/** Audio held while the first picture is still being decoded, and read errors in a row before an input is given up. */
const AUDIO_HELD = 600;
const READ_ERRORS = 200;

/** A decoded picture or a packet of audio, the receiver's to free. Times are the input's own, microseconds from its first picture. */
export type InputItem =
  | { readonly kind: 'picture'; readonly frame: Frame; readonly inputUs: number | null; readonly durationUs: number }
  | { readonly kind: 'audio'; readonly packet: Packet; readonly inputUs: number; readonly durationUs: number };

/** One opening of a file, stream or device: demuxes and decodes until it ends or breaks. */
export class Input {
  private decoder: CodecContext | null = null;
  private interrupted = false;
  private closed = false;
  private originUs: number | null = null;
  private originTicks: bigint | null = null;
  private readonly heldAudio: Packet[] = [];
  /** Pictures decoded so far, and packets or pictures FFmpeg could make nothing of. */
  frames = 0;
  errors = 0;

  private constructor(
    private readonly context: FormatContext,
    private readonly location: DecodedLocation,
    private readonly lowDelay: boolean,
  ) {}

  private videoStream: Stream | null = null;
  private audioStream: Stream | null = null;

  get video(): Stream {
    return this.videoStream!;
  }

  get audio(): Stream | null {
    return this.audioStream;
  }

  get durationUs(): number | null {
    const us = Number(this.context.duration);
    return us > 0 ? us : null;
  }

  /**
   * @param onContext called with the input before anything that may hang, so that `interrupt()` can end it.
   * @throws MediaError in one line: the place, what is wrong, FFmpeg's words.
   */
  static async open(location: DecodedLocation, lowDelay: boolean, onContext?: (input: Input) => void): Promise<Input> {
    const context = new FormatContext();
    context.allocContext();
    const input = new Input(context, location, lowDelay);
    onContext?.(input);
    try {
      await input.connect();
      await input.openDecoder();
      return input;
    } catch (error) {
      await input.close();
      throw error;
    }
  }

  private async connect(): Promise<void> {
    const { location, context } = this;
    const format = location.format ? InputFormat.findInputFormat(location.format) : null;
    if (location.format && !format) throw new MediaError(`${location.label}: this FFmpeg cannot read "${location.format}"`);
    using options = dictionary(location.options);
    const opened = await context.openInput(location.url, format, options);
    if (opened < 0) throw this.failure(opened, location.kind === 'file' ? 'cannot be read as video' : 'cannot be reached');
    const name = context.iformat?.name ?? '';
    if (location.kind === 'file' && /^(tty|ansi|bin|idf|xbin|adf|txd)$/.test(name))
      throw new MediaError(`${location.label}: is text, not video`);
    const found = await context.findStreamInfo(null);
    if (this.interrupted || (found < 0 && context.nbStreams === 0)) throw this.failure(found, 'has nothing that can be played');
    const video = context.findBestStream(AVMEDIA_TYPE_VIDEO);
    if (video < 0) {
      const what = context.nbStreams > 0 ? 'has no video, only other streams' : 'has no video';
      throw new MediaError(`${location.label}: ${what}`, video);
    }
    this.videoStream = context.streams[video]!;
    const audio = context.findBestStream(AVMEDIA_TYPE_AUDIO);
    this.audioStream = audio >= 0 && playable(context.streams[audio]!) ? context.streams[audio]! : null;
  }

  private async openDecoder(): Promise<void> {
    const { codecpar, timeBase } = this.video;
    const codec = Codec.findDecoder(codecpar.codecId);
    if (!codec) throw new MediaError(`${this.location.label}: this FFmpeg has no decoder for its video codec`);
    const decoder = new CodecContext();
    this.decoder = decoder;
    decoder.allocContext3(codec);
    check(decoder.parametersToContext(codecpar), this.location.label);
    decoder.pktTimebase = timeBase;
    decoder.threadCount = 0;
    // Frame threads hold back one picture a thread: worth it for files, not on air.
    decoder.threadType = (this.lowDelay ? FF_THREAD_SLICE : FF_THREAD_FRAME | FF_THREAD_SLICE) as typeof FF_THREAD_SLICE;
    check(await decoder.open2(codec, null), `${this.location.label}: decoder ${codec.name ?? ''}`);
  }

  /** Everything until the input's end. @throws MediaError when a network or device input breaks; a file's damaged parts are passed over. */
  async *items(): AsyncGenerator<InputItem, void, undefined> {
    const packet = newPacket();
    try {
      let errorsInRow = 0;
      for (;;) {
        const code = await this.context.readFrame(packet);
        if (this.interrupted || code === AVERROR_EOF) break;
        if (code === AVERROR_EAGAIN) {
          await new Promise((resolve) => setTimeout(resolve, 2));
          continue;
        }
        if (code < 0) {
          this.errors++;
          if (this.location.kind !== 'file') throw this.failure(code, 'was lost');
          if (++errorsInRow > READ_ERRORS) break;
          continue;
        }
        errorsInRow = 0;
        try {
          if (packet.streamIndex === this.video.index) yield* this.decode(packet);
          else if (packet.streamIndex === this.audioStream?.index) yield* this.passAudio(packet);
        } finally {
          packet.unref();
        }
      }
      if (!this.interrupted) yield* this.decode(null);
    } finally {
      packet.free();
    }
  }

  private async *decode(packet: Packet | null): AsyncGenerator<InputItem, void, undefined> {
    const decoder = this.decoder!;
    const sent = await decoder.sendPacket(packet);
    let failures = 0;
    if (sent < 0 && sent !== AVERROR_EOF) this.errors++;
    for (;;) {
      const frame = newFrame();
      const code = await decoder.receiveFrame(frame);
      if (code < 0) {
        frame.free();
        if (code === AVERROR_EAGAIN || code === AVERROR_EOF || this.interrupted) return;
        this.errors++;
        // While draining, an error is one damaged picture; a decoder that reports nothing else is done.
        if (packet || ++failures > READ_ERRORS) return;
        continue;
      }
      this.frames++;
      const ticks = frame.bestEffortTimestamp;
      const { timeBase } = this.video;
      if (this.originTicks === null && ticksToUs(ticks, timeBase) !== null) {
        this.originTicks = ticks;
        this.originUs = ticksToUs(ticks, timeBase);
      }
      const durationUs = ticksToUs(frame.duration, timeBase) ?? 0;
      const inputUs = ticksToUs(ticks, timeBase) === null ? null : ticksToUs(ticks - (this.originTicks ?? 0n), timeBase);
      yield { kind: 'picture', frame, inputUs, durationUs };
      if (this.heldAudio.length > 0) for (const held of this.heldAudio.splice(0)) yield* this.audioItem(held);
    }
  }

  private async *passAudio(packet: Packet): AsyncGenerator<InputItem, void, undefined> {
    const own = sharePacket(packet);
    if (this.frames > 0) yield* this.audioItem(own);
    else {
      this.heldAudio.push(own);
      if (this.heldAudio.length > AUDIO_HELD) this.heldAudio.shift()!.free();
    }
  }

  private *audioItem(packet: Packet): Generator<InputItem, void, undefined> {
    const timeBase: Rational = this.audioStream!.timeBase;
    const us = ticksToUs(packet.pts, timeBase);
    if (us === null) return packet.free();
    yield { kind: 'audio', packet, inputUs: us - (this.originUs ?? 0), durationUs: ticksToUs(packet.duration, timeBase) ?? 0 };
  }

  private failure(code: number, what: string): MediaError {
    const { label, kind } = this.location;
    if (this.interrupted) return new MediaError(`${label}: gave up waiting`, code);
    // SRT and RTMP say no more than "Input/output error".
    const silent = code === AVERROR_EIO && kind === 'network';
    const why = silent ? 'no answer' : code === AVERROR_EOF ? 'it ends before its first picture' : ffmpegWords(code);
    return new MediaError(`${label}: ${what} (${why})`, code);
  }

  /** Makes whatever is hanging in FFmpeg return. The input cannot be used afterwards, only closed. */
  interrupt(): void {
    this.interrupted = true;
    if (!this.closed) this.context.interrupt();
  }

  /** Frees everything. Nothing may be reading any more. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    for (const held of this.heldAudio.splice(0)) held.free();
    this.decoder?.freeContext();
    this.decoder = null;
    await this.context.closeInput();
  }
}

/** Sound that nothing is known about is left out rather than refused with its picture. */
function playable({ codecpar }: Stream): boolean {
  return Codec.findDecoder(codecpar.codecId) !== null && codecpar.sampleRate > 0 && codecpar.channels > 0;
}
