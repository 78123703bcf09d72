import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Box } from '../../protocol/index.js';
import { finalFrame } from '../testing/final.js';
import { HD } from '../testing/race.js';
import { freePlace, Spot } from './spot.js';
import { themeFor } from './theme.js';

const theme = themeFor(HD);
const { safe } = theme;

function overlap(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < b.y + b.height && b.y < a.y + a.height;
}

test('a card stands inside the safe area, and on nothing as long as its own place has room above or below', () => {
  const size = fc.record({ width: fc.integer({ min: 20, max: 700 }), height: fc.integer({ min: 20, max: 200 }) });
  const place = fc.constantFrom('top-left', 'top-right', 'bottom-left', 'bottom', 'bottom-right', 'centre', 'left', 'right', 'top');
  fc.assert(
    fc.property(fc.array(fc.tuple(size, place), { minLength: 1, maxLength: 5 }), (wanted) => {
      const boxes: Box[] = [];
      for (const [card, at] of wanted) {
        const box = freePlace(card, at, boxes, safe, 8);
        assert.ok(
          box.x >= safe.x && box.y >= safe.y && box.x + box.width <= safe.x + safe.width && box.y + box.height <= safe.y + safe.height,
        );
        for (const other of boxes) assert.ok(!overlap(box, other), JSON.stringify([box, other]));
        boxes.push(box);
      }
    }),
    { numRuns: 200 },
  );
});

test('where nothing is free, the card hides as little as it can', () => {
  const all = { x: 0, y: 0, width: 1920, height: 700 };
  const box = freePlace({ width: 400, height: 500 }, 'top-left', [all], safe, 8);
  assert.equal(box.y + box.height, safe.y + safe.height);
});

test('a card makes way for another one, sliding, and then stays', () => {
  const spot = new Spot(theme);
  const size = { width: 300, height: 100 };
  const at = (index: number, cards: readonly Box[]) => spot.advance(size, 'top-left', { frame: finalFrame(HD, index), presence: 1, cards });
  const home = at(0, []);
  const other = { ...home!, width: 50 };
  const ys = Array.from({ length: 12 }, (_, i) => at(1 + i, [other])!.y);
  assert.ok(new Set(ys).size > 3, `slides: ${ys}`);
  assert.ok(ys.at(-1)! >= other.y + other.height);
  const away = at(30, [other]);
  assert.deepEqual(at(31, []), away);
});
