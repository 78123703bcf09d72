import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { strToU8, zipSync } from 'fflate';
import type { ProjectInput } from '../../protocol/index.js';
import { unpackedChromium } from '../../server/hosted/chromium.js';
import { CHROMIUM_FOLDER } from '../support/browser.js';
import { runCli, temporaryFolder } from '../support/cli.js';
import { makeClip } from '../support/clips.js';
import { type Planes, pictures } from '../support/programme.js';
import { type ServeProcess, startServe } from '../support/server.js';
import { until } from '../support/until.js';

/** Somebody else's graphics in the programme that the server itself puts together: its files, HLS, fill and key. */

const SIZE = { width: 640, height: 360 };
const GREY = 100;
const FPS = 25;
const indexOf = (timeUs: number): number => Math.round((timeUs * FPS) / 1e6);
/** Read by the graphics below. */
const SCHEMA = 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json';

/** A bar of the data's colour at a place of the data's; it hangs when told to. */
const BAR = `
export default class Bar extends HTMLElement {
  async load({ data }) {
    this.bar = document.createElement('div');
    this.append(this.bar);
    this.say(data);
  }
  say({ left, top, width, height, colour }) {
    const css = 'position:absolute;left:' + left + 'px;top:' + top + 'px;width:' + width + 'px;height:' + height + 'px;background:' + colour;
    this.bar.style.cssText = css + ';visibility:' + (this.on ? 'visible' : 'hidden');
    this.data = { left, top, width, height, colour };
  }
  async playAction() { this.on = true; this.say(this.data); }
  async updateAction({ data }) { if (data.hang) for (;;); this.say(data); }
  async stopAction() { this.on = false; this.say(this.data); }
  async customAction() {}
  async dispose() {}
}`;
const STRAP = { left: 40, top: 260, width: 400, height: 60, colour: 'rgb(255, 0, 0)' };
const BUG = { left: 560, top: 20, width: 60, height: 40, colour: 'rgba(255, 255, 255, 0.5)' };

const { path: dir, remove } = temporaryFolder('hosted');
const at = (name: string): string => join(dir, name);
after(remove);
before(async () => {
  await makeClip(at('loop.mp4'), { ...SIZE, fps: { num: FPS, den: 1 }, frames: 50, paint: (luma) => luma.fill(GREY) });
  // Unpacked once for all tests.
  const { program } = await unpackedChromium(CHROMIUM_FOLDER);
  mkdirSync(at('data'));
  symlinkSync(dirname(program), join(at('data'), basename(dirname(program))));
});

const project = (id: string, outputs: ProjectInput['channels'][number]['outputs']): string => {
  const graphics = [
    { id: 'strap', type: 'ograf:com.example.bar', on: false, data: STRAP },
    { id: 'bug', type: 'ograf:com.example.bar', on: false, data: BUG },
  ];
  const tracking = { camera: 'fixed' as const };
  const encoder = { preset: 'ultrafast', crf: 8 };
  const channels: ProjectInput['channels'] = [
    { id, title: 'Race', source: { url: 'loop.mp4', loop: true }, tracking, graphics, encoder, ...(outputs && { outputs }) },
  ];
  writeFileSync(at(`${id}.json`), JSON.stringify({ name: 'Hosted', channels } satisfies ProjectInput));
  return at(`${id}.json`);
};

async function upload(serve: ServeProcess): Promise<void> {
  const manifest = { $schema: SCHEMA, id: 'com.example.bar', name: 'A bar', main: 'main.mjs', stepCount: 1 };
  const kinds = { supportsRealTime: true, supportsNonRealTime: false };
  const zip = zipSync({ 'bar.ograf.json': strToU8(JSON.stringify({ ...manifest, ...kinds })), 'main.mjs': strToU8(BAR) });
  const headers = { 'content-type': 'application/zip' };
  assert.equal((await fetch(`${serve.url}/api/ograf/packages`, { method: 'POST', headers, body: Buffer.from(zip) })).status, 200);
}

/** Which frame of the programme was looked at last. */
let lookedAt = -1;

/** What the newest composited picture shows at a point. */
async function colourAt(serve: ServeProcess, x: number, y: number): Promise<string> {
  const answer = await fetch(`${serve.url}/preview/race.jpg`);
  const jpeg = Buffer.from(await answer.arrayBuffer());
  if (jpeg.length === 0) return 'nothing';
  lookedAt = indexOf(Number(answer.headers.get('x-media-time-us')));
  const context = createCanvas(SIZE.width, SIZE.height).getContext('2d');
  context.drawImage(await loadImage(jpeg), 0, 0, SIZE.width, SIZE.height);
  const [r = 0, g = 0, b = 0] = context.getImageData(x, y, 1, 1).data;
  if (Math.max(r, g, b) - Math.min(r, g, b) < 30) return r > 140 ? 'light' : 'grey';
  return r > g && r > b ? 'red' : b > r && b > g ? 'blue' : 'another';
}

