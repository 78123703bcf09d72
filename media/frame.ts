import type { AVColorPrimaries, AVColorRange, AVColorSpace, AVColorTransferCharacteristic } from 'node-av/constants';
import type { CodecParameters, Frame, Packet } from 'node-av/lib';
import type { ColourPicture, Discontinuity, LumaPicture, MediaTimeUs, Rational, Size } from '../protocol/index.js';
import type { PictureFormat } from './ffmpeg/picture-format.js';

/** How Y'CbCr relates to RGB. Where the source does not say: BT.709 from 720 lines up, BT.601 below, as players assume. */
export interface Colour {
  readonly matrix: 'bt601' | 'bt709' | 'bt2020';
  readonly range: 'limited' | 'full';
  /** The source's own tags, unspecified where it has none: what outputs are tagged with. */
  readonly tags: {
    readonly space: AVColorSpace;
    readonly primaries: AVColorPrimaries;
    readonly transfer: AVColorTransferCharacteristic;
    readonly range: AVColorRange;
  };
}

/** The first audio stream, as packets are passed on. */
export interface AudioInfo {
  readonly codec: string;
  readonly sampleRate: number;
  readonly channels: number;
  readonly parameters: CodecParameters;
  readonly timeBase: Rational;
}

/** What stays the same while a source runs, whatever its input does. */
export interface SourceInfo {
  /** One line for a person: path or URL without credentials. */
  readonly label: string;
  /** Pixels, display orientation, even. */
  readonly size: Size;
  /** Nominal rate; null when variable or not known. */
  readonly fps: Rational | null;
  readonly format: PictureFormat;
  readonly colour: Colour;
  /** Shape of one pixel, 1:1 when not told otherwise. */
  readonly sampleAspectRatio: Rational;
  /** Ticks a second in which the source's times are exact: what outputs count in. */
  readonly ticksPerSecond: number;
  /** True when frames come at their own pace and are dropped when nobody takes them. */
  readonly live: boolean;
  /** Length of one pass, null when not known or endless. */
  readonly durationUs: MediaTimeUs | null;
  readonly audio: AudioInfo | null;
}

/** One picture. Whoever takes it from `frames()` owns it and must `close()` it. */
export interface VideoFrame {
  /** From 0, without gaps, in the order delivered. */
  readonly frameIndex: number;
  readonly mediaTimeUs: MediaTimeUs;
  /** How long it is shown, as far as known when it is delivered. */
  readonly durationUs: number;
  readonly discontinuity: Discontinuity | null;
  /** True for the card shown while a lost input is away. */
  readonly slate: boolean;
  /** For analysis: full range, `analysisWidth` wide (or the source's own width if that is less). Valid until `close()`. */
  readonly luma: LumaPicture;
  /** The luma picture's size in colour, made when asked for, before `close()`. Valid until another frame's is asked for. */
  readonly colour: () => Promise<ColourPicture>;
  /** The picture in the channel's format. Valid until `close()`; pixels may be shared: `makeWritable()` before writing. */
  readonly native: Frame;
  close(): void;
}

/** Graphics for a mixer. Whoever takes it must `close()` it. */
export interface KeyFill {
  readonly fill: Frame;
  readonly key: Frame;
  close(): void;
}

/** Compressed audio on the channel's clock. The receiver owns it and must `close()` it. */
export interface AudioPacket {
  readonly mediaTimeUs: MediaTimeUs;
  readonly durationUs: number;
  readonly packet: Packet;
  close(): void;
}
