import assert from 'node:assert/strict';
import { test } from 'node:test';
import { UnderFeet } from './under-feet.js';

const key = (patch: object) => ({ keys: [{ id: 'pitch', ...patch }] });
const pole = (patch: object) => ({ poles: [{ id: 'post', foot: [0, 0], top: [0, 0, 3], ...patch }] });

test('colour keys and poles have limits, and say what is wrong', () => {
  assert.deepEqual(UnderFeet.parse(key({})).keys[0], { id: 'pitch', draw: [], never: [], tolerance: 10, softness: 8 });
  assert.equal(UnderFeet.parse(pole({})).poles[0]?.widthM, 0.1);
  const refused: [object, RegExp][] = [
    [key({ draw: ['green'] }), /like #1e90ff/],
    [key({ draw: Array(13).fill('#00ff00') }), /<=12/],
    [
      key({
        region: [
          [0, 0],
          [1, 1],
        ],
      }),
      />=3/,
    ],
    [key({ region: Array(41).fill([0, 0]) }), /<=40/],
    [key({ tolerance: 1 }), />=4/],
    [key({ softness: 1e9 }), /<=60/],
    [key({ luma: 3 }), /luma/],
    [{ keys: Array.from({ length: 9 }, (_, i) => ({ id: `k${i}` })) }, /<=8/],
    [{ keys: [{ id: 'a' }, { id: 'a' }] }, /two keys have the same id/],
    [pole({ top: [0, 0, 0] }), />0/],
    [pole({ foot: [Number.NaN, 0] }), /foot/],
    [pole({ widthM: 51 }), /<=50/],
    [{ poles: Array.from({ length: 61 }, (_, i) => ({ ...pole({}).poles[0], id: `p${i}` })) }, /<=60/],
  ];
  for (const [given, why] of refused) assert.match(String(UnderFeet.safeParse(given).error), why);
});
