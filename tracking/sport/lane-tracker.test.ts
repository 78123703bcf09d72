import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Point } from '../../protocol/index.js';
import { MOVED } from '../vision/background.js';
import type { Moved } from '../vision/foreground.js';
import { STRAIGHT } from './fixtures.test-support.js';
import type { LaneTrack } from './lane-track.js';
import { LaneTracker } from './lane-tracker.js';

// Eight lanes of 1.22 m seen at an angle from above: a lane further away is higher in the picture and to the right, neighbours overlap.
const COURSE = { ...STRAIGHT, widthM: 9.76 };
const ROSTER = Array.from({ length: 8 }, (_, i) => ({ name: `Runner ${8 - i}`, lane: 8 - i }));
const SIZE = { width: 640, height: 120 };
const PX_A_METRE = 15;
const HEIGHT_PX = 27;
const FPS = 25;

interface Figure {
  readonly lane: number;
  readonly alongM: number;
}

const acrossM = (lane: number) => COURSE.widthM / 2 - (lane - 0.5) * 1.22;
/** Pixels of a ground point; the camera follows `fromM`. */
const foot = (ground: Point, fromM: number) => ({ x: (ground.x + 10 - fromM) * PX_A_METRE + 6 * ground.y, y: 85 - 6 * ground.y });

/** What moved when these people are there: a head, a trunk and swinging legs each, a third of the pixels missing. */
function picture(figures: readonly Figure[], fromM: number, frame: number): Moved {
  const mask = new Uint8Array(SIZE.width * SIZE.height);
  for (const { lane, alongM } of figures) {
    const at = foot({ x: alongM - 10, y: acrossM(lane) }, fromM);
    const swing = 4 * Math.sin(frame + lane);
    for (let y = 0; y < HEIGHT_PX; y++) {
      const down = y / HEIGHT_PX;
      const [half, shift] = down < 0.15 ? [1.6, 0] : down < 0.6 ? [2.8, 0] : [1.8, swing * (down - 0.6)];
      for (const side of down < 0.6 ? [0] : [-1, 1]) {
        for (let x = Math.round(at.x + side * shift - half); x < at.x + side * shift + half; x++) {
          const py = Math.round(at.y - HEIGHT_PX + y);
          if ((x * 7 + py * 5 + frame * 3) % 3 === 0 || x < 0 || x >= SIZE.width || py < 0 || py >= SIZE.height) continue;
          mask[py * SIZE.width + x] = MOVED;
        }
      }
    }
  }
  return {
    size: SIZE,
    mask,
    personAt: (ground) => {
      const p = foot(ground, fromM);
      return { x: p.x - 0.2 * HEIGHT_PX, y: p.y - HEIGHT_PX, width: 0.4 * HEIGHT_PX, height: HEIGHT_PX };
    },
  };
}

/** Metres run this long after the gun: five metres a second squared up to the lane's own top speed. */
function runM(lane: number, seconds: number): number {
  const top = 9.5 + 0.15 * ((lane * 5) % 8);
  const until = top / 5;
  return seconds <= 0 ? 0 : seconds < until ? 2.5 * seconds ** 2 : 2.5 * until ** 2 + top * (seconds - until);
}

const GUN_S = 0.4;

interface Options {
  readonly hidden?: (lane: number, seconds: number) => boolean;
  readonly more?: (seconds: number) => readonly Figure[];
}

/** Plays frames of a race that begins at media time `fromS`; calls back with each frame's tracks and where the lanes' runners are. */
function race(
  tracker: LaneTracker,
  fromS: number,
  lastsS: number,
  options: Options,
  each: (tracks: readonly LaneTrack[], alongM: (lane: number) => number, seconds: number) => void,
): void {
  for (let n = 0; n < lastsS * FPS; n++) {
    const seconds = n / FPS;
    const alongM = (lane: number) => COURSE.startM + runM(lane, seconds - GUN_S);
    // Before the gun nobody moves, so nobody is in the mask.
    const runners = ROSTER.filter(({ lane }) => seconds > GUN_S && !options.hidden?.(lane, seconds)).map(({ lane }) => ({
      lane,
      alongM: alongM(lane),
    }));
    const figures = [...runners, ...(options.more?.(seconds) ?? [])].sort((a, b) => a.lane - b.lane);
    const moved = picture(figures, Math.max(0, alongM(4) - 20), n);
    each(tracker.step(moved, Math.round((fromS + seconds) * 1e6)), alongM, seconds);
  }
}

function tracker(): LaneTracker {
  const made = LaneTracker.for(ROSTER, COURSE);
  assert.ok(made);
  return made;
}

/** Metres between a track and the runner of its lane. */
const away = (track: LaneTrack, alongM: (lane: number) => number) => Math.abs(track.ground.x + 10 - alongM(track.lane));

