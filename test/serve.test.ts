import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { readSyncMarker } from '../overlay-client/index.js';
import type { ProjectInput } from '../protocol/index.js';
import { temporaryFolder } from './support/cli.js';
import { makeClip, readClip } from './support/clips.js';
import { paintCounter, readCounter } from './support/counter.js';
import { type ServeProcess, startServe } from './support/server.js';
import { until } from './support/until.js';

/** `leaderline serve` with real channels: processes, outputs, faults, recovery. */

const { path: dir, remove } = temporaryFolder('serve');
const at = (name: string): string => join(dir, name);
const SIZE = { width: 640, height: 360 };
const FPS = { num: 25, den: 1 };
const clip = { ...SIZE, fps: FPS };
after(remove);

before(() => makeClip(at('loop.mp4'), { ...clip, frames: 50 }));

function project(name: string, channels: ProjectInput['channels']): string {
  writeFileSync(at(`${name}.json`), JSON.stringify({ name, channels } satisfies ProjectInput));
  return at(`${name}.json`);
}

const light = { encoder: { preset: 'ultrafast' } };

/** Process ids of a server's channels. */
function channelProcesses(serve: ServeProcess): number[] {
  const listed = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', String(serve.child.pid)], { encoding: 'utf8' });
  return listed
    .split('\n')
    .filter((line) => line.includes('channel/process'))
    .map((line) => Number.parseInt(line, 10));
}

test('a broken channel is said so and leaves the others alone; Ctrl-C ends everything cleanly', async () => {
  const file = project('two', [
    {
      id: 'good',
      title: 'Good',
      source: { url: 'loop.mp4', loop: true },
      outputs: [{ type: 'hls' }, { type: 'file', path: 'good.mp4' }],
      ...light,
    },
    { id: 'bad', title: 'Bad', source: { url: 'missing.mp4' }, ...light },
  ]);
  const serve = await startServe([file, '--data', at('data-two')]);
  try {
    await until('the good channel runs', async () => (await serve.state('good')).status.framesOut > 60, 40_000);
    const bad = (await serve.state('bad')).status;
    assert.equal(bad.source, 'failed');
    assert.match(bad.message, /missing\.mp4: no such file/);
    assert.equal((await serve.state('good')).status.source, 'live');
    const health = await fetch(`${serve.url}/healthz`);
    assert.equal(health.status, 503);
    const playlist = await (await fetch(`${serve.url}/hls/good/index.m3u8`)).text();
    assert.match(playlist, /#EXTM3U[\s\S]*\.ts/);
    const metrics = await (await fetch(`${serve.url}/metrics`)).text();
    assert.match(metrics, /leaderline_\w+\{channel="good"[^}]*\} \d/);
    const jpeg = new Uint8Array(await (await fetch(`${serve.url}/preview/good.jpg`)).arrayBuffer());
    assert.deepEqual([jpeg[0], jpeg[1]], [0xff, 0xd8], 'a JPEG picture');
    assert.equal(channelProcesses(serve).length, 1);
  } finally {
    const pids = channelProcesses(serve);
    const { code, seconds } = await serve.interrupt();
    assert.equal(code, 0, serve.printed());
    assert.ok(seconds < 12, `ended within ${seconds} s`);
    for (const pid of pids) assert.ok(!existsSync(`/proc/${pid}`), `channel process ${pid} is gone`);
  }
  const frames = await readClip(at('good.mp4'), () => {});
  assert.ok(frames > 60, `the file is whole and playable: ${frames} frames`);
  let last = -1;
  await readClip(at('good.mp4'), ({ timeUs }) => {
    assert.ok(timeUs > last, 'media time grows through the loops');
    last = timeUs;
  });
});

