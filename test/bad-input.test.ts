import assert from 'node:assert/strict';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { runCli, temporaryFolder } from './support/cli.js';
import { makeAudioOnly, makeClip } from './support/clips.js';

/** Every mistake a user can make at the command line: one clear line, the right exit code, quickly. */

const { path: dir, remove } = temporaryFolder('bad-input');
const at = (name: string): string => join(dir, name);
after(remove);

before(async () => {
  await makeClip(at('good.mp4'), { width: 320, height: 180, fps: { num: 25, den: 1 }, frames: 25 });
  await makeAudioOnly(at('audio.m4a'));
  writeFileSync(at('text.mp4'), 'this is not a film\n'.repeat(50));
  writeFileSync(at('empty.mp4'), '');
  mkdirSync(at('folder.mp4'));
  await makeClip(at('tiny.mkv'), { width: 2, height: 2, fps: { num: 25, den: 1 }, frames: 5, codec: 'ffv1' });
});

/** Runs a command that must fail: exit code, one line on stderr that matches, nothing like a stack trace. */
async function refuses(args: readonly string[], code: number, line: RegExp): Promise<void> {
  const result = await runCli(args, { cwd: dir, timeoutMs: 30_000 });
  const shown = `leaderline ${args.join(' ')}\n${result.stdout}${result.stderr}`;
  assert.equal(result.code, code, shown);
  const lines = result.stderr.trim().split('\n');
  assert.match(lines[0] ?? '', line, shown);
  assert.ok(!/^\s+at /m.test(result.stderr), `no stack trace: ${shown}`);
  assert.ok(lines.length <= 2, `one clear line: ${shown}`);
}

const compose = (input: string, ...more: string[]): string[] => ['compose', input, '--out', at('out.mp4'), ...more];
const project = (name: string, content: unknown): string => {
  writeFileSync(at(name), JSON.stringify(content));
  return at(name);
};
const channel = { id: 'race', title: 'Race', source: { url: 'good.mp4' } };
const points = (pairs: readonly (readonly [number, number, number, number])[]) => ({
  size: [320, 180],
  points: pairs.map(([x, y, gx, gy]) => ({ image: [x, y], ground: [gx, gy] })),
});

test('inputs that are no video are refused, each with its reason', async () => {
  await refuses(compose(at('none.mp4')), 2, /none\.mp4: no such file/);
  await refuses(compose(at('folder.mp4')), 2, /folder\.mp4: is a folder/);
  await refuses(compose(at('text.mp4')), 2, /text\.mp4: /);
  await refuses(compose(at('empty.mp4')), 2, /empty\.mp4: /);
  await refuses(compose(at('audio.m4a')), 2, /audio\.m4a: .*no video/);
  await refuses(compose(at('tiny.mkv')), 2, /tiny\.mkv: .*2×2.*16×16/);
});

test('pictures far smaller than anyone films go through whole', async () => {
  for (const [width, height] of [
    [16, 16],
    [64, 48],
    [160, 96],
  ] as const) {
    await makeClip(at('small.mkv'), { width, height, fps: { num: 25, den: 1 }, frames: 8, codec: 'ffv1' });
    const { code, stderr, stdout } = await runCli(compose(at('small.mkv'), '--json'), { cwd: dir, timeoutMs: 30_000 });
    assert.equal(code, 0, stderr);
    assert.match(stdout, /"framesOut":8,/);
  }
});

test('unknown scenes, protocols and hosts that cannot be reached are named', async () => {
  await refuses(compose('sim:skijump'), 2, /skijump.*sprint/);
  await refuses(compose('gopher://example/'), 2, /gopher/);
  await refuses(compose('rtmp://127.0.0.1:9/live/x'), 1, /rtmp:\/\/127\.0\.0\.1:9/);
  await refuses(['simulate', 'skijump', '--out', at('s.mp4')], 2, /skijump.*sprint/);
  await refuses(['simulate', 'shop', '--out', at('s.xyz')], 2, /s\.xyz.*mp4/);
});

test('bad usage exits 2 and says what was expected', async () => {
  await refuses(['compose', at('good.mp4')], 2, /--out/);
  await refuses(['simulate', 'sprint', '--out', at('s.mp4'), '--size', 'big'], 2, /1280x720/);
  await refuses(['serve', '--port', '99999'], 2, /0 to 65535/);
  await refuses(['eval', at('good.mp4')], 2, /pairs/);
  await refuses(['bench', 'nothing'], 2, /nothing.*compose/);
  await refuses(['dance'], 2, /unknown command/);
});

