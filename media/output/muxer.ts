import {
  AVERROR_EACCES,
  AVERROR_EAGAIN,
  AVERROR_EINVAL,
  AVERROR_ENOENT,
  AVERROR_ENOSPC,
  AVFMT_NOFILE,
  AVMEDIA_TYPE_AUDIO,
} from 'node-av/constants';
import { type CodecContext, type CodecParameters, FormatContext, Rational as NativeRational, type Packet } from 'node-av/lib';
import type { Rational } from '../../protocol/index.js';
import { check, dictionary, ffmpegWords, MediaError } from '../ffmpeg/native.js';
import type { Target } from './target.js';

/** One stream of a multiplex, before it is opened. */
export interface TrackSpec {
  readonly timeBase: Rational;
  readonly source: CodecContext | CodecParameters;
  /** Video only. */
  readonly frameRate: Rational | null;
  readonly sampleAspectRatio: Rational | null;
}

/** One opened container. Every method may hang in FFmpeg's threads for as long as the network does. */
export class Muxer {
  private headerWritten = false;
  private closed = false;

  private constructor(
    private readonly context: FormatContext,
    private readonly target: Target,
    private readonly timeBases: readonly Rational[],
  ) {}

  /**
   * Opens and writes the header.
   * @throws MediaError in one line.
   */
  static async open(target: Target, tracks: readonly TrackSpec[]): Promise<Muxer> {
    const context = new FormatContext();
    check(context.allocOutputContext2(null, target.container, target.url), `${target.label}: container ${target.container}`);
    const muxer = new Muxer(
      context,
      target,
      tracks.map((t) => t.timeBase),
    );
    try {
      // A source without sound for a while must not hold the picture back.
      if (target.whenSlow === 'drop') context.maxInterleaveDelta = 500_000n;
      for (const track of tracks) muxer.addTrack(track);
      if (!context.oformat?.hasFlags(AVFMT_NOFILE)) muxer.expect(await context.openOutput(), 'cannot be opened');
      using options = dictionary(target.options);
      muxer.expect(await context.writeHeader(options), STARTED);
      muxer.headerWritten = true;
      return muxer;
    } catch (error) {
      await muxer.close();
      throw error;
    }
  }

  private addTrack(track: TrackSpec): void {
    const stream = this.context.newStream(null);
    const { codecpar } = stream;
    if ('isOpen' in track.source) check(codecpar.fromContext(track.source), this.target.label);
    else check(track.source.copy(codecpar), this.target.label);
    // The container chooses the tag that fits it.
    codecpar.codecTag = 0;
    stream.timeBase = new NativeRational(track.timeBase.num, track.timeBase.den);
    if (codecpar.codecType === AVMEDIA_TYPE_AUDIO) return;
    if (track.frameRate) stream.avgFrameRate = new NativeRational(track.frameRate.num, track.frameRate.den);
    if (track.sampleAspectRatio) stream.sampleAspectRatio = new NativeRational(track.sampleAspectRatio.num, track.sampleAspectRatio.den);
  }

  /** Writes one packet, times in its track's time base. The packet is used up. */
  async write(packet: Packet, track: number): Promise<void> {
    const stream = this.context.streams[track]!;
    packet.streamIndex = track;
    packet.rescaleTs(this.timeBases[track]!, stream.timeBase);
    try {
      let code = await this.context.interleavedWriteFrame(packet);
      while (code === AVERROR_EAGAIN) code = await this.context.interleavedWriteFrame(packet);
      this.expect(code, 'cannot be written');
    } finally {
      packet.free();
    }
  }

  /** Finishes the container properly and closes it. */
  async finish(): Promise<void> {
    try {
      if (this.headerWritten) this.expect(await this.context.writeTrailer(), 'cannot be finished');
    } finally {
      this.headerWritten = false;
      await this.close();
    }
  }

  /** Closes without finishing; does nothing the second time. */
  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    if (!this.context.oformat?.hasFlags(AVFMT_NOFILE)) await this.context.closeOutput();
    this.context.freeContext();
  }

  private expect(code: number, what: string): void {
    if (code >= 0) return;
    const { label } = this.target;
    if (code === AVERROR_ENOSPC) throw new MediaError(`${label}: the disk is full; free some space or choose another place`, code);
    if (code === AVERROR_EACCES) throw new MediaError(`${label}: no permission to write there`, code);
    if (code === AVERROR_ENOENT) throw new MediaError(`${label}: its folder does not exist`, code);
    if (code === AVERROR_EINVAL && what === STARTED) {
      const { container } = this.target;
      throw new MediaError(
        `${label}: ${container} does not take what this encoder makes; choose another ending (.mkv takes all) or encoder`,
        code,
      );
    }
    throw new MediaError(`${label}: ${what} (${ffmpegWords(code)})`, code);
  }
}

const STARTED = 'cannot be started';