/** Which process does most for a while. */
async function busiest(pids: readonly number[]): Promise<number> {
  const ticks = (pid: number): number =>
    Number(
      readFileSync(`/proc/${pid}/stat`, 'utf8')
        .replace(/^.*\) /, '')
        .split(' ')[11],
    );
  const before = pids.map(ticks);
  await sleep(300);
  const did = pids.map((pid, i) => ticks(pid) - (before[i] ?? 0));
  return pids[did.indexOf(Math.max(...did))] ?? 0;
}

/** Processes of a server's browser, its own first; or those of one kind. */
function browserOf(serve: ServeProcess, kind = 'chromium'): number[] {
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' }).trim().split('\n');
  const all = listed.map((line) => {
    const [pid, parent, ...program] = line.trim().split(/\s+/);
    return { pid: Number(pid), parent: Number(parent), program: program.join(' ') };
  });
  const under = (parent: number | undefined): typeof all =>
    all.filter((one) => one.parent === parent).flatMap((one) => [one, ...under(one.pid)]);
  return under(serve.child.pid).flatMap(({ pid, program }) => (program.includes('chromium') && program.includes(kind) ? [pid] : []));
}

test('they are taken, updated, and taken out in the files; one that hangs, and a browser that is killed, leave the rest as it was', async () => {
  const outputs: ProjectInput['channels'][number]['outputs'] = [
    { type: 'file', path: 'out.mkv' },
    { type: 'key-fill', fill: 'fill.mkv', key: 'key.mkv' },
    { type: 'hls' },
  ];
  const serve = await startServe([project('race', outputs), '--data', at('data')]);
  const marks: Record<string, number> = {};
  const mark = (name: string): void => {
    marks[name] = lookedAt;
  };
  const shows = async (x: number, y: number, colour: string): Promise<void> =>
    await until(`${colour} at ${x}, ${y}`, async () => (await colourAt(serve, x, y)) === colour, 20_000);
  const set = async (graphic: string, more: object): Promise<void> =>
    assert.equal((await serve.command('race', { command: 'graphic.set', graphic, ...more })).status, 200);
  const strap = async (colour: string): Promise<void> => await shows(240, 290, colour);
  const bug = async (colour: string): Promise<void> => await shows(590, 40, colour);
  try {
    await upload(serve);
    await until('the browser is there', async () => ((await serve.state('race')).status.hosted?.pictures ?? 0) > 0, 30_000);
    await strap('grey');
    mark('before');
    await set('strap', { on: true });
    await set('bug', { on: true });
    await strap('red');
    await bug('light');
    mark('on');
    await set('strap', { data: { ...STRAP, colour: 'rgb(0, 0, 255)' } });
    await strap('blue');
    mark('blue');
    // While nothing moves no picture is taken.
    const passes = async (frames: number): Promise<number | undefined> => {
      const untilFrame = (await serve.state('race')).status.framesOut + frames;
      await until('time passes', async () => (await serve.state('race')).status.framesOut > untilFrame);
      return (await serve.state('race')).status.hosted?.pictures;
    };
    assert.equal(await passes(FPS * 1.2), await passes(FPS));

    mark('hangs');
    await set('strap', { data: { ...STRAP, hang: true } });
    await strap('grey');
    assert.equal(await colourAt(serve, 590, 40), 'light');
    await until('it is told of', async () => /answer/.test((await serve.state('race')).graphics[0]?.problem ?? ''));
    await set('strap', { data: STRAP });
    await set('bug', { on: false });
    await bug('grey');
    await set('bug', { on: true });
    await bug('light');

    mark('killed');
    process.kill(browserOf(serve)[0] ?? 0, 'SIGKILL');
    await bug('grey');
    mark('gone');
    const told = (line: string): boolean => /^Others’ graphics show in the overlay page only: the browser ended \(SIGKILL\)/.test(line);
    await until('it is told of', async () => (await serve.state('race')).status.warnings.some(told));
    await strap('red');
    await bug('light');
    await until('all is well', async () => (await serve.state('race')).status.warnings.length === 0);
    const { status } = await serve.state('race');
    assert.equal(status.source, 'live');
    assert.equal(status.hosted?.restarts, 1);

    mark('back');
    assert.equal((await serve.command('race', { command: 'graphics.allOff' })).status, 200);
    await strap('grey');
    await bug('grey');
    mark('out');

    // What a browser paints in place of a crashed frame, grey all over, is not for the air.
    await set('strap', { on: true });
    await set('bug', { on: true });
    await strap('red');
    await bug('light');
    await set('strap', { data: { ...STRAP, hang: 2 } });
    process.kill(await busiest(browserOf(serve, '--type=renderer')), 'SIGKILL');
    await strap('grey');
    await bug('light');
    mark('crashed');
    for (const command of [{ command: 'graphics.allOff' }, ...['strap', 'bug'].map((graphic) => ({ command: 'graphic.remove', graphic }))])
      assert.equal((await serve.command('race', command)).status, 200);
    await until('no browser is left', () => browserOf(serve).length === 0);
    assert.equal((await serve.interrupt()).code, 0);
  } finally {
    serve.child.kill('SIGKILL');
  }

  const film = await pictures(at('out.mkv'), indexOf);
  const from = (name: string): number => marks[name] ?? Number.NaN;
  const shown = (index: number): string => kindOf(film.get(index));
  assert.equal(shown(from('before')), 'clean');
  assert.equal(shown(from('on')), 'red strap, light bug');
  assert.equal(shown(from('blue')), 'blue strap, light bug');
  assert.equal(shown(from('gone')), 'clean');
  assert.equal(shown(from('back')), 'red strap, light bug');
  assert.equal(shown(from('out')), 'clean');
  assert.equal(shown(from('crashed')), 'light bug');
  // Nothing else was ever painted, and nothing held the film up.
  const frames = [...film.keys()].filter((i) => i <= from('crashed'));
  for (const [n, i] of frames.entries()) {
    assert.match(shown(i), /^(clean|(red|blue) strap, light bug|(red|blue) strap|light bug)$/, `frame ${i}`);
    assert.ok(n === 0 || i - (frames[n - 1] ?? 0) < FPS, `a second is missing before frame ${i}`);
  }
  const cleared = frames.find((i) => i > from('killed') && shown(i) === 'clean') ?? Number.NaN;
  const leftS = (cleared - from('killed')) / FPS;
  assert.ok(leftS < 3, `the killed browser's picture stayed ${leftS} s`);

  const fill = await pictures(at('fill.mkv'), indexOf);
  const key = await pictures(at('key.mkv'), indexOf);
  const luma = (picture: Planes | undefined, x: number, y: number): number => picture?.luma[y * SIZE.width + x] ?? -1;
  near(luma(key.get(from('on')), 240, 290), 235);
  near(luma(key.get(from('on')), 590, 40), 126);
  near(luma(key.get(from('on')), 240, 250), 16);
  near(luma(fill.get(from('on')), 590, 40), 126);
});