test('a project with a mistake is refused by field and value', async () => {
  await refuses(compose(at('good.mp4'), '--project', at('no.json')), 2, /no\.json: no such file/);
  await refuses(
    compose(
      at('good.mp4'),
      '--project',
      project('p1.json', { name: 'x', channels: [{ ...channel, tracking: { analysisWidth: 'wide' } }] }),
    ),
    2,
    /channels\[0\]\.tracking\.analysisWidth.*wide/,
  );
  await refuses(
    compose(at('good.mp4'), '--project', project('p2.json', { name: 'x', channels: [channel] }), '--channel', 'pool'),
    2,
    /no channel "pool"; it has race/,
  );
  await refuses(
    compose(
      at('good.mp4'),
      '--project',
      project('p3.json', { name: 'x', channels: [{ ...channel, graphics: [{ id: 'a', type: 'hologram' }] }] }),
    ),
    2,
    /"a".*hologram/,
  );
});

test('a calibration that cannot be one is refused with the reason', async () => {
  const with_ = (name: string, calibration: unknown) =>
    compose(at('good.mp4'), '--project', project(name, { name: 'x', channels: [{ ...channel, calibration }] }));
  const off = points([
    [10, 10, 0, 0],
    [300, 10, 10, 0],
    [300, 170, 10, -5],
    [5000, 170, 0, -5],
  ]);
  await refuses(with_('c1.json', off), 2, /race.*calibration.*point 4.*off the 320×180 picture/);
  const line = points([
    [10, 10, 0, 0],
    [100, 55, 1, 0],
    [190, 100, 2, 0],
    [280, 145, 3, 0],
  ]);
  await refuses(with_('c2.json', line), 2, /race.*calibration.*line/);
  const mirrored = points([
    [40, 150, 0, 0],
    [280, 150, 10, 0],
    [220, 60, 10, -20],
    [100, 60, 0, -20],
  ]);
  await refuses(with_('c3.json', mirrored), 2, /race.*calibration.*mirror/);
});

test('outputs that cannot be written are refused before any work', async () => {
  await refuses(['compose', at('good.mp4'), '--out', join(dir, 'nowhere', 'out.mp4')], 2, /nowhere/);
  await refuses(['compose', at('good.mp4'), '--out', at('folder.mp4')], 2, /folder\.mp4: is a folder/);
  await refuses(['compose', at('good.mp4'), '--out', at('out.xyz')], 2, /out\.xyz.*mp4/i);
});

test('nothing is ever written over what is being read', async () => {
  const before = readFileSync(at('good.mp4'));
  await refuses(['compose', at('good.mp4'), '--out', at('good.mp4')], 2, /good\.mp4: is the input itself/);
  symlinkSync(at('good.mp4'), at('link.mp4'));
  await refuses(['compose', at('good.mp4'), '--out', at('link.mp4')], 2, /link\.mp4: is the input itself/);
  await refuses(['track', at('good.mp4'), '--out', at('good.mp4')], 2, /is the input itself/);
  assert.deepEqual(readFileSync(at('good.mp4')), before);
  writeFileSync(at('tracks.txt'), 'of an earlier run');
  await refuses(['track', at('none.mp4'), '--out', at('tracks.txt')], 2, /no such file/);
  assert.equal(readFileSync(at('tracks.txt'), 'utf8'), 'of an earlier run');
});

test('a taken port is named, with the way out', async () => {
  const taken = createServer();
  await new Promise<void>((done) => taken.listen(0, '127.0.0.1', done));
  const address = taken.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  await refuses(
    ['serve', project('serve.json', { name: 'x', channels: [channel] }), '--port', String(port), '--data', at('data')],
    2,
    new RegExp(`${port}.*--port`),
  );
  taken.close();
});

test('--help of every command is one screen and exits 0', async () => {
  for (const command of ['serve', 'compose', 'track', 'associate', 'eval', 'simulate', 'bench', 'doctor']) {
    const { code, stdout } = await runCli([command, '--help']);
    assert.equal(code, 0);
    assert.match(stdout, new RegExp(`Usage: leaderline ${command}`));
    assert.ok(stdout.split('\n').length < 25);
  }
});
