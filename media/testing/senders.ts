import { createSocket } from 'node:dgram';
import { createReadStream, existsSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeMedia } from './make-media.js';
import { startRtspServer } from './rtsp-server.js';

/** What is at the other end of a live source, for tests: it can be started, cut off like a killed process, and started again. */
export interface Sender {
  stop(): Promise<void>;
}

export interface Place {
  /** What the channel opens. */
  readonly input: string;
  readonly options?: Record<string, string>;
  /** Starts sending pictures of a size in real time. */
  readonly send: (size: string) => Promise<Sender>;
}

/** Every way a live picture may come in over a network. @param port a free one. @param folder for what has to be served from files. */
export const PLACES: Readonly<Record<string, (port: number, folder: string) => Place>> = {
  UDP: (port) => ({ input: `udp://127.0.0.1:${port}`, send: (size) => transmit(`udp://127.0.0.1:${port}?pkt_size=1316`, size, TS) }),
  'SRT caller to our listener': (port) => ({
    input: `srt://127.0.0.1:${port}?mode=listener`,
    send: (size) => transmit(`srt://127.0.0.1:${port}?pkt_size=1316&connect_timeout=3000`, size, TS),
  }),
  'SRT listener that we call': (port) => ({
    input: `srt://127.0.0.1:${port}?connect_timeout=1000`,
    send: (size) => transmit(`srt://127.0.0.1:${port}?pkt_size=1316&mode=listener`, size, TS),
  }),
  'RTMP sender to our listener': (port) => ({
    input: `rtmp://127.0.0.1:${port}/live/a?listen=1`,
    send: (size) => transmit(`rtmp://127.0.0.1:${port}/live/a`, size, FLV),
  }),
  'RTSP server over TCP': (port) => ({ input: `rtsp://127.0.0.1:${port}/camera`, send: (size) => rtsp(port, size) }),
  'RTSP server over UDP': (port) => ({
    input: `rtsp://127.0.0.1:${port}/camera`,
    options: { rtsp_transport: 'udp' },
    send: (size) => rtsp(port, size),
  }),
  'RTSP sender to our listener': (port) => ({
    input: `rtsp://127.0.0.1:${port}/camera?listen=1`,
    send: (size) => transmit(`rtsp://127.0.0.1:${port}/camera`, size, { container: 'rtsp', containerOptions: { rtsp_transport: 'tcp' } }),
  }),
  'HLS server': (port, folder) => ({ input: `http://127.0.0.1:${port}/live.m3u8`, send: (size) => hls(port, folder, size) }),
};

/** A port nobody uses just now. */
export async function freePort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  const { port } = socket.address();
  await new Promise<void>((resolve) => socket.close(resolve));
  return port;
}

interface Wrapping {
  readonly container: string;
  readonly containerOptions?: Readonly<Record<string, string | number>>;
  readonly audio?: string;
}

const AUDIO = 'sine=frequency=440:sample_rate=48000';
const TS = { container: 'mpegts', audio: AUDIO };
const FLV = { container: 'flv', audio: AUDIO };

/** Where nobody listens yet, it tries again, as cameras do. */
async function transmit(url: string, size: string, wrapping: Wrapping): Promise<Sender> {
  const stop = new AbortController();
  const { signal } = stop;
  const send = async (): Promise<void> => {
    const began = performance.now();
    const pace = async (i: number): Promise<void> => await sleep(Math.max(0, began + i * 40 - performance.now()));
    const codecOptions = { tune: 'zerolatency' };
    await makeMedia(url, { video: `testsrc2=size=${size}:rate=25`, frames: 2000, ...wrapping, codecOptions, signal, pace });
  };
  const running = (async () => {
    while (!signal.aborted) await send().catch(() => sleep(100));
  })();
  return {
    stop: async () => {
      stop.abort();
      await running;
    },
  };
}

async function rtsp(port: number, size: string): Promise<Sender> {
  const server = await startRtspServer(port);
  const sender = await transmit(`rtp://127.0.0.1:${server.rtpPort}`, size, { container: 'rtp' });
  return {
    stop: async () => {
      await server.kill();
      await sender.stop();
    },
  };
}

async function hls(port: number, folder: string, size: string): Promise<Sender> {
  const containerOptions = {
    hls_time: 0.4,
    hls_list_size: 4,
    hls_flags: 'delete_segments+temp_file+omit_endlist',
    start_number: Math.floor(performance.now()),
  };
  const sender = await transmit(join(folder, 'live.m3u8'), size, { container: 'hls', containerOptions });
  const server = createServer((request, response) => {
    const path = join(folder, (request.url ?? '').replaceAll('..', ''));
    if (existsSync(path)) createReadStream(path).pipe(response);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  return {
    stop: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await sender.stop();
    },
  };
}
