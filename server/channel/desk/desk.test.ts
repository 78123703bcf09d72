import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Channel, type DeskCommand, type SubjectMarks, UnderFeet } from '../../../protocol/index.js';
import type { DeskContext } from './apply.js';
import type { GraphicCatalogue } from './catalogue.js';
import { channelWith, deskOf } from './desk.js';
import { eventsBetween } from './events.js';
import { DeskKeeper } from './keeper.js';
import { stamped } from './stamp.js';
import type { Seen } from './subjects.js';

/** Boards with a number of rows and three steps. */
const catalogue: GraphicCatalogue = {
  parse: (type, data) => {
    if (type !== 'board') throw new Error(`type "${type}" is not known`);
    if (typeof data !== 'object' || data === null) throw new Error('data must be an object');
    const rows = 'rows' in data ? data.rows : 8;
    if (typeof rows !== 'number') throw new Error(`rows: expected a number (is ${JSON.stringify(rows)})`);
    return { rows };
  },
  steps: () => 3,
  name: () => 'Board',
};
const channel = Channel.parse({
  id: 'race',
  title: 'Race',
  source: { url: 'sim:sprint' },
  roster: [
    { name: 'Ada', bib: '1' },
    { name: 'Ben', bib: '2' },
  ],
  graphics: [
    { id: 'a', type: 'board', on: false, title: 'Gaps' },
    { id: 'b', type: 'board' },
  ],
});
const project = deskOf(channel, catalogue);

function at(desk = project, seen: readonly Seen[] = []) {
  const keeper = new DeskKeeper(desk);
  const context: DeskContext = { catalogue, project, seen, checkCalibration: () => '' };
  const run = (command: DeskCommand, by = '') => keeper.do(command, by, context);
  const graphic = (id = 'a') => keeper.desk.graphics.find((g) => g.id === id);
  return { keeper, run, graphic };
}

test('edits wait until a take brings them on air with the graphic, at its first step, in one go', () => {
  const { run, graphic } = at();
  run({ command: 'preview.set', graphic: 'a', data: { rows: 3 } });
  assert.deepEqual([graphic()?.on, graphic()?.data, graphic()?.pending], [false, { rows: 8 }, { rows: 3 }]);
  assert.equal(run({ command: 'graphic.take', graphic: 'a' }).line, 'Gaps on air');
  assert.deepEqual([graphic()?.on, graphic()?.data, graphic()?.pending, graphic()?.step], [true, { rows: 3 }, undefined, 0]);
  run({ command: 'preview.set', graphic: 'a', data: { rows: 5 } });
  run({ command: 'preview.set', graphic: 'a', data: { rows: 3 } });
  assert.equal(graphic()?.pending, undefined, 'edits that end where they began are none');
  run({ command: 'preview.set', graphic: 'a', data: { rows: 6 } });
  run({ command: 'graphic.set', graphic: 'a', data: { rows: 7 } });
  run({ command: 'preview.set', graphic: 'a', data: null });
  assert.deepEqual([graphic()?.data, graphic()?.pending], [{ rows: 7 }, undefined]);
});

test('an update changes what is on air and leaves on or off as it is', () => {
  const { run, graphic } = at();
  run({ command: 'graphic.update', graphic: 'a', data: { rows: 2 } });
  run({ command: 'graphic.update', graphic: 'b', data: { rows: 4 } });
  assert.deepEqual([graphic('a')?.on, graphic('a')?.data], [false, { rows: 2 }]);
  assert.deepEqual([graphic('b')?.on, graphic('b')?.data], [true, { rows: 4 }]);
});

test('steps: on at the first, on by one, to one, not before the first, out past the last', () => {
  const { run, graphic } = at();
  const step = (how: { delta?: number; goto?: number } = {}) => {
    const { line } = run({ command: 'graphic.step', graphic: 'a', ...how });
    return [graphic()?.on, graphic()?.step, line];
  };
  assert.deepEqual(step(), [true, 0, 'Gaps on air']);
  assert.deepEqual(step(), [true, 1, 'Gaps to another step']);
  assert.deepEqual(step({ delta: -5 }), [true, 0, 'Gaps to another step']);
  assert.deepEqual(step({ goto: 2 }), [true, 2, 'Gaps to another step']);
  assert.deepEqual(step(), [false, 2, 'Gaps out']);
  assert.deepEqual(step(), [true, 0, 'Gaps on air'], 'again from the first');
  step({ goto: 1 });
  run({ command: 'graphic.out', graphic: 'a' });
  run({ command: 'graphic.take', graphic: 'a' });
  assert.deepEqual([graphic()?.on, graphic()?.step], [true, 0], 'a take too');
});

