import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply, IDENTITY, type Mat3 } from '../../protocol/index.js';
import type { Detection, ImageMotion, Track } from '../detection.js';
import { commonShift } from './common-shift.js';
import { Tracker } from './tracker.js';

const source = { width: 1280, height: 720 };
const seen = (x: number, y: number, score = 0.9, height = 120): Detection => ({ box: { x, y, width: height * 0.4, height }, score });
const us = (frame: number, fps: number) => Math.round((frame * 1e6) / fps);
const confirmed = (tracks: readonly Track[]) => tracks.filter((t) => t.state === 'confirmed');
const ids = (tracks: readonly Track[]) => confirmed(tracks).map((t) => t.trackId);

/** Two people who walk through each other at 100 px/s; one hides the other while they overlap much. */
function crossing(t: number): Detection[] {
  const [a, b] = [seen(300 + 100 * t, 300), seen(700 - 100 * t, 306, 0.9, 124)];
  return Math.abs(a.box.x - b.box.x) < 20 ? [a] : [a, b];
}

test('two people who cross keep their ids, at any frame rate', () => {
  for (const fps of [10, 25, 60]) {
    const tracker = new Tracker({ source, fps });
    let tracks: Track[] = [];
    for (let n = 0; n <= 4 * fps; n++) tracks = tracker.step(crossing(n / fps), us(n, fps), null);
    const [first, second] = confirmed(tracks);
    assert.equal(confirmed(tracks).length, 2, `${fps} fps`);
    assert.deepEqual([first.trackId, second.trackId], [1, 2]);
    assert.ok(Math.abs(first.box.x - 700) < 1 && Math.abs(second.box.x - 300) < 1, `swapped at ${fps} fps`);
    assert.ok(Math.abs(first.velocity.x - 100) < 10 && Math.abs(second.velocity.x + 100) < 10, `velocity at ${fps} fps`);
  }
});

test('frames that are dropped do not matter', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 20, maxLength: 60 }), (steps) => {
      const tracker = new Tracker({ source, fps: 30 });
      let frame = 0;
      let tracks = tracker.step([seen(100, 300), seen(100, 500)], 0, null);
      for (const step of [1, ...steps]) {
        frame += step;
        tracks = tracker.step([seen(100 + frame * 4, 300), seen(100 + frame * 5, 500)], us(frame, 30), null);
      }
      assert.deepEqual(ids(tracks), [1, 2]);
      assert.ok(Math.abs(tracks[0].velocity.x - 120) < 6, `${tracks[0].velocity.x} px/s of 120`);
    }),
  );
});

test('tentative at first sight, confirmed at the next, missed for a moment, lost, found under its id, given up after 1.2 s', () => {
  const tracker = new Tracker({ source });
  const at = (n: number, there: boolean) => tracker.step(there ? [seen(300 + n * 2, 300)] : [], us(n, 25), null)[0];
  assert.equal(at(0, true).state, 'tentative');
  assert.equal(at(1, true).state, 'confirmed');
  for (let n = 2; n < 20; n++) at(n, true);
  const missed = at(20, false);
  assert.equal(missed.state, 'hidden', 'a detector misses a frame now and then');
  assert.ok(Math.abs(missed.box.x - 340) < 3, 'expected where it was going');
  assert.equal(missed.lastSeenUs, us(19, 25));
  for (let n = 21; n < 35; n++) assert.equal(at(n, false).state, 'lost');
  const found = at(35, true);
  assert.deepEqual([found.trackId, found.state], [1, 'confirmed']);
  for (let n = 36; n < 66; n++) at(n, false);
  assert.equal(at(66, false), undefined);
  assert.equal(at(67, true).trackId, 2);
});

/** Somebody walks right, and stops being seen at 0.8 s: for how many seconds on are they believed to be there? */
function believedS(o: { fps: number; x?: number; score?: number; others?: readonly Detection[] }): number {
  const tracker = new Tracker({ source });
  const walker = (n: number) => seen((o.x ?? 300) + (100 * n) / o.fps, 300, o.score);
  const gone = Math.round(0.8 * o.fps);
  for (let n = 0; n < gone; n++) tracker.step([walker(n), ...(o.others ?? [])], us(n, o.fps), null);
  for (let n = gone; ; n++) {
    const [track] = tracker.step([...(o.others ?? [])], us(n, o.fps), null);
    if (track.state !== 'hidden') return (n - gone) / o.fps;
  }
}

test('behind somebody, people are believed to be there for a while; in the open, over the edge, or with a certain detector, they are gone', () => {
  const inFront = [seen(400, 290, 0.9, 190)];
  const behind = [seen(400, 280, 0.9, 130)];
  for (const fps of [10, 25, 50]) {
    const hiddenS = believedS({ fps, others: inFront });
    assert.ok(hiddenS >= 0.2 && hiddenS <= 0.3, `${fps} fps: ${hiddenS} s behind somebody`);
    for (const others of [[], behind])
      assert.ok(believedS({ fps, others }) <= 0.05, `${fps} fps: ${believedS({ fps, others })} s in the open`);
  }
  assert.equal(believedS({ fps: 50, x: 1160 }), 0, 'walked out of the picture');
  assert.equal(believedS({ fps: 50, score: 1, others: inFront }), 0, 'not reported by one who is never wrong');
});

