import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply, determinant } from '../protocol/index.js';
import { groundToImage, project, projectPolygon, vec, viewFrom } from './camera.js';

const size = { width: 641, height: 359 };
const view = viewFrom(vec(3, -9, 5), 1.3, -0.4, 0.07, 700, size);

test('points, polygons and the homography of the ground agree', () => {
  const toImage = groundToImage(view);
  fc.assert(
    fc.property(fc.double({ min: -3, max: 9, noNaN: true }), fc.double({ min: -3, max: 20, noNaN: true }), (x, y) => {
      const h = apply(toImage, { x, y });
      const p = project(view, x, y, 0);
      const [cornerX, cornerY] = projectPolygon(view, [vec(x, y, 0), vec(x + 0.1, y, 0), vec(x, y + 0.1, 0)]);
      for (const at of [p, { x: cornerX as number, y: cornerY as number }]) assert.ok(Math.hypot(at.x - h.x, at.y - h.y) < 1e-6);
    }),
  );
});

test('the axis meets the middle of the picture, up is up, and the ground is not mirrored', () => {
  const { forward, position } = view;
  const centre = project(view, position.x + forward.x * 7, position.y + forward.y * 7, position.z + forward.z * 7);
  assert.ok(Math.hypot(centre.x - 320.5, centre.y - 179.5) < 1e-9);
  assert.ok(Math.abs(centre.inverse - 1 / 7) < 1e-12);
  assert.ok(project(view, 4, 0, 2).y < project(view, 4, 0, 0).y);
  assert.ok(determinant(groundToImage(view)) < 0, 'y to the left of x on the ground, down the picture in the image');
});