/** What a frame shows, edges and surroundings held to be right to two pixels. */
function kindOf(picture: Planes | undefined): string {
  if (!picture) return 'no picture';
  const { luma, u, v } = picture;
  const y = (x: number, row: number): number => luma[row * SIZE.width + x] ?? -1;
  const c = (x: number, row: number): [number, number] => {
    const i = (row >> 1) * (SIZE.width >> 1) + (x >> 1);
    return [u[i] ?? -1, v[i] ?? -1];
  };
  const isGrey = (x: number, row: number): boolean => Math.abs(y(x, row) - GREY) < 8 && c(x, row).every((s) => Math.abs(s - 128) < 8);
  const around = [
    [37, 290],
    [443, 290],
    [240, 256],
    [240, 323],
    [556, 40],
    [623, 40],
    [590, 16],
    [590, 64],
    [320, 180],
    [5, 5],
  ] as const;
  if (!around.every(([x, row]) => isGrey(x, row))) return 'something beside them';
  const inStrap = [
    [43, 263],
    [436, 263],
    [43, 316],
    [436, 316],
    [240, 290],
  ] as const;
  const inBug = [
    [563, 23],
    [616, 56],
    [590, 40],
  ] as const;
  const [cb, cr] = c(240, 290);
  const colour = cr > 200 && cb < 128 ? 'red' : cb > 200 && cr < 128 ? 'blue' : 'grey';
  const isStrap = inStrap.every(([x, row]) => c(x, row).every((s, i) => Math.abs(s - (i === 0 ? cb : cr)) < 8));
  const isLight = inBug.every(([x, row]) => Math.abs(y(x, row) - (GREY + 235) / 2) < 8);
  if (!isStrap || !(isLight || inBug.every(([x, row]) => isGrey(x, row)))) return 'something half painted';
  const what = [...(colour === 'grey' ? [] : [`${colour} strap`]), ...(isLight ? ['light bug'] : [])];
  return what.join(', ') || 'clean';
}

function near(value: number, wanted: number): void {
  assert.ok(Math.abs(value - wanted) < 8, `${value} is about ${wanted}`);
}

test('without a Chromium one line says so, and the channel runs; compose names what it leaves out', async () => {
  const serve = await startServe([project('none', [{ type: 'hls' }]), '--data', at('data')], { LEADERLINE_CHROMIUM: at('no-such') });
  try {
    await upload(serve);
    await until('frames go out', async () => (await serve.state('none')).status.framesOut > 30, 20_000);
    const { warnings } = (await serve.state('none')).status;
    assert.equal(warnings.length, 1);
    assert.match(
      warnings[0] ?? '',
      /^Others’ graphics show in the overlay page only: LEADERLINE_CHROMIUM names .*no-such, which is no program/,
    );
    assert.equal((await serve.interrupt()).code, 0);
  } finally {
    serve.child.kill('SIGKILL');
  }
  const { code, stderr } = await runCli(['compose', at('loop.mp4'), '--project', at('none.json'), '--out', at('composed.mp4')]);
  assert.equal(code, 0, stderr);
  assert.match(stderr, /^leaderline: graphic "strap" is left out: others’ graphics show on channels of leaderline serve$/m);
});
