import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { apply, bend, type CameraPose, lensOf } from '../../protocol/index.js';
import { installNodePixi } from '../host/node-pixi.js';
import { lookAt } from '../testing/camera.js';
import { HD } from '../testing/race.js';
import { GroundView } from './ground.js';

await installNodePixi();
const { corners, picturePieces } = await import('./ground-picture.js');
const { flatPicture } = await import('./flat-picture.js');

function area(polygon: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < polygon.length; i += 2) {
    const j = (i + 2) % polygon.length;
    sum += polygon[i]! * polygon[j + 1]! - polygon[j]! * polygon[i + 1]!;
  }
  return Math.abs(sum) / 2;
}

test('pieces cover what is seen of a picture once, each within half a pixel of true perspective, bent by a lens or not', () => {
  const picture = flatPicture(200, 50, () => {});
  const camera = fc.record({
    x: fc.double({ min: -30, max: 30, noNaN: true }),
    y: fc.double({ min: -40, max: -6, noNaN: true }),
    height: fc.double({ min: 1.5, max: 40, noNaN: true }),
    focal: fc.double({ min: 700, max: 4000, noNaN: true }),
    turn: fc.double({ min: 0, max: 6.28, noNaN: true }),
    wide: fc.double({ min: 0.5, max: 30, noNaN: true }),
    lens: fc.option(fc.record({ k1: fc.double({ min: -0.13, max: 0.2, noNaN: true }), k2: fc.constant(0.01) }), { nil: undefined }),
  });
  let seen = 0;
  fc.assert(
    fc.property(camera, ({ x, y, height, focal, turn, wide, lens: terms }) => {
      const { groundToImage } = lookAt(HD, [x, y, height], [2, 1, 0], focal);
      const pose: CameraPose = {
        groundToImage: [...groundToImage],
        unit: 'm',
        state: 'held',
        confidence: 1,
        ...(terms && { lens: terms }),
      };
      const view = GroundView.of(pose, HD);
      assert.ok(view);
      const right = { x: Math.cos(turn) * wide, y: Math.sin(turn) * wide };
      const up = { x: -right.y / 4, y: right.x / 4 };
      const quad = { corner: { x: -right.x / 2, y: -right.y / 2 }, right, up };
      const pieces = picturePieces(view, HD, picture, quad, 1);
      const all = corners(quad).map((corner) => view.project(corner));
      const inside =
        corners(quad).every((corner) => view.isVisible(corner)) &&
        all.every((p) => p.x > 0 && p.y > 0 && p.x < HD.width && p.y < HD.height);
      if (inside) {
        seen++;
        const whole = area(view.outline(corners(quad)));
        const sum = pieces.reduce((total, piece) => total + area(piece.polygon), 0);
        assert.ok(Math.abs(sum - whole) < 1e-6 * whole + 1e-3, `${sum} of ${whole} px`);
      }
      for (const { polygon, matrix } of pieces) {
        for (let i = 0; i < polygon.length; i += 2) {
          // Back onto the picture by the piece's mapping, and from there through the true perspective.
          const { x: u, y: v } = matrix.applyInverse({ x: polygon[i]!, y: polygon[i + 1]! });
          const ground = {
            x: quad.corner.x + (right.x * u) / 200 + up.x * (1 - v / 50),
            y: quad.corner.y + (right.y * u) / 200 + up.y * (1 - v / 50),
          };
          const straight = apply(groundToImage, ground);
          const exact = terms ? bend(lensOf(terms, HD), straight) : straight;
          const off = Math.hypot(exact.x - polygon[i]!, exact.y - polygon[i + 1]!);
          assert.ok(off < 0.55, `${off} px`);
        }
      }
    }),
    { numRuns: 60 },
  );
  assert.ok(seen > 5, `${seen} whole pictures seen`);
});
