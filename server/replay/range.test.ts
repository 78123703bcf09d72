import assert from 'node:assert/strict';
import { test } from 'node:test';
import { NOTHING_RECORDED, type ReplayBuffer } from '../../protocol/index.js';
import { resolveRange, withMark } from './range.js';

const S = 1_000_000;
const buffer: ReplayBuffer = { ...NOTHING_RECORDED, fromUs: 100 * S, toUs: 160 * S };
const none = { inUs: null, outUs: null };
const marked = { inUs: 120 * S, outUs: 130 * S };

test('a range is what is asked for, else what is marked, else the last ten seconds', () => {
  const seconds = (...args: Parameters<typeof resolveRange>): [number, number] => {
    const { fromUs, toUs } = resolveRange(...args);
    return [fromUs / S, toUs / S];
  };
  assert.deepEqual(seconds({}, none, buffer), [150, 160]);
  assert.deepEqual(seconds({}, marked, buffer), [120, 130]);
  assert.deepEqual(seconds({}, { inUs: 120 * S, outUs: null }, buffer), [120, 160]);
  assert.deepEqual(seconds({ lastS: 5 }, marked, buffer), [155, 160]);
  assert.deepEqual(seconds({ lastS: 900 }, marked, buffer), [100, 160]);
  assert.deepEqual(seconds({ lastS: 5, toUs: 140 * S }, marked, buffer), [135, 140]);
  assert.deepEqual(seconds({ fromUs: 110 * S }, marked, buffer), [110, 160]);
  assert.deepEqual(seconds({ fromUs: 110 * S, toUs: 115 * S }, marked, buffer), [110, 115]);
  assert.deepEqual(seconds({ toUs: 104 * S }, marked, buffer), [100, 104]);
});

test('what is not there is refused with what there is', () => {
  assert.throws(() => resolveRange({}, none, NOTHING_RECORDED), /^Error: nothing has been recorded yet$/);
  assert.throws(() => resolveRange({}, none, { ...NOTHING_RECORDED, message: 'the disk is full' }), /^Error: the disk is full$/);
  assert.throws(() => resolveRange({ fromUs: 20 * S, toUs: 110 * S }, none, buffer), /0:20\.00 is not in .* 1:40\.00 to 2:40\.00$/);
  assert.throws(() => resolveRange({ fromUs: 110 * S, toUs: 200 * S }, none, buffer), /3:20\.00 is not in/);
  assert.throws(() => resolveRange({ fromUs: 150 * S, toUs: 140 * S }, none, buffer), /ends \(2:20\.00\) before it begins \(2:30\.00\)/);
  assert.throws(() => resolveRange({}, { inUs: 150 * S, outUs: 140 * S }, buffer), /before it begins/);
});

test('a mark on the wrong side of the other takes that away, and says so', () => {
  const at = (marks: Parameters<typeof withMark>[0], which: 'in' | 'out', s: number) => {
    const { marks: after, message } = withMark(marks, which, s * S);
    return [after.inUs === null ? null : after.inUs / S, after.outUs === null ? null : after.outUs / S, message];
  };
  assert.deepEqual(at(none, 'in', 110), [110, null, '']);
  assert.deepEqual(at(withMark(none, 'in', 110 * S).marks, 'out', 120), [110, 120, '']);
  assert.deepEqual(at(withMark(none, 'out', 120 * S).marks, 'in', 110), [110, 120, ''], 'out first');
  const both = { inUs: 120 * S, outUs: 130 * S };
  assert.deepEqual(at(both, 'in', 125), [125, 130, '']);
  assert.deepEqual(at(both, 'in', 140), [140, null, 'marked in at 2:20.00; the mark out at 2:10.00 is gone']);
  assert.deepEqual(at(both, 'out', 115), [null, 115, 'marked out at 1:55.00; the mark in at 2:00.00 is gone']);
  assert.deepEqual(at(both, 'out', 120).slice(0, 2), [null, 120], 'a range of nothing is none');
});
