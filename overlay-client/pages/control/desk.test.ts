import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphicState } from '../../../protocol/index.js';
import { settled } from './desk.js';

const graphic = (changedAtUs: number, steppedAtUs: number): GraphicState => ({
  ...{ id: 'drawing', type: 'telestrator', on: true, data: {}, step: 0 },
  ...{ changedAtUs, steppedAtUs },
});

test('what is taken while the preview is frozen is on the frozen frame, whole; what came before it is left alone', () => {
  const [later, before] = settled([graphic(9_000_000, 9_500_000), graphic(2_000_000, 4_900_000)], 5_000_000);
  assert.deepEqual([later?.changedAtUs, later?.steppedAtUs], [-1, -1]);
  assert.deepEqual([before?.changedAtUs, before?.steppedAtUs], [2_000_000, 4_900_000]);
});
