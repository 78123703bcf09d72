import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, IDENTITY, type Mat3 } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import { Foreground } from './foreground.js';
import { Kernels, Pyramid } from './kernels.js';
import { nudge, type Patch, plane, take } from './textured-world.test-support.js';

const SIZE = { width: 320, height: 180 };

/** Shows frame after frame, 25 a second. */
function watcher(kind: 'moving' | 'fixed') {
  const pyramid = new Pyramid(new Kernels(), SIZE);
  const foreground = new Foreground({ size: pyramid.half, source: SIZE, kind, subjectHeightM: 1.75 });
  let frame = 0;
  return (pose: Mat3, patches: readonly Patch[]): Detection[] => {
    pyramid.load(take(pose, SIZE, patches, 0, frame).data);
    const picture = pyramid.halfPicture;
    return foreground.detect({ picture, mediaTimeUs: 40_000 * frame++, referenceToCurrent: pose, camera: undefined, fresh: false });
  };
}

function person(x: number, y: number): Patch {
  return { x, y, width: 20, height: 50, luma: (px, py) => ((Math.floor((px - x) / 5) + Math.floor((py - y) / 7)) % 2 ? 235 : 190) };
}

function sides(box: Box): number[] {
  return [box.x, box.y, box.x + box.width, box.y + box.height];
}

function assertNear(box: Box, wanted: Patch): void {
  const off = sides(box).map((v, i) => Math.abs(v - sides(wanted)[i]));
  assert.ok(Math.max(...off) <= 2.5, `${sides(box)} instead of ${sides(wanted)}`);
}

test('a fixed camera: who walks in is boxed within 2.5 px, and nothing else is', () => {
  const see = watcher('fixed');
  for (let i = 0; i < 25; i++) assert.deepEqual(see(IDENTITY, []), []);
  for (let i = 0; i < 20; i++) {
    const walker = person(40 + 6 * i, 60);
    const found = see(IDENTITY, [walker]);
    assert.equal(found.length, 1, `${found.length} found at step ${i}`);
    assertNear(found[0].box, walker);
  }
});

test('a panning camera yields the walker, not the world', () => {
  const see = watcher('moving');
  for (let i = 0; i < 60; i++) {
    const pose = nudge(SIZE, -4 * i, 1.3 * Math.sin(i / 5), 0.002 * i);
    // Stays in the picture's middle, as one the camera follows does.
    const walker = person(150 + 8 * Math.sin(i / 6), 70);
    const found = see(pose, i < 20 ? [] : [walker]);
    if (i < 20) assert.deepEqual(found, [], `something found at step ${i}`);
    else if (i > 22) {
      assert.equal(found.length, 1, `${found.length} found at step ${i}`);
      assertNear(found[0].box, walker);
    }
  }
});

test('who stops is still there after 5 s; who stood there at the beginning leaves no ghost', () => {
  const see = watcher('fixed');
  const standing = person(60, 60);
  const stopped = person(200, 70);
  for (let i = 0; i < 10; i++) see(IDENTITY, [standing]);
  for (let i = 0; i < 100; i++) {
    const found = see(IDENTITY, []);
    if (i > 2) assert.deepEqual(found, [], 'a ghost stayed where someone stood from the first frame');
  }
  for (let i = 0; i < 125; i++) {
    const found = see(IDENTITY, [stopped]);
    assert.equal(found.length, 1, `gone after ${i} frames of standing`);
    assertNear(found[0].box, stopped);
  }
});

test('light that grows over two seconds is no movement', () => {
  const see = watcher('fixed');
  for (let i = 0; i < 80; i++) {
    const whole: Patch = { x: 0, y: 0, ...SIZE, luma: (x, y) => plane({ x, y }) + Math.min(30, 0.6 * i) };
    assert.deepEqual(see(IDENTITY, [whole]), [], `something found at step ${i}`);
  }
});