test('panic takes every graphic out; what is not there or not right changes nothing and says why', () => {
  const { run, keeper } = at();
  run({ command: 'graphic.take', graphic: 'a' });
  assert.equal(run({ command: 'graphics.allOff' }).line, 'all graphics out');
  assert.ok(keeper.desk.graphics.every((g) => !g.on));
  const before = keeper.desk;
  const refused: [DeskCommand, RegExp][] = [
    [{ command: 'graphic.take', graphic: 'z' }, /graphic "z" is not on this channel; it has a, b/],
    [{ command: 'graphic.set', graphic: 'a', data: { rows: 'many' } }, /graphic "a": rows: expected a number \(is "many"\)/],
    [
      { command: 'graphic.set', graphic: 'a', data: { rows: 1, notes: 'x'.repeat(70_000) } },
      /graphic "a": its data is 69 KB; at most 64 KB/,
    ],
    [{ command: 'graphic.add', type: 'nothing', data: {} }, /graphic "nothing": type "nothing" is not known/],
    [{ command: 'graphic.add', type: 'board', id: 'a', data: {} }, /there is a graphic "a" already/],
    [
      {
        command: 'course.set',
        course: {
          centreLine: [
            [1, 1],
            [1, 1],
          ],
          startM: 0,
          finishM: 1,
          splitsM: [],
          widthM: 1,
          lanes: 0,
        },
      },
      /same place/,
    ],
  ];
  for (const [command, why] of refused) assert.throws(() => run(command), why);
  assert.equal(keeper.desk, before);
  run({ command: 'graphic.take', graphic: 'a' });
  assert.throws(() => run({ command: 'graphic.remove', graphic: 'a' }), /"a" is on air: take it out first/);
});

test('the rundown: added with an id of its own, moved, renamed, taken off; 200 at most', () => {
  const { run, keeper, graphic } = at();
  const ids = () => keeper.desk.graphics.map((g) => g.id).join();
  run({ command: 'graphic.add', type: 'board', title: 'Finish', data: { rows: 1 } });
  run({ command: 'graphic.add', type: 'board', data: {} });
  assert.equal(ids(), 'a,b,board,board-2');
  assert.deepEqual([graphic('board')?.on, graphic('board')?.title, graphic('board')?.data], [false, 'Finish', { rows: 1 }]);
  run({ command: 'graphic.move', graphic: 'board-2', to: 0 });
  run({ command: 'graphic.move', graphic: 'a', to: 99 });
  run({ command: 'graphic.remove', graphic: 'board' });
  assert.equal(ids(), 'board-2,b,a');
  run({ command: 'graphic.rename', graphic: 'a', title: '' });
  assert.equal(graphic('a')?.title, undefined);
  for (let n = keeper.desk.graphics.length; n < 200; n++) run({ command: 'graphic.add', type: 'board', data: {} });
  assert.throws(() => run({ command: 'graphic.add', type: 'board', data: {} }), /the rundown is full: 200/);
});

test('animations start at the next frame where on or off or the step changed, and nowhere else', () => {
  const { run, keeper } = at();
  const first = stamped([], keeper.desk.graphics, -1);
  assert.deepEqual(
    first.map((g) => g.changedAtUs),
    [-1, -1],
  );
  run({ command: 'graphic.take', graphic: 'a' });
  const taken = stamped(first, keeper.desk.graphics, 40_000);
  assert.deepEqual(
    taken.map((g) => [g.changedAtUs, g.steppedAtUs]),
    [
      [40_000, -1],
      [-1, -1],
    ],
  );
  run({ command: 'graphic.step', graphic: 'a' });
  run({ command: 'graphic.add', type: 'board', data: {} });
  const stepped = stamped(taken, keeper.desk.graphics, 80_000);
  assert.deepEqual(
    stepped.map((g) => [g.changedAtUs, g.steppedAtUs]),
    [
      [40_000, 80_000],
      [-1, -1],
      [-1, -1],
    ],
  );
});

