import assert from 'node:assert/strict';
import { createSocket, type Socket } from 'node:dgram';
import { after, before, beforeEach, describe, test } from 'node:test';
import { decode, encode } from 'node-osc';
import { io } from 'socket.io-client';
import { WebSocket } from 'ws';
import { ChannelEvent, type ControlReply, NOTHING_PLAYED, NOTHING_RECORDED, type ReplayItem } from '../../protocol/index.js';
import { FakeChannel } from '../support/fake-channel.js';
import { serve, type TestServer } from '../support/serve.js';
import { until } from '../support/until.js';

/** Buttons, surfaces and feeds: HTTP lines, OSC, events, all on one truth. */

const TOKEN = 'a-long-token';
let race: FakeChannel;
let server: TestServer;
let surface: Socket;
const heard: { address: string; args: unknown[] }[] = [];

before(async () => {
  race = new FakeChannel({ id: 'race' });
  surface = createSocket('udp4');
  await new Promise<void>((done) => surface.bind(0, '127.0.0.1', done));
  surface.on('message', (packet) => {
    const { address, args } = decode(packet);
    heard.push({ address, args: args.map((a: { value: unknown }) => a.value) });
  });
  const osc = { port: 0, host: '127.0.0.1', send: [{ host: '127.0.0.1', port: surface.address().port }] };
  server = await serve([race], { token: TOKEN, osc });
});
after(async () => {
  surface.close();
  race.close();
  await server.close();
});
beforeEach(async () => {
  await race.command({ command: 'graphics.allOff' });
  race.commands.length = 0;
});

const on = (id: string): boolean => race.graphics.find((g) => g.id === id)?.on ?? false;
async function post(path: string, body?: string, type = 'application/json'): Promise<{ status: number; text: string }> {
  const headers = { 'x-operator': 'Mia', ...(body !== undefined && { 'content-type': type }) };
  const answer = await fetch(`${server.url}/api/channels/race${path}`, { method: 'POST', headers, ...(body !== undefined && { body }) });
  return { status: answer.status, text: await answer.text() };
}
function osc(address: string, ...args: (string | number | boolean)[]): void {
  surface.send(encode({ oscType: 'message', address, args }), server.oscPort ?? 0, '127.0.0.1');
}

