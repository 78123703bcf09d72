import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { type Box, iou } from '../protocol/index.js';
import { FOLLOW_ID_BASE } from '../tracking/index.js';
import { runCli, temporaryFolder } from './support/cli.js';
import { makeClip, readClip, type SeenFrame } from './support/clips.js';
import { dataFolder, skipWithoutData } from './support/data.js';

/** `leaderline track --follow X,Y` and `--debug`, as a user meets them. */

const { path: dir, remove } = temporaryFolder('track-follow');
const at = (name: string): string => join(dir, name);
after(remove);

const FRAMES = 20;
const film = at('film.mp4');
await makeClip(film, { width: 320, height: 180, fps: { num: 25, den: 1 }, frames: FRAMES });

test('a place that is none, or off the picture, is refused in one clear line', async () => {
  for (const [place, line] of [
    ['middle', /--follow <x,y>.*'middle'.*640,360/],
    ['12', /--follow/],
    ['-4,10', /--follow/],
    ['320,20', /--follow: 320,20 is not on the picture of 320×180 pixels/],
  ] as const) {
    const { code, stderr } = await runCli(['track', film, '--out', at('none.txt'), `--follow=${place}`]);
    assert.equal(code, 2, stderr);
    assert.match(stderr.split('\n')[0], line);
  }
  const { code, stderr } = await runCli(['track', film, '--out', at('none.txt'), '--debug', at('nowhere/debug.mp4')]);
  assert.equal(code, 2);
  assert.match(stderr, /^leaderline: --debug .*nowhere/);
});

test('--debug writes every frame, with the legend drawn on it', async () => {
  const debug = at('debug.mp4');
  const { code, stderr } = await runCli(['track', film, '--out', at('out.txt'), '--follow', '160,90', '--debug', debug]);
  assert.equal(code, 0, stderr);
  const plain: number[] = [];
  await readClip(film, (frame) => plain.push(legendContrast(frame)));
  const drawn: number[] = [];
  const frames = await readClip(debug, (frame) => drawn.push(legendContrast(frame)));
  assert.equal(frames, FRAMES);
  for (const [i, contrast] of drawn.entries())
    assert.ok(contrast > 100 && contrast > plain[i], `frame ${i}: ${contrast} against ${plain[i]}`);
  assert.ok(followed(at('out.txt')).has(1), 'followed from the first frame on');
});

for (const { clip, least } of [
  { clip: 'uav-wakeboard7', least: 0.8 },
  { clip: 'uav-person11', least: 0.8 },
]) {
  test(`${clip}: what was clicked on is followed`, { skip: skipWithoutData }, async () => {
    const folder = join(dataFolder ?? '', 'video', clip);
    const truth = readFileSync(join(folder, 'target.txt'), 'utf8').trim().split('\n').map(boxOf);
    const { x, y, width, height } = truth[0];
    const out = at(`${clip}.txt`);
    const place = `${x + width / 2},${y + height / 2}`;
    const { code, stderr } = await runCli(['track', join(folder, 'video.mp4'), '--out', out, '--follow', place], { timeoutMs: 300_000 });
    assert.equal(code, 0, stderr);
    const seen = followed(out);
    const good = truth.filter((box, i) => iou(seen.get(i + 1) ?? { x: 0, y: 0, width: 0, height: 0 }, box) >= 0.4).length;
    assert.ok(good >= least * truth.length, `${good} of ${truth.length} frames`);
  });
}

function boxOf(row: string): Box {
  const [x, y, width, height] = row.split(',').map(Number);
  return { x, y, width, height };
}

/** Boxes of the clicked target by frame number. */
function followed(path: string): Map<number, Box> {
  const rows = readFileSync(path, 'utf8').trim().split('\n');
  return new Map(
    rows
      .filter((row) => Number(row.split(',')[1]) === FOLLOW_ID_BASE)
      .map((row) => [Number(row.split(',')[0]), boxOf(row.split(',').slice(2, 6).join())]),
  );
}

/** Span of luma where the legend's text stands. */
function legendContrast({ luma, width }: SeenFrame): number {
  let [least, most] = [255, 0];
  for (let y = 8; y < 18; y++) {
    for (let x = 8; x < 100; x++) {
      least = Math.min(least, luma[y * width + x]);
      most = Math.max(most, luma[y * width + x]);
    }
  }
  return most - least;
}