const anyCommand: fc.Arbitrary<DeskCommand> = fc.oneof(
  fc.record({
    command: fc.constantFrom('graphic.take' as const, 'graphic.out' as const, 'graphic.update' as const),
    graphic: fc.constantFrom('a', 'b'),
  }),
  fc.record({ command: fc.constant('preview.set' as const), graphic: fc.constantFrom('a', 'b'), data: fc.record({ rows: fc.nat(3) }) }),
  fc.record({ command: fc.constant('graphic.step' as const), graphic: fc.constantFrom('a', 'b'), delta: fc.integer({ min: -2, max: 2 }) }),
  fc.record({ command: fc.constant('graphic.move' as const), graphic: fc.constantFrom('a', 'b'), to: fc.nat(2) }),
  fc.record({
    command: fc.constant('subject.name' as const),
    trackId: fc.constantFrom(7, 8),
    rosterIndex: fc.integer({ min: -1, max: 1 }),
  }),
  fc.constant<DeskCommand>({ command: 'graphics.allOff' }),
  fc.constant<DeskCommand>({ command: 'roster.set', entries: [{ name: 'Cleo' }] }),
);
const seen: readonly Seen[] = [
  { trackId: 7, rosterIndex: 0 },
  { trackId: 8, rosterIndex: -1 },
];

test('undone all the way, the desk is as it was; done again all the way, as it had become', () => {
  fc.assert(
    fc.property(fc.array(anyCommand, { maxLength: 30 }), (commands) => {
      const { run, keeper } = at(project, seen);
      for (const command of commands) {
        try {
          run(command);
        } catch {
          // An entry that the shorter list has not.
        }
      }
      const after = keeper.desk;
      while (keeper.next.undo !== null) run({ command: 'undo' });
      // What the tracker had found by itself stays spelled out.
      assert.deepEqual({ ...keeper.desk, subjects: null }, { ...project, subjects: null });
      while (keeper.next.redo !== null) run({ command: 'redo' });
      assert.deepEqual(keeper.desk, after);
    }),
    { numRuns: 60 },
  );
});

test('undo says what it undoes and whose it was, keeps fifty, and takes typing in one field as one', () => {
  const { run, keeper, graphic } = at();
  assert.throws(() => run({ command: 'undo' }), /there is nothing to undo/);
  for (const rows of [1, 2, 3]) run({ command: 'preview.set', graphic: 'a', data: { rows } });
  run({ command: 'graphic.take', graphic: 'a' }, 'Mia');
  assert.equal(keeper.next.undo, 'Gaps on air (Mia)');
  assert.equal(run({ command: 'undo' }, 'Mia').line, 'undone: Gaps on air', 'who asks is told beside the line: not twice');
  run({ command: 'redo' }, 'Mia');
  assert.equal(run({ command: 'undo' }, 'OSC').line, 'undone what Mia did: Gaps on air');
  run({ command: 'undo' });
  assert.deepEqual([graphic()?.pending, keeper.next], [undefined, { undo: null, redo: 'Gaps edited, not on air yet' }]);
  for (let n = 0; n < 60; n++) run({ command: n % 2 === 0 ? 'graphic.take' : 'graphic.out', graphic: 'a' });
  let undone = 0;
  for (; keeper.next.undo !== null; undone++) run({ command: 'undo' });
  assert.equal(undone, 50);
});

const names = (marks: SubjectMarks) => marks.named.map((n) => [n.trackId, n.rosterIndex]);

test('a name goes to one subject, two are swapped with what they carry, and undo gives back what the tracker had found', () => {
  const { run, keeper } = at(project, seen);
  run({ command: 'subject.name', trackId: 8, rosterIndex: 0 });
  assert.deepEqual(names(keeper.desk.subjects), [[8, 0]]);
  run({ command: 'undo' });
  assert.deepEqual(names(keeper.desk.subjects), [], 'nobody had named it');
  assert.match(run({ command: 'subject.swap', a: 7, b: 8 }).line, /^Ada and track 8 swapped$/);
  assert.deepEqual(keeper.desk.subjects.aliases, [
    [7, 8],
    [8, 7],
  ]);
  run({ command: 'subject.swap', a: 7, b: 8 });
  assert.deepEqual(keeper.desk.subjects.aliases, [], 'swapped back');
  run({ command: 'subject.merge', from: 8, into: 7 });
  assert.deepEqual(keeper.desk.subjects.aliases, [[8, 7]]);
  run({ command: 'subject.lock', trackId: 7, locked: true });
  assert.deepEqual(keeper.desk.subjects.named, [{ trackId: 7, rosterIndex: 0, locked: true }]);
  assert.throws(() => run({ command: 'subject.name', trackId: 99, rosterIndex: 0 }), /no subject with track number 99/);
  assert.throws(() => run({ command: 'subject.name', trackId: 7, rosterIndex: 2 }), /no entry 2: it has 2/);
});

