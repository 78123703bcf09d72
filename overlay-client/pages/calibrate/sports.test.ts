import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CourseGeometry } from '../../../protocol/index.js';
import { sports } from './sports.js';
import type { Pair, Template } from './template.js';

const template = (id: string): Template => {
  const found = sports.find((one) => one.id === id);
  assert.ok(found, id);
  return found;
};
const at = (id: string, name: string): Pair => {
  const found = template(id).points.find((point) => point.name === name);
  assert.ok(found, `${id} has ${name}`);
  return found.ground;
};
const apart = (a: Pair, b: Pair): number => Math.hypot(a[0] - b[0], a[1] - b[1]);

/** Metres from a place to the nearest painted line. */
function toLine({ lines }: Template, [x, y]: Pair): number {
  let nearest = Number.POSITIVE_INFINITY;
  for (const line of lines)
    for (const [i, [bx, by]] of line.entries()) {
      const [ax, ay] = line[i - 1] ?? [bx, by];
      const lengthSq = (bx - ax) ** 2 + (by - ay) ** 2;
      const t = lengthSq === 0 ? 0 : Math.max(0, Math.min(1, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / lengthSq));
      nearest = Math.min(nearest, Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay)));
    }
  return nearest;
}

/** Along a closed outline, metres. */
function lapM(line: readonly Pair[]): number {
  return line.reduce((sum, point, i) => sum + (i === 0 ? 0 : apart(point, line[i - 1] ?? point)), 0);
}

test('every ground has places enough, each with a name of its own, and a course that can be run', () => {
  assert.deepEqual(
    sports.map(({ id }) => id),
    ['straight', 'oval', 'pool', 'ice', 'football', 'basketball', 'hockey', 'rink'],
  );
  for (const { id, points, course } of sports) {
    assert.ok(points.length >= 8, id);
    assert.equal(new Set(points.map(({ name }) => name)).size, points.length, `${id}: names`);
    assert.equal(new Set(points.map(({ ground }) => ground.join())).size, points.length, `${id}: places`);
    if (course) assert.ok(new CourseGeometry(course).lengthM >= course.finishM, `${id}: course`);
  }
});

test('what is named as a place on a line lies on a line', () => {
  const alone = /spot|mark|Centre$|basket, on the floor|Centre spot|post/;
  // Curves are drawn in 32 pieces: a face-off circle's bulge by less than 2 cm, a track's by less than 7 cm.
  for (const ground of sports)
    for (const { name, ground: place } of ground.points)
      if (!alone.test(name)) assert.ok(toLine(ground, place) < 0.07, `${ground.name}: ${name} is ${toLine(ground, place)} m off`);
});

test('pitches are the same from both ends', () => {
  for (const id of ['football', 'basketball', 'hockey', 'rink']) {
    const { points } = template(id);
    for (const { name, ground } of points)
      assert.ok(
        points.some((other) => apart(other.ground, [-ground[0], -ground[1]]) < 1e-9),
        `${id}: ${name}`,
      );
    for (const { name, ground } of points)
      if (/, (near|far)$/.test(name)) assert.equal(name.endsWith('near'), ground[1] < 0, `${id}: ${name}`);
  }
});

test('measures that the federations state come out', () => {
  // 400 m, measured 30 cm from the kerb.
  const track = template('oval').lines[0] ?? [];
  assert.ok(Math.abs(lapM(track) + 2 * Math.PI * 0.3 - 400) < 0.15);
  assert.ok(Math.abs(apart(at('oval', '100 m start, left of lane 1'), at('oval', 'Finish, kerb')) - 100) < 1e-9);
  // The straight that the ISU states for curves of 26 m.
  const straight = apart(at('ice', 'Finish straight begins, inner edge'), at('ice', 'Finish straight ends, inner edge'));
  assert.ok(Math.abs(straight - 110.43) < 0.01, `${straight}`);
  assert.equal(apart(at('straight', 'Start, left of lane 1'), at('straight', 'Finish, left of lane 1')), 100);
  assert.ok(Math.abs(apart(at('straight', 'Start, left of lane 1'), at('straight', 'Start, right of lane 8')) - 9.76) < 1e-9);
  assert.equal(apart(at('pool', 'Start wall, edge at lane 0'), at('pool', 'Turn wall, edge at lane 9')), Math.hypot(50, 25));
  assert.ok(Math.abs(apart(at('football', 'Left penalty mark'), [-52.5, 0]) - 11) < 1e-9);
  assert.ok(Math.abs(apart(at('basketball', 'Left basket, on the floor'), [-14, 0]) - 1.575) < 1e-9);
  assert.ok(Math.abs(apart(at('hockey', 'Left penalty spot'), [-45.7, 0]) - 6.4) < 1e-9);
});

test('a rink: spots, blue lines and the goal line lie where the IIHF puts them, between round corners', () => {
  assert.deepEqual(at('rink', 'Left end face-off spot, near'), [-20, -7]);
  assert.deepEqual(at('rink', 'Right end face-off spot, near'), [20, -7]);
  assert.ok(Math.abs(60 / 2 + at('rink', 'Left blue line at the boards, far')[0] - 22.86) < 1e-9);
  const [x, y] = at('rink', 'Right goal line at the boards, far');
  assert.equal(x, 26);
  assert.ok(Math.abs(Math.hypot(x - 21.5, y - 6.5) - 8.5) < 1e-9);
  assert.ok(!template('rink').points.some(({ ground: [px, py] }) => Math.abs(px) === 30 && Math.abs(py) === 15), 'no square corner');
});
