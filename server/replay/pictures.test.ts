import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { decodeFile } from '../../media/index.js';
import { drawRecording } from '../../media/testing/recording.js';
import {
  GhostCommand,
  type Mat3,
  type Point,
  type ReplayCommand,
  ReplayCommand as Schema,
  type TrackedSubject,
} from '../../protocol/index.js';
import { type Job, runJob } from './jobs.js';
import { bodyIn, ground, HEIGHT, inBody, lumaOf, WIDTH } from './testing/drawn-runners.js';

/** Two runners on textured ground under a camera that pans, tilts and zooms; where everything is is known exactly. */

const folder = mkdtempSync(join(tmpdir(), 'leaderline-pictures-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const FRAMES = 100;

const DARK = 45;
const us = (index: number): number => index * 40_000;
const pose = (index: number): Mat3 => {
  const zoom = 4 + 0.004 * index;
  return [zoom, 0, -0.5 * index, 0, zoom, 4 - 0.1 * index, 0, 0, 1];
};
const RUNNERS = [
  {
    trackId: 11,
    place: (index: number): Point => ({ x: 8 + 0.6 * index, y: 24 }),
    level: (index: number): number => 130 + 0.7 * index,
    u: 104,
    v: 156,
  },
  {
    trackId: 12,
    place: (index: number): Point => ({ x: -4 + 0.6 * index, y: 30 }),
    level: (_index: number): number => DARK,
    u: 180,
    v: 110,
  },
];
function paint([luma, u, v]: readonly [Uint8Array, Uint8Array, Uint8Array], index: number): void {
  const m = pose(index);
  const bodies = RUNNERS.map((r) => ({ ...r, body: bodyIn(m, r.place(index)) }));
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const runner = bodies.findLast((r) => inBody(r.body, x + 0.5, y + 0.5));
      luma[y * WIDTH + x] = runner ? runner.level(index) : ground({ x: (x + 0.5 - m[2]) / m[0], y: (y + 0.5 - m[5]) / m[4] });
      const c = (y >> 1) * (WIDTH >> 1) + (x >> 1);
      u[c] = runner ? runner.u : 124;
      v[c] = runner ? runner.v : 130;
    }
  }
}

function subjects(index: number): TrackedSubject[] {
  return RUNNERS.map(({ trackId, place }, i) => {
    const { x, y, rx, ry, foot } = bodyIn(pose(index), place(index));
    const box = { x: x - rx, y: y - ry, width: 2 * rx, height: 2 * ry };
    const state = box.x > 0 && box.x + box.width < WIDTH ? 'visible' : 'outside';
    return { trackId, rosterIndex: i, state, box, foot, ground: place(index), velocity: { x: 15, y: 0 }, confidence: 1, lane: 0 };
  });
}

before(() => drawRecording(at('buffer'), { width: WIDTH, height: HEIGHT, frames: FRAMES, paint, pose, subjects }));

function run(command: object, range = { fromUs: 0, toUs: us(FRAMES) }, name = 'out'): Promise<string[]> {
  const parsed: ReplayCommand = Schema.parse(command);
  const from = { folder: at('buffer') };
  const out = at(name);
  const job: Job =
    parsed.command === 'picture.strobe'
      ? { kind: 'strobe', from, range, command: parsed, out }
      : parsed.command === 'picture.ghost'
        ? { kind: 'ghost', run: from, ghost: from, command: parsed, out }
        : { kind: 'clip', from, range, drawn: 'none', out };
  return runJob(job, () => {});
}

/** Times of a film's pictures, microseconds. */
async function timesOf(path: string): Promise<number[]> {
  const times: number[] = [];
  for await (const { frame, inputUs } of decodeFile(path)) {
    frame.free();
    times.push(inputUs ?? -1);
  }
  return times;
}

