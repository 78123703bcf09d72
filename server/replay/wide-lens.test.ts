import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { drawRecording } from '../../media/testing/recording.js';
import { bend, lensOf, type Mat3, type Point, ReplayCommand as Schema, unbend } from '../../protocol/index.js';
import { runJob } from './jobs.js';
import { bodyIn, ground, HEIGHT, inBody, lumaOf, WIDTH } from './testing/drawn-runners.js';

const folder = mkdtempSync(join(tmpdir(), 'leaderline-wide-lens-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const us = (index: number): number => index * 40_000;

const TERMS = { k1: -0.14, k2: 0.006 };
const LENS = lensOf(TERMS, { width: WIDTH, height: HEIGHT });
/** What a camera without the lens would show where each pixel is. */
const STRAIGHT = Array.from({ length: WIDTH * HEIGHT }, (_, i) => unbend(LENS, { x: (i % WIDTH) + 0.5, y: Math.floor(i / WIDTH) + 0.5 }));
const LEVEL = 205;
/** Fine enough that a plate taken from places a few pixels beside is none. */
const floor = ({ x, y }: Point): number => ground({ x, y }) + 24 * Math.sin(2.2 * x);
const pose = (index: number): Mat3 => [4, 0, -1.6 * index, 0, 4, 4, 0, 0, 1];
const place = (index: number): Point => ({ x: 14 + 0.9 * index, y: 24 });

test('under a wide lens a strobe of a panning camera shows its subject where it stood, whole, and leaves the ground as it was', async () => {
  await drawRecording(at('wide'), {
    ...{ width: WIDTH, height: HEIGHT, frames: 70, pose, lens: TERMS },
    paint: ([luma], index) => {
      const [m, body] = [pose(index), bodyIn(pose(index), place(index))];
      for (const [i, p] of STRAIGHT.entries())
        luma[i] = inBody(body, p.x, p.y) ? LEVEL : floor({ x: (p.x - m[2]) / m[0], y: (p.y - m[5]) / m[4] });
    },
    subjects: (index) => {
      const body = bodyIn(pose(index), place(index));
      const rim = Array.from({ length: 24 }, (_, i) => (i * Math.PI) / 12).map((turn) =>
        bend(LENS, { x: body.x + body.rx * Math.cos(turn), y: body.y + body.ry * Math.sin(turn) }),
      );
      const [left, right] = [Math.min(...rim.map((p) => p.x)), Math.max(...rim.map((p) => p.x))];
      const [top, bottom] = [Math.min(...rim.map((p) => p.y)), Math.max(...rim.map((p) => p.y))];
      const box = { x: left, y: top, width: right - left, height: bottom - top };
      const who = { trackId: 31, rosterIndex: 0, state: 'visible', velocity: { x: 0, y: 0 }, confidence: 1, lane: 0 } as const;
      return [{ ...who, box, foot: bend(LENS, body.foot), ground: place(index) }];
    },
  });
  const moments = [16, 34, 52];
  const command = Schema.parse({
    ...{ command: 'picture.strobe', subject: { trackId: 31 }, make: 'still', canvas: 'frame' },
    moments: { atUs: moments.map(us) },
  });
  assert.ok(command.command === 'picture.strobe');
  await runJob({ kind: 'strobe', from: { folder: at('wide') }, range: { fromUs: 0, toUs: us(70) }, command, out: at('out') }, () => {});
  const shown = await lumaOf(at('out.png'));
  const m = pose(52);
  const bodies = moments.map((index) => bodyIn(m, place(index)));
  let [body, missing, free, wrong] = [0, 0, 0, 0];
  for (const [i, p] of STRAIGHT.entries()) {
    const level = shown(i % WIDTH, Math.floor(i / WIDTH));
    if (bodies.some((b) => inBody(b, p.x, p.y, -2))) {
      body++;
      if (Math.abs(level - LEVEL) > 14) missing++;
    } else if (!bodies.some((b) => inBody(b, p.x, p.y, 3))) {
      free++;
      if (Math.abs(level - floor({ x: (p.x - m[2]) / m[0], y: (p.y - m[5]) / m[4] })) > 14) wrong++;
    }
  }
  assert.ok(body > 1000 && missing < 0.01 * body, `${missing} of ${body} pixels of the images are not there`);
  assert.ok(wrong < 0.001 * free, `${wrong} of ${free} pixels of ground are not what they were`);
});
