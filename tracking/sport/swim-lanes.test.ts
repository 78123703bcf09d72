import assert from 'node:assert/strict';
import { test } from 'node:test';
import { MOVED } from '../vision/background.js';
import type { Moved } from '../vision/foreground.js';
import type { LaneTrack } from './lane-track.js';
import { followLanes } from './lanes.js';

// A pool of four lanes seen from above: what moves is swimmers in patches, and everywhere light that stands, drifts back and goes out again.
const LENGTH_M = 50;
const LANE_M = 2.5;
const COURSE = {
  centreLine: [
    [-2, 5],
    [LENGTH_M + 2, 5],
  ] as [number, number][],
  startM: 2,
  finishM: 2 + LENGTH_M,
  splitsM: [],
  widthM: 4 * LANE_M,
  lanes: 4,
};
const ROSTER = [1, 2, 3, 4].map((lane) => ({ name: `Swimmer ${lane}`, lane }));
const PX_A_METRE = 8;
const SIZE = { width: (LENGTH_M + 4) * PX_A_METRE, height: 10 * PX_A_METRE };
const FPS = 25;
const LYING_M = 0.9;

/** A stream of numbers from 0 to 1, the same every time. */
function numbers(): () => number {
  let state = 9;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return state / 2_147_483_648;
  };
}

interface Light {
  readonly x: number;
  readonly y: number;
  readonly mps: number;
  readonly untilS: number;
}

const shouldersM = (lane: number, seconds: number): number => Math.min(49.5, (1.75 + 0.05 * ((lane * 3) % 4)) * seconds);
const acrossM = (lane: number): number => 10 - (lane - 0.5) * LANE_M;

/** Plays a race; a lane may be empty. Calls back with each frame's tracks. */
function race(empty: number | null, lastsS: number, each: (tracks: readonly LaneTrack[], seconds: number) => void): void {
  const next = numbers();
  const follower = followLanes(ROSTER, COURSE, LYING_M);
  assert.ok(follower);
  let lights: Light[] = [];
  for (let n = 0; n < lastsS * FPS; n++) {
    const seconds = n / FPS;
    const mask = new Uint8Array(SIZE.width * SIZE.height);
    const mark = (xM: number, yM: number): void => {
      const x = Math.floor((xM + 2) * PX_A_METRE);
      const y = Math.floor((10 - yM) * PX_A_METRE);
      if (x >= 0 && y >= 0 && x < SIZE.width && y < SIZE.height) mask[y * SIZE.width + x] = MOVED;
    };
    lights = lights.filter((l) => l.untilS > seconds);
    while (lights.length < 40) lights.push({ x: next() * LENGTH_M, y: next() * 10, mps: -0.8 * next(), untilS: seconds + 0.2 + next() });
    for (const l of lights)
      for (let k = 0; k < 25; k++) mark(l.x + l.mps * (l.untilS - seconds) + 0.8 * (next() - 0.5), l.y + 1.2 * (next() - 0.5));
    for (const { lane } of ROSTER) {
      if (lane === empty) continue;
      const at = shouldersM(lane, seconds);
      for (let k = 0; k < 8; k++) mark(at + 1.4 * (next() - 0.5), acrossM(lane) + 0.6 * (next() - 0.5));
      for (let k = 0; k < 4; k++) mark(at - 1.6 + 0.5 * next(), acrossM(lane) + 0.6 * (next() - 0.5));
    }
    const moved: Moved = {
      size: SIZE,
      mask,
      personAt: ({ x, y }) => ({ x: (x + 2) * PX_A_METRE - 2, y: (10 - y) * PX_A_METRE - 8, width: 4, height: 8 }),
    };
    each(follower.step(moved, Math.round(seconds * 1e6)), seconds);
  }
}

test('swimmers are followed through glare, each in their lane, to the wall, where they stay', () => {
  let right = 0;
  let all = 0;
  race(null, 32, (tracks, seconds) => {
    if (seconds < 4) return;
    for (const { lane } of ROSTER) {
      const track = tracks.find((t) => t.lane === lane);
      all++;
      if (track && Math.abs(track.ground.x - shouldersM(lane, seconds)) < 0.8) right++;
      if (track) assert.equal(ROSTER[track.rosterIndex].lane, lane);
    }
    if (seconds > 8 && seconds < 25) for (const t of tracks) assert.ok(Math.abs(t.velocity.x - 1.85) < 0.6, `${t.velocity.x} m/s`);
  });
  assert.ok(right / all > 0.95, `${((100 * right) / all).toFixed(0)} % right`);
});

test('who does not swim at all leads nobody else astray', () => {
  race(3, 20, (tracks, seconds) => {
    if (seconds < 4) return;
    for (const t of tracks) if (t.lane !== 3) assert.ok(Math.abs(t.ground.x - shouldersM(t.lane, seconds)) < 1.5, `lane ${t.lane}`);
  });
});

test('after a cut everybody is someone new', () => {
  const ids = new Set<number>();
  race(null, 6, (tracks) => {
    for (const t of tracks) ids.add(t.trackId);
  });
  const follower = followLanes(ROSTER, COURSE, LYING_M);
  follower?.reset();
  assert.equal(follower?.step(undefined, 0).length, 0);
  assert.ok(ids.size >= 4);
});