describe('buttons', () => {
  test('a graphic is taken with data, updated, stepped and taken out over HTTP; undo says what it undid', async () => {
    assert.equal((await post('/graphics/gaps/take', '{"rows":3}')).status, 200);
    assert.deepEqual([on('gaps'), race.graphics.find((g) => g.id === 'gaps')?.data], [true, { rows: 3 }]);
    assert.equal((await post('/graphics/gaps/update', '{"rows":4}')).status, 200);
    assert.equal((await post('/graphics/gaps/step')).status, 200);
    assert.equal(on('gaps'), true, 'the step with splits');
    assert.equal((await post('/graphics/gaps/step')).status, 200);
    assert.equal(on('gaps'), false, 'past its last step it is out');
    assert.match((await post('/undo')).text, /"ok":true/);
    assert.equal(on('gaps'), true);
    assert.equal((await post('/graphics/gaps/out')).status, 200);
    await post('/graphics/gaps/take');
    assert.equal((await post('/panic')).status, 200);
    assert.equal(on('gaps'), false);
    assert.equal(race.state().history.undo, 'all graphics out (Mia)');
    assert.equal((await post('/graphics/gaps/step', '{"delta":"x"}')).status, 400);
    assert.equal((await post('/graphics/ghost/take')).status, 409);
    assert.equal((await post('/graphics/gaps/explode')).status, 404);
  });

  test('addresses that only open act with the token, and never without: any page could make a browser open them', async () => {
    const open = (query: string) => fetch(`${server.url}/api/channels/race/do/graphics/gaps/take${query}`);
    assert.equal((await open('')).status, 401);
    assert.equal((await open('?token=wrong')).status, 401);
    assert.equal(on('gaps'), false);
    assert.equal((await open(`?token=${TOKEN}`)).status, 200);
    assert.equal(on('gaps'), true);
    assert.equal((await fetch(`${server.url}/api/channels/race/do/nothing?token=${TOKEN}`)).status, 404);
  });

  test('a start list comes in as CSV or JSON, whole or not at all', async () => {
    const before = race.state().scene.roster;
    const bad = await post('/roster', 'name,lane\nAda,1\nBen,x\n', 'text/csv');
    assert.equal(bad.status, 422);
    assert.deepEqual(JSON.parse(bad.text).problems, ['line 3: lane "x": expected a whole number from 1 to 100']);
    assert.deepEqual(race.state().scene.roster, before);
    assert.equal((await post('/roster', 'name;lane\nAda;1\n', 'text/csv; charset=utf-8')).status, 200);
    assert.deepEqual(race.state().scene.roster, [{ name: 'Ada', lane: 1 }]);
    assert.equal((await post('/roster', '[{"name":"Ben"}]')).status, 200);
    assert.deepEqual(race.project().roster, [{ name: 'Ben' }]);
    assert.equal((await post('/roster', 'Ada', 'text/plain')).status, 415);
    assert.equal((await post('/roster', `name\n${'x'.repeat(300_000)}`, 'text/csv')).status, 413);
    await post('/undo');
    await post('/undo');
  });

  test('subjects are named, locked, hidden, swapped, merged and followed under addresses of their own', async () => {
    const last = () => race.commands.at(-1);
    const post = async (path: string, body?: object): Promise<number> =>
      (
        await fetch(`${server.url}/api/channels/race/subjects/${path}`, {
          method: 'POST',
          ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
        })
      ).status;
    race.step();
    assert.equal(await post('103/name', { rosterIndex: 6 }), 200);
    assert.deepEqual(last(), { command: 'subject.name', trackId: 103, rosterIndex: 6 });
    assert.equal(await post('103/lock'), 200);
    assert.deepEqual(race.state().subjects.named, [{ trackId: 103, rosterIndex: 6, locked: true }]);
    assert.equal(await post('103/lock', { locked: false }), 200);
    assert.equal(await post('104/hide'), 200);
    assert.deepEqual(race.state().subjects.hidden, [104]);
    assert.equal(await post('104/hide', { hidden: false }), 200);
    assert.equal(await post('swap', { a: 100, b: 101 }), 200);
    assert.equal(await post('merge', { from: 102, into: 101 }), 200);
    assert.deepEqual(last(), { command: 'subject.merge', from: 102, into: 101 });
    assert.equal(await post('follow', { x: 300.5, y: 200 }), 200);
    assert.deepEqual(last(), { command: 'subject.follow', x: 300.5, y: 200 });
    assert.equal((await fetch(`${server.url}/api/channels/race/do/subjects/105/name?rosterIndex=2&token=${TOKEN}`)).status, 200);
    assert.deepEqual(last(), { command: 'subject.name', trackId: 105, rosterIndex: 2 });
    const { length } = race.commands;
    const refused = [await post('103/name'), await post('103/name', { rosterIndex: 'x' }), await post('x/lock'), await post('103/explode')];
    assert.deepEqual(refused, [400, 400, 404, 404]);
    assert.equal((await fetch(`${server.url}/api/channels/race/do/subjects/105/hide`)).status, 401);
    assert.equal(race.commands.length, length);
  });

  test('every button is listed with its HTTP and OSC lines, and they do what they say', async () => {
    const buttons: { label: string; post: string; osc: string }[] = await (await fetch(`${server.url}/api/channels/race/buttons`)).json();
    assert.ok(buttons.some((b) => b.label === 'All graphics out'));
    const take = buttons.find((b) => b.post.endsWith('/graphics/gaps/take'));
    assert.equal(take?.label, 'Gap board take');
    assert.equal((await fetch(`${server.url}${take?.post}`, { method: 'POST' })).status, 200);
    assert.equal(on('gaps'), true);
    osc(buttons.find((b) => b.osc.endsWith('/graphic/gaps/out'))?.osc ?? '');
    await until('out by OSC', () => !on('gaps'));
  });
});

