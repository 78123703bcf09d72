import { accessSync, constants, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { dirname, extname, isAbsolute, join, resolve } from 'node:path';
import type { Output } from '../../protocol/index.js';
import { MediaError } from '../ffmpeg/native.js';
import { withoutCredentials } from '../source/location.js';

/** Where one multiplex goes and how it is to be written. */
export interface Target {
  readonly type: Output['type'];
  /** For people: path or URL without credentials. */
  readonly label: string;
  readonly url: string;
  /** FFmpeg's name of the container. */
  readonly container: string;
  readonly options: Readonly<Record<string, string | number>>;
  /** `wait`: nothing may be lost. `drop`: the newest counts; a slow receiver loses whole GOPs. */
  readonly whenSlow: 'wait' | 'drop';
  /** Whether it is opened again after a failure. */
  readonly retries: boolean;
  /** Audio codecs passed on as they are; anything else becomes AAC. */
  readonly audioCodecs: ReadonlySet<string> | 'any';
}

const MP4_AUDIO = new Set(['aac', 'mp3', 'ac3', 'eac3', 'opus', 'flac', 'alac']);
const TS_AUDIO = new Set(['aac', 'mp3', 'mp2', 'ac3', 'eac3']);
const BROWSER_AUDIO = new Set(['aac', 'mp3']);
const RTMP_AUDIO = new Set(['aac']);

/**
 * Written in fragments, so that whatever is on disk plays up to its last second after a fault; turned into an ordinary file at the end.
 */
const FRAGMENTED = { movflags: 'frag_keyframe+delay_moov+default_base_moof+hybrid_fragmented', flush_packets: 1 };

const FILES: Readonly<Record<string, Pick<Target, 'container' | 'options' | 'audioCodecs'>>> = {
  '.mp4': { container: 'mp4', options: FRAGMENTED, audioCodecs: MP4_AUDIO },
  '.m4v': { container: 'mp4', options: FRAGMENTED, audioCodecs: MP4_AUDIO },
  '.mov': { container: 'mov', options: FRAGMENTED, audioCodecs: MP4_AUDIO },
  '.mkv': { container: 'matroska', options: { cluster_time_limit: 1000, flush_packets: 1 }, audioCodecs: 'any' },
  '.ts': { container: 'mpegts', options: {}, audioCodecs: TS_AUDIO },
};

/** @throws MediaError when the file cannot be written, before a frame is spent on it. */
export function fileTarget(path: string, baseDir: string, type: Output['type'] = 'file'): Target {
  const full = isAbsolute(path) ? path : resolve(baseDir, path);
  const kind = FILES[extname(full).toLowerCase()];
  if (!kind) throw new MediaError(`${path}: a video file ends in ${Object.keys(FILES).join(', ')}`);
  const stat = statSync(full, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw new MediaError(`${path}: is a folder; give the name of a file to write`);
  writable(stat ? full : dirname(full), path);
  return { type, label: path, url: `file:${full}`, ...kind, whenSlow: 'wait', retries: false };
}

export function streamTarget(url: string, type: Output['type'] = 'stream'): Target {
  const label = withoutCredentials(url);
  const live = { type, label, url, whenSlow: 'drop', retries: true } as const;
  if (/^rtmps?:/.test(url)) return { ...live, container: 'flv', options: { flvflags: 'no_duration_filesize' }, audioCodecs: RTMP_AUDIO };
  const packets = /^(udp|srt):/.test(url) && !/[?&]pkt_size=/.test(url) ? `${url}${url.includes('?') ? '&' : '?'}pkt_size=1316` : url;
  return { ...live, url: packets, container: 'mpegts', options: { mpegts_flags: 'resend_headers' }, audioCodecs: TS_AUDIO };
}

/**
 * Segments and a playlist `index.m3u8` in a folder of their own. Sequence numbers grow with the clock, so that players that knew the list
 * before a restart go on after it.
 */
export function hlsTarget(output: Extract<Output, { type: 'hls' }>, folder: string, nowMs: number): Target {
  try {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder))
      if (/^segment-\d+\.ts(\.tmp)?$|^index\.m3u8(\.tmp)?$/.test(name)) rmSync(join(folder, name), { force: true });
  } catch (error) {
    throw new MediaError(`HLS folder ${folder}: ${error instanceof Error ? error.message : String(error)}`);
  }
  writable(folder, folder);
  return {
    type: 'hls',
    label: join(folder, 'index.m3u8'),
    url: join(folder, 'index.m3u8'),
    container: 'hls',
    options: {
      hls_time: output.segmentS,
      hls_list_size: output.listSize,
      hls_delete_threshold: 3,
      hls_flags: 'delete_segments+independent_segments+program_date_time+temp_file+omit_endlist',
      hls_segment_filename: join(folder, 'segment-%d.ts'),
      start_number: Math.floor(nowMs / 100),
    },
    whenSlow: 'drop',
    retries: true,
    audioCodecs: BROWSER_AUDIO,
  };
}

function writable(path: string, label: string): void {
  const stat = statSync(path, { throwIfNoEntry: false });
  if (!stat) throw new MediaError(`${label}: its folder ${path} does not exist`);
  try {
    accessSync(path, constants.W_OK);
  } catch {
    throw new MediaError(`${label}: no permission to write there`);
  }
}

/** @returns a file's or a stream's target, told apart by its protocol. */
export function fileOrStream(place: string, baseDir: string, type: Output['type']): Target {
  return /^(srt|rtmps?|udp):\/\//.test(place) ? streamTarget(place, type) : fileTarget(place, baseDir, type);
}
