import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { apply, type TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, flatten } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';
import { HeatGrid } from './grid.js';

test('time is neither lost nor made on the grid, and the grid is bounded whatever the ground', () => {
  const side = fc.double({ min: 2, max: 50_000, noNaN: true });
  fc.assert(
    fc.property(side, side, fc.double({ min: 0.1, max: 0.9, noNaN: true }), (width, height, share) => {
      const grid = new HeatGrid({ x: -5, y: 3, width, height }, 0.05);
      assert.ok(grid.columns * grid.rows <= 4096 * 3, `${grid.columns} × ${grid.rows}`);
      if (grid.columns < 8 || grid.rows < 8) return;
      grid.add({ x: -5 + width * share, y: 3 + height * share }, 2);
      grid.add({ x: -1e6, y: 0 }, 5);
      grid.fade(0.5);
      const sum = grid.smooth().reduce((total, value) => total + value, 0);
      assert.ok(sum > 0.6 && sum < 1.001, `${sum} s`);
    }),
    { numRuns: 60 },
  );
});

/** One subject at an x of the track; the camera stands. */
function standing(index: number, x: number): TrackingFrame {
  const frame = raceFrame(SMALL_HD, index, 60);
  const subject = frame.subjects[0]!;
  return { ...frame, subjects: [{ ...subject, state: 'visible', ground: { x, y: 0 } }], standings: [] };
}

test('it is warm where somebody stood, cools when they are gone, and costs nothing between its updates', async () => {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  const map = [on('heat-map', { halfLifeS: 1, fullS: 0.15, opacity: 1 })];
  const strength = (x: number, regions: ReturnType<typeof overlay.render>): number => {
    const at = apply(raceFrame(SMALL_HD, 60).pose.groundToImage, { x, y: 0 });
    return alphaAt(flatten(regions, SMALL_HD), Math.floor(at.x), Math.floor(at.y));
  };
  for (let i = 0; i < 60; i++) overlay.observe(standing(i, 16), map);
  const warm = [...overlay.render(standing(60, 16), map)];
  assert.ok(warm.every(({ onGround }) => onGround));
  assert.ok(strength(16, warm) > 200, `${strength(16, warm)}`);
  assert.equal(strength(19, warm), 0);
  const revisions = new Set<string>();
  let updates = 0;
  for (let i = 61; i < 91; i++) {
    const key = overlay
      .render(standing(i, 16.2), map)
      .map(({ revision }) => revision)
      .join();
    if (!revisions.has(key)) updates++;
    revisions.add(key);
  }
  assert.ok(updates <= 5, `${updates} updates in a second`);
  for (let i = 91; i < 240; i++) overlay.observe(standing(i, 60), map);
  assert.ok(strength(16, overlay.render(standing(240, 60), map)) < 60);
  overlay.close();
});