describe('OSC', () => {
  test('takes, sets a field in its own type, steps, and is not fooled by a button let go', async () => {
    osc('/leaderline/race/graphic/gaps/take', 1);
    await until('on', () => on('gaps'));
    osc('/leaderline/race/graphic/gaps/take', 0);
    osc('/leaderline/race/panic', 0);
    osc('/leaderline/race/graphic/gaps/set', 'rows', 5);
    await until('set', () => race.graphics.find((g) => g.id === 'gaps')?.data['rows'] === 5);
    osc('/leaderline/race/graphic/gaps/set', 'rows', '6');
    await until('a number stays one', () => race.graphics.find((g) => g.id === 'gaps')?.data['rows'] === 6);
    assert.equal(race.commands.length, 3, 'letting go is nothing');
    osc('/leaderline/race/graphic/gaps/on', false);
    await until('off', () => !on('gaps'));
    const bundle = ['undo', 'panic'].map((name) => ({ oscType: 'message', address: `/leaderline/race/${name}`, args: [] }));
    surface.send(encode({ oscType: 'bundle', timetag: 0, elements: bundle }), server.oscPort ?? 0, '127.0.0.1');
    await until('a bundle in its order', () => race.commands.length === 6 && race.commands.at(-1)?.command === 'graphics.allOff');
  });

  test('tells every change under the same names, and everything to who asks', async () => {
    heard.length = 0;
    await post('/graphics/gaps/take');
    const told = (address: string) => heard.find((m) => m.address === `/leaderline/race/${address}`)?.args[0];
    await until('told', () => told('graphic/gaps/on') === 1 && told('line') === 'Gap board on air');
    heard.length = 0;
    osc('/leaderline/state');
    await until(
      'all of it',
      () => told('graphic/gaps/on') === 1 && told('graphic/tags/on') === 0 && told('running') === 1 && told('undo/next') !== undefined,
    );
    assert.equal(told('graphic/gaps/title'), 'Gap board', 'a name for people where no title was given');
    assert.equal(heard.filter(({ address }) => address === '/leaderline/race/running').length, 1, 'once to a receiver that asks itself');
    heard.length = 0;
    const other = createSocket('udp4');
    const answered: string[] = [];
    other.on('message', (packet) => answered.push(decode(packet).address));
    await new Promise<void>((done) => other.bind(0, '127.0.0.1', done));
    other.send(encode({ oscType: 'message', address: '/leaderline/state', args: [] }), server.oscPort ?? 0, '127.0.0.1');
    await until('the receivers of the project, whoever asks', () => told('running') === 1 && told('graphic/gaps/on') === 1);
    await until('and who asks', () => answered.includes('/leaderline/race/running'));
    other.close();
  });

  test('everything of the replay is asked for by name, with what is usually said, or with fields', async () => {
    const replay = { buffer: NOTHING_RECORDED, inUs: 81_200_000, outUs: 84_000_000, play: NOTHING_PLAYED, items: [] };
    race.publishReplay(replay);
    const asked = async (address: string, ...args: (string | number | boolean)[]): Promise<unknown> => {
      const { length } = race.commands;
      osc(`/leaderline/race/${address}`, ...args);
      await until(address, () => race.commands.length > length);
      assert.equal(race.commands.length, length + 1);
      return race.commands.at(-1);
    };
    const play = { command: 'replay.play', speed: 1, graphics: 'recorded', loop: false };
    assert.deepEqual(await asked('replay/markIn'), { command: 'replay.markIn' });
    assert.deepEqual(await asked('replay/markOut', 'atS', 83.5), { command: 'replay.markOut', mediaTimeUs: 83_500_000 });
    assert.deepEqual(await asked('replay/markLast', 1), { command: 'replay.markLast', seconds: 10 }, 'a press');
    assert.deepEqual(await asked('replay/markLast', 5), { command: 'replay.markLast', seconds: 5 });
    assert.deepEqual(await asked('replay/play', 1), play);
    assert.deepEqual(await asked('replay/play', 0.5), { ...play, speed: 0.5 });
    assert.deepEqual(await asked('replay/play', 'lastS', 10, 'speed', '0.25', 'graphics', 'now', 'loop', 1), {
      ...{ ...play, speed: 0.25, graphics: 'now', loop: true },
      lastS: 10,
    });
    osc('/leaderline/race/replay/pause', 0);
    assert.deepEqual(await asked('replay/pause', 1), { command: 'replay.pause' }, 'not when it is let go');
    assert.deepEqual(await asked('replay/resume'), { command: 'replay.resume' });
    assert.deepEqual(await asked('replay/speed', 0), { command: 'replay.speed', speed: 0.1 }, 'a fader at its end');
    assert.deepEqual(await asked('replay/seek', 82.25), { command: 'replay.seek', mediaTimeUs: 82_250_000 });
    assert.deepEqual(await asked('replay/jog', -10), { command: 'replay.jog', frames: -10 });
    assert.deepEqual(await asked('replay/jog'), { command: 'replay.jog', frames: 1 });
    assert.deepEqual(await asked('replay/stop'), { command: 'replay.stop' });
    assert.deepEqual(await asked('replay/export', 'Final'), { command: 'replay.export', title: 'Final', graphics: 'recorded' });
    assert.deepEqual(await asked('replay/remove', 'clip-3'), { command: 'replay.remove', item: 'clip-3' });
    const subset = async (want: object, ...message: Parameters<typeof asked>): Promise<void> => {
      const got = await asked(...message);
      assert.deepEqual({ ...(got as object), ...want }, got);
    };
    const strobe = { command: 'picture.strobe', subject: { rosterIndex: 3 } };
    await subset({ ...strobe, moments: { count: 8 } }, 'picture/strobe', 3);
    await subset({ ...strobe, moments: { count: 5 } }, 'picture/strobe', 3, 5);
    await subset(
      { subject: { trackId: 17 }, moments: { everyM: 2.5 }, lastS: 4, fade: 0.5 },
      'picture/strobe',
      't17',
      'everyM',
      2.5,
      'lastS',
      4,
      'fade',
      0.5,
    );
    const run = { subject: { rosterIndex: 3 }, syncUs: 81_200_000 };
    const other = { subject: { rosterIndex: 4 }, syncUs: 84_000_000 };
    await subset({ command: 'picture.ghost', run, ghost: other }, 'picture/ghost', 3, 4);
    await subset(
      { run, ghost: { ...other, syncUs: 12_500_000, clip: 'clip-2' }, afterS: 6 },
      'picture/ghost',
      ...[3, 4, 'ghostS', 12.5, 'ghostClip', 'clip-2', 'afterS', 6],
    );
    const { length } = race.commands;
    for (const address of ['replay/seek', 'picture/strobe', 'replay/markIn/x']) osc(`/leaderline/race/${address}`);
    osc('/leaderline/race/replay/play', 'speed');
    assert.deepEqual(await asked('replay/stop'), { command: 'replay.stop' });
    assert.equal(race.commands.length, length + 1, 'what means nothing is nothing');
  });

  test('tells of the replay: state, marks, where it stands, and what is being made', async () => {
    heard.length = 0;
    const told = (address: string) => heard.filter((m) => m.address === `/leaderline/race/replay/${address}`).at(-1)?.args[0];
    const item: Omit<ReplayItem, 'state'> = {
      ...{ id: 'clip-1', kind: 'clip', title: '', progress: 0, message: '', fromUs: 0, toUs: 0, files: [], createdAtMs: 0 },
    };
    race.publishReplay({
      ...{ buffer: NOTHING_RECORDED, inUs: 81_000_000, outUs: null, items: [{ ...item, state: 'working' }] },
      play: { state: 'paused', mediaTimeUs: 83_500_000, fromUs: 0, toUs: 0, speed: 0.5, message: '' },
    });
    await until('all of it', () => told('item/clip-1') === 'working');
    assert.deepEqual(['state', 'speed', 'at', 'in', 'out'].map(told), ['paused', 0.5, 83.5, 81, -1]);
    heard.length = 0;
    osc('/leaderline/state');
    await until('to who asks', () => told('state') === 'paused' && told('item/clip-1') === 'working');
    const buttons: { osc: string; post: string }[] = await (await fetch(`${server.url}/api/channels/race/buttons`)).json();
    const jog = buttons.find((b) => b.osc === '/leaderline/race/replay/jog');
    assert.equal((await fetch(`${server.url}${jog?.post}`, { method: 'POST' })).status, 200);
    assert.deepEqual(race.commands.at(-1), { command: 'replay.jog', frames: 1 });
    assert.equal((await post('/replay/jog', '{"frames":-5}')).status, 200);
    assert.deepEqual(race.commands.at(-1), { command: 'replay.jog', frames: -5 });
    assert.equal((await post('/replay/seek')).status, 400);
    assert.equal((await fetch(`${server.url}/api/channels/race/do/replay/markLast?seconds=4&token=${TOKEN}`)).status, 200);
    assert.deepEqual(race.commands.at(-1), { command: 'replay.markLast', seconds: 4 });
  });

  test('noise, strangers’ addresses and a flood are counted, said once a second, and change nothing', async () => {
    const count = async (result: string): Promise<number> => {
      const text = await (await fetch(`${server.url}/metrics`)).text();
      return Number(new RegExp(`leaderline_osc_messages_total\\{result="${result}"\\} (\\d+)`).exec(text)?.[1]);
    };
    const malformed = await count('malformed');
    const lines = server.logged.length;
    const packets = ['', 'noise', '/leaderline/race/panic', '#bundle\0', '/a\0\0,iiii\0\0\0'].map((text) => Buffer.from(text));
    for (const packet of [...packets, Buffer.alloc(9000)]) surface.send(packet, server.oscPort ?? 0, '127.0.0.1');
    osc('/somewhere/else');
    osc('/leaderline/ghost/panic');
    osc('/leaderline/race/graphic/gaps/set', 'rows');
    await until('counted', async () => (await count('malformed')) >= malformed + 9);
    assert.ok(server.logged.length - lines <= 2, server.logged.slice(lines).join('\n'));
    for (let n = 0; n < 600; n++) {
      osc('/leaderline/race/graphic/tags/on', n % 2);
      if (n % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await until('a flood is dropped', async () => (await count('dropped')) > 50);
    assert.ok(race.commands.length < 400, `${race.commands.length} got through`);
    assert.equal((await post('/panic')).status, 200, 'the rest goes on');
  });

  test('beyond this machine every message needs the token first, and without one it does not start', async () => {
    const wide = { port: 0, host: '0.0.0.0', send: [] };
    await assert.rejects(serve([], { osc: wide }), /osc\.host 0\.0\.0\.0 listens beyond this machine: set a token/);
    const shop = new FakeChannel({ id: 'shop', kind: 'shop' });
    const open = await serve([shop], { token: TOKEN, osc: wide });
    const send = (...args: string[]) =>
      surface.send(encode({ oscType: 'message', address: '/leaderline/shop/panic', args }), open.oscPort ?? 0, '127.0.0.1');
    send();
    send('wrong');
    send(TOKEN);
    await until('the right one', () => shop.commands.length > 0);
    assert.equal(shop.commands.length, 1);
    shop.close();
    await open.close();
  });
});

describe('events', () => {
  test('a feed begins with the whole state, then every change: what, one line, who', async () => {
    const events: ChannelEvent[] = [];
    const feed = new WebSocket(`${server.url.replace('http', 'ws')}/events/race`);
    feed.on('message', (data) => events.push(ChannelEvent.parse(JSON.parse(String(data)))));
    await until('the state', () => events.length > 0);
    assert.equal(events[0]?.type, 'state');
    const page = io(`${server.url}/channels`, {
      auth: { channel: 'race', token: TOKEN, control: true, operator: 'Jo' },
      transports: ['websocket'],
    });
    const reply: ControlReply = await page.emitWithAck('command', { command: 'graphic.take', graphic: 'gaps', data: { rows: 2 } });
    assert.equal(reply.ok, true);
    osc('/leaderline/race/panic');
    await until('both', () => events.some((e) => e.type === 'graphic' && e.by === 'OSC'));
    const changes = events.flatMap((e) => (e.type === 'graphic' ? [`${e.id} ${e.graphic?.on} ${e.line} ${e.by}`] : []));
    assert.deepEqual(changes, ['gaps true Gap board on air Jo', 'gaps false all graphics out OSC']);
    feed.send('x');
    await until('it only goes out', () => feed.readyState === WebSocket.CLOSED);
    page.close();
  });
});
