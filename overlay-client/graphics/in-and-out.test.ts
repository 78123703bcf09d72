import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { GraphicState, TrackingFrame } from '../../protocol/index.js';
import { createHeadlessOverlay, graphicTypes } from '../index.js';
import { finalFrame, finalScene } from '../testing/final.js';
import { raceFrame, raceScene, SMALL_HD, startFrame } from '../testing/race.js';
import { logo, SHOWN, shown } from '../testing/shown.js';
import { PRESENCE_US } from './motion.js';

const imagesDir = mkdtempSync(join(tmpdir(), 'leaderline-in-and-out-'));
after(() => rmSync(imagesDir, { recursive: true }));
writeFileSync(join(imagesDir, 'logo.png'), logo());

const FRAME_US = 33_333;
const FRAMES = Math.ceil(PRESENCE_US / FRAME_US) + 1;
/** Of all that is drawn at most, that comes or goes with one frame. */
const JUMP = 0.25;

/** A moment that stays: the race up to it, then nothing but media time goes on. */
function frames(world: 'race' | 'final', count: number): TrackingFrame[] {
  const run =
    world === 'race'
      ? [startFrame(SMALL_HD), ...Array.from({ length: 75 }, (_, i) => raceFrame(SMALL_HD, i + 1))]
      : Array.from({ length: 135 }, (_, i) => finalFrame(SMALL_HD, i));
  const last = run.at(-1)!;
  const still = Array.from({ length: count }, (_, i) => ({
    ...last,
    mediaTimeUs: last.mediaTimeUs + (i + 1) * FRAME_US,
    frameIndex: last.frameIndex + i + 1,
  }));
  return [...run, ...still];
}

for (const type of graphicTypes) {
  // Read by a program: there or not there.
  if (type === 'sync-marker') continue;
  test(`${type} comes and goes over several frames, whenever it is taken`, async () => {
    const { world } = SHOWN[type];
    for (const phase of [0, 4]) {
      const all = frames(world, phase + 2 * FRAMES + 2);
      const from = all.length - 2 * FRAMES - 1;
      const [inUs, outUs] = [all[from - 1]!.mediaTimeUs, all[from + FRAMES]!.mediaTimeUs];
      const overlay = await createHeadlessOverlay(world === 'race' ? raceScene(SMALL_HD) : finalScene(SMALL_HD), { imagesDir });
      const ink: number[] = [];
      try {
        for (const [i, frame] of all.entries()) {
          const now = frame.mediaTimeUs;
          const state: GraphicState = {
            ...shown(type),
            on: now >= inUs && now < outUs,
            changedAtUs: now < inUs ? -1 : now < outUs ? inUs : outUs,
          };
          if (i < from) {
            overlay.observe(frame, [state]);
            continue;
          }
          let sum = 0;
          for (const { rgba } of overlay.render(frame, [state])) for (let at = 3; at < rgba.length; at += 4) sum += rgba[at]!;
          ink.push(sum);
        }
      } finally {
        overlay.close();
      }
      const most = Math.max(...ink);
      const shares = [0, ...ink.map((sum) => sum / most)];
      const told = shares.map((share) => share.toFixed(2)).join(' ');
      assert.ok(most > 0, 'nothing is shown');
      assert.ok(shares[FRAMES]! > 0.8, `it is there: ${told}`);
      assert.equal(shares.at(-1), 0, `it is gone: ${told}`);
      for (const [i, share] of shares.slice(1).entries()) assert.ok(Math.abs(share - shares[i]!) < JUMP, `frame ${i} jumps: ${told}`);
    }
  });
}
