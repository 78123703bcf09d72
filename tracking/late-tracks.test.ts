import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, type LumaPicture, type Mat3, translation } from '../protocol/index.js';
import { LateTracks } from './late-tracks.js';
import { loadOpenCv } from './opencv.js';
import { Tracker } from './tracker/index.js';
import { BoxFlow } from './vision/index.js';

const SOURCE = { width: 1280, height: 720 };
const FRAME_US = 40_000;
/** The camera pans: the picture moves this far a frame. */
const PAN: Mat3 = translation(-5, 1);

/** Somebody who walks 2 px a frame to the right over ground that moves with the pan. */
function at(frame: number): Box {
  return { x: 700 + 2 * frame - 5 * frame, y: 300 + frame, width: 40, height: 100 };
}

/** Plays frames; detections of every n-th are known `lateBy` frames later. @returns the distance of each reported box from the truth. */
function play(every: number, lateBy: number, frames = 80): { errors: number[]; ids: Set<number>; tooLate: number; states: Set<string> } {
  const late = new LateTracks(new Tracker({ source: SOURCE }));
  const waiting: number[] = [];
  const errors: number[] = [];
  const ids = new Set<number>();
  const states = new Set<string>();
  for (let frame = 0; frame < frames; frame++) {
    late.frame(frame * FRAME_US, frame === 0 ? translation(0, 0) : PAN);
    if (frame % every === 0) waiting.push(frame);
    while (waiting.length > 0 && waiting[0] + lateBy <= frame) {
      const seen = waiting.shift() ?? 0;
      late.join([{ box: at(seen), score: 0.95 }], seen * FRAME_US);
    }
    for (const track of late.tracks()) {
      if (track.state === 'tentative' || frame < 40) continue;
      ids.add(track.trackId);
      states.add(track.state);
      errors.push(Math.hypot(track.box.x - at(frame).x, track.box.y - at(frame).y));
    }
  }
  return { errors, ids, tooLate: late.tooLate, states };
}

test('late detections join at their own time: nobody lags behind, however the camera pans', () => {
  for (const [every, lateBy] of [
    [1, 0],
    [1, 4],
    [3, 2],
    [5, 5],
  ]) {
    const { errors, ids, states } = play(every, lateBy);
    assert.equal(errors.length, 40, `every ${every}, ${lateBy} late: seen in ${errors.length} of 40 frames`);
    assert.ok(Math.max(...errors) < 3, `every ${every}, ${lateBy} late: ${Math.max(...errors)} px off`);
    assert.deepEqual([[...ids].length, [...states]], [1, ['confirmed']]);
  }
});

test('detections that come after newer ones, or for frames never seen, are counted and left out', () => {
  const late = new LateTracks(new Tracker({ source: SOURCE }));
  for (let frame = 0; frame < 10; frame++) late.frame(frame * FRAME_US, translation(0, 0));
  late.join([{ box: at(0), score: 1 }], 5 * FRAME_US);
  late.join([{ box: at(0), score: 1 }], 5 * FRAME_US);
  late.join([{ box: at(0), score: 1 }], 3 * FRAME_US);
  late.join([{ box: at(0), score: 1 }], 60_000_000);
  assert.equal(late.tooLate, 3);
});

test('when detections stop, people are first expected, then gone', () => {
  const late = new LateTracks(new Tracker({ source: SOURCE }));
  const stateAt = new Map<number, string | undefined>();
  for (let frame = 0; frame < 60; frame++) {
    late.frame(frame * FRAME_US, translation(0, 0));
    if (frame < 10) late.join([{ box: { x: 400 + frame, y: 300, width: 40, height: 100 }, score: 1 }], frame * FRAME_US);
    stateAt.set(frame, late.tracks()[0]?.state);
  }
  assert.deepEqual([stateAt.get(9), stateAt.get(15), stateAt.get(30), stateAt.get(55)], ['confirmed', 'confirmed', 'lost', undefined]);
});

test('after a cut nobody of before is there, and detections from before are void', () => {
  const late = new LateTracks(new Tracker({ source: SOURCE }));
  for (let frame = 0; frame < 10; frame++) {
    late.frame(frame * FRAME_US, translation(0, 0));
    late.join([{ box: at(0), score: 1 }], frame * FRAME_US);
  }
  late.reset();
  late.frame(20 * FRAME_US, translation(0, 0));
  assert.deepEqual(late.tracks(), []);
});

/** A textured person on textured ground, half the size of the source. */
function film(box: Box): LumaPicture {
  const [width, height] = [SOURCE.width / 2, SOURCE.height / 2];
  const texture = (x: number, y: number) =>
    110 + 50 * Math.sin(x * 0.9 + 3 * Math.sin(y * 0.35)) + 30 * Math.sin(y * 0.7 + 2 * Math.sin(x * 0.2));
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) for (let x = 0; x < width; x++) data[y * width + x] = 0.4 * texture(x / 3, y / 3);
  for (let y = Math.round(box.y / 2); y < (box.y + box.height) / 2; y++) {
    for (let x = Math.round(box.x / 2); x < (box.x + box.width) / 2; x++) data[y * width + x] = texture(x - box.x / 2, y - box.y / 2);
  }
  return { width, height, data };
}

test('between detections the pictures tell who has turned: at every fifth frame, nobody walks on by themselves', async () => {
  const cv = await loadOpenCv();
  // To the right, and from frame 21, just after it was detected, to the left; 4 px a frame.
  const turning = (frame: number): Box => ({ x: 400 + 4 * (frame <= 21 ? frame : 42 - frame), y: 300, width: 60, height: 140 });
  const worst = [undefined, new BoxFlow(cv, SOURCE)].map((flow) => {
    const late = new LateTracks(new Tracker({ source: SOURCE }), flow);
    let worstPx = 0;
    for (let frame = 0; frame < 36; frame++) {
      late.frame(frame * FRAME_US, translation(0, 0), film(turning(frame)));
      if (frame % 5 === 0) late.join([{ box: turning(frame), score: 0.95 }], frame * FRAME_US);
      const tracks = late.tracks().filter((t) => t.state !== 'tentative');
      if (frame < 15) continue;
      assert.deepEqual(
        tracks.map((t) => t.trackId),
        [1],
      );
      worstPx = Math.max(worstPx, Math.abs(tracks[0].box.x - turning(frame).x));
    }
    late.close();
    return worstPx;
  });
  assert.ok(worst[1] < 3 && worst[0] > 15, `${worst[1]} px off with pictures, ${worst[0]} without`);
});
