import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { assign, leastCost } from './assignment.js';

/** Greatest summed gain, by trying everything. */
function bruteForce(gain: Float64Array, rows: number, columns: number): number {
  const best = (row: number, used: number): number => {
    if (row === rows) return 0;
    let most = best(row + 1, used);
    for (let c = 0; c < columns; c++) {
      const g = gain[row * columns + c];
      if (g > 0 && !(used & (1 << c))) most = Math.max(most, g + best(row + 1, used | (1 << c)));
    }
    return most;
  };
  return best(0, 0);
}

const problem = fc.tuple(fc.integer({ min: 0, max: 6 }), fc.integer({ min: 0, max: 6 })).chain(([rows, columns]) =>
  fc.record({
    rows: fc.constant(rows),
    columns: fc.constant(columns),
    gain: fc.array(
      fc.oneof(fc.constant(0), fc.constant(-1), fc.integer({ min: 1, max: 9 }), fc.double({ min: 0.01, max: 9, noNaN: true })),
      {
        minLength: rows * columns,
        maxLength: rows * columns,
      },
    ),
  }),
);

test('the assignment is the best there is, uses each row and column once and no forbidden pair', () => {
  fc.assert(
    fc.property(problem, ({ rows, columns, gain }) => {
      const g = Float64Array.from(gain);
      const mate = assign(g, rows, columns);
      const used = [...mate].filter((c) => c >= 0);
      assert.equal(new Set(used).size, used.length);
      let total = 0;
      for (const [r, c] of mate.entries()) {
        if (c < 0) continue;
        assert.ok(g[r * columns + c] > 0);
        total += g[r * columns + c];
      }
      assert.ok(Math.abs(total - bruteForce(g, rows, columns)) < 1e-9);
    }),
    { numRuns: 500 },
  );
});

test('two pairs beat one that is better alone', () => {
  assert.deepEqual([...assign(Float64Array.from([5, 4, 4, 0]), 2, 2)], [1, 0]);
});

test('equal costs give the diagonal, tall, wide or square', () => {
  assert.deepEqual([...leastCost(new Float64Array(9), 3, 3)], [0, 1, 2]);
  assert.deepEqual([...leastCost(new Float64Array(6), 2, 3)], [0, 1]);
  assert.deepEqual([...leastCost(new Float64Array(6), 3, 2)], [0, 1, -1]);
});
