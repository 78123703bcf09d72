import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Server } from 'socket.io';
import { type Socket as ClientSocket, io } from 'socket.io-client';
import { Fanout, type PageSocket } from './fanout.js';
import { benchFanout } from './fanout-bench.js';
import { NAMESPACE } from './wire.js';

type Joined = (socket: PageSocket, fanout: Fanout) => void;

/** A server with a fan-out and one page on it, for the length of `run`. */
async function withPage(joined: Joined, run: (page: ClientSocket, fanout: Fanout) => Promise<void>): Promise<void> {
  const http = createServer();
  const server = new Server(http);
  const fanout = new Fanout();
  server.of(NAMESPACE).on('connection', (socket) => joined(socket, fanout));
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  assert.ok(typeof address === 'object' && address);
  const page = io(`http://127.0.0.1:${address.port}${NAMESPACE}`, { transports: ['websocket'], reconnection: false });
  try {
    await run(page, fanout);
  } finally {
    page.close();
    await server.close();
  }
}

test('a frame is never slipped between the parts of a message that socket.io is sending; it is skipped and counted', async () => {
  const joined: Joined = async (socket, fanout) => {
    fanout.addPage(socket);
    await sleep(50);
    socket.emit('positions', new Uint8Array([1, 2, 3]));
    fanout.send(new Uint8Array([9]));
    await sleep(50);
    fanout.send(new Uint8Array([4, 5, 6, 7]));
  };
  await withPage(joined, async (page, fanout) => {
    const got: number[][] = [];
    page.on('positions', (bytes: Buffer) => got.push([...bytes]));
    for (let i = 0; i < 200 && got.length < 2; i++) await sleep(10);
    assert.deepEqual(got, [
      [1, 2, 3],
      [4, 5, 6, 7],
    ]);
    assert.deepEqual([fanout.delivered, fanout.skipped], [1, 1]);
  });
});

test('frames of every size of WebSocket header arrive whole', async () => {
  await withPage(
    (socket, fanout) => fanout.addPage(socket),
    async (page, fanout) => {
      const lengths: number[] = [];
      page.on('positions', (bytes: Buffer) => lengths.push(bytes.length));
      await new Promise<void>((resolve) => page.on('connect', resolve));
      const sizes = [0, 1, 125, 126, 404, 65535, 65536, 100_000];
      for (const size of sizes) {
        fanout.send(new Uint8Array(size));
        await sleep(20);
      }
      for (let i = 0; i < 100 && lengths.length < sizes.length; i++) await sleep(10);
      assert.deepEqual(lengths, sizes);
    },
  );
});

test('the bench delivers every message both ways, and ours to pages costs less than socket.io’s own', async () => {
  const { results } = await benchFanout({ clients: 40, seconds: 1 });
  const of = (mode: string) => results.find((r) => r.mode === mode);
  for (const mode of ['ws', 'socket.io', 'pages', 'readers']) {
    const result = of(mode);
    assert.ok(result && result.delivered + result.skipped >= 40 * 50 * 0.99, `${mode} delivered ${result?.delivered}`);
    assert.ok(result.p50Ms > 0 && result.p50Ms <= result.p99Ms);
  }
  assert.ok((of('pages')?.cpuUs ?? 1e9) < (of('socket.io')?.cpuUs ?? 0));
});
