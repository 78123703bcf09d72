import assert from 'node:assert/strict';
import { existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { io } from 'socket.io-client';
import { readSyncMarker } from '../overlay-client/index.js';
import { ControlReply, type ProjectInput, ReplayItem, ReplayState } from '../protocol/index.js';
import { temporaryFolder } from './support/cli.js';
import { makeClip, readClip } from './support/clips.js';
import { paintCounter, readCounter } from './support/counter.js';
import { type ServeProcess, startServe } from './support/server.js';
import { until } from './support/until.js';

/** The replay of a running channel, by HTTP alone. The source says its frame number in the picture, the graphic the number of its TrackingFrame. */

const { path: dir, remove } = temporaryFolder('replay');
const at = (name: string): string => join(dir, name);
const SIZE = { width: 512, height: 96 };
const FPS = { num: 25, den: 1 };
let serve: ServeProcess;

before(async () => {
  await makeClip(at('loop.mp4'), {
    ...SIZE,
    fps: FPS,
    frames: 250,
    paint: (luma, stride, index) => paintCounter(luma, stride, SIZE, index),
  });
  const light = {
    tracking: { analysisWidth: 160, camera: 'fixed', detector: { type: 'external' } },
    encoder: { preset: 'ultrafast' },
  } as const;
  const graphics = [{ id: 'sync', type: 'sync-marker', on: false }];
  const channels: ProjectInput['channels'] = [
    { id: 'race', title: 'Race', source: { url: 'loop.mp4', loop: true }, graphics, outputs: [], ...light },
    {
      id: 'shop',
      title: 'Shop',
      source: { url: 'loop.mp4' },
      outputs: [],
      ...light,
      floor: {
        outline: [
          [0, 0],
          [5, 0],
          [5, 5],
        ],
      },
      autostart: false,
    },
  ];
  writeFileSync(at('project.json'), JSON.stringify({ name: 'Replay', channels } satisfies ProjectInput));
  serve = await startServe([at('project.json'), '--data', at('data')]);
});
after(async () => {
  await serve.interrupt();
  remove();
});

const get = async (path: string): Promise<unknown> => (await fetch(`${serve.url}/api/channels/race/${path}`)).json();
const state = async (): Promise<ReplayState> => ReplayState.parse(await get('replay'));

async function ask(command: object): Promise<{ ok: boolean; id?: string; error?: string; message?: string }> {
  return (await (await serve.command('race', command)).json()) as Awaited<ReturnType<typeof ask>>;
}

async function made(what: 'clips' | 'pictures', id: string | undefined): Promise<ReplayItem> {
  let item: ReplayItem | undefined;
  await until(
    `${id} is made`,
    async () => {
      item = ReplayItem.array()
        .parse(await get(what))
        .find((i) => i.id === id);
      return item?.state === 'done' || item?.state === 'failed';
    },
    40_000,
  );
  return item!;
}

test('a clip of what was on air comes with the graphics put on afterwards, each on its own frame', async () => {
  await until('four seconds are recorded', async () => (await state()).buffer.toUs > 4e6, 40_000);
  assert.equal((await ask({ command: 'replay.markLast', seconds: 2 })).ok, true);
  const { inUs, outUs } = await state();
  assert.equal(outUs! - inUs!, 2e6);
  assert.equal((await ask({ command: 'graphic.set', graphic: 'sync', on: true })).ok, true);
  const { id } = await ask({ command: 'replay.export', title: 'Start', graphics: 'now' });
  const item = await made('clips', id);
  assert.deepEqual([item.state, item.title, item.files], ['done', 'Start', [`${id}.mp4`]], item.message);
  const file = await fetch(`${serve.url}/api/channels/race/clips/${id}.mp4`);
  assert.equal(file.headers.get('content-type'), 'video/mp4');
  writeFileSync(at('got.mp4'), new Uint8Array(await file.arrayBuffer()));
  const numbers: number[] = [];
  await readClip(at('got.mp4'), ({ luma, width, height }) => {
    const burnt = readCounter(luma, width, { width, height });
    assert.equal(readSyncMarker(luma, width, height)! % 250, burnt, 'the graphic drawn again belongs to this frame');
    numbers.push(burnt);
  });
  assert.ok(numbers.length >= 40 && numbers.length <= 51, `${numbers.length} frames in 2 s`);
});

test('any recorded frame is there to be looked at, with graphics or without', async () => {
  const { buffer } = await state();
  for (const [graphics, index] of [
    ['0', 25],
    ['now', 25],
    ['now', 12],
  ] as const) {
    const shownUs = buffer.fromUs + index * 40_000;
    const got = await fetch(`${serve.url}/api/channels/race/replay/frame.jpg?graphics=${graphics}&mediaTimeUs=${shownUs + 10_000}`);
    assert.equal(got.status, 200);
    assert.equal(got.headers.get('x-media-time-us'), String(shownUs));
    writeFileSync(at('frame.jpg'), new Uint8Array(await got.arrayBuffer()));
    await readClip(at('frame.jpg'), ({ luma, width, height }) => {
      const marked = readSyncMarker(luma, width, height);
      assert.equal(marked === null ? null : marked % 250, graphics === '0' ? null : index);
      assert.equal(readCounter(luma, width, { width, height }), index);
    });
  }
  assert.equal((await fetch(`${serve.url}/api/channels/race/replay/frame.jpg?mediaTimeUs=soon`)).status, 400);
});

test('a replay plays slowly to its own output, is jogged, and stops', async () => {
  const { buffer } = await state();
  const range = { fromUs: buffer.fromUs + 1e6, toUs: buffer.fromUs + 1.2e6 };
  assert.deepEqual(await ask({ command: 'replay.jog', frames: 1 }), { ok: false, error: 'no replay is playing; send replay.play first' });
  assert.equal((await ask({ command: 'replay.play', ...range, speed: 0.2 })).ok, true);
  await until('it stands at its end', async () => (await state()).play.state === 'paused', 20_000);
  assert.equal((await state()).play.mediaTimeUs, range.toUs);
  assert.equal((await ask({ command: 'replay.jog', frames: -2 })).ok, true);
  await until('it went two frames back', async () => (await state()).play.mediaTimeUs === range.toUs - 80_000);
  await until('segments are there', () => readdirSync(at('data/race/replay/hls')).filter((n) => n.endsWith('.ts')).length > 1, 20_000);
  assert.equal((await ask({ command: 'replay.stop' })).ok, true);
  assert.equal((await state()).play.state, 'stopped');
  const playlist = await (await fetch(`${serve.url}/hls/race-replay/index.m3u8`)).text();
  const segment = /segment-\d+\.ts/.exec(playlist)?.[0];
  assert.ok(segment, playlist);
  assert.equal((await fetch(`${serve.url}/hls/race-replay/${segment}`)).status, 200);
  const seen: number[] = [];
  await readClip(at(`data/race/replay/hls/${segment}`), ({ luma, width, height }) =>
    seen.push(readCounter(luma, width, { width, height })),
  );
  const steps = seen.slice(1).map((n, i) => n - seen[i]!);
  assert.ok(steps.filter((s) => s === 0).length >= steps.length / 2, `slow: ${seen}`);
  assert.ok(
    seen.every((n) => n >= 25 && n <= 30),
    `only what was asked for: ${seen}`,
  );
});

test('what is asked of a replay that is only starting takes effect when it has started', async (t) => {
  const { buffer } = await state();
  const page = io(`${serve.url}/channels`, { auth: { channel: 'race', control: true }, transports: ['websocket'] });
  t.after(() => page.close());
  const range = { fromUs: buffer.fromUs + 1e6, toUs: buffer.fromUs + 4e6 };
  const asked = [
    { command: 'replay.play', ...range },
    { command: 'replay.speed', speed: 0.5 },
    { command: 'replay.seek', mediaTimeUs: range.fromUs + 2e6 },
    { command: 'replay.pause' },
  ].map(async (command): Promise<unknown> => await page.emitWithAck('command', command));
  for (const reply of await Promise.all(asked)) assert.equal(ControlReply.parse(reply).ok, true, JSON.stringify(reply));
  await until('it stands', async () => (await state()).play.state === 'paused');
  const { play } = await state();
  assert.equal(play.speed, 0.5);
  assert.ok(play.mediaTimeUs >= range.fromUs + 2e6 && play.mediaTimeUs < range.fromUs + 2.2e6, `${play.mediaTimeUs - range.fromUs}`);
  // One that cannot start is said to whom asked for it, and what waits for it is refused.
  assert.equal((await ask({ command: 'replay.stop' })).ok, true);
  const bad = [{ command: 'replay.play', fromUs: 3e6, toUs: 2e6 }, { command: 'replay.pause' }];
  const replies: unknown[] = await Promise.all(bad.map(async (command): Promise<unknown> => await page.emitWithAck('command', command)));
  assert.deepEqual(
    replies.map((reply) => ControlReply.parse(reply).ok),
    [false, false],
  );
});

test('a mark in after the mark out takes that away, and the reply says so', async () => {
  const { buffer } = await state();
  const mark = async (which: string, s: number) => await ask({ command: `replay.mark${which}`, mediaTimeUs: buffer.fromUs + s * 1e6 });
  await mark('In', 1);
  await mark('Out', 2);
  assert.match((await mark('In', 3)).message ?? '', /the mark out at 0:02\.00 is gone/);
  const { inUs, outUs } = await state();
  assert.deepEqual([inUs, outUs], [buffer.fromUs + 3e6, null]);
});

test('what cannot be done is refused in one line, and the channel goes on', async () => {
  const { buffer } = await state();
  const error = async (command: object): Promise<string> => (await ask(command)).error ?? '';
  assert.match(await error({ command: 'replay.play', fromUs: 2e6, toUs: 1e6 }), /ends \(0:01\.00\) before it begins \(0:02\.00\)/);
  assert.match(
    await error({ command: 'replay.markIn', mediaTimeUs: 900e6 }),
    /15:00\.00 is not in the replay buffer, which holds 0:00\.00 to/,
  );
  assert.match(await error({ command: 'replay.remove', item: 'clip-99' }), /there is no "clip-99"/);
  const ghost = { subject: { trackId: 1 }, syncUs: 1e6, clip: 'clip-77' };
  assert.match(await error({ command: 'picture.ghost', run: ghost, ghost }), /there is no finished clip "clip-77"/);
  const { id } = await ask({ command: 'picture.strobe', subject: { trackId: 4 }, fromUs: buffer.fromUs, toUs: buffer.fromUs + 1e6 });
  const failed = await made('pictures', id);
  assert.match(failed.message, /^track 4 is not tracked between [^\n]*$/);
  for (const path of ['clips/../../x', 'clips/clip-1.idx', 'pictures/strobe-9.png'])
    assert.equal((await fetch(`${serve.url}/api/channels/race/${path}`)).status, 404, path);
  assert.equal((await fetch(`${serve.url}/api/channels/shop/replay`)).status, 404, 'a shop is not recorded unasked');
  const [clip] = ReplayItem.array().parse(await get('clips'));
  assert.equal((await ask({ command: 'replay.remove', item: clip!.id })).ok, true);
  assert.ok(!readdirSync(at('data/race/replay/made')).some((name) => name.startsWith(`${clip!.id}.`)), 'its files are gone');
  const before = (await serve.state('race')).status.framesOut;
  await until('the channel goes on', async () => (await serve.state('race')).status.framesOut > before);
  assert.ok(existsSync(at('data/race/replay/buffer')));
});
