import { open, readFile, stat } from 'node:fs/promises';
import { Codec, CodecContext, type Frame, Rational } from 'node-av/lib';
import type { ChannelScene, MediaTimeUs } from '../../protocol/index.js';
import { check, MediaError, newFrame, newPacket } from '../ffmpeg/native.js';
import type { SourceInfo } from '../frame.js';
import { decodeIndex, type RecordedFrame, type RecordingInfo } from './format.js';
import { listSegments } from './segments.js';

/** A recorded frame and where its picture is. */
export interface ReplayFrame extends RecordedFrame {
  /** The `.dat` it lies in. */
  readonly dataPath: string;
}

/** One decoded frame of a recording. */
export interface ReplayPicture {
  readonly frame: ReplayFrame;
  /** The receiver's to free. */
  readonly native: Frame;
}

/** Pictures up to this size are decoded while the one before is being used; splitting them among threads costs a sixth more. */
const ONE_THREAD_PX = 1920 * 1088;

interface ReadIndex {
  readonly bytes: number;
  readonly dataBytes: number;
  readonly frames: readonly ReplayFrame[];
}

/**
 * Reads a recording: a folder of segments (which may be growing and losing its oldest while it is read), or one clip. Files are opened for
 * reading only.
 */
export class ReplayReader {
  private readonly indexes = new Map<string, ReadIndex>();
  private list: readonly ReplayFrame[] = [];
  private known: RecordingInfo | null = null;

  private constructor(private readonly paths: () => Promise<readonly string[]>) {}

  /** @throws MediaError where a recording is not one. */
  static async openFolder(directory: string): Promise<ReplayReader> {
    return ReplayReader.start(async () => (await listSegments(directory)).map(({ path }) => path));
  }

  /** @param path of a clip, without its ending. */
  static async openClip(path: string): Promise<ReplayReader> {
    return ReplayReader.start(async () => [path]);
  }

  private static async start(paths: () => Promise<readonly string[]>): Promise<ReplayReader> {
    const reader = new ReplayReader(paths);
    await reader.refresh();
    return reader;
  }

  /** Every frame, oldest first. */
  get frames(): readonly ReplayFrame[] {
    return this.list;
  }

  /** @throws MediaError while nothing is recorded. */
  get picture(): SourceInfo {
    return this.recording.picture;
  }

  /** @throws MediaError while nothing is recorded. */
  get scene(): ChannelScene {
    return this.recording.scene;
  }

  /** @throws MediaError while nothing is recorded. */
  get recording(): RecordingInfo {
    if (!this.known) throw new MediaError('nothing has been recorded yet');
    return this.known;
  }

  /** Looks again at what there is. Whole segments are read once. */
  async refresh(): Promise<void> {
    const paths = await this.paths();
    for (const path of this.indexes.keys()) if (!paths.includes(path)) this.indexes.delete(path);
    for (const path of paths) await this.read(path);
    this.list = paths.flatMap((path) => this.indexes.get(path)?.frames ?? []);
  }

  /** Puts better positions in place of those recorded, for all that is read from now on. */
  amend(better: (frames: readonly ReplayFrame[]) => readonly ReplayFrame[]): void {
    this.list = better(this.list);
  }

  private async read(path: string): Promise<void> {
    const [index, data] = await Promise.all([stat(`${path}.idx`), stat(`${path}.dat`)].map((p) => p.catch(() => null)));
    if (!index || !data) return;
    const before = this.indexes.get(path);
    if (before && before.bytes === index.size && before.dataBytes === data.size) return;
    const bytes = await readFile(`${path}.idx`).catch(() => null);
    const decoded = bytes && decodeIndex(bytes, data.size, path);
    if (!decoded) return;
    this.known = decoded.info;
    const frames = decoded.frames.map((frame) => ({ ...frame, dataPath: `${path}.dat` }));
    this.indexes.set(path, { bytes: index.size, dataBytes: data.size, frames });
  }

  /** Place in `frames` of the frame shown at a media time: the last that is not later, else the first; -1 when there is none. */
  at(mediaTimeUs: MediaTimeUs): number {
    let low = 0;
    let high = this.list.length - 1;
    if (high < 0) return -1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.list[middle]!.mediaTimeUs <= mediaTimeUs) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /**
   * Decodes frames `from` to `to` (both included), in order. Those whose picture was dropped are left out.
   * @throws MediaError when the pictures cannot be read or decoded.
   */
  decode(from: number, to: number): AsyncGenerator<ReplayPicture, void, undefined> {
    const { list } = this;
    return this.decodeThose(list.slice(keyBefore(list, from), to + 1), new Set(list.slice(from, to + 1).map((f) => f.mediaTimeUs)));
  }

  /** Decodes the frames at these places, in order, and no more around them than it must. Those without a picture are left out. */
  decodeSome(indexes: readonly number[]): AsyncGenerator<ReplayPicture, void, undefined> {
    const { list } = this;
    const wanted = [...new Set(indexes)].filter((i) => i >= 0 && i < list.length).sort((a, b) => a - b);
    const needed: ReplayFrame[] = [];
    let next = 0;
    for (const index of wanted) {
      needed.push(...list.slice(Math.max(next, keyBefore(list, index)), index + 1));
      next = index + 1;
    }
    return this.decodeThose(needed, new Set(wanted.map((i) => list[i]!.mediaTimeUs)));
  }

