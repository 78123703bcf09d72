import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, type Mat3, type Point } from '../../protocol/index.js';
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

const PERSON: Point = { x: 40, y: 3 };

test('a camera that only turned and zoomed: everything is carried exactly, on the ground or above it', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  const to = view([0, 0, 9], -0.12, 0.16, 2300);
  const foot = apply(from, PERSON);
  assert.equal(registrationFor(from, to, foot), 'turned');
  const map = registration(from, to, foot, 'turned')!;
  const there = apply(map, foot);
  assert.ok(Math.hypot(there.x - apply(to, PERSON).x, there.y - apply(to, PERSON).y) < 1e-6);
  // The head, 1.8 m above the foot, projects where a point of ground behind it does: in both pictures the same one.
  const far = 9 / (9 - 1.8);
  const behind = { x: PERSON.x * far, y: PERSON.y * far };
  const head = apply(map, apply(from, behind));
  assert.ok(Math.hypot(head.x - apply(to, behind).x, head.y - apply(to, behind).y) < 1e-6);
});

test('a camera that travelled: the foot by the ground, the body upright', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  const to = view([12, -25, 14], 0.7, 0.35, 1800);
  const foot = apply(from, PERSON);
  assert.equal(registrationFor(from, to, foot), 'upright');
  const map = registration(from, to, foot, 'upright')!;
  const there = apply(map, foot);
  assert.ok(Math.hypot(there.x - apply(to, PERSON).x, there.y - apply(to, PERSON).y) < 1e-6, 'the foot');
  const head = apply(map, { x: foot.x, y: foot.y - 80 });
  assert.ok(Math.abs(head.x - there.x) < 1e-9 && head.y < there.y, 'straight above it');
});

test('behind the camera, or under a pose that is none, there is no place', () => {
  const from = view([0, 0, 9], 0.05, 0.2, 1800);
  assert.equal(registration([1, 0, 0, 2, 0, 0, 0, 0, 0], from, PERSON, 'turned'), undefined);
  const away = view([80, 0, 9], 0.05, 0.2, 1800);
  assert.equal(registration(from, away, apply(from, PERSON), 'turned'), undefined);
});
