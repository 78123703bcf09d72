import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDENTITY, type Mat3 } from '../../protocol/index.js';
import { turned, worstError } from './textured-world.test-support.js';
import { between, type Link, nearestTurn, solveTurns, type Turn, UnitFrame } from './turning-camera.js';

const SIZE = { width: 640, height: 360 };
const frame = new UnitFrame(SIZE);
const FOCAL = 1500;

/** A pan in steps of 6° with a zoom, each picture linked to the one and two before it, each link off by `noisePx`. */
function pan(noisePx: number): { poses: Mat3[]; links: Link[] } {
  const poses = Array.from({ length: 9 }, (_, i) => turned(SIZE, FOCAL, FOCAL * (1 + 0.02 * i), 0.1 * i, 0.01 * i));
  const information = new Float64Array(64);
  for (let i = 0; i < 8; i++) information[i * 9] = (i > 5 ? 0.1 : 1) * (320 / noisePx) ** 2;
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 3.4 * (noisePx / 320);
  };
  const links: Link[] = [];
  const exact = poses.map((pose) => nearestTurn({ focal: FOCAL / 320, rotation: IDENTITY }, frame.toUnit(pose)));
  for (let to = 1; to < poses.length; to++) {
    for (const from of [to - 1, to - 2]) {
      if (from < 0) continue;
      const h = between(exact[from], exact[to]).map((v, i, all) => v / all[8] + (i < 8 ? random() * (i > 5 ? 3 : 1) : 0));
      links.push({ from, to, homography: frame.toPixels([h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]]), information });
    }
  }
  return { poses, links };
}

/** Chains the links one by one from a wrong focal length, as the graph does when key frames are added. */
function chained(links: readonly Link[], count: number): Turn[] {
  const turns: Turn[] = [{ focal: 2.4, rotation: IDENTITY }];
  for (let i = 1; i < count; i++) {
    const link = links.find((l) => l.from === i - 1 && l.to === i);
    assert.ok(link);
    turns.push(nearestTurn(turns[i - 1], frame.toUnit(link.homography)));
  }
  return turns;
}

test('the focal length and every turn follow from the links alone', () => {
  const { poses, links } = pan(0.005);
  const { turns, chiSquare } = solveTurns(chained(links, poses.length), links, frame);
  assert.ok(Math.abs(turns[0].focal * 320 - FOCAL) < 15, `focal length ${turns[0].focal * 320} px`);
  assert.ok(chiSquare < 4, `chi square ${chiSquare}`);
  for (const [i, pose] of poses.entries()) {
    const error = worstError(frame.toPixels(between(turns[0], turns[i])), pose, SIZE);
    assert.ok(error < 0.6, `picture ${i} off by ${error.toFixed(2)} px`);
  }
});

test('links of a camera that is carried along do not pass for turning', () => {
  const { poses, links } = pan(0.005);
  const carried = links.map((link) => ({
    ...link,
    homography: ((h: Mat3): Mat3 => [h[0], h[1] + 0.01, h[2], h[3], h[4], h[5], h[6] + 2e-5, h[7], h[8]])(link.homography),
  }));
  assert.ok(solveTurns(chained(links, poses.length), carried, frame).chiSquare > 20);
});
