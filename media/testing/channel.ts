import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import { AV_SAMPLE_FMT_S16, AVMEDIA_TYPE_AUDIO } from 'node-av/constants';
import { Codec, CodecContext, FormatContext } from 'node-av/lib';
import { Encoder, type Output, Source, type SourceHealth } from '../../protocol/index.js';
import { check, newFrame, newPacket } from '../ffmpeg/native.js';
import type { VideoFrame } from '../frame.js';
import { OutputSet } from '../output/output-set.js';
import { type OpenSource, openSource, type SourceOptions } from '../source/open.js';

/** A folder for one test, removed after it. */
export function scratch(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), 'leaderline-media-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export interface Opened {
  readonly source: OpenSource;
  readonly health: [SourceHealth, string][];
}

export async function open(
  url: string,
  o: Partial<SourceOptions> & { readonly loop?: boolean; readonly options?: Record<string, string> | undefined } = {},
): Promise<Opened> {
  const health: [SourceHealth, string][] = [];
  const { loop = false, options = {}, ...rest } = o;
  const source = await openSource(Source.parse({ url, loop, options }), {
    mode: 'offline',
    baseDir: '/',
    analysisWidth: 160,
    createScene: () => {
      throw new Error('no scenes here');
    },
    signal: new AbortController().signal,
    onHealth: (state, message) => health.push([state, message]),
    ...rest,
  });
  return { source, health };
}

/** Everything about every frame but its pixels, or what `look` makes of it. */
export async function readAll<T>(
  url: string,
  look: (frame: VideoFrame, source: OpenSource) => T | Promise<T>,
  o: Parameters<typeof open>[1] = {},
): Promise<T[]> {
  const { source } = await open(url, o);
  const seen: T[] = [];
  for await (const frame of source.frames()) {
    seen.push(await look(frame, source));
    frame.close();
  }
  await source.close();
  return seen;
}

export function mediaTimes(url: string, o: Parameters<typeof open>[1] = {}): Promise<number[]> {
  return readAll(url, (frame) => frame.mediaTimeUs, o);
}

/** Source → outputs, whole, sound included. @returns media times of the frames passed on. */
export async function pass(
  url: string,
  outputs: readonly Output[],
  o: {
    readonly encoder?: Partial<Encoder>;
    readonly hlsDir?: string;
    readonly source?: Parameters<typeof open>[1];
    readonly frames?: number;
  } = {},
): Promise<number[]> {
  const { source } = await open(url, { ...o.source, onAudio: (packet) => set.writeAudio(packet) });
  const set = await OutputSet.open(source.info, Encoder.parse({ preset: 'ultrafast', ...o.encoder }), outputs, {
    baseDir: '/',
    failFast: true,
    ...(o.hlsDir === undefined ? {} : { hlsDir: o.hlsDir }),
  });
  const times: number[] = [];
  for await (const frame of source.frames()) {
    await set.write(frame);
    times.push(frame.mediaTimeUs);
    frame.close();
    if (times.length === o.frames) break;
  }
  await set.finish();
  await source.close();
  return times;
}

/** Decoded sound: seconds at which it first gets loud (a sample above half scale), or null. */
export async function loudAtS(path: string): Promise<number | null> {
  const context = new FormatContext();
  context.allocContext();
  check(await context.openInput(path, null, null), path);
  check(await context.findStreamInfo(null), path);
  const index = context.findBestStream(AVMEDIA_TYPE_AUDIO);
  if (index < 0) return null;
  const stream = context.streams[index]!;
  const codec = Codec.findDecoder(stream.codecpar.codecId);
  const decoder = new CodecContext();
  decoder.allocContext3(codec);
  decoder.parametersToContext(stream.codecpar);
  decoder.pktTimebase = stream.timeBase;
  check(await decoder.open2(codec, null), path);
  const packet = newPacket();
  const frame = newFrame();
  let found: number | null = null;
  while (found === null && (await context.readFrame(packet)) >= 0) {
    if (packet.streamIndex === index) await decoder.sendPacket(packet);
    packet.unref();
    while (found === null && (await decoder.receiveFrame(frame)) >= 0) {
      const plane = frame.extendedData![0]!;
      const loud = (i: number): boolean =>
        frame.format === AV_SAMPLE_FMT_S16
          ? Math.abs(plane.readInt16LE(i * 2 * frame.channels)) > 16_384
          : Math.abs(plane.readFloatLE(i * 4)) > 0.5;
      const first = Array.from({ length: frame.nbSamples }, (_, i) => i).findIndex(loud);
      if (first >= 0) found = (Number(frame.pts) * stream.timeBase.num) / stream.timeBase.den + first / frame.sampleRate;
      frame.unref();
    }
  }
  packet.free();
  frame.free();
  decoder.freeContext();
  await context.closeInput();
  return found;
}