test('a strobe shows its subject where it stood, whole, over ground that stays as it was', async () => {
  const moments = [15, 35, 55, 75, 90];
  await run({ command: 'picture.strobe', subject: { trackId: 11 }, moments: { atUs: moments.map(us) }, make: 'still', canvas: 'frame' });
  const shown = await lumaOf(at('out.png'));
  const reference = pose(90);
  const bodies = moments.map((index) => ({ index, body: bodyIn(reference, RUNNERS[0]!.place(index)) }));
  const other = bodyIn(reference, RUNNERS[1]!.place(90));
  let [wrong, off, compared] = [0, 0, 0];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const level = shown(x, y);
      const inside = bodies.find(({ body }) => inBody(body, x + 0.5, y + 0.5, -2));
      // Who really stands there, nearer to the camera, stays in front.
      if (inBody(other, x + 0.5, y + 0.5, 3)) continue;
      if (inside) {
        assert.ok(Math.abs(level - RUNNERS[0]!.level(inside.index)) < 14, `image of frame ${inside.index} at ${x},${y}: ${level}`);
      } else if (!bodies.some(({ body }) => inBody(body, x + 0.5, y + 0.5, 3))) {
        const there = Math.abs(level - ground({ x: (x + 0.5 - reference[2]) / reference[0], y: (y + 0.5 - reference[5]) / reference[4] }));
        off += there;
        compared++;
        if (there > 14) wrong++;
      }
    }
  }
  assert.ok(off / compared < 3, `the ground is off by ${off / compared} levels`);
  assert.ok(wrong / compared < 0.003, `${wrong} of ${compared} pixels of ground are not what they were`);
});

test('the newest image lies on top, older ones fade', async () => {
  const moments = [50, 54, 58];
  await run({ command: 'picture.strobe', subject: { rosterIndex: 0 }, moments: { atUs: moments.map(us) }, make: 'still', fade: 0.6 });
  const shown = await lumaOf(at('out.png'));
  const bodies = moments.map((index) => bodyIn(pose(58), RUNNERS[0]!.place(index)));
  const [old, middle, newest] = [bodies[0]!, bodies[1]!, bodies[2]!];
  const both = { x: (middle.x + newest.x) / 2, y: newest.y };
  assert.ok(Math.abs(shown(both.x, both.y) - RUNNERS[0]!.level(58)) < 5, 'where two overlap, the newest shows');
  // Where the ground behind is darkest.
  const behind = (y: number): number => ground({ x: (left - pose(58)[2]) / pose(58)[0], y: (y - pose(58)[5]) / pose(58)[4] });
  const left = old.x - old.rx + 4;
  const rows = Array.from({ length: 21 }, (_, i) => Math.round(old.y) - 10 + i + 0.5);
  const row = rows.reduce((best, y) => (behind(y) < behind(best) ? y : best));
  const faded = (shown(left, row) - behind(row)) / (RUNNERS[0]!.level(50) - behind(row));
  assert.ok(faded > 0.25 && faded < 0.55, `the oldest is ${faded} solid, should be 0.4`);
});

test('the clip reveals images as the subject passes, frame for frame, then holds', async () => {
  const range = { fromUs: us(20), toUs: us(60) };
  await run(
    { command: 'picture.strobe', subject: { trackId: 11 }, moments: { everyM: 8 }, make: 'clip', canvas: 'frame', holdS: 0.4 },
    range,
  );
  const times = await timesOf(at('out.mp4'));
  assert.deepEqual(
    times,
    Array.from({ length: 41 + 10 }, (_, i) => i * 40_000),
  );
  const levels: number[] = [];
  const passed = 34;
  for await (const { frame } of decodeFile(at('out.mp4'))) {
    const index = Math.min(60, 20 + levels.length);
    const { x, y } = bodyIn(pose(index), RUNNERS[0]!.place(passed));
    levels.push(frame.data![0]![Math.floor(y - 8) * frame.linesize[0]! + Math.floor(x)]!);
    frame.free();
  }
  // Counted back from frame 60 in steps of 8 m at 0.6 m a frame: 60, 47 (46.7), 33 (33.3), 20.
  const image = RUNNERS[0]!.level(33);
  assert.ok(Math.abs(levels[5]! - image) > 8, 'not there before the subject comes');
  for (const index of [45, 55, 60]) assert.ok(Math.abs(levels[index - 20]! - image) < 8, `stays at frame ${index}: ${levels[index - 20]}`);
});

