import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, bend, IDENTITY, lensOf, type Mat3, type Point, unbend } from '../../protocol/index.js';
import { PictureKernel } from './kernel.js';
import { inverseMap, mapped, ofParts, type PictureMap, type PictureView } from './picture-map.js';
import { registration, registrationFor } from './placed.js';

/** Ground → image of a camera at a place (metres, z up), turned by yaw and down by pitch (radians). */
function view(place: readonly [number, number, number], yaw: number, pitch: number, focal: number): Mat3 {
  const [cy, sy, cp, sp] = [Math.cos(yaw), Math.sin(yaw), Math.cos(pitch), Math.sin(pitch)];
  const right = [sy, -cy, 0];
  const forward = [cp * cy, cp * sy, -sp];
  const down = [-sp * cy, -sp * sy, -cp];
  const row = (axis: readonly number[], offset: number): [number, number, number] => {
    const a = [0, 1, 2].map((i) => focal * axis[i]! + offset * forward[i]!);
    return [a[0]!, a[1]!, -(a[0]! * place[0] + a[1]! * place[1] + a[2]! * place[2])];
  };
  const depth = forward[0]! * place[0] + forward[1]! * place[1] + forward[2]! * place[2];
  return [...row(right, 640), ...row(down, 360), forward[0]!, forward[1]!, -depth];
}

/** The same through no lens. */
function plain(groundToImage: Mat3): PictureView {
  return { groundToImage, lens: undefined };
}

const PERSON: Point = { x: 40, y: 3 };

test('a camera that only turned and zoomed: everything is carried exactly, on the ground or above it', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  const to = view([0, 0, 9], -0.12, 0.16, 2300);
  const foot = apply(from, PERSON);
  assert.equal(registrationFor(plain(from), plain(to), foot), 'turned');
  const map = registration(plain(from), plain(to), foot, 'turned')!;
  const there = mapped(map, foot)!;
  assert.ok(Math.hypot(there.x - apply(to, PERSON).x, there.y - apply(to, PERSON).y) < 1e-6);
  // The head, 1.8 m above the foot, projects where a point of ground behind it does: in both pictures the same one.
  const far = 9 / (9 - 1.8);
  const behind = { x: PERSON.x * far, y: PERSON.y * far };
  const head = mapped(map, apply(from, behind))!;
  assert.ok(Math.hypot(head.x - apply(to, behind).x, head.y - apply(to, behind).y) < 1e-6);
});

test('a camera that travelled: the foot by the ground, the body upright', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  const to = view([12, -25, 14], 0.7, 0.35, 1800);
  const foot = apply(from, PERSON);
  assert.equal(registrationFor(plain(from), plain(to), foot), 'upright');
  const map = registration(plain(from), plain(to), foot, 'upright')!;
  const there = mapped(map, foot)!;
  assert.ok(Math.hypot(there.x - apply(to, PERSON).x, there.y - apply(to, PERSON).y) < 1e-6, 'the foot');
  const head = mapped(map, { x: foot.x, y: foot.y - 80 })!;
  assert.ok(Math.abs(head.x - there.x) < 1e-9 && head.y < there.y, 'straight above it');
});

test('behind the camera, or under a pose that is none, there is no place', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  assert.equal(registration(plain([1, 0, 0, 2, 0, 0, 0, 0, 0]), plain(from), PERSON, 'turned'), undefined);
  const away = view([80, 0, 9], 0.05, 0.2, 1800);
  assert.equal(registration(plain(from), plain(away), apply(from, PERSON), 'turned'), undefined);
});

test('under a lens everything is carried along its bent way, and back', () => {
  const lens = lensOf({ k1: -0.12, k2: 0.005 }, { width: 1280, height: 720 });
  const [from, to] = [view([0, 0, 9], 0.05, 0.2, 700), view([0, 0, 9], -0.12, 0.16, 800)];
  const seen = (m: Mat3, p: Point): Point => bend(lens, apply(m, p));
  for (const place of [PERSON, { x: 30, y: 12 }, { x: 24, y: -9 }]) {
    const map = registration({ groundToImage: from, lens }, { groundToImage: to, lens }, seen(from, PERSON), 'turned')!;
    const there = mapped(map, seen(from, place))!;
    const truth = seen(to, place);
    assert.ok(Math.hypot(there.x - truth.x, there.y - truth.y) < 1e-6);
    const back = mapped(inverseMap(map)!, there)!;
    assert.ok(Math.hypot(back.x - seen(from, place).x, back.y - seen(from, place).y) < 1e-6);
  }
});

test("the kernel's pixels follow the same way: a picture taken through a lens is laid straight", () => {
  const size = { width: 640, height: 360 };
  const lens = lensOf({ k1: -0.12, k2: 0.005 }, size);
  const kernel = new PictureKernel();
  const [luma, u, v, grid, out] = [640 * 360, 320 * 180, 320 * 180, 80 * 45, 640 * 360 * 4].map((bytes) => kernel.take(bytes));
  const picture = { luma: luma!, u: u!, v: v!, grid: grid!, stride: 640, strideC: 320, ...size };
  const bytes = kernel.bytes(picture.luma, 640 * 360);
  // Brightness says how far to the right a place is that the lens bends.
  for (let i = 0; i < bytes.length; i++)
    bytes[i] = Math.round(unbend(lens, { x: (i % 640) + 0.5, y: Math.floor(i / 640) + 0.5 }).x / 4 + 40);
  kernel.bytes(picture.u, 320 * 180).fill(128);
  kernel.bytes(picture.v, 320 * 180).fill(128);
  const grey = [0, 1, 0, 0, 0, 0, 128];
  const part = { x: 31, y: 17 };
  const check = (map: PictureMap, expected: (x: number, y: number) => number): void => {
    kernel.warpPicture(picture, ofParts(map, part, { x: 0, y: 0 }), grey, out!, 560, 320, false);
    const rgba = kernel.bytes(out!, 560 * 320 * 4);
    for (let y = 0; y < 320; y += 13)
      for (let x = 0; x < 560; x += 11) {
        const at = (y * 560 + x) * 4;
        if (rgba[at + 3] === 0) continue;
        const off = rgba[at]! - expected(x + part.x + 0.5, y + part.y + 0.5);
        assert.ok(Math.abs(off) < 1.1, `${x}, ${y}: ${off} levels`);
      }
  };
  // Straightened, brightness runs evenly; as it is, undone and bent again, it is what it was.
  check({ from: undefined, matrix: IDENTITY, to: lens }, (x) => x / 4 + 40);
  check({ from: lens, matrix: IDENTITY, to: lens }, (x, y) => unbend(lens, { x, y }).x / 4 + 40);
});
