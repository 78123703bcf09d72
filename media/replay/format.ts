import type { AVCodecID, AVColorPrimaries, AVColorRange, AVColorSpace, AVColorTransferCharacteristic } from 'node-av/constants';
import { z } from 'zod';
import {
  ChannelScene,
  decodeTrackingFrame,
  encodeTrackingFrame,
  GraphicState,
  type MediaTimeUs,
  type TrackingFrame,
} from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';
import { pictureFormatByName } from '../ffmpeg/picture-format.js';
import type { SourceInfo } from '../frame.js';

/**
 * A recording on disk is pairs of files. `NAME.dat`: encoded pictures, one after the other. `NAME.idx`: a header (JSON: picture, codec, scene),
 * then one record a frame: where its picture lies, its TrackingFrame, and the graphics' states where they changed. Both are only ever
 * appended to, the picture first: a file cut short anywhere is whole up to its last whole record.
 *
 * index, little-endian: u32 magic "LLR1", u32 header bytes, header; then records: u32 bytes that follow, f64 mediaTimeUs, f64 offset in `.dat`, u32 bytes
 * there (0: the picture was dropped), u32 durationUs, u8 flags (1 key frame, 2 does not continue the frame before), u32 TrackingFrame bytes,
 * TrackingFrame, then GraphicState[] as JSON or nothing (as in the record before).
 */
const MAGIC = 0x31524c4c;
const RECORD_HEAD = 29;
/** Longer is not believed: a damaged length must not become an allocation. */
const RECORD_LIMIT = 4 * 1024 * 1024;

const whole = z.number().int();
/** One of FFmpeg's own numbers. */
const native = <T>() => z.custom<T>((value) => Number.isInteger(value));
const rational = z.object({ num: whole, den: whole.positive() });
const Header = z.object({
  version: z.literal(1),
  size: z.object({ width: whole.positive(), height: whole.positive() }),
  fps: rational.nullable(),
  format: z.string(),
  matrix: z.enum(['bt601', 'bt709', 'bt2020']),
  range: z.enum(['limited', 'full']),
  tags: z.object({
    space: native<AVColorSpace>(),
    primaries: native<AVColorPrimaries>(),
    transfer: native<AVColorTransferCharacteristic>(),
    range: native<AVColorRange>(),
  }),
  sampleAspectRatio: rational,
  ticksPerSecond: whole.positive(),
  codecId: native<AVCodecID>(),
  extradata: z.string(),
  scene: ChannelScene,
});

/** What stays the same through a recording. */
export interface RecordingInfo {
  readonly picture: SourceInfo;
  readonly scene: ChannelScene;
  /** FFmpeg's codec id and the parameter sets that its packets need. */
  readonly codecId: AVCodecID;
  readonly extradata: Buffer;
}

/** One recorded frame. */
export interface RecordedFrame {
  readonly mediaTimeUs: MediaTimeUs;
  readonly durationUs: number;
  /** Where its picture lies; `bytes` is 0 where it was dropped. */
  readonly offset: number;
  readonly bytes: number;
  readonly key: boolean;
  /** It does not continue the frame before. */
  readonly cut: boolean;
  readonly tracking: TrackingFrame;
  /** As they were on this frame. */
  readonly graphics: readonly GraphicState[];
}

export function encodeHeader({ picture, scene, codecId, extradata }: RecordingInfo): Buffer {
  const { size, fps, format, colour, sampleAspectRatio, ticksPerSecond } = picture;
  const header: z.input<typeof Header> = {
    version: 1,
    size,
    fps: fps && { num: fps.num, den: fps.den },
    format: format.name,
    matrix: colour.matrix,
    range: colour.range,
    tags: colour.tags,
    sampleAspectRatio: { num: sampleAspectRatio.num, den: sampleAspectRatio.den },
    ticksPerSecond,
    codecId,
    extradata: extradata.toString('base64'),
    scene,
  };
  const text = Buffer.from(JSON.stringify(header));
  const head = Buffer.alloc(8);
  head.writeUInt32LE(MAGIC, 0);
  head.writeUInt32LE(text.length, 4);
  return Buffer.concat([head, text]);
}