const ghostOf = (run: number, runAt: number, ghost: number, ghostAt: number): object => ({
  command: 'picture.ghost',
  run: { subject: { trackId: run }, syncUs: us(runAt) },
  ghost: { subject: { trackId: ghost }, syncUs: us(ghostAt) },
  afterS: 0.4,
  stillAtS: 0,
});

test('a ghost runs on its own ground, in step; the nearer one shows through the farther, not the other way round', async () => {
  await run({ ...ghostOf(11, 25, 12, 47), holdS: 0 });
  assert.equal((await timesOf(at('out.mp4'))).length, 11);
  const shown = await lumaOf(at('out.png'));
  const ghost = bodyIn(pose(25), RUNNERS[1]!.place(47));
  const real = bodyIn(pose(25), RUNNERS[0]!.place(25));
  // Below the other's foot only the ghost is dark.
  let [sumX, count, lowest] = [0, 0, 0];
  for (let y = Math.ceil(real.foot.y + 3); y < HEIGHT; y++) {
    for (let x = Math.floor(ghost.x - 20); x < ghost.x + 20; x++) {
      if (shown(x, y) > 62) continue;
      sumX += x + 0.5;
      count++;
      lowest = Math.max(lowest, y + 1);
    }
  }
  assert.ok(count > 60, 'the ghost is there');
  assert.ok(Math.abs(sumX / count - ghost.foot.x) < 2, `ghost at ${sumX / count}, should be ${ghost.foot.x}`);
  assert.ok(Math.abs(lowest - ghost.foot.y) < 2.5, `it stands at ${lowest}, should be ${ghost.foot.y}`);
  const meeting = { x: (ghost.x + real.x) / 2, y: (ghost.y - ghost.ry + real.y + real.ry) / 2 };
  const near = DARK;
  const shareOf = (level: number, far: number): number => (far - level) / (far - near);
  const infront = shareOf(shown(meeting.x, meeting.y), RUNNERS[0]!.level(25));
  assert.ok(infront > 0.55 && infront < 0.75, `the nearer ghost has ${infront} of the overlap`);

  await run(ghostOf(12, 47, 11, 25));
  const turned = await lumaOf(at('out.png'));
  const [ghost2, real2] = [bodyIn(pose(47), RUNNERS[0]!.place(25)), bodyIn(pose(47), RUNNERS[1]!.place(47))];
  const behind = shareOf(turned((ghost2.x + real2.x) / 2, (ghost2.y + ghost2.ry + real2.y - real2.ry) / 2), RUNNERS[0]!.level(25));
  assert.ok(behind > 0.55 && behind < 0.75, `the nearer runner has ${behind} of the overlap`);
});

test('a ghost may come from a clip made earlier', async () => {
  await run({ command: 'replay.export' }, { fromUs: us(40), toUs: us(60) }, 'clip-1');
  assert.equal((await timesOf(at('clip-1.mp4'))).length, 21);
  const command = GhostCommand.parse({ ...ghostOf(11, 25, 12, 47), make: 'still' });
  await runJob({ kind: 'ghost', run: { folder: at('buffer') }, ghost: { clip: at('clip-1') }, command, out: at('out') }, () => {});
  const shown = await lumaOf(at('out.png'));
  const ghost = bodyIn(pose(25), RUNNERS[1]!.place(47));
  assert.ok(shown(ghost.foot.x, ghost.foot.y - 6) < DARK + 16, 'it stands there');
});

test('a range or subject that will not do is refused in one line', async () => {
  const strobe = { command: 'picture.strobe', subject: { trackId: 11 }, make: 'still' };
  await assert.rejects(run({ ...strobe, subject: { trackId: 5 } }), /^Error: track 5 is not tracked between 0:00\.00 and 0:04\.00/);
  await assert.rejects(run({ ...strobe, subject: { rosterIndex: 1 } }, { fromUs: 0, toUs: us(4) }), /Jo Lind is never seen whole/);
  await assert.rejects(run({ ...strobe, moments: { everyS: 0.04 } }), /at most 40/);
  await assert.rejects(run(ghostOf(11, 2000, 12, 47)), /the run starts at 1:20\.00, but its recording goes from 0:00\.00 to 0:03\.96/);
});
