import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { drawRecording } from '../../media/testing/recording.js';
import { type Mat3, type Point, ReplayCommand as Schema } from '../../protocol/index.js';
import { runJob } from './jobs.js';
import { bodyIn, ground, HEIGHT, inBody, lumaOf, WIDTH } from './testing/drawn-runners.js';

const folder = mkdtempSync(join(tmpdir(), 'leaderline-crossing-'));
after(() => rmSync(folder, { recursive: true, force: true }));
const at = (name: string): string => join(folder, name);
const us = (index: number): number => index * 40_000;

test('of two who meet, each image shows its own runner alone', async () => {
  // The first comes from the left, nearer; the second from the right, farther; boxes of both lie a third of their width beside them.
  const crossing = [
    { trackId: 21, place: (i: number): Point => ({ x: 10 + 0.8 * i, y: 30 }), level: 200, u: 90, v: 160, aside: 1.2 },
    { trackId: 22, place: (i: number): Point => ({ x: 74 - 0.8 * i, y: 26 }), level: 60, u: 170, v: 110, aside: -1.2 },
  ] as const;
  const still: Mat3 = [4, 0, 0, 0, 4, 0, 0, 0, 1];
  const bodies = (i: number): ReturnType<typeof bodyIn>[] => crossing.map(({ place }) => bodyIn(still, place(i)));
  await drawRecording(at('crossing'), {
    ...{ width: WIDTH, height: HEIGHT, frames: 80, pose: () => still },
    paint: ([luma, u, v], index) => {
      const [near, far] = bodies(index);
      for (let y = 0; y < HEIGHT; y++) {
        for (let x = 0; x < WIDTH; x++) {
          const who = inBody(near!, x + 0.5, y + 0.5) ? crossing[0] : inBody(far!, x + 0.5, y + 0.5) ? crossing[1] : null;
          luma[y * WIDTH + x] = who?.level ?? ground({ x: (x + 0.5) / 4, y: (y + 0.5) / 4 });
          const c = (y >> 1) * (WIDTH >> 1) + (x >> 1);
          u[c] = who?.u ?? 124;
          v[c] = who?.v ?? 130;
        }
      }
    },
    subjects: (index) =>
      crossing.map(({ trackId, place, aside }, i) => {
        const { x, y, rx, ry, foot } = bodies(index)[i]!;
        const box = { x: x - rx + aside * 4, y: y - ry, width: 2 * rx, height: 2 * ry };
        return {
          trackId,
          rosterIndex: i,
          state: 'visible',
          box,
          foot,
          ground: place(index),
          velocity: { x: 0, y: 0 },
          confidence: 1,
          lane: 0,
        };
      }),
  });
  // Half of the farther one is hidden by the nearer one at 38.
  const command = Schema.parse({
    command: 'picture.strobe',
    subject: { trackId: 22 },
    moments: { atUs: [10, 38, 70].map(us) },
    make: 'still',
  });
  assert.ok(command.command === 'picture.strobe');
  await runJob({ kind: 'strobe', from: { folder: at('crossing') }, range: { fromUs: 0, toUs: us(80) }, command, out: at('out') }, () => {});
  const shown = await lumaOf(at('out.png'));
  const [hiding, half] = bodies(38);
  const now = bodies(70)[0]!;
  let [mine, theirs, seen] = [0, 0, 0];
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      if (inBody(now, x + 0.5, y + 0.5, 4)) continue;
      if (shown(x, y) > 180) theirs++;
      if (!inBody(half!, x + 0.5, y + 0.5, -2) || inBody(hiding!, x + 0.5, y + 0.5, 2)) continue;
      seen++;
      if (Math.abs(shown(x, y) - crossing[1].level) < 14) mine++;
    }
  }
  assert.ok(seen > 100 && mine > 0.85 * seen, `${mine} of ${seen} pixels of the half that shows are there`);
  assert.ok(theirs < 15, `${theirs} pixels of the other one`);
});
