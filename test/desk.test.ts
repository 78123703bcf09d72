import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { readSyncMarker } from '../overlay-client/index.js';
import { type ProjectInput, UnderFeet } from '../protocol/index.js';
import { temporaryFolder } from './support/cli.js';
import { makeClip, readClip } from './support/clips.js';
import { startServe } from './support/server.js';
import { until } from './support/until.js';

/** What operators decide, on a channel that runs, and over a restart of the server. */

const { path: dir, remove } = temporaryFolder('desk');
const at = (name: string): string => join(dir, name);
const FRAME_US = 40_000;
/** How long graphics take to come in. */
const PRESENCE_US = 350_000;
const CALIBRATION = {
  size: [640, 360],
  points: [
    { image: [40, 340], ground: [0, 0] },
    { image: [600, 340], ground: [10, 0] },
    { image: [480, 120], ground: [10, 20] },
    { image: [160, 120], ground: [0, 20] },
  ],
};
/** A board as wide as the course, in front of it. */
const UNDER_FEET = UnderFeet.parse({ poles: [{ id: 'board', foot: [5, 1], top: [5, 1, 10], widthM: 40 }] });
after(remove);
before(() => makeClip(at('loop.mp4'), { width: 640, height: 360, fps: { num: 25, den: 1 }, frames: 50 }));

/** RGBA of a picture that was asked for. */
async function pixelsOf(answer: Response): Promise<{ readonly rgba: Uint8ClampedArray; readonly width: number; readonly height: number }> {
  const image = await loadImage(Buffer.from(await answer.arrayBuffer()));
  const { width, height } = image;
  assert.deepEqual([width, height], [640, 360]);
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { rgba: context.getImageData(0, 0, width, height).data, width, height };
}

async function markerIn(answer: Response): Promise<number | null> {
  const { rgba, width, height } = await pixelsOf(answer);
  return readSyncMarker(
    Uint8Array.from({ length: width * height }, (_, i) => rgba[4 * i + 1] ?? 0),
    width,
    height,
  );
}

/** How much of a picture is of the line's colour, which nothing else has. */
async function magentaIn(answer: Response): Promise<number> {
  const { rgba } = await pixelsOf(answer);
  let count = 0;
  for (let i = 0; i < rgba.length; i += 4) if (rgba[i]! > 150 && rgba[i + 1]! < 110 && rgba[i + 2]! > 150) count++;
  return count;
}

