import { connect, type Socket } from 'node:net';
import { FANOUT_DEFAULTS, type FanoutBenchOptions, FanoutMode, machineTimeUs } from './fanout-bench.js';
import { NAMESPACE } from './wire.js';

/**
 * The client process of the fan-out bench: hundreds of WebSocket clients on plain TCP sockets, which do no more than find the frames in the
 * stream (a full client each would need more CPU than the server and hide its latency). Payloads are TrackingFrames whose media time is the
 * moment of sending; frame number 0 is warm-up.
 */

const MEDIA_TIME_AT = 4;
const FRAME_INDEX_AT = 12;

const mode = FanoutMode.parse(process.argv[2]);
const o: FanoutBenchOptions = { ...FANOUT_DEFAULTS, ...JSON.parse(process.argv[3] ?? '{}') };
const port = Number(process.argv[4]);
const isSocketIo = mode === 'socket.io' || mode === 'pages';
const path = isSocketIo ? '/socket.io/?EIO=4&transport=websocket' : '/positions';
/** Microseconds from sending to arrival, every message. */
const latencies = new Float64Array(o.clients * o.hz * o.seconds + 1);
let delivered = 0;
let ready = 0;
const sockets: Socket[] = [];

process.once('message', report);
process.once('disconnect', () => process.exit());
open();

/** Clients come one after another, like people, not all in one instant. */
function open(): void {
  if (sockets.length >= o.clients) return;
  const socket = connect(port, '127.0.0.1');
  sockets.push(socket);
  socket.setNoDelay(true);
  socket.write(
    `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n`,
  );
  let rest: Buffer = Buffer.alloc(0);
  let upgraded = false;
  socket.on('error', (error) => {
    console.error(`a client lost its connection: ${error.message}`);
    process.exit(1);
  });
  socket.on('data', (part: Buffer) => {
    rest = rest.length === 0 ? part : Buffer.concat([rest, part]);
    if (!upgraded) {
      const end = rest.indexOf('\r\n\r\n');
      if (end < 0) return;
      upgraded = true;
      rest = rest.subarray(end + 4);
      if (!isSocketIo) joined();
    }
    rest = rest.subarray(readFrames(rest, (opcode, payload) => take(socket, opcode, payload)));
  });
}

function take(socket: Socket, opcode: number, payload: Buffer): void {
  if (opcode === 2) {
    if (payload.readUInt32LE(FRAME_INDEX_AT) > 0) latencies[delivered++] = machineTimeUs() - payload.readDoubleLE(MEDIA_TIME_AT);
  } else if (opcode === 1 && isSocketIo) {
    const head = payload.toString('latin1', 0, 2);
    if (head.startsWith('0')) socket.write(masked(`40${NAMESPACE},`));
    else if (head.startsWith('2')) socket.write(masked('3'));
    else if (head === '40') joined();
  }
}

function joined(): void {
  ready++;
  if (ready === o.clients) process.send?.('ready');
  else open();
}

/** Calls back for each whole frame (server to client: unmasked). @returns the bytes used. */
function readFrames(data: Buffer, each: (opcode: number, payload: Buffer) => void): number {
  let at = 0;
  while (data.length - at >= 2) {
    const short = (data[at + 1] ?? 0) & 0x7f;
    const head = short < 126 ? 2 : 4;
    if (data.length - at < head) break;
    const length = short < 126 ? short : data.readUInt16BE(at + 2);
    if (data.length - at < head + length) break;
    each((data[at] ?? 0) & 0x0f, data.subarray(at + head, at + head + length));
    at += head + length;
  }
  return at;
}

/** A short text frame with a mask of zeros. */
function masked(text: string): Buffer {
  return Buffer.concat([Buffer.from([0x81, 0x80 | text.length, 0, 0, 0, 0]), Buffer.from(text)]);
}

function report(): void {
  const sorted = latencies.subarray(0, delivered).sort();
  const at = (share: number): number => (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0) / 1000;
  process.send?.({ delivered, p50Ms: at(0.5), p99Ms: at(0.99) });
}
