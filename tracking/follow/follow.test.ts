import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Box, IDENTITY, iou, type LumaPicture, type Mat3, multiply, type Point, translation } from '../../protocol/index.js';
import { nudge, type Patch, plane, take } from '../vision/textured-world.test-support.js';
import { ClickedTarget } from './clicked-target.js';
import { extentAt } from './extent.js';
import { spiral } from './follower.js';

const SIZE = { width: 320, height: 180 };
const PAN = -2;
const FRAME_US = 40_000;

/** A thing with a pattern of its own, darker above, that lies in front of everything but the post. */
function thing({ x, y }: Point): Patch {
  const luma = (px: number, py: number) =>
    (py - y < 18 ? 30 : 215) + 35 * Math.sin(0.9 * (px - x)) * Math.sin(0.5 * (py - y)) + 10 * Math.sign(Math.floor((py - y) / 6) % 2);
  return { x, y, width: 16, height: 40, luma };
}

/** Wide enough to hide the thing. */
const post = (x: number): Patch => ({ x, y: 0, width: 40, height: 180, luma: (px, py) => plane({ x: px + 900, y: py }, 3) });

const boxOf = ({ x, y, width, height }: Patch): Box => ({ x, y, width, height });
const middle = (b: Box): Point => ({ x: b.x + b.width / 2, y: b.y + b.height / 2 });
const steady = { previousToCurrent: translation(PAN, 0), state: 'held', cut: false } as const;

interface Seen {
  readonly state: string | undefined;
  readonly overlap: number;
}

/** Follows what is clicked on in the first picture of a film. */
function follow(frames: number, where: (i: number) => { picture: LumaPicture; truth: Box | null }, motion: Mat3 | null): Seen[] {
  const target = new ClickedTarget(SIZE);
  return Array.from({ length: frames }, (_, i) => {
    const { picture, truth } = where(i);
    if (i === 0 && truth) target.follow({ ...middle(truth), mediaTimeUs: 0 });
    const track = target.step(picture, motion ? { ...steady, previousToCurrent: motion } : { ...steady, state: 'lost' }, i * FRAME_US);
    return { state: track?.state, overlap: track && truth ? iou(track.box, truth) : 0 };
  });
}

test('the box about a click is the thing that was clicked on, also well off its middle', () => {
  const patch = thing({ x: 120, y: 70 });
  const picture = take(nudge(SIZE, 0, 0), SIZE, [patch]);
  for (const [dx, dy] of [
    [0, 0],
    [4, 0],
    [-4, 0],
    [0, 8],
    [0, -8],
  ]) {
    const { x, y } = middle(boxOf(patch));
    const box = extentAt(picture, { x: x + dx, y: y + dy });
    assert.ok(box && iou(box, boxOf(patch)) > 0.45, `clicked ${dx}, ${dy} off its middle: ${JSON.stringify(box)}`);
  }
});

test('a thing is followed before a moving camera, kept in mind behind a post, and taken up again', () => {
  const at = (i: number): Point => ({ x: 60 + 2 * i, y: 70 + 10 * Math.sin(i / 9) });
  const hidden = (i: number) => at(i).x + 16 > 160 && at(i).x < 200;
  const gone = (i: number) => at(i).x >= 160 && at(i).x + 16 <= 200;
  const film = (i: number) => ({
    picture: take(nudge(SIZE, PAN * i, 0), SIZE, [post(160), thing(at(i))], 0, i),
    truth: boxOf(thing(at(i))),
  });
  const seen = follow(100, film, translation(PAN, 0));
  const open = seen.filter((_, i) => !hidden(i));
  assert.ok(open.filter((s) => s.overlap > 0.4).length > 0.8 * open.length, seen.map((s) => s.overlap.toFixed(1)).join(' '));
  const behind = seen.filter((_, i) => gone(i));
  assert.ok(behind.length > 8);
  assert.ok(behind.filter((s) => s.state === 'confirmed').length <= 1, 'what cannot be seen is not reported as seen');
  const back = seen.slice(82);
  assert.ok(
    back.every((s) => s.state === 'confirmed' && s.overlap > 0.4),
    'seen again within half a second of its return',
  );
});

test('a thing that comes back elsewhere is found again, and nothing else is taken for it meanwhile', () => {
  const away = (i: number) => i >= 20 && i < 60;
  const at = (i: number): Point => (i < 20 ? { x: 60 + i, y: 60 } : { x: 240 - (i - 60), y: 100 });
  const film = (i: number) => ({
    picture: take(nudge(SIZE, 0, 0), SIZE, away(i) ? [] : [thing(at(i))], 0, i),
    truth: away(i) ? null : boxOf(thing(at(i))),
  });
  const seen = follow(100, film, IDENTITY);
  assert.ok(seen.slice(1, 20).every((s) => s.overlap > 0.4));
  assert.ok(
    seen.slice(21, 60).every((s) => s.state !== 'confirmed'),
    'nothing there',
  );
  assert.equal(seen[59].state, undefined, 'after a second and a half it is no longer shown');
  assert.ok(
    seen.slice(85).every((s) => s.state === 'confirmed' && s.overlap > 0.4),
    'found within a second',
  );
});

test('where the camera is lost the thing is followed all the same', () => {
  const film = (i: number) => {
    const patch = thing({ x: 80 + 1.5 * i, y: 70 });
    return { picture: take(multiply(nudge(SIZE, PAN * i, 0), IDENTITY), SIZE, [patch], 0, i), truth: boxOf(patch) };
  };
  assert.ok(follow(60, film, null).every((s) => s.overlap > 0.4));
});

test('a click off the picture is refused in one line', () => {
  const target = new ClickedTarget(SIZE);
  assert.throws(() => target.follow({ x: 320, y: 10, mediaTimeUs: 0 }), /320,10 is not on the picture of 320×180/);
});

test('a spiral visits every cell once, ring by ring', () => {
  const cells = Array.from({ length: 49 }, (_, n) => spiral(n));
  assert.equal(new Set(cells.map(String)).size, 49);
  for (const [n, [i, j]] of cells.entries()) assert.equal(Math.max(Math.abs(i), Math.abs(j)), Math.ceil((Math.sqrt(n + 1) - 1) / 2));
});