  /** @param needed from a key frame to the last of its group that is wanted, group after group. */
  private async *decodeThose(
    needed: readonly ReplayFrame[],
    wantedUs: ReadonlySet<number>,
  ): AsyncGenerator<ReplayPicture, void, undefined> {
    const byTime = new Map(needed.map((frame) => [BigInt(frame.mediaTimeUs), frame]));
    const decoder = this.openDecoder();
    try {
      for await (const native of decodeAll(decoder, packetsOf(needed))) {
        const frame = byTime.get(native.pts);
        if (frame && wantedUs.has(frame.mediaTimeUs)) yield { frame, native };
        else native.free();
      }
    } finally {
      decoder.freeContext();
    }
  }

  /** The picture of one frame, or of the nearest before it that has one. @throws MediaError when there is none. */
  async decodeOne(index: number): Promise<ReplayPicture> {
    let at = index;
    while (at > 0 && this.list[at]?.bytes === 0) at--;
    for await (const picture of this.decode(at, at)) return picture;
    throw new MediaError('there is no picture at that time in the replay buffer');
  }

  private openDecoder(): CodecContext {
    const { codecId, extradata } = this.recording;
    const codec = Codec.findDecoder(codecId);
    if (!codec) throw new MediaError('this FFmpeg has no decoder for what was recorded');
    const context = new CodecContext();
    context.allocContext3(codec);
    context.extraData = extradata;
    context.pktTimebase = new Rational(1, 1_000_000);
    const { width, height } = this.recording.picture.size;
    context.threadCount = width * height > ONE_THREAD_PX ? 2 : 1;
    return context;
  }
}

/** Place of the key frame that frame `index` needs. */
function keyBefore(list: readonly ReplayFrame[], index: number): number {
  let at = Math.min(index, list.length - 1);
  while (at > 0 && !list[at]?.key) at--;
  return Math.max(0, at);
}

interface Encoded {
  readonly frame: ReplayFrame;
  readonly data: Buffer;
}

/** Reads pictures a stretch at a time: those of one file that follow each other come in one read. */
async function* packetsOf(list: readonly ReplayFrame[]): AsyncGenerator<Encoded, void, undefined> {
  let at = 0;
  while (at < list.length) {
    const first = list[at]!;
    let end = at + 1;
    while (end < list.length && list[end]!.dataPath === first.dataPath && !list[end]!.key) end++;
    const group = list.slice(at, end);
    at = end;
    const from = first.offset;
    const last = group.at(-1)!;
    const bytes = await readRange(first.dataPath, from, last.offset + last.bytes - from);
    for (const frame of group)
      if (frame.bytes > 0) yield { frame, data: bytes.subarray(frame.offset - from, frame.offset - from + frame.bytes) };
  }
}

async function readRange(path: string, from: number, length: number): Promise<Buffer> {
  const file = await open(path, 'r').catch(() => {
    throw new MediaError('that part is no longer in the replay buffer');
  });
  try {
    const buffer = Buffer.allocUnsafe(length);
    const { bytesRead } = await file.read(buffer, 0, length, from);
    if (bytesRead < length) throw new MediaError('the recording is cut short');
    return buffer;
  } finally {
    await file.close();
  }
}

/** Each picture is decoded while its receiver works on the one before. */
async function* decodeAll(decoder: CodecContext, packets: AsyncIterable<Encoded>): AsyncGenerator<Frame, void, undefined> {
  check(await decoder.open2(null, null), 'replay decoder');
  const packet = newPacket();
  const waiting: Frame[] = [];
  let sending: Promise<number> | null = null;
  try {
    for await (const { frame, data } of packets) {
      packet.data = data;
      packet.pts = BigInt(frame.mediaTimeUs);
      packet.dts = packet.pts;
      packet.isKeyframe = frame.key;
      // One damaged picture is passed over, as a player would.
      sending = decoder.sendPacket(packet);
      yield* taken(waiting);
      await sending;
      packet.unref();
      receive(decoder, waiting);
    }
    yield* taken(waiting);
    await decoder.sendPacket(null);
    receive(decoder, waiting);
    yield* taken(waiting);
  } finally {
    await sending;
    packet.free();
    for (const frame of waiting) frame.free();
  }
}

/** Hands over what was decoded, oldest first. */
function* taken(waiting: Frame[]): Generator<Frame, void, undefined> {
  for (let frame = waiting.shift(); frame; frame = waiting.shift()) yield frame;
}

/** Fetches what is ready, which takes no time: the work was done when its packet was sent. */
function receive(decoder: CodecContext, into: Frame[]): void {
  for (;;) {
    const frame = newFrame();
    if (decoder.receiveFrameSync(frame) < 0) {
      frame.free();
      return;
    }
    into.push(frame);
  }
}