test('names given to tracks that are no more are void and asked for, until they are given again or let go', () => {
  const { run, keeper } = at(project, seen);
  run({ command: 'subject.name', trackId: 7, rosterIndex: 1 });
  run({ command: 'subject.name', trackId: 8, rosterIndex: 0 });
  assert.equal(keeper.forgetSubjects(), true);
  assert.deepEqual([...keeper.desk.voidNames].sort(), [0, 1]);
  run({ command: 'subject.name', trackId: 8, rosterIndex: 0 });
  assert.deepEqual(keeper.desk.voidNames, [1]);
  run({ command: 'undo' });
  assert.deepEqual([...keeper.desk.voidNames].sort(), [0, 1]);
  run({ command: 'subject.letGo' });
  assert.deepEqual(keeper.desk.voidNames, []);
  run({ command: 'subject.name', trackId: 7, rosterIndex: 1 });
  keeper.forgetSubjects();
  run({ command: 'roster.set', entries: [{ name: 'Cleo' }] });
  assert.deepEqual(keeper.desk.voidNames, [], 'of another start list');
});

test('names follow their entry to another start list, by bib, else by name', () => {
  const { run, keeper } = at(project, seen);
  run({ command: 'subject.name', trackId: 7, rosterIndex: 1 });
  run({ command: 'subject.name', trackId: 8, rosterIndex: 0 });
  run({ command: 'roster.set', entries: [{ name: 'Cleo' }, { name: 'Ada', bib: '9' }, { name: 'Benjamin', bib: '2' }] });
  assert.deepEqual(names(keeper.desk.subjects), [
    [7, 2],
    [8, 1],
  ]);
  run({ command: 'project.revert' });
  assert.deepEqual(keeper.desk.roster, project.roster);
  assert.deepEqual(
    { ...channelWith(channel, keeper.desk), graphics: [] },
    { ...channel, graphics: [] },
    'the project in force is the project again',
  );
});

test('every change is told once, with its line and who did it', () => {
  const { run, keeper } = at(project, seen);
  const scene = {
    channel: 'race',
    title: 'Race',
    width: 2,
    height: 2,
    fps: null,
    roster: [],
    course: null,
    floor: null,
    look: { mode: 'dark' as const },
  };
  const told = () => {
    const { graphics, subjects, voidNames, underFeet } = keeper.desk;
    return { graphics: stamped([], graphics, 0), subjects, voidNames, scene, calibration: null, underFeet };
  };
  const about = { channel: 'race', revision: 5, line: 'x', by: 'Mia' };
  let before = told();
  const events = () => {
    const now = told();
    const list = eventsBetween(before, now, about);
    before = now;
    return list.map((e) => `${e.type} ${'id' in e ? e.id : ''} ${'graphic' in e ? e.graphic?.on : ''}`.trim());
  };
  run({ command: 'graphic.take', graphic: 'a' });
  assert.deepEqual(events(), ['graphic a true']);
  run({ command: 'graphic.add', type: 'board', data: {} });
  assert.deepEqual(events(), ['graphic board false', 'rundown']);
  run({ command: 'graphic.remove', graphic: 'board' });
  run({ command: 'subject.hide', trackId: 8, hidden: true });
  assert.deepEqual(events(), ['graphic board undefined', 'rundown', 'subject']);
  run({ command: 'underFeet.set', underFeet: UnderFeet.parse({ keys: [{ id: 'pitch', draw: ['#2f6b3a'] }] }) });
  assert.deepEqual(events(), ['scene']);
  assert.deepEqual(events(), []);
});

test('colour picks and poles are one part of the desk: taken back whole, a slider in one go, and in the project as it is now', () => {
  const { run, keeper } = at();
  const set = (patch: object, poles: object[] = []) =>
    run({ command: 'underFeet.set', underFeet: UnderFeet.parse({ keys: [{ id: 'pitch', draw: ['#2f6b3a'], ...patch }], poles }) });
  assert.equal(set({}).line, 'under the feet: 1 colour pick, 0 poles');
  set({ tolerance: 12 });
  assert.ok(set({ tolerance: 14 }).typing);
  assert.ok(!set({ tolerance: 14 }, [{ id: 'post', foot: [0, 0], top: [0, 0, 2] }]).typing);
  assert.equal(channelWith(channel, keeper.desk).underFeet.poles.length, 1);
  run({ command: 'undo' });
  run({ command: 'undo' });
  assert.deepEqual(keeper.desk.underFeet, UnderFeet.parse({ keys: [{ id: 'pitch', draw: ['#2f6b3a'] }] }));
  run({ command: 'undo' });
  assert.deepEqual(keeper.desk.underFeet, UnderFeet.parse({}));
});
