import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { io, type Socket } from 'socket.io-client';
import { WebSocket } from 'ws';
import { type ControlReply, decodeTrackingFrame, type PageToServer, type ServerToPage } from '../../protocol/index.js';
import { FakeChannel } from '../support/fake-channel.js';
import { serve, type TestServer } from '../support/serve.js';
import { until } from '../support/until.js';

type Page = Socket<ServerToPage, PageToServer>;

describe('sockets', () => {
  let race: FakeChannel;
  let server: TestServer;
  const open: { close(): void }[] = [];
  before(async () => {
    race = new FakeChannel({ id: 'race' });
    server = await serve([race], { token: 'correct-horse' });
  });
  after(async () => {
    for (const socket of open) socket.close();
    await server.close();
    race.close();
  });

  function page(auth: Record<string, unknown>, o: { transports?: string[]; headers?: Record<string, string> } = {}): Page {
    const socket: Page = io(`${server.url}/channels`, {
      auth,
      transports: o.transports ?? ['websocket'],
      forceNew: true,
      reconnection: false,
      ...(o.headers && { extraHeaders: o.headers }),
    });
    open.push(socket);
    return socket;
  }
  const refused = async (socket: Page): Promise<string> =>
    await new Promise((resolve) => socket.on('connect_error', (e) => resolve(e.message)));
  function reader(query = '', headers: Record<string, string> = {}): WebSocket {
    const socket = new WebSocket(`${server.url.replace('http', 'ws')}/positions/race${query}`, { headers });
    socket.binaryType = 'nodebuffer';
    socket.on('error', () => undefined);
    open.push(socket);
    return socket;
  }
  const statusOf = async (socket: WebSocket): Promise<number> =>
    await new Promise((resolve) => {
      socket.on('unexpected-response', (_, answer) => resolve(answer.statusCode ?? 0));
      socket.on('open', () => resolve(101));
    });

  for (const transports of [['websocket'], ['polling'], ['polling', 'websocket']]) {
    test(`a page over ${transports.join(' then ')} gets the state and the very bytes of every frame`, async () => {
      const socket = page({ channel: 'race' }, { transports });
      const seen: number[] = [];
      const titles: string[] = [];
      socket.on('state', (state) => titles.push(state.scene.title));
      socket.on('positions', (bytes) => seen.push(decodeTrackingFrame(bytes).frameIndex));
      await until('state', () => titles.length === 1);
      await sleep(100);
      const first = race.frameIndex;
      for (let i = 0; i < 20; i++) {
        race.step();
        await sleep(10);
      }
      const last = race.frameIndex - 1;
      await until('positions', () => {
        // A page that polls misses what comes while it is asking: frames go on, as they do on a channel.
        if (transports[0] === 'polling') race.step();
        return seen.some((index) => index >= last);
      });
      assert.deepEqual(
        seen,
        [...seen].sort((a, b) => a - b),
        'in order',
      );
      if (transports[0] === 'websocket') assert.equal(seen.filter((i) => i >= first).length, 20, 'none missing');
      assert.equal(titles[0], '100 m final');
      socket.close();
    });
  }

  test('positions and state mixed at speed arrive whole', async () => {
    const socket = page({ channel: 'race', control: true });
    let positions = 0;
    let revision = 0;
    let lost = false;
    socket.on('disconnect', () => (lost = true));
    socket.on('positions', (bytes) => (positions += decodeTrackingFrame(bytes).subjects.length));
    socket.on('state', (state) => (revision = state.revision));
    await until('connected', () => socket.connected);
    const replies: ControlReply[] = [];
    for (let i = 0; i < 40; i++) {
      for (let k = 0; k < 5; k++) race.step();
      socket.emit('command', { command: 'graphic.set', graphic: 'tags', on: i % 2 === 0 }, (reply) => replies.push(reply));
      await sleep(40);
    }
    await until('replies', () => replies.length === 40);
    await until('last state', () => revision === race.state().revision);
    assert.ok(replies.every((r) => r.ok));
    assert.ok(!lost, 'the connection held');
    assert.ok(positions > 8 * 100, `${positions} subjects came`);
    socket.close();
  });

  test('two pages hear of each other’s changes, newest revision last', async () => {
    const [a, b] = [page({ channel: 'race' }), page({ channel: 'race' })];
    const seen: number[] = [];
    b.on('state', (state) => seen.push(state.revision));
    await until('both', () => a.connected && seen.length === 1);
    const reply = await new Promise<ControlReply>((resolve) => a.emit('command', { command: 'graphics.allOff' }, resolve));
    assert.ok(reply.ok);
    await until('the other page', () => seen.at(-1) === reply.revision);
    a.close();
    b.close();
  });

  test('handshakes without a channel, with an unknown one, a wrong token or a foreign origin are refused', async () => {
    assert.match(await refused(page({})), /bad handshake: channel/);
    assert.match(await refused(page({ channel: 'nowhere' })), /no channel "nowhere"/);
    const before = server.logged.length;
    assert.match(await refused(page({ channel: 'race', token: 'battery-staple' })), /wrong token/);
    assert.equal(server.logged.length, before + 1);
    assert.match(server.logged.at(-1) ?? '', /401/);
    await refused(page({ channel: 'race' }, { headers: { Origin: 'http://evil.example' } }));
    await refused(page({ channel: 'race' }, { headers: { Origin: 'http://evil.example' }, transports: ['polling'] }));
  });

  test('a page from elsewhere reads without the token and controls only with it', async () => {
    const far = { headers: { 'X-Forwarded-For': '203.0.113.9' } };
    assert.match(await refused(page({ channel: 'race', control: true }, far)), /needs the token/);
    const guest = page({ channel: 'race' }, far);
    await until('guest', () => guest.connected);
    const no = await new Promise<ControlReply>((resolve) => guest.emit('command', { command: 'channel.stop' }, resolve));
    assert.ok(!no.ok && /token/.test(no.error));
    const operator = page({ channel: 'race', control: true, token: 'correct-horse' }, far);
    await until('operator', () => operator.connected);
    const yes = await new Promise<ControlReply>((resolve) => operator.emit('command', { command: 'graphics.allOff' }, resolve));
    assert.ok(yes.ok);
    assert.equal(race.status.running, true);
  });

  test('bad and too many commands get one line each', async () => {
    const socket = page({ channel: 'race' });
    await until('connected', () => socket.connected);
    const loose: { emit(event: string, ...rest: unknown[]): void } = socket;
    const ask = async (message: unknown): Promise<ControlReply> => await new Promise((resolve) => loose.emit('command', message, resolve));
    for (const bad of [null, 7, 'stop', {}, { command: 'graphic.set' }, { command: 'channel.stop', extra: 1 }]) {
      const reply = await ask(bad);
      assert.ok(!reply.ok && /^not a command: [^\n]+$/.test(reply.error), JSON.stringify(bad));
    }
    loose.emit('command');
    loose.emit('nonsense', { a: 1 });
    const flood = await Promise.all(Array.from({ length: 200 }, async () => await ask({ command: 'graphics.allOff' })));
    assert.ok(flood.some((r) => !r.ok && /too many/.test(r.error)));
    assert.ok(socket.connected);
  });

  test('ws readers get frames; positions pushed with the token reach the channel; bad ones get a line and stay', async () => {
    const socket = reader('?token=correct-horse');
    const got: (Buffer | string)[] = [];
    socket.on('message', (data, binary) => got.push(binary && Buffer.isBuffer(data) ? data : String(data)));
    assert.equal(await statusOf(socket), 101);
    race.step();
    await until('a frame', () => got.some((m) => typeof m !== 'string' && decodeTrackingFrame(m).frameIndex === race.frameIndex - 1));
    got.length = 0;
    for (const bad of [
      '{',
      '[]',
      '{"positions":[{"id":-1,"groundM":[0,0]}]}',
      '{"positions":[],"x":1}',
      '{"positions":[{"id":1,"groundM":[null,0]}]}',
    ]) {
      socket.send(bad);
      await until('an answer', () => got.length === 1);
      const { error } = JSON.parse(String(got.pop()));
      assert.match(error, /^not (JSON|positions: [^\n]+)$/);
    }
    socket.send(Buffer.from([1, 2, 3]));
    await until('an answer', () => got.length === 1);
    socket.send(JSON.stringify({ positions: [{ id: 7, groundM: [12.5, 3] }] }));
    await until('pushed', () => race.pushed.length === 1);
    assert.deepEqual(race.pushed[0], { positions: [{ id: 7, groundM: [12.5, 3] }] });
    got.length = 0;
    const startMs = performance.now();
    for (let i = 0; i < 1000; i++) socket.send(JSON.stringify({ positions: [] }));
    await until('the flood is told', () => got.some((m) => String(m).includes('messages a second')));
    const may = 200 * (2 + (performance.now() - startMs) / 1000);
    assert.ok(race.pushed.length <= may + 20, `${race.pushed.length} of the flood went through, at most ${may} may`);
    assert.equal(socket.readyState, WebSocket.OPEN);
    socket.send('x'.repeat(70_000));
    await until('too large a message ends the connection', () => socket.readyState === WebSocket.CLOSED);
  });

  test('pushing without the token is answered with an error, with a wrong one 401; unknown channels are 404', async () => {
    const count = race.pushed.length;
    const guest = reader();
    const errors: string[] = [];
    guest.on('message', (data, binary) => !binary && errors.push(String(data)));
    assert.equal(await statusOf(guest), 101);
    guest.send(JSON.stringify({ positions: [] }));
    await until('refused', () => errors.length === 1);
    assert.match(errors[0] ?? '', /token/);
    assert.equal(race.pushed.length, count);
    const before = server.logged.length;
    assert.equal(await statusOf(reader('?token=wrong-token')), 401);
    assert.equal(server.logged.length, before + 1);
    assert.equal(await statusOf(reader('', { Origin: 'http://evil.example' })), 403);
    assert.equal(await statusOf(reader('', { Host: 'evil.example' })), 421);
    const nowhere = new WebSocket(`${server.url.replace('http', 'ws')}/positions/nowhere`);
    nowhere.on('error', () => undefined);
    assert.equal(await statusOf(nowhere), 404);
  });

  test('a reader that does not read loses frames, holds nobody up and costs no memory', async () => {
    const fast = reader();
    let received = 0;
    fast.on('message', () => received++);
    await statusOf(fast);
    const stuck = connect(server.port, '127.0.0.1');
    stuck.write(
      'GET /positions/race HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Version: 13\r\n\r\n',
    );
    await new Promise((resolve) => stuck.once('data', resolve));
    stuck.pause();
    received = 0;
    const big = new Uint8Array(60_000);
    const memory = process.memoryUsage().rss;
    for (let i = 0; i < 500; i++) {
      race.sendFrame(big);
      await sleep(1);
    }
    await until('the fast one has all', () => received >= 500);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    const skipped = Number(/positions_skipped_total\{channel="race"\} (\d+)/.exec(metrics)?.[1]);
    assert.ok(skipped > 100, `${skipped} frames were skipped`);
    assert.ok(process.memoryUsage().rss - memory < 60e6, 'memory stays');
    stuck.destroy();
  });
});

