import {
  AV_PIX_FMT_YUV420P,
  AVCOL_PRI_BT709,
  AVCOL_RANGE_MPEG,
  AVCOL_SPC_BT709,
  AVCOL_TRC_BT709,
  AVERROR_PROTOCOL_NOT_FOUND,
} from 'node-av/constants';
import { Codec, Device, FormatContext, getFFmpegInfo } from 'node-av/lib';
import { Encoder } from '../protocol/index.js';
import { nearestPictureFormat } from './ffmpeg/picture-format.js';
import type { SourceInfo } from './frame.js';
import { needsHardware, VideoEncoder } from './output/encoder.js';

/** What the FFmpeg inside this installation can do on this machine. */
export interface MediaAbilities {
  readonly ffmpegVersion: string;
  /** By the flags it was built with: these decide what may be distributed. */
  readonly license: 'GPL-3.0-or-later' | 'GPL-2.0-or-later' | 'LGPL-3.0-or-later' | 'LGPL-2.1-or-later' | 'not redistributable';
  /** Those that need hardware are present only where they really open. */
  readonly encoders: readonly (Ability & { readonly hardware: boolean })[];
  readonly decoders: readonly Ability[];
  readonly protocols: readonly Ability[];
  readonly devices: readonly { readonly name: string; readonly description: string }[];
}

export interface Ability {
  readonly name: string;
  readonly present: boolean;
}

const ENCODERS = [
  'libx264',
  'libx265',
  'libsvtav1',
  'libvpx-vp9',
  'h264_nvenc',
  'hevc_nvenc',
  'h264_vaapi',
  'h264_qsv',
  'h264_videotoolbox',
  'hevc_vaapi',
  'hevc_qsv',
  'hevc_videotoolbox',
  'aac',
  'prores_ks',
];
const DECODERS = ['h264', 'hevc', 'av1', 'vp9', 'mpeg2video', 'prores', 'mjpeg', 'dnxhd', 'aac', 'mp3', 'opus', 'ac3'];
const PROTOCOLS = ['file', 'udp', 'rtsp', 'rtp', 'srt', 'rtmp', 'rtmps', 'http', 'https', 'tcp'];

/** Looks at everything a source or output may need. Takes well under a second; opens no connection. */
export async function probeMedia(): Promise<MediaAbilities> {
  const { version, configuration } = getFFmpegInfo();
  const names = Codec.getCodecList();
  const has = (name: string, encoder: boolean): Ability => ({
    name,
    present: names.some((codec) => codec.name === name && (encoder ? codec.isEncoder() : codec.isDecoder())),
  });
  return {
    ffmpegVersion: version,
    license: licenseOf(configuration),
    encoders: await Promise.all(
      ENCODERS.map(async (name) => ({ name, hardware: needsHardware(name), present: has(name, true).present && (await opens(name)) })),
    ),
    decoders: DECODERS.map((name) => has(name, false)),
    protocols: await Promise.all(PROTOCOLS.map(async (name) => ({ name, present: await knowsProtocol(name) }))),
    devices: await devicesPresent(),
  };
}

function licenseOf(configuration: string): MediaAbilities['license'] {
  if (configuration.includes('--enable-nonfree')) return 'not redistributable';
  const three = configuration.includes('--enable-version3');
  if (configuration.includes('--enable-gpl')) return three ? 'GPL-3.0-or-later' : 'GPL-2.0-or-later';
  return three ? 'LGPL-3.0-or-later' : 'LGPL-2.1-or-later';
}

/** An address without a host is refused by a protocol that exists, and by FFmpeg where it does not: the codes differ. */
async function knowsProtocol(name: string): Promise<boolean> {
  const context = new FormatContext();
  context.allocContext();
  const limit = setTimeout(() => context.interrupt(), 300);
  const code = await context.openInput(`${name}:`, null, null);
  clearTimeout(limit);
  await context.closeInput();
  return code !== AVERROR_PROTOCOL_NOT_FOUND;
}

/** Any picture will do to see whether an encoder opens; not so small that hardware refuses it. */
const TRIAL: SourceInfo = {
  label: 'trial',
  size: { width: 640, height: 360 },
  fps: { num: 25, den: 1 },
  format: nearestPictureFormat(AV_PIX_FMT_YUV420P),
  colour: {
    matrix: 'bt709',
    range: 'limited',
    tags: { space: AVCOL_SPC_BT709, primaries: AVCOL_PRI_BT709, transfer: AVCOL_TRC_BT709, range: AVCOL_RANGE_MPEG },
  },
  sampleAspectRatio: { num: 1, den: 1 },
  ticksPerSecond: 90_000,
  live: false,
  durationUs: null,
  audio: null,
};

/** Being in FFmpeg is one thing; a video encoder that needs hardware must really open. */
async function opens(name: string): Promise<boolean> {
  if (!needsHardware(name)) return true;
  const settings = Encoder.parse({ codec: name });
  try {
    (await VideoEncoder.open(TRIAL, settings, { lowDelay: true, plain420: true })).close();
    return true;
  } catch {
    return false;
  }
}

async function devicesPresent(): Promise<{ name: string; description: string }[]> {
  try {
    return (await Device.list()).filter((d) => d.type === 'video').map(({ name, description }) => ({ name, description }));
  } catch {
    // A machine without a capture system has no devices.
    return [];
  }
}