test('takes, start list, calibration and what lies under the feet are on the picture while it goes on, and there again after a restart', async () => {
  const project: ProjectInput = {
    name: 'Desk',
    channels: [
      {
        id: 'a',
        title: 'A',
        source: { url: 'loop.mp4', loop: true },
        tracking: { camera: 'fixed', analysisWidth: 160 },
        graphics: [{ id: 'sync', type: 'sync-marker', on: false }],
        outputs: [{ type: 'file', path: 'out.mkv' }],
        encoder: { preset: 'ultrafast' },
      },
    ],
  };
  writeFileSync(at('project.json'), JSON.stringify(project));
  const args = [at('project.json'), '--data', at('data')];
  const changes: { readonly on: boolean; readonly atUs: number }[] = [];
  const first = await startServe(args);
  try {
    await until('it runs', async () => (await first.state('a')).status.framesOut > 10, 40_000);
    const post = (path: string, body?: string, type = 'text/csv') =>
      fetch(`${first.url}/api/channels/a/${path}`, {
        method: 'POST',
        ...(body !== undefined && { body, headers: { 'content-type': type } }),
      });
    for (const action of ['graphics/sync/take', 'graphics/sync/out', 'undo']) {
      assert.equal((await post(action)).status, 200);
      const { graphics, status } = await first.state('a');
      changes.push({ on: graphics[0]?.on ?? false, atUs: graphics[0]?.changedAtUs ?? -1 });
      await until('it goes on', async () => (await first.state('a')).status.framesOut > status.framesOut + 13);
    }
    assert.deepEqual(
      changes.map((c) => c.on),
      [true, false, true],
    );
    const still = await fetch(`${first.url}/still/a.jpg`);
    assert.ok(Number(still.headers.get('x-media-time-us')) > (changes[2]?.atUs ?? 0) + PRESENCE_US);
    assert.equal(await markerIn(still), null, 'a still is without graphics');
    assert.notEqual(await markerIn(await fetch(`${first.url}/preview/a.jpg`)), null, 'a preview is with them');
    assert.equal((await post('roster', 'name,bib\nAda,7\n')).status, 200);
    const outside = await first.command('a', {
      command: 'calibration.set',
      calibration: { ...CALIBRATION, points: CALIBRATION.points.map((p) => ({ ...p, ground: [p.ground[0], 0] })) },
    });
    assert.equal(outside.status, 409);
    assert.equal((await first.command('a', { command: 'calibration.set', calibration: CALIBRATION })).status, 200);
    await until('metres', async () => (await first.state('a')).status.poseState === 'held');
    assert.equal((await first.command('a', { command: 'graphic.add', type: 'name-tags', title: 'Names', data: {} })).status, 200);
    const line = { kind: 'points', label: '-', colour: '#ff00ff', from: { x: 1, y: 5 }, to: { x: 9, y: 5 } };
    await first.command('a', { command: 'graphic.add', type: 'reference-lines', id: 'line', data: { lines: [line], widthM: 1 } });
    await first.command('a', { command: 'graphic.take', graphic: 'line' });
    const painted = async (): Promise<number> => await magentaIn(await fetch(`${first.url}/preview/a.jpg`));
    await until('the line is on the ground', async () => (await painted()) > 500);
    assert.equal((await first.command('a', { command: 'underFeet.set', underFeet: UNDER_FEET })).status, 200);
    await until('it runs behind the board', async () => (await painted()) < 20);
    assert.equal((await post('undo')).status, 200);
    await until('it lies there again', async () => (await painted()) > 500);
    assert.equal((await post('redo')).status, 200);
    const { status } = await first.state('a');
    await until('the picture goes on', async () => (await first.state('a')).status.framesOut > status.framesOut + 10);
    assert.equal((await first.state('a')).status.restarts, 0);
  } finally {
    await first.interrupt();
  }
  let wrong = 0;
  let seen = 0;
  await readClip(at('out.mkv'), ({ timeUs, luma, width, height }) => {
    const { on, atUs } = changes.findLast((c) => c.atUs <= timeUs + FRAME_US / 2) ?? { on: false, atUs: 0 };
    // The marker is there once it is wholly in, and gone with the first frame of going out.
    const isThere = on ? timeUs >= atUs + PRESENCE_US - FRAME_US / 2 : atUs > 0 && Math.abs(timeUs - atUs) < FRAME_US / 2;
    const isSeen = readSyncMarker(luma, width, height) !== null;
    if (isSeen) seen++;
    if (isSeen !== isThere) wrong++;
  });
  assert.ok(seen > 10, `seen on ${seen} frames`);
  assert.equal(wrong, 0, `on ${wrong} frames it was there and should not be, or the other way round`);

  const again = await startServe(args);
  try {
    await until('it runs again', async () => (await again.state('a')).status.poseState === 'held', 40_000);
    const { graphics, scene, calibration, underFeet } = await again.state('a');
    assert.deepEqual(
      graphics.map(({ id, on, title, changedAtUs }) => [id, on, title, changedAtUs]),
      [
        ['sync', true, undefined, -1],
        ['name-tags', false, 'Names', -1],
        ['line', true, undefined, -1],
      ],
    );
    assert.deepEqual(scene.roster, [{ name: 'Ada', bib: '7' }]);
    assert.deepEqual(calibration?.points, CALIBRATION.points);
    assert.deepEqual(underFeet, UNDER_FEET);
    assert.ok(existsSync(at('data/a/desk.json')));
  } finally {
    await again.interrupt();
  }
});
