import { AV_HWDEVICE_TYPE_NONE, AVERROR_PROTOCOL_NOT_FOUND } from 'node-av/constants';
import { avGetHardwareDeviceTypeName, Codec, Device, FormatContext, getFFmpegInfo, HardwareDeviceContext } from 'node-av/lib';

/** What the FFmpeg inside this installation can do on this machine. */
export interface MediaAbilities {
  readonly ffmpegVersion: string;
  /** By the flags it was built with: these decide what may be distributed. */
  readonly license: 'GPL-3.0-or-later' | 'GPL-2.0-or-later' | 'LGPL-3.0-or-later' | 'LGPL-2.1-or-later' | 'not redistributable';
  readonly encoders: readonly Ability[];
  readonly decoders: readonly Ability[];
  readonly protocols: readonly Ability[];
  /** Kinds of hardware that could really be opened. */
  readonly hardware: readonly string[];
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
  'h264_nvenc',
  'hevc_nvenc',
  'h264_vaapi',
  'h264_qsv',
  'h264_videotoolbox',
  'aac',
  'prores_ks',
];
const DECODERS = ['h264', 'hevc', 'av1', 'vp9', 'mpeg2video', 'prores', 'mjpeg', 'dnxhd', 'aac', 'mp3', 'opus', 'ac3'];
const PROTOCOLS = ['file', 'udp', 'rtp', 'srt', 'rtmp', 'rtmps', 'http', 'https', 'tcp'];

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
    encoders: ENCODERS.map((name) => has(name, true)),
    decoders: DECODERS.map((name) => has(name, false)),
    protocols: await Promise.all(PROTOCOLS.map(async (name) => ({ name, present: await knowsProtocol(name) }))),
    hardware: hardwarePresent(),
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

function hardwarePresent(): string[] {
  const found: string[] = [];
  for (const type of HardwareDeviceContext.iterateTypes()) {
    if (type === AV_HWDEVICE_TYPE_NONE) continue;
    const device = new HardwareDeviceContext();
    if (device.create(type) >= 0) found.push(avGetHardwareDeviceTypeName(type));
    device.free();
  }
  return found;
}

async function devicesPresent(): Promise<{ name: string; description: string }[]> {
  try {
    return (await Device.list()).filter((d) => d.type === 'video').map(({ name, description }) => ({ name, description }));
  } catch {
    // A machine without a capture system has no devices.
    return [];
  }
}