test('eight runners whose boxes overlap are followed from the blocks, each in its own lane and under its own name', () => {
  const errors: number[] = [];
  race(tracker(), 0, 5, {}, (tracks, alongM, seconds) => {
    if (seconds <= GUN_S) assert.equal(tracks.length, 0, 'nobody is shown before anybody runs');
    if (seconds < GUN_S + 0.7) return;
    assert.deepEqual(tracks.map((t) => t.lane).sort(), [1, 2, 3, 4, 5, 6, 7, 8], `at ${seconds} s`);
    for (const track of tracks) {
      assert.equal(ROSTER[track.rosterIndex].lane, track.lane);
      assert.ok(Math.abs(track.ground.y - acrossM(track.lane)) < 0.3);
      errors.push(away(track, alongM));
    }
  });
  errors.sort((a, b) => a - b);
  assert.ok(errors[errors.length >> 1] < 0.15, `half are within ${errors[errors.length >> 1]} m`);
  assert.ok(errors[Math.floor(0.98 * errors.length)] < 0.5, `all but a few within ${errors[Math.floor(0.98 * errors.length)]} m`);
});

test('one hidden for half a second is carried on, takes nobody’s place, and is the same one after', () => {
  const ids = new Set<number>();
  race(tracker(), 0, 5, { hidden: (lane, s) => lane === 4 && s > 3 && s < 3.5 }, (tracks, alongM, seconds) => {
    if (seconds < 2) return;
    const four = tracks.find((t) => t.lane === 4);
    assert.ok(four, `lane 4 at ${seconds} s`);
    ids.add(four.trackId);
    assert.ok(away(four, alongM) < 1, `lane 4 is ${away(four, alongM)} m off at ${seconds} s`);
    if (seconds > 3.45 && seconds < 3.5) assert.equal(four.visible, false);
    if (seconds > 3.8) assert.ok(four.visible && away(four, alongM) < 0.4);
    for (const other of tracks) if (other.lane !== 4) assert.ok(away(other, alongM) < 0.6, `lane ${other.lane} at ${seconds} s`);
  });
  assert.equal(ids.size, 1);
});

test('an official standing on a lane keeps nobody back', () => {
  const official = () => [{ lane: 3, alongM: 30 }];
  race(tracker(), 0, 5, { more: official }, (tracks, alongM, seconds) => {
    if (seconds < 2) return;
    const three = tracks.find((t) => t.lane === 3);
    if (seconds > 4.2) assert.ok(three && away(three, alongM) < 0.5, `lane 3 at ${seconds} s`);
    for (const other of tracks) if (other.lane !== 3) assert.ok(away(other, alongM) < 0.6, `lane ${other.lane} at ${seconds} s`);
  });
});

test('when the race begins again everybody starts anew under another identity', () => {
  const made = tracker();
  const first = new Set<number>();
  race(made, 0, 3, {}, (tracks) => {
    for (const t of tracks) first.add(t.trackId);
  });
  made.reset();
  let last: readonly LaneTrack[] = [];
  race(made, 10, 3, {}, (tracks, alongM, seconds) => {
    last = tracks;
    if (seconds > 1.2) for (const t of tracks) assert.ok(away(t, alongM) < 0.6, `lane ${t.lane} at ${seconds} s`);
  });
  assert.equal(first.size, 8);
  assert.equal(last.length, 8);
  assert.ok(last.every((t) => !first.has(t.trackId)));
});

test('joining a race that runs already finds everybody within a second; without a picture they are carried for a moment, then gone', () => {
  const made = tracker();
  let last: readonly LaneTrack[] = [];
  for (let n = 0; n < 30; n++) {
    const alongM = (lane: number) => 40 + ((lane * 3) % 8) * 0.4 + (9.5 * n) / FPS;
    last = made.step(
      picture(
        ROSTER.map(({ lane }) => ({ lane, alongM: alongM(lane) })).sort((a, b) => a.lane - b.lane),
        alongM(4) - 20,
        n,
      ),
      n * 40_000,
    );
    if (n >= 25) for (const t of last) assert.ok(away(t, alongM) < 0.8, `lane ${t.lane} is ${away(t, alongM)} m off in frame ${n}`);
  }
  assert.equal(last.length, 8);
  for (let n = 30; n < 60; n++) last = made.step(undefined, n * 40_000);
  assert.ok(last.length === 8 && last.every((t) => !t.visible && t.confidence < 0.5));
  for (let n = 60; n < 70; n++) last = made.step(undefined, n * 40_000);
  assert.equal(last.length, 0);
});

test('a course without lanes, or a roster without them, has nothing to follow along', () => {
  assert.equal(LaneTracker.for(ROSTER, { ...COURSE, lanes: 0 }), undefined);
  assert.equal(LaneTracker.for([{ name: 'Ada' }], COURSE), undefined);
  assert.equal(LaneTracker.for(ROSTER, undefined), undefined);
});
