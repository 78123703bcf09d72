import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkPlaces } from './outputs.js';

test('an output is refused where the source, or another output, is', () => {
  const file = (path: string) => ({ type: 'file' as const, path });
  assert.throws(() => checkPlaces('race.mp4', [file('./race.mp4')], '/shows'), /race\.mp4: is the source itself/);
  assert.throws(() => checkPlaces('sim:sprint', [file('a.mp4'), file('/shows/a.mp4')], '/shows'), /two outputs/);
  assert.throws(() => checkPlaces('race.mp4', [{ type: 'key-fill', fill: 'a.mp4', key: 'a.mp4' }], '/shows'), /two outputs/);
  checkPlaces(
    'race.mp4',
    [file('a.mp4'), { type: 'stream', url: 'udp://127.0.0.1:9' }, { type: 'key-fill', fill: 'b.mp4', key: 'c.mp4' }],
    '/shows',
  );
});
