import assert from 'node:assert/strict';
import { test } from 'node:test';
import { vec, viewFrom } from '../camera.js';
import { random } from '../random.js';
import { Raster } from '../raster/raster.js';
import { body, type Limb } from './body.js';
import { drawFigures, figure, occlusion } from './figure.js';
import { gait } from './gait.js';
import { athlete, passerBy } from './looks.js';
import { rider } from './rider.js';
import { swimmer } from './swimmer.js';

const size = { width: 400, height: 300 };
const view = viewFrom(vec(-8, -9, 5), 0.8, -0.33, 0.05, 520, size);
const raster = new Raster(size);
raster.setLight(vec(-0.4, -0.4, 0.8), view, 0.7, 0.5);
const looks = athlete(random(1, 'test'), [220, 40, 40], [255, 255, 255]);

const shapes: Record<string, Limb[]> = {
  runner: body(gait(0.3, 10), looks, 0.4, 0.3, 0.2),
  walker: body(gait(0.7, 1.3), passerBy(random(4, 'walker')), 0, 0, 2),
  rider: rider(looks, [200, 60, 50], 0, 0, 0.4, 0.2, 0.1, 0),
  swimmer: swimmer(looks, 0, 0, 0, 0.4, 0, 0),
};

for (const [name, limbs] of Object.entries(shapes)) {
  test(`${name}: every drawn pixel lies in the box, and the box is tight`, () => {
    raster.fill([127, 127, 127]);
    const f = figure(view, limbs, { x: 0, y: 0 });
    drawFigures(raster, [f]);
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    const { pixels } = raster;
    for (let y = 0; y < size.height; y++) {
      for (let x = 0; x < size.width; x++) {
        const i = (y * size.width + x) * 4;
        if (Math.max(...[0, 1, 2].map((c) => Math.abs((pixels[i + c] as number) - 127))) < 6) continue;
        [left, right, top, bottom] = [Math.min(left, x), Math.max(right, x + 1), Math.min(top, y), Math.max(bottom, y + 1)];
      }
    }
    const { box } = f;
    const sides = [left - box.x, right - box.x - box.width, top - box.y, bottom - box.y - box.height];
    for (const [i, gap] of sides.entries()) assert.ok(Math.abs(gap) <= 1.6, `side ${i}: ${gap.toFixed(2)} px`);
  });
}

test('occlusion is the share hidden by whoever stands nearer, and by the edge of the picture', () => {
  const far = figure(view, body(gait(0, 0), looks, 1, 1.1, 0), { x: 1, y: 1.1 });
  const near = figure(view, body(gait(0, 0), looks, 0, 0, 0), { x: 0, y: 0 });
  const aside = figure(view, body(gait(0, 0), looks, 3, -3, 0), { x: 3, y: -3 });
  assert.ok(near.inverse > far.inverse);
  assert.ok(occlusion(far, [far, near], view) > 0.5);
  assert.equal(occlusion(near, [far, near], view), 0);
  assert.equal(occlusion(far, [far, aside], view), 0);
  assert.equal(
    occlusion(far, [far], view, () => true),
    1,
  );
  const narrow = { ...view, size: { width: far.box.x + far.box.width / 2, height: size.height } };
  const half = occlusion(far, [far], narrow);
  assert.ok(half > 0.25 && half < 0.75, `${half}`);
});
