import assert from 'node:assert/strict';
import { test } from 'node:test';
import { GraphicSetup } from '../../protocol/index.js';
import { applyGraphicCommand, initialGraphics, type ParseGraphicData } from './graphics-state.js';

const parse: ParseGraphicData = (type, data) => {
  if (type !== 'board') throw new Error(`type "${type}" is not known`);
  if (typeof data !== 'object' || data === null) throw new Error('data must be an object');
  const rows = 'rows' in data ? data.rows : 8;
  if (typeof rows !== 'number') throw new Error(`rows: expected a number (is ${JSON.stringify(rows)})`);
  return { rows };
};
const board = (id: string, on: boolean) => GraphicSetup.parse({ id, type: 'board', on });

test('a project’s graphics start without an animation and with complete data', () => {
  assert.deepEqual(initialGraphics([board('a', true)], parse), [
    { id: 'a', type: 'board', on: true, changedAtUs: -1, data: { rows: 8 }, step: 0, steppedAtUs: -1 },
  ]);
});

test('a graphic of an unknown type is refused by its id', () => {
  assert.throws(
    () => initialGraphics([GraphicSetup.parse({ id: 'x', type: 'nothing' })], parse),
    /graphic "x": type "nothing" is not known/,
  );
});

test('taking a graphic on starts its animation at the next frame; taking it on again changes nothing', () => {
  const before = initialGraphics([board('a', false), board('b', true)], parse);
  const on = applyGraphicCommand(before, { command: 'graphic.set', graphic: 'a', on: true }, 40_000, parse);
  assert.equal(on[0]?.on, true);
  assert.equal(on[0]?.changedAtUs, 40_000);
  assert.equal(on[1], before[1], 'the other graphic is untouched');
  const again = applyGraphicCommand(on, { command: 'graphic.set', graphic: 'a', on: true }, 90_000, parse);
  assert.equal(again[0]?.changedAtUs, 40_000);
});

test('data is merged over what was there, and bad data leaves everything as it was', () => {
  const before = initialGraphics([board('a', true)], parse);
  assert.deepEqual(applyGraphicCommand(before, { command: 'graphic.set', graphic: 'a', data: { rows: 3 } }, 0, parse)[0]?.data, {
    rows: 3,
  });
  assert.throws(
    () => applyGraphicCommand(before, { command: 'graphic.set', graphic: 'a', data: { rows: 'many' } }, 0, parse),
    /graphic "a": rows: expected a number \(is "many"\)/,
  );
  assert.deepEqual(before[0]?.data, { rows: 8 });
});

test('all off takes every graphic off; an unknown graphic is named with those there are', () => {
  const before = initialGraphics([board('a', true), board('b', false)], parse);
  const off = applyGraphicCommand(before, { command: 'graphics.allOff' }, 7, parse);
  assert.deepEqual(
    off.map((g) => [g.on, g.changedAtUs]),
    [
      [false, 7],
      [false, -1],
    ],
  );
  assert.throws(
    () => applyGraphicCommand(before, { command: 'graphic.set', graphic: 'c', on: true }, 0, parse),
    /graphic "c" is not on this channel; it has a, b/,
  );
});
