import assert from 'node:assert/strict';
import { test } from 'node:test';
import { IDENTITY, translation } from '../../protocol/index.js';
import { PersonSize } from './person-size.js';

const SIZE = { width: 320, height: 240 };
const tall = (footY: number) => 10 + 0.25 * footY;

/** People here and there, a few pixels wrong; every fourth sample is two behind one another, or half a person. */
function learnt(): PersonSize {
  const size = new PersonSize(SIZE);
  for (let i = 0; i < 120; i++) {
    const [x, y] = [20 + ((i * 47) % 280), 60 + ((i * 31) % 170)];
    const height = tall(y) * (i % 4 === 0 ? (i % 8 === 0 ? 1.5 : 0.6) : 1) + ((i * 7) % 5) - 2;
    size.learn({ x: x - 5, y: y - height, width: 10, height }, IDENTITY);
  }
  return size;
}

test('how tall people are is learnt from those who stand apart, groups and fragments among them', () => {
  const at = learnt().at(IDENTITY, 0.4);
  assert.ok(at);
  for (const footY of [80, 150, 220]) {
    const box = at(160, footY);
    assert.ok(box && Math.abs(box.height / tall(footY) - 1) < 0.08, `${box?.height} instead of ${tall(footY)}`);
    assert.ok(Math.abs(box.y + box.height - footY) < 1e-9 && Math.abs(box.x + box.width / 2 - 160) < 1e-9);
  }
  assert.equal(at(160, -60), undefined, 'nobody stands beyond the horizon');
});

test('when the camera turns, sizes stay with the ground', () => {
  const box = learnt().at(translation(0, 40), 0.4)?.(160, 190);
  assert.ok(box && Math.abs(box.height / tall(150) - 1) < 0.08, `${box?.height}`);
});

test('patches of all sizes everywhere are not people', () => {
  const size = new PersonSize(SIZE);
  for (let i = 0; i < 120; i++) {
    const height = 15 + ((i * 37) % 90);
    size.learn({ x: (i * 47) % 280, y: 200 - ((i * 31) % 100) - height, width: 10, height }, IDENTITY);
  }
  assert.equal(size.at(IDENTITY, 0.4), undefined);
});