test('a channel whose process dies starts again, with its graphics as they were', async () => {
  const file = project('crash', [
    { id: 'a', title: 'A', source: { url: 'loop.mp4', loop: true }, graphics: [{ id: 'sync', type: 'sync-marker', on: false }], ...light },
  ]);
  const serve = await startServe([file, '--data', at('data-crash')]);
  try {
    await until('it runs', async () => (await serve.state('a')).status.framesOut > 10, 40_000);
    assert.equal((await serve.command('a', { command: 'graphic.set', graphic: 'sync', on: true })).status, 200);
    assert.equal((await serve.state('a')).graphics[0]?.on, true);
    for (const pid of channelProcesses(serve)) process.kill(pid, 'SIGKILL');
    await until('the fault is told', async () => (await serve.state('a')).status.restarts === 1, 10_000);
    await until(
      'it runs again',
      async () => {
        const { running, framesOut } = (await serve.state('a')).status;
        return running && framesOut > 10;
      },
      40_000,
    );
    assert.equal((await serve.state('a')).graphics[0]?.on, true);
    const refused = await serve.command('a', { command: 'graphic.set', graphic: 'none', on: true });
    assert.equal(refused.status, 409);
    assert.match(await refused.text(), /"none.*is not on this channel; it has sync/);
  } finally {
    await serve.interrupt();
  }
});

test('a UDP sender killed and restarted: told at once, a slate meanwhile, one playable file, the same frame before and after', async () => {
  const port = await freeUdpPort();
  const file = project('udp', [
    {
      id: 'u',
      title: 'U',
      source: { url: `udp://127.0.0.1:${port}` },
      tracking: { camera: 'fixed', analysisWidth: 160 },
      graphics: [{ id: 'sync', type: 'sync-marker' }],
      outputs: [{ type: 'hls' }, { type: 'file', path: 'udp.mkv' }],
      ...light,
    },
  ]);
  const serve = await startServe([file, '--data', at('data-udp')]);
  try {
    const first = new AbortController();
    const firstSent = send(port, 0, first.signal);
    await until('the input is live', async () => (await serve.state('u')).status.framesOut > 50, 40_000);
    first.abort();
    await firstSent;
    const lostAt = performance.now();
    await until('the loss is told', async () => (await serve.state('u')).status.source === 'lost', 8000);
    assert.ok(performance.now() - lostAt < 5000);
    const during = (await serve.state('u')).status.framesOut;
    await until('the slate goes on', async () => (await serve.state('u')).status.framesOut > during + 15, 8000);
    const second = new AbortController();
    const secondSent = send(port, 5000, second.signal);
    await until('it is live again', async () => (await serve.state('u')).status.source === 'live', 20_000);
    const back = (await serve.state('u')).status.framesOut;
    await until('frames go on', async () => (await serve.state('u')).status.framesOut > back + 60, 20_000);
    second.abort();
    await secondSent;
    assert.equal((await serve.state('u')).status.restarts, 0, 'nothing was restarted');
    assert.ok(readdirSync(at('data-udp/u/hls')).some((name) => name.endsWith('.ts')));
  } finally {
    await serve.interrupt();
  }
  let last = -1;
  const offsets = { before: new Map<number, number>(), after: new Map<number, number>() };
  let drawn = 0;
  await readClip(at('udp.mkv'), ({ timeUs, luma, width, height }) => {
    assert.ok(timeUs > last, 'media time grows');
    last = timeUs;
    const counter = safely(() => readCounter(luma, width, { width, height }));
    const marker = readSyncMarker(luma, width, height);
    // The slate is dark where the number stands: it reads as 0.
    if (counter === null || counter === 0 || marker === null) return;
    drawn += 1;
    const side = counter >= 5000 ? offsets.after : offsets.before;
    side.set(counter - marker, (side.get(counter - marker) ?? 0) + 1);
  });
  assert.ok(drawn > 100, `${drawn} frames carry both numbers`);
  // The sender's number runs with the channel's own: a graphic one frame off would show as a second offset.
  assert.equal(dominant(offsets.before), 1, JSON.stringify([...offsets.before]));
  assert.equal(dominant(offsets.after), 1, JSON.stringify([...offsets.after]));
});

/** Share of the most frequent offset. */
function dominant(offsets: ReadonlyMap<number, number>): number {
  const counts = [...offsets.values()];
  return Math.max(...counts) / counts.reduce((a, b) => a + b, 0);
}

function safely<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

/** Sends numbered pictures as MPEG-TS in real time until aborted. */
function send(port: number, from: number, signal: AbortSignal): Promise<void> {
  return makeClip(
    `udp://127.0.0.1:${port}?pkt_size=1316`,
    { ...clip, frames: 2000, paint: (luma, stride, index) => paintCounter(luma, stride, SIZE, from + index) },
    { format: 'mpegts', paced: true, signal },
  );
}

async function freeUdpPort(): Promise<number> {
  const socket = createSocket('udp4');
  await new Promise<void>((done) => socket.bind(0, '127.0.0.1', done));
  const { port } = socket.address();
  await new Promise<void>((done) => socket.close(done));
  return port;
}
