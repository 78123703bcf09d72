import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, type GraphicState } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, flatten } from '../../testing/picture.js';
import { on, RACE_WIDTH_M, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

const frame = raceFrame(SMALL_HD, 60);

async function inked(graphic: GraphicState): Promise<(x: number, y: number) => boolean> {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  const picture = flatten(overlay.render(frame, [graphic]), SMALL_HD);
  overlay.close();
  // Anything within half a metre of a ground point.
  return (x, y) => {
    for (let dx = -0.5; dx <= 0.5; dx += 0.05) {
      for (let dy = -0.3; dy <= 0.3; dy += 0.05) {
        const at = apply(frame.pose.groundToImage, { x: x + dx, y: y + dy });
        if (alphaAt(picture, Math.floor(at.x), Math.floor(at.y)) > 150) return true;
      }
    }
    return false;
  };
}

test('numbers lie beside the course at their metres, on the side that is nearer to the camera', async () => {
  const beside = RACE_WIDTH_M / 2 + 0.8;
  const near = await inked(on('distance-markers'));
  assert.ok(near(10, -beside) && near(20, -beside));
  assert.ok(!near(14.5, -beside) && !near(10, beside) && !near(20, 0));
  const every = await inked(on('distance-markers', { everyM: 4, side: 'middle', capM: 1.2 }));
  assert.ok(every(12, 0) && every(16, 0) && !every(14, 0));
  const left = await inked(on('distance-markers', { everyM: 30, count: 'left' }));
  assert.ok(left(10, -beside), '90 m to go');
  assert.ok(!left(20, -beside));
});
