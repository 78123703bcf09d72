import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { GraphicState, OverlayRegion, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { alphaAt, flatten } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';
import { contains, labelPlace } from './polygon.js';

const square = (x0: number, x1: number, y0: number, y1: number) => [
  { x: x0, y: y0 },
  { x: x1, y: y0 },
  { x: x1, y: y1 },
  { x: x0, y: y1 },
];

test('a point is inside the polygon it was made from, and outside once it is beyond', () => {
  fc.assert(
    fc.property(fc.double({ min: 0.01, max: 0.99, noNaN: true }), fc.double({ min: 0.01, max: 0.99, noNaN: true }), (u, v) => {
      assert.ok(contains(square(3, 7, -2, 5), { x: 3 + 4 * u, y: -2 + 7 * v }));
      assert.ok(!contains(square(3, 7, -2, 5), { x: 7 + u, y: -2 + 7 * v }));
    }),
  );
  // An L: its notch is outside.
  const corner = [
    { x: 0, y: 0 },
    { x: 4, y: 0 },
    { x: 4, y: 1 },
    { x: 1, y: 1 },
    { x: 1, y: 4 },
    { x: 0, y: 4 },
  ];
  assert.ok(contains(corner, { x: 3, y: 0.5 }) && !contains(corner, { x: 3, y: 3 }));
  assert.deepEqual(labelPlace(square(3, 7, -2, 4)), { x: 5, y: 1 });
});

/** Everyone stands still where frame 60 has them; `crowd` of them inside the zone. */
function frameWith(index: number, crowd: number): TrackingFrame {
  const frame = raceFrame(SMALL_HD, index, 60);
  return { ...frame, subjects: frame.subjects.map((subject, i) => ({ ...subject, ground: { x: i < crowd ? 16 : 40, y: 0 } })) };
}

test('a zone lies on the ground under its card, which counts who is inside once that is sure', async () => {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  const zones: GraphicState = on('zones', { zones: [{ name: 'Handover', polygon: square(13, 19, -3, 3) }] });
  const card = (regions: readonly OverlayRegion[]) => regions.find(({ onGround }) => !onGround);
  const draw = (index: number, crowd: number): OverlayRegion[] => [...overlay.render(frameWith(index, crowd), [zones])];
  const first = draw(0, 2);
  const ground = flatten(
    first.filter(({ onGround }) => onGround),
    SMALL_HD,
  );
  const { project } = await cameraOf(frameWith(0, 2));
  const [inside, beyond] = [project(16, 0), project(20, 0)];
  assert.ok(Math.abs(alphaAt(ground, inside.x, inside.y) - 51) < 4, `${alphaAt(ground, inside.x, inside.y)}`);
  assert.equal(alphaAt(ground, beyond.x, beyond.y), 0);
  const two = card(first);
  assert.ok(two);
  // A count that flickers for a frame is not shown.
  assert.equal(card(draw(1, 3))?.revision, two.revision);
  assert.equal(card(draw(2, 2))?.revision, two.revision);
  for (let i = 3; i < 20; i++) draw(i, 3);
  assert.notEqual(card(draw(20, 3))?.revision, two.revision);
  overlay.close();
});

async function cameraOf({ pose }: TrackingFrame) {
  const { apply } = await import('../../../protocol/index.js');
  return {
    project: (x: number, y: number) => {
      const at = apply(pose.groundToImage, { x, y });
      return { x: Math.floor(at.x), y: Math.floor(at.y) };
    },
  };
}
