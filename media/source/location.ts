import { statSync } from 'node:fs';
import { basename, isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Source } from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';

/** Where a source's frames come from, as FFmpeg wants to be told. */
export type Location =
  | { readonly kind: 'file'; readonly label: string; readonly url: string; readonly format: null; readonly options: Options }
  | {
      readonly kind: 'network' | 'device';
      readonly label: string;
      readonly url: string;
      readonly format: string | null;
      readonly options: Options;
    }
  | { readonly kind: 'scene'; readonly label: string; readonly url: string };
export type DecodedLocation = Exclude<Location, { kind: 'scene' }>;

type Options = Readonly<Record<string, string>>;

const DEVICE_FORMATS: Readonly<Partial<Record<NodeJS.Platform, string>>> = { linux: 'v4l2', darwin: 'avfoundation', win32: 'dshow' };
const NETWORK = /^(rtsps?|srt|rtmps?|rtmpt|https?|udp|rtp|tcp):\/\//i;
/** Protocols that listen only when told so; a listener may wait for its sender as long as it takes. */
const LISTENER = /[?&](mode=listener|listen=1)\b/;

/** FFmpeg's "for ever" of the RTSP listener (−1) is refused by its own TCP layer: three weeks, in seconds. */
const LISTEN_S = 2_000_000;

/** A URL without its user name, password or key, fit to be shown. */
export function withoutCredentials(url: string): string {
  return url.replace(/^([a-z0-9+.-]+:\/\/)[^/@?]*@/i, '$1').replace(/([?&](?:passphrase|streamid|key|token|password|user)=)[^&]*/gi, '$1…');
}

/** True when the input waits to be called, rather than calling. */
export function waitsForSender(url: string, options: Options): boolean {
  return (
    LISTENER.test(url) ||
    options['listen'] === '1' ||
    /listen/.test(options['rtsp_flags'] ?? '') ||
    options['mode'] === 'listener' ||
    /^(udp|rtp):/i.test(url)
  );
}

/** True when the input comes in pieces of several seconds, each as fast as the network allows (HLS, DASH). */
export function inSegments({ url }: { readonly url: string }): boolean {
  return /^https?:/i.test(url);
}

/** @throws MediaError in one line when the place is not one a source can come from. */
export function locate(source: Source, baseDir: string): Location {
  const { url } = source;
  if (url.startsWith('sim:')) return { kind: 'scene', label: url, url };
  if (url.startsWith('device:')) return locateDevice(url.slice('device:'.length), source.options);
  if (NETWORK.test(url)) return locateNetwork(url, source.options);
  const scheme = /^([a-z][a-z0-9+.-]+):\/\//i.exec(url);
  if (scheme && scheme[1]?.toLowerCase() !== 'file')
    throw new MediaError(
      `${withoutCredentials(url)}: "${scheme[1]}://" is not a protocol a source can use; use rtsp, srt, rtmp, http(s) or udp`,
    );
  const path = scheme ? fileURLToPath(url) : isAbsolute(url) ? url : resolve(baseDir, url);
  return { kind: 'file', label: basename(path), url: existingFile(path), format: null, options: source.options };
}

function existingFile(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new MediaError(`${path}: no such file`);
  if (stat.isDirectory()) throw new MediaError(`${path}: is a folder, not a video file`);
  if (stat.isFile() && stat.size === 0) throw new MediaError(`${path}: the file is empty`);
  // A plain path could be taken for a protocol ("a:b.mp4"); with the prefix it cannot.
  return `file:${path}`;
}

function locateDevice(name: string, options: Options): Location {
  const format = DEVICE_FORMATS[process.platform];
  if (!format) throw new MediaError(`device:${name}: capture devices are not supported on ${process.platform}`);
  if (!name) throw new MediaError('device: is missing a name, e.g. device:/dev/video0');
  const url = format === 'dshow' && !name.includes('=') ? `video=${name}` : name;
  return { kind: 'device', label: `device:${name}`, url, format, options };
}

function locateNetwork(url: string, given: Options): Location {
  const scheme = /^[a-z]+/i.exec(url)![0].toLowerCase();
  const options: Record<string, string> = { ...given };
  // RTMP and RTSP listen by option, not by address.
  const listens = /^rt[ms]ps?$/.test(scheme) && /[?&]listen=1\b/.test(url);
  if (/^rtsps?$/.test(scheme)) {
    if (listens) options['rtsp_flags'] = 'listen';
    options['rtsp_transport'] ??= 'tcp';
    if (options['rtsp_flags']?.includes('listen')) options['listen_timeout'] ??= String(LISTEN_S);
    else options['timeout'] ??= '10000000';
  } else if (/^https?$/.test(scheme)) {
    options['rw_timeout'] ??= '10000000';
    options['reconnect'] ??= '0';
  } else if (scheme === 'udp') {
    options['fifo_size'] ??= '57344';
    options['overrun_nonfatal'] ??= '1';
    options['buffer_size'] ??= '4194304';
  } else if (listens) options['listen'] = '1';
  const address = listens ? url.replace(/[?&]listen=1\b/, '') : url;
  return { kind: 'network', label: withoutCredentials(url), url: address, format: scheme === 'udp' ? 'mpegts' : null, options };
}