test('a false alarm of one frame is never confirmed; a detection that is certain is at once', () => {
  const tracker = new Tracker({ source });
  const alarms = Array.from({ length: 20 }, (_, n) => tracker.step(n % 5 === 0 ? [seen(50 * n, 200)] : [], us(n, 25), null));
  assert.deepEqual(alarms.flatMap(ids), []);
  assert.equal(new Tracker({ source }).step([seen(10, 10, 1)], 0, null)[0].state, 'confirmed');
});

test('a faint detection keeps a track alive but starts none', () => {
  const tracker = new Tracker({ source });
  for (let n = 0; n < 10; n++) tracker.step([seen(300, 300)], us(n, 25), null);
  const faint = tracker.step([seen(301, 300, 0.3), seen(900, 300, 0.3)], us(10, 25), null);
  assert.deepEqual(
    faint.map((t) => [t.trackId, t.state, t.score]),
    [[1, 'confirmed', 0.3]],
  );
});

test('what stands still and is never sure is no longer shown; who stands still, is half hidden or walks is', () => {
  const tracker = new Tracker({ source });
  const still: ImageMotion = { previousToCurrent: IDENTITY, confidence: 1 };
  const shown = new Map<number, number>();
  for (let n = 0; n < 150; n++) {
    const walkers = [0, 1, 2, 3].map((i) => seen(100 + 40 * i + 2 * n, 100 + 10 * i, 0.96));
    const sure = seen(1000, 200, 0.95);
    const thing = seen(1000, 500, 0.8);
    const unsureWalker = seen(200 + 2 * n, 450, 0.8);
    const [behind, inFront] = [seen(700, 500, 0.8), seen(720, 520, 0.96)];
    for (const id of ids(tracker.step([...walkers, sure, thing, unsureWalker, behind, inFront], us(n, 25), still))) shown.set(id, n);
  }
  assert.deepEqual([...shown.keys()].sort(), [1, 2, 3, 4, 5, 6, 7, 8, 9]);
  assert.deepEqual(
    [...shown].filter(([, last]) => last < 149).map(([id]) => id),
    [6],
  );
  assert.ok(Math.abs(Number(shown.get(6)) / 25 - 1.5) < 0.2, `shown for ${Number(shown.get(6)) / 25} s`);
});

const crowd = [0, 1, 2, 3, 4, 5].map((i) => ({ x: 200 + i * 90, y: 300 + (i % 2) * 40 }));

test('a camera that jumps is followed by its measured motion, zoom included', () => {
  const tracker = new Tracker({ source });
  const jump: Mat3 = [1.1, 0.02, 130, -0.02, 1.1, -60, 0, 0, 1];
  const still: Mat3 = [1, 0, 0, 0, 1, 0, 0, 0, 1];
  for (let n = 0; n < 10; n++) {
    tracker.step(
      crowd.map((p) => seen(p.x, p.y)),
      us(n, 25),
      { previousToCurrent: still, confidence: 1 },
    );
  }
  const moved = crowd.map((p) => {
    const c = apply(jump, { x: p.x + 24, y: p.y + 60 });
    return seen(c.x - 26.4, c.y - 66, 0.9, 132);
  });
  const after = tracker.step(moved, us(10, 25), { previousToCurrent: jump, confidence: 1 });
  assert.deepEqual(ids(after), [1, 2, 3, 4, 5, 6]);
  for (const [i, t] of after.entries()) assert.ok(Math.abs(t.box.x - moved[i].box.x) < 0.1 && Math.abs(t.box.height - 132) < 0.1);
});

test('a camera that rolls turns velocities with the picture', () => {
  const tracker = new Tracker({ source });
  for (let n = 0; n < 20; n++) tracker.step([seen(500 + n * 4, 300)], us(n, 25), null);
  const quarterTurn: Mat3 = [0, -1, 1000, 1, 0, -200, 0, 0, 1];
  const [track] = tracker.step([], us(20, 25), { previousToCurrent: quarterTurn, confidence: 1 });
  // It was going right, it slows down while lost, and goes down now.
  assert.ok(Math.abs(track.velocity.x) < 2 && track.velocity.y > 80, `${track.velocity.x}, ${track.velocity.y}`);
});

test('a pan nobody measured is felt through the people', () => {
  const tracker = new Tracker({ source });
  const shot = (dx: number) => crowd.map((p) => seen(p.x + dx, p.y));
  for (let n = 0; n < 10; n++) tracker.step(shot(0), us(n, 25), null);
  const after = tracker.step(shot(44), us(10, 25), null);
  assert.deepEqual(ids(after), [1, 2, 3, 4, 5, 6]);
  for (const [i, t] of after.entries()) assert.ok(Math.abs(t.box.x - crowd[i].x - 44) < 1);
  const boxes = (dx: number) => shot(dx).map((d) => d.box);
  assert.ok(Math.abs((commonShift(boxes(0), boxes(44))?.x ?? 0) - 44) < 1e-9);
  const apart = crowd.map((p, i) => seen(p.x + (i % 2 ? 20 : -20), p.y).box);
  assert.equal(commonShift(boxes(0), apart), undefined, 'people who go their own ways are not a camera');
});

test('time that goes back begins anew, with new ids; boxes off the picture are not looked at', () => {
  const tracker = new Tracker({ source });
  for (let n = 0; n < 5; n++) tracker.step([seen(300, 300)], us(n, 25), null);
  assert.deepEqual(
    tracker.step([seen(300, 300)], 0, null).map((t) => [t.trackId, t.state]),
    [[2, 'tentative']],
  );
  assert.deepEqual(new Tracker({ source }).step([seen(1300, 300, 1), seen(-60, 10, 1)], 0, null), []);
});
