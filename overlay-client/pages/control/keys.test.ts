import assert from 'node:assert/strict';
import test from 'node:test';
import { keyName, loadBindings, PRESET, rebind } from './keys.js';

const press = (key: string, held: Partial<Record<'shiftKey' | 'ctrlKey' | 'altKey' | 'metaKey', boolean>> = {}) =>
  keyName({ key, shiftKey: false, ctrlKey: false, altKey: false, metaKey: false, ...held });

test('keys are called the same whatever Shift makes of them; what belongs to the browser cannot be bound', () => {
  assert.equal(press('t'), 'T');
  assert.equal(press('S', { shiftKey: true }), 'Shift+S');
  assert.equal(press('?', { shiftKey: true }), '?');
  assert.equal(press('1', { ctrlKey: true }), 'Ctrl+1');
  for (const key of ['Tab', 'Enter', ' ', 'Escape', 'Shift']) assert.equal(press(key), undefined);
});

test('no key does two things, as they come and after any change', () => {
  const keys = Object.values(PRESET);
  assert.equal(new Set(keys).size, keys.length);
  const conflict = rebind(PRESET, 'take', PRESET['out'] ?? '');
  assert.ok('conflict' in conflict && /Out/.test(conflict.conflict));
  const changed = rebind(PRESET, 'take', 'Q');
  assert.ok('bindings' in changed && changed.bindings['take'] === 'Q');
});

test('what is stored but makes no sense counts for nothing', () => {
  const stored = (text: string | null) => loadBindings({ getItem: () => text });
  assert.deepEqual(stored(null), PRESET);
  assert.deepEqual(stored('{broken'), PRESET);
  assert.deepEqual(stored('[1]'), PRESET);
  assert.deepEqual(stored('{"take":"O","out":"O"}'), PRESET, 'two actions on one key');
  assert.equal(stored('{"take":"Q","nonsense":"W"}')['take'], 'Q');
  assert.equal(stored('{"nonsense":"W"}')['nonsense'], undefined);
  const before = stored('{"take":"R","out":""}');
  assert.deepEqual(
    [before['take'], before['out'], before['playLast'], before['markIn']],
    ['R', '', '', 'I'],
    'stored before there were as many',
  );
});
