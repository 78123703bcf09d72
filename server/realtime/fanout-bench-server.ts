import { createServer } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from 'socket.io';
import { WebSocketServer } from 'ws';
import { encodeTrackingFrame, IDENTITY, type TrackingFrame } from '../../protocol/index.js';
import { Fanout } from './fanout.js';
import { FANOUT_DEFAULTS, type FanoutBenchOptions, FanoutMode, machineTimeUs } from './fanout-bench.js';
import { NAMESPACE } from './wire.js';

/** The server process of the fan-out bench: waits for its clients, sends positions at an even pace, reports its CPU time. */

const mode = FanoutMode.parse(process.argv[2]);
const o: FanoutBenchOptions = { ...FANOUT_DEFAULTS, ...JSON.parse(process.argv[3] ?? '{}') };
const http = createServer();
const fanout = new Fanout();
const send = sender();
http.listen(0, '127.0.0.1', () => {
  const address = http.address();
  process.send?.({ port: typeof address === 'object' ? address?.port : 0 });
});
process.once('message', () => void play());
process.once('disconnect', () => process.exit());

function sender(): (frame: Uint8Array) => void {
  switch (mode) {
    case 'ws': {
      const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
      return (frame) => {
        for (const socket of sockets.clients) socket.send(frame);
      };
    }
    case 'readers': {
      const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
      sockets.on('connection', (socket) => fanout.addReader(socket));
      return (frame) => fanout.send(frame);
    }
    case 'socket.io': {
      const pages = new Server(http, { perMessageDeflate: false }).of(NAMESPACE);
      return (frame) => void pages.volatile.emit('positions', frame);
    }
    case 'pages': {
      const pages = new Server(http, { perMessageDeflate: false }).of(NAMESPACE);
      pages.on('connection', (socket) => fanout.addPage(socket));
      return (frame) => fanout.send(frame);
    }
  }
}

async function play(): Promise<void> {
  await paced(o.hz);
  // Clients are told by the frame number where the warm-up ends.
  const before = { ...process.cpuUsage(), skipped: fanout.skipped };
  await paced(o.hz * o.seconds, 1);
  const { user, system } = process.cpuUsage();
  await sleep(300);
  process.send?.({ cpuUs: user - before.user + system - before.system, skipped: fanout.skipped - before.skipped });
}

/** Sends so many frames at an even pace, numbered from `first` (0: all carry 0, the warm-up). */
async function paced(frames: number, first = 0): Promise<void> {
  const startMs = performance.now();
  for (let i = 0; i < frames; i++) {
    await sleep(Math.max(0, startMs + (i * 1000) / o.hz - performance.now()));
    send(frameNow(first === 0 ? 0 : first + i));
  }
}

/** A frame of the asked-for number of subjects whose media time is the moment it is sent. */
function frameNow(index: number): Uint8Array {
  const zero = { x: 0, y: 0 };
  const frame: TrackingFrame = {
    mediaTimeUs: machineTimeUs(),
    frameIndex: index,
    width: 1920,
    height: 1080,
    pose: { groundToImage: [...IDENTITY], unit: 'm', state: 'held', confidence: 1 },
    predicted: false,
    discontinuity: false,
    subjects: Array.from({ length: o.subjects }, (_, i) => ({
      trackId: i,
      rosterIndex: i,
      state: 'visible' as const,
      box: { x: index, y: i, width: 50, height: 120 },
      foot: zero,
      ground: zero,
      velocity: zero,
      confidence: 1,
      lane: i,
    })),
    standings: [],
  };
  return new Uint8Array(encodeTrackingFrame(frame));
}
