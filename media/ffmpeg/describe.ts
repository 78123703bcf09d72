import { readdirSync } from 'node:fs';
import { Codec, getFFmpegInfo, HardwareDeviceContext, InputFormat } from 'node-av/lib';
import './native.js';

/** What the FFmpeg inside this program can do on this machine. */
export interface MediaAbilities {
  /** Like "8.1". */
  readonly version: string;
  readonly encoders: ReadonlySet<string>;
  readonly decoders: ReadonlySet<string>;
  /** Ways in and out: files, and those of the network protocols a channel may use that are built in. */
  readonly protocols: ReadonlySet<string>;
  /** Kinds of hardware acceleration whose device could be opened. */
  readonly hardware: readonly string[];
  /** Cameras and capture cards. */
  readonly captureDevices: readonly string[];
}

/** Built in unless FFmpeg was configured without; each is seen by the format or library it needs. */
const PROTOCOLS: readonly { name: string; format?: string; library?: string }[] = [
  { name: 'file' },
  { name: 'udp', format: 'mpegts' },
  { name: 'rtsp', format: 'rtsp' },
  { name: 'rtmp', format: 'flv' },
  { name: 'hls', format: 'hls' },
  { name: 'https', library: 'openssl' },
  { name: 'srt', library: 'libsrt' },
];

/** Looks at the FFmpeg build and at this machine; opens hardware devices for a moment. */
export function describeMedia(): MediaAbilities {
  const { version, configuration } = getFFmpegInfo();
  const codecs = Codec.getCodecList();
  const names = (of: readonly Codec[]): Set<string> => new Set(of.flatMap((codec) => codec.name ?? []));
  const there = PROTOCOLS.filter(
    ({ format, library }) =>
      (format === undefined || InputFormat.findInputFormat(format) !== null) &&
      (library === undefined || configuration.includes(`--enable-${library}`)),
  );
  return {
    version,
    encoders: names(codecs.filter((codec) => codec.isEncoder())),
    decoders: names(codecs.filter((codec) => codec.isDecoder())),
    protocols: new Set(there.map(({ name }) => name)),
    hardware: hardware(),
    captureDevices: captureDevices(),
  };
}

function hardware(): string[] {
  return HardwareDeviceContext.iterateTypes().flatMap((type) => {
    const device = new HardwareDeviceContext();
    try {
      return device.create(type) >= 0 ? (HardwareDeviceContext.getTypeName(type) ?? []) : [];
    } finally {
      device.free();
    }
  });
}

/** On Linux the video devices; elsewhere FFmpeg finds them by name when they are opened. */
function captureDevices(): string[] {
  if (process.platform !== 'linux') return [];
  try {
    return readdirSync('/dev')
      .filter((name) => /^video\d+$/.test(name))
      .map((name) => `/dev/${name}`);
  } catch {
    return [];
  }
}
