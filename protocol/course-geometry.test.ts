import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CourseGeometry } from './course-geometry.js';
import type { Course } from './project.js';

const course = (centreLine: [number, number][], more: Partial<Course> = {}): Course => ({
  centreLine,
  startM: 0,
  finishM: 100,
  splitsM: [],
  widthM: 10,
  lanes: 8,
  ...more,
});

/** A lane that bends: an arc of radius 40 m between two straights. */
const bend: [number, number][] = [
  [0, 0],
  [60, 0],
  ...Array.from({ length: 12 }, (_, i): [number, number] => {
    const a = ((i + 1) / 12) * (Math.PI / 2);
    return [60 + 40 * Math.sin(a), 40 - 40 * Math.cos(a)];
  }),
  [100, 100],
];

const near = (a: number, b: number, tolerance = 1e-6) => assert.ok(Math.abs(a - b) <= tolerance, `${a} is not ${b}`);

test('a straight course: along, across, lanes from the left, the line across', () => {
  const g = new CourseGeometry(
    course([
      [0, 0],
      [100, 0],
    ]),
  );
  const place = g.locate({ x: 30, y: 4.9 });
  near(place.alongM, 30);
  near(place.acrossM, 4.9);
  assert.equal(g.laneAt(4.9), 1);
  assert.equal(g.laneAt(-4.9), 8);
  assert.equal(g.laneAt(5.1), 0);
  assert.equal(g.laneAt(g.laneMiddleM(3)), 3);
  const [left, right] = g.lineAcross(42);
  assert.deepEqual(
    [left, right],
    [
      { x: 42, y: 5 },
      { x: 42, y: -5 },
    ],
  );
  near(g.locate({ x: -7, y: 1 }).alongM, -7);
  near(g.locate({ x: 130, y: 1 }).alongM, 130);
});

test('place and point are inverses everywhere on a bending course', () => {
  const g = new CourseGeometry(course(bend));
  fc.assert(
    fc.property(fc.double({ min: -20, max: g.lengthM + 20, noNaN: true }), fc.double({ min: -5, max: 5, noNaN: true }), (along, across) => {
      const place = g.locate(g.pointAt(along, across));
      near(place.alongM, along);
      near(place.acrossM, across);
    }),
    { numRuns: 1000 },
  );
});

test('the line across turns with the bend without a jump, square to it on the straight', () => {
  const g = new CourseGeometry(course(bend));
  const angle = (s: number) => {
    const [l, r] = g.lineAcross(s);
    return Math.atan2(l.y - r.y, l.x - r.x);
  };
  near(angle(30), Math.PI / 2);
  near(angle(g.lengthM - 30), Math.PI);
  for (let s = 0; s < g.lengthM; s += 0.1) assert.ok(Math.abs(angle(s + 0.1) - angle(s)) < 0.02, `jump at ${s} m`);
  // Along a circle of 40 m the true line points at the centre: polyline of 7.5° pieces, within half a degree.
  const middle = 60 + (40 * Math.PI) / 4;
  near(angle(middle), Math.PI * 0.75, 0.01);
});

test('a sharp corner of three points leans near the corner only', () => {
  const g = new CourseGeometry(
    course([
      [0, 0],
      [100, 0],
      [100, 100],
    ]),
  );
  const [l, r] = g.lineAcross(60);
  near(l.x, r.x);
  near(g.locate({ x: 95, y: 5 }).alongM, 100);
});

test('where the course passes the same place twice, the expected distance decides', () => {
  const g = new CourseGeometry(
    course([
      [0, 0],
      [100, 0],
      [100, 50],
      [50, 50],
      [50, -50],
    ]),
  );
  near(g.locate({ x: 50, y: 0 }, 45).alongM, 50, 1e-6);
  near(g.locate({ x: 50, y: 0 }, 240).alongM, 250, 1e-6);
});

test('a centre line without length is refused', () => {
  assert.throws(
    () =>
      new CourseGeometry(
        course([
          [1, 1],
          [1, 1],
        ]),
      ),
    /same place/,
  );
});