/** @param graphics null: as in the record before. */
export function encodeRecord(frame: Omit<RecordedFrame, 'graphics'>, graphics: readonly GraphicState[] | null): Buffer {
  const tracking = Buffer.from(encodeTrackingFrame(frame.tracking));
  const states = graphics ? Buffer.from(JSON.stringify(graphics)) : Buffer.alloc(0);
  const head = Buffer.alloc(4 + RECORD_HEAD);
  head.writeUInt32LE(RECORD_HEAD + tracking.length + states.length, 0);
  head.writeDoubleLE(frame.mediaTimeUs, 4);
  head.writeDoubleLE(frame.offset, 12);
  head.writeUInt32LE(frame.bytes, 20);
  head.writeUInt32LE(frame.durationUs, 24);
  head.writeUInt8((frame.key ? 1 : 0) | (frame.cut ? 2 : 0), 28);
  head.writeUInt32LE(tracking.length, 29);
  return Buffer.concat([head, tracking, states]);
}

/**
 * Reads an index as far as it is whole.
 * @param dataBytes size of its `.dat`: records whose picture is not all there are left out, with what follows.
 * @returns null when not even the header is there yet.
 * @throws MediaError when it is not an index of this version.
 */
export function decodeIndex(bytes: Buffer, dataBytes: number, label: string): { info: RecordingInfo; frames: RecordedFrame[] } | null {
  if (bytes.length < 8) return null;
  if (bytes.readUInt32LE(0) !== MAGIC) throw new MediaError(`${label}: is not a replay recording of this version`);
  const headerBytes = bytes.readUInt32LE(4);
  if (bytes.length < 8 + headerBytes) return null;
  const info = readHeader(bytes.subarray(8, 8 + headerBytes).toString('utf8'), label);
  const frames: RecordedFrame[] = [];
  let graphics: readonly GraphicState[] = [];
  for (let at = 8 + headerBytes; at + 4 <= bytes.length; ) {
    const length = bytes.readUInt32LE(at);
    if (length < RECORD_HEAD || length > RECORD_LIMIT || at + 4 + length > bytes.length) break;
    const frame = readRecord(bytes.subarray(at + 4, at + 4 + length), graphics);
    if (!frame || frame.offset + frame.bytes > dataBytes) break;
    graphics = frame.graphics;
    frames.push(frame);
    at += 4 + length;
  }
  return { info, frames };
}

function readRecord(record: Buffer, before: readonly GraphicState[]): RecordedFrame | null {
  const flags = record.readUInt8(24);
  const trackingBytes = record.readUInt32LE(25);
  if (RECORD_HEAD + trackingBytes > record.length) return null;
  const states = record.subarray(RECORD_HEAD + trackingBytes);
  try {
    return {
      mediaTimeUs: record.readDoubleLE(0),
      offset: record.readDoubleLE(8),
      bytes: record.readUInt32LE(16),
      durationUs: record.readUInt32LE(20),
      key: (flags & 1) !== 0,
      cut: (flags & 2) !== 0,
      tracking: decodeTrackingFrame(record.subarray(RECORD_HEAD, RECORD_HEAD + trackingBytes)),
      graphics: states.length > 0 ? z.array(GraphicState).parse(JSON.parse(states.toString('utf8'))) : before,
    };
  } catch {
    // Half-written when the machine went down: nothing behind it can be trusted.
    return null;
  }
}

function readHeader(text: string, label: string): RecordingInfo {
  try {
    const { scene, codecId, extradata, matrix, range, tags, format, version: _version, ...rest } = Header.parse(JSON.parse(text));
    const known = pictureFormatByName(format);
    if (!known) throw new MediaError(`picture format ${format} is not known`);
    const picture: SourceInfo = {
      ...rest,
      label,
      format: known,
      colour: { matrix, range, tags },
      live: false,
      durationUs: null,
      audio: null,
    };
    return { picture, scene, codecId, extradata: Buffer.from(extradata, 'base64') };
  } catch (error) {
    throw new MediaError(
      `${label}: the recording's header is damaged (${error instanceof Error ? error.message.slice(0, 120) : 'unreadable'})`,
    );
  }
}
