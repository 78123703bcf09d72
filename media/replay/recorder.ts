import { type FileHandle, mkdir, open } from 'node:fs/promises';
import type { Frame, Packet } from 'node-av/lib';
import { type ChannelScene, Encoder, type GraphicState, type ReplayBuffer, type TrackingFrame } from '../../protocol/index.js';
import { shareFrame } from '../ffmpeg/native.js';
import type { SourceInfo, VideoFrame } from '../frame.js';
import { VideoEncoder } from '../output/encoder.js';
import { encodeHeader, encodeRecord, type RecordedFrame } from './format.js';
import { emptyFolder, removeSegment, type Segment, segmentPath } from './segments.js';

/** Pictures that may wait for the encoder or the disk; beyond it a picture is dropped, its positions are kept. */
const WAITING_LIMIT = 12;
/** Frames written at a time. */
const WRITE_FRAMES = 6;
const SEGMENT_US = 2_000_000;
const GOP_S = 0.5;

/** Cheap to make, quick to search: a short GOP, no B frames, the source's own format. */
const SETTINGS = Encoder.parse({ preset: 'ultrafast', crf: 23, gopS: GOP_S, bFrames: 0, pixelFormat: 'source' });

export interface ReplayLimits {
  readonly seconds: number;
  readonly bytes: number;
}

/** A frame's record before its picture is encoded. */
interface Waiting {
  readonly mediaTimeUs: number;
  readonly durationUs: number;
  readonly cut: boolean;
  readonly hasPicture: boolean;
  readonly tracking: TrackingFrame;
  readonly graphics: readonly GraphicState[];
}

interface OpenSegment {
  readonly index: FileHandle;
  readonly data: FileHandle;
  /** With what still waits to be written. */
  dataBytes: number;
  readonly pictures: Buffer[];
  readonly records: Buffer[];
  graphics: readonly GraphicState[] | null;
}

type Kept = Segment & { bytes: number };

/**
 * The rolling recording of a channel: clean pictures, TrackingFrames and graphics' states, in segments on disk. It never holds up the
 * channel: `record` returns at once, a picture that comes while too many wait is dropped and counted, and a fault (the disk is full) ends the
 * recording, not the channel. Bounded by time and by bytes, whichever is reached first: the oldest segment goes.
 */
export class ReplayRecorder {
  private readonly kept: Kept[] = [];
  private readonly queue: Waiting[] = [];
  private segment: OpenSegment | null = null;
  private busy: Promise<void> = Promise.resolve();
  private waiting = 0;
  private dropped = 0;
  private newestUs = -1;
  /** The newest on disk. */
  private lastUs = -1;
  private message = '';

  private constructor(
    private readonly encoder: VideoEncoder | null,
    private readonly info: SourceInfo,
    private readonly scene: ChannelScene,
    private readonly directory: string,
    private readonly limits: ReplayLimits,
  ) {}

  /** Empties the folder and starts. Never throws: where it cannot start, its state says why. */
  static async open(info: SourceInfo, scene: ChannelScene, directory: string, limits: ReplayLimits): Promise<ReplayRecorder> {
    let encoder: VideoEncoder | null = null;
    try {
      await mkdir(directory, { recursive: true });
      await emptyFolder(directory);
      encoder = await VideoEncoder.open(info, SETTINGS, { plain420: false, lowDelay: true });
      return new ReplayRecorder(encoder, info, scene, directory, limits);
    } catch (error) {
      encoder?.close();
      const stopped = new ReplayRecorder(null, info, scene, directory, limits);
      stopped.fail(error);
      return stopped;
    }
  }

  get state(): ReplayBuffer {
    const oldest = this.kept[0];
    return {
      fromUs: oldest?.startUs ?? -1,
      toUs: oldest ? this.lastUs : -1,
      bytes: this.kept.reduce((sum, { bytes }) => sum + bytes, 0),
      framesDropped: this.dropped,
      message: this.message,
    };
  }

  /** Takes a share of the picture before anything is drawn on it. Returns at once. */
  record(
    frame: Pick<VideoFrame, 'native' | 'mediaTimeUs' | 'durationUs' | 'discontinuity'>,
    tracking: TrackingFrame,
    graphics: readonly GraphicState[],
  ): void {
    if (this.message !== '' || !this.encoder) return;
    const hasPicture = this.waiting < WAITING_LIMIT;
    const { mediaTimeUs, durationUs } = frame;
    const entry: Waiting = { mediaTimeUs, durationUs, cut: frame.discontinuity !== null, hasPicture, tracking, graphics };
    if (!hasPicture) this.dropped++;
    const native = hasPicture ? shareFrame(frame.native) : null;
    if (native) this.waiting++;
    this.busy = this.busy.then(() => this.take(entry, native));
  }

  /** Resolves when everything given so far is encoded. */
  async settled(): Promise<void> {
    await this.busy;
  }