test('close ends every socket at once', async () => {
  const race = new FakeChannel({ id: 'race' });
  const server = await serve([race]);
  const socket: Page = io(`${server.url}/channels`, {
    auth: { channel: 'race' },
    transports: ['websocket'],
    reconnection: false,
    forceNew: true,
  });
  const reader = new WebSocket(`${server.url.replace('http', 'ws')}/positions/race`);
  await until('connected', () => socket.connected && reader.readyState === WebSocket.OPEN);
  const start = performance.now();
  await server.close();
  assert.ok(performance.now() - start < 500, 'prompt');
  await until('both are told', () => !socket.connected && reader.readyState === WebSocket.CLOSED, 1000);
  race.close();
});

test('close does not wait for a page that is being answered and asks again on the same connection', { timeout: 10_000 }, async () => {
  const race = new FakeChannel({ id: 'race' });
  let answer = (): void => {};
  const asked = new Promise<void>((resolve) => {
    race.picture = () => {
      resolve();
      return new Promise((done) => (answer = () => done(null)));
    };
  });
  const server = await serve([race]);
  const stream = connect(server.port, '127.0.0.1');
  stream.on('error', () => undefined);
  const ask = (): boolean => stream.write('GET /preview/race.jpg HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n');
  stream.on('data', ask);
  ask();
  await asked;
  await server.close();
  answer();
  assert.ok(await new Promise((resolve) => (stream.destroyed ? resolve(true) : stream.once('close', () => resolve(true)))));
  race.close();
});
