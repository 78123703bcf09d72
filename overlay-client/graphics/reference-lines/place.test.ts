import assert from 'node:assert/strict';
import test from 'node:test';
import { CourseGeometry, type Floor, type TrackingFrame } from '../../../protocol/index.js';
import { raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';
import { parseGraphicData } from '../registry.js';
import { ReferenceLinesData } from './manifest.js';
import { type PlacedLine, placeLines, type Surroundings } from './place.js';

const course = raceScene(SMALL_HD).course;
const PITCH: Floor = {
  outline: [
    [0, 0],
    [60, 0],
    [60, 40],
    [0, 40],
  ],
  ...{ zones: [], fixtures: [], entrances: [] },
};
const AROUND: Surroundings = {
  course: course && new CourseGeometry(course),
  floor: PITCH,
  teamOf: (index) => (index < 4 ? 'Reds' : 'Blues'),
};

/** Players, each at an x of the pitch, in roster order. */
function players(...xs: number[]): TrackingFrame {
  const frame = raceFrame(SMALL_HD, 0);
  return {
    ...frame,
    subjects: frame.subjects.slice(0, xs.length).map((subject, i) => ({ ...subject, ground: { x: xs[i] ?? 0, y: 10 + i } })),
  };
}

function placed(line: object, frame = players(20, 5, 12, 30, 8, 50), around = AROUND): PlacedLine[] {
  return placeLines(ReferenceLinesData.parse({ lines: [line] }), frame, around);
}

test('the line of the last but one of a team runs across the whole pitch through them', () => {
  const [line] = placed({ kind: 'last', team: 'Reds', directionDeg: 90, end: 'left', nth: 2 });
  assert.ok(line);
  for (const end of [line.a, line.b]) assert.ok(Math.abs(end.x - 12) < 1e-9, `${end.x}`);
  assert.deepEqual([line.a.y, line.b.y].map(Math.round).sort(), [0, 40]);
  assert.equal(placed({ kind: 'last', team: 'Reds', end: 'right' })[0]?.a.x.toFixed(3), '30.000');
  assert.equal(placed({ kind: 'last', team: 'Blues', end: 'left' })[0]?.a.x.toFixed(3), '8.000');
  assert.deepEqual(placed({ kind: 'last', team: 'Greens' }), []);
});

test('finish, start and splits are the course’s own, and a label can be given or left out', () => {
  assert.deepEqual(
    placed({ kind: 'finish' }).map(({ label, a }) => [label, a.x]),
    [['FINISH', 100]],
  );
  assert.equal(placed({ kind: 'start', label: '-' })[0]?.label, '');
  const around = { ...AROUND, course: course && new CourseGeometry({ ...course, splitsM: [40, 70] }) };
  assert.deepEqual(
    placed({ kind: 'splits' }, players(), around).map(({ label }) => label),
    ['30 m', '60 m'],
  );
  assert.deepEqual(placed({ kind: 'distance', distanceM: 12.5, label: 'Mark' })[0]?.a.x, 12.5);
  assert.deepEqual(placed({ kind: 'finish' }, players(), { ...AROUND, course: null }), []);
});

test('a line through somebody who is not there is not drawn; bad data is refused with its field', () => {
  assert.equal(placed({ kind: 'subject', rosterIndex: 3 }).length, 1);
  assert.deepEqual(placed({ kind: 'subject', rosterIndex: 300 }), []);
  const parsed = parseGraphicData('reference-lines', { lines: [{ kind: 'middle' }] });
  assert.match(parsed.ok ? '' : parsed.error, /^reference-lines\.lines\.0\.kind: /);
  const back = parseGraphicData('record-line', {
    splits: [
      { distanceM: 20, timeS: 3 },
      { distanceM: 10, timeS: 4 },
    ],
  });
  assert.match(back.ok ? '' : back.error, /^record-line\.splits: distances and times must both grow/);
});