  /** Writes what waits and closes. Never throws. */
  async close(): Promise<void> {
    await this.busy;
    try {
      if (this.encoder && this.message === '') await this.write(await this.encoder.flush());
      await this.closeSegment();
    } catch (error) {
      this.fail(error);
    }
    this.encoder?.close();
  }

  private async take(entry: Waiting, native: Frame | null): Promise<void> {
    try {
      if (this.message !== '') return;
      this.queue.push(entry);
      if (native) await this.write(await this.encoder!.encode(native, entry));
    } catch (error) {
      this.fail(error);
      await this.closeSegment().catch(() => undefined);
    } finally {
      if (native) {
        native.free();
        this.waiting--;
      }
    }
  }

  /** Packets come in the order of their pictures: there are no B frames. */
  private async write(packets: readonly Packet[]): Promise<void> {
    try {
      for (const packet of packets) {
        while (this.queue[0] && !this.queue[0].hasPicture) await this.append(this.queue.shift()!, null, false);
        const entry = this.queue.shift();
        if (entry) await this.append(entry, packet.data, packet.isKeyframe);
      }
    } finally {
      for (const packet of packets) packet.free();
    }
  }

  private async append(entry: Waiting, picture: Buffer | null, key: boolean): Promise<void> {
    const current = this.kept.at(-1);
    if (key && (!this.segment || !current || entry.mediaTimeUs - current.startUs >= SEGMENT_US)) await this.roll(entry.mediaTimeUs);
    const { segment } = this;
    if (!segment) return;
    const { mediaTimeUs, durationUs, cut, tracking } = entry;
    const bytes = picture?.length ?? 0;
    const frame: Omit<RecordedFrame, 'graphics'> = { mediaTimeUs, durationUs, cut, tracking, key, offset: segment.dataBytes, bytes };
    const record = encodeRecord(frame, segment.graphics === entry.graphics ? null : entry.graphics);
    // The packet's memory is FFmpeg's, and freed with it.
    if (picture) segment.pictures.push(Buffer.from(picture));
    segment.records.push(record);
    segment.graphics = entry.graphics;
    segment.dataBytes += bytes;
    const kept = this.kept.at(-1);
    if (kept) kept.bytes += bytes + record.length;
    this.newestUs = mediaTimeUs;
    if (segment.records.length >= WRITE_FRAMES) await this.flush(segment);
  }

  /** Pictures first: a record never speaks of what is not there. */
  private async flush({ data, index, pictures, records }: OpenSegment): Promise<void> {
    await data.appendFile(Buffer.concat(pictures.splice(0)));
    await index.appendFile(Buffer.concat(records.splice(0)));
    this.lastUs = this.newestUs;
  }

  /** A new segment, and away with the oldest. */
  private async roll(startUs: number): Promise<void> {
    await this.closeSegment();
    const path = segmentPath(this.directory, startUs);
    const data = await open(`${path}.dat`, 'w');
    const index = await open(`${path}.idx`, 'w').catch(async (error: unknown) => {
      await data.close();
      throw error;
    });
    this.segment = { index, data, dataBytes: 0, pictures: [], records: [], graphics: null };
    const { context } = this.encoder!;
    const header = encodeHeader({
      picture: { ...this.info, format: this.encoder!.format },
      scene: this.scene,
      codecId: context.codecId,
      extradata: context.extraData ?? Buffer.alloc(0),
    });
    await index.appendFile(header);
    this.kept.push({ startUs, path, bytes: header.length });
    await this.forget(startUs);
  }

  /** What is left covers at least the time asked for, as far as the bytes allow. */
  private async forget(nowUs: number): Promise<void> {
    let bytes = this.kept.reduce((sum, k) => sum + k.bytes, 0);
    for (let next = this.kept[1]; next; next = this.kept[1]) {
      const oldest = this.kept[0];
      const needed = nowUs - next.startUs < this.limits.seconds * 1_000_000;
      if (!oldest || (needed && bytes <= this.limits.bytes)) return;
      bytes -= oldest.bytes;
      this.kept.shift();
      await removeSegment(oldest);
    }
  }

  private async closeSegment(): Promise<void> {
    const { segment } = this;
    this.segment = null;
    if (!segment) return;
    try {
      if (this.message === '') await this.flush(segment);
    } finally {
      await Promise.all([segment.index.close(), segment.data.close()]);
    }
  }

  private fail(error: unknown): void {
    const code = error instanceof Error && 'code' in error ? error.code : '';
    const why =
      code === 'ENOSPC' || code === 'EDQUOT'
        ? 'the disk is full; free some space'
        : code === 'EACCES' || code === 'EROFS'
          ? 'no permission to write there'
          : error instanceof Error
            ? error.message
            : String(error);
    this.message ||= `replay stopped: ${this.directory}: ${why}, then stop and start the channel`;
  }
}
