import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { Compositor } from '../../media/index.js';
import { nativePicture, pictureInfo, shownPicture } from '../../media/testing/pictures.js';
import { inPicture } from '../../overlay-client/index.js';
import {
  bend,
  type CameraPose,
  imageOf,
  lensOfPicture,
  type OverlayRegion,
  type Point,
  Pole,
  topOf,
  UnderFeet,
  unbend,
  uprightCamera,
} from '../../protocol/index.js';
import { planeToImage, project, vec, viewFrom } from '../../simulation/camera.js';

const SIZE = { width: 640, height: 360 };

/** A camera 3 m up that looks along x, turned and zoomed. */
function camera(yaw: number, focalPx = 700, pitch = -0.12) {
  const view = viewFrom(vec(0, 0, 3), yaw, pitch, 0, focalPx, SIZE);
  const pose: CameraPose = {
    groundToImage: planeToImage(view, vec(0, 0, 0), vec(1, 0, 0), vec(0, 1, 0)),
    unit: 'm',
    state: 'held',
    confidence: 1,
  };
  return { pose, ...SIZE, focalPx, at: (x: number, y: number, z: number) => project(view, x, y, z) };
}

test('a pole that was clicked at foot and top stays in front of the line while the camera pans, tilts and zooms', async () => {
  const clicked = camera(0);
  const upright = uprightCamera(clicked.pose.groundToImage, SIZE);
  assert.ok(upright);
  const top = topOf(upright, { x: 14, y: 1 }, clicked.at(14, 1, 4.2));
  assert.ok(top && Math.abs(top[2] - 4.2) < 0.02, `the pole is ${top} high`);
  const underFeet = UnderFeet.parse({ poles: [{ id: 'pole', foot: [14, 1], top, widthM: 0.4 }] });
  const info = pictureInfo(SIZE.width, SIZE.height, 'yuv420p');
  const compositor = new Compositor(info);
  const rgba = new Uint8Array(SIZE.width * 8 * 4).fill(255);
  for (const frame of [clicked, camera(0.1, 760), camera(-0.15, 640, -0.05)]) {
    const byHand = inPicture(underFeet, frame);
    const middle = frame.at(14, 1, 0.9);
    const y = Math.round(middle.y) - 4;
    const line: OverlayRegion = { x: 0, y, width: SIZE.width, height: 8, key: 'line', revision: 1, onGround: true, rgba };
    const native = await nativePicture(info, () => [60, 110, 50]);
    compositor.blend({ native }, [line], {
      matte: undefined,
      strength: 0,
      people: [],
      mediaTimeUs: 0,
      shotSinceUs: 0,
      ...(byHand && { byHand }),
    });
    const shown = await shownPicture(native, info);
    native.free();
    const half = 0.2 * frame.focalPx * middle.inverse;
    const brightAt = (x: number): boolean => shown(Math.round(x), y + 4)[0] > 160;
    assert.deepEqual(
      [brightAt(middle.x), brightAt(middle.x - half - 5), brightAt(middle.x + half + 5)],
      [false, true, true],
      `pole at ${middle.x}`,
    );
  }
  compositor.close();
});

test('under a wide lens a pole is drawn over what was clicked', () => {
  const straight = camera(0.1);
  const picture = { ...SIZE, pose: { ...straight.pose, lens: { k1: -0.12, k2: 0.005 } } };
  const lens = lensOfPicture(picture)!;
  const upright = uprightCamera(picture.pose.groundToImage, SIZE)!;
  const seen = bend(lens, straight.at(14, 3, 4.2));
  const top = topOf(upright, { x: 14, y: 3 }, unbend(lens, seen));
  const [a, b, c, d] = inPicture(UnderFeet.parse({ poles: [{ id: 'pole', foot: [14, 3], top, widthM: 0.1 }] }), picture)!.poles[0]!;
  const off = (p: Point, q: Point, at: Point): number => Math.hypot((p.x + q.x) / 2 - at.x, (p.y + q.y) / 2 - at.y);
  assert.ok(off(a!, b!, imageOf(picture, { x: 14, y: 3 })!) < 0.5, 'at its foot');
  assert.ok(off(c!, d!, seen) < 0.5, 'at its top');
});

test('what was clicked is where it was clicked, leaning or not', () => {
  fc.assert(
    fc.property(
      fc.double({ min: -0.3, max: 0.3, noNaN: true }),
      fc.double({ min: 8, max: 60, noNaN: true }),
      fc.double({ min: -25, max: 25, noNaN: true }),
      fc.double({ min: 12, max: 200, noNaN: true }),
      (yaw, x, lean, rise) => {
        const { pose, at } = camera(yaw);
        const upright = uprightCamera(pose.groundToImage, SIZE);
        const foot = at(x, 0, 0);
        const seen = { x: foot.x + lean, y: foot.y - rise };
        const top = upright && topOf(upright, { x, y: 0 }, seen);
        assert.ok(top);
        const [outline] = inPicture({ keys: [], poles: [Pole.parse({ id: 'p', foot: [x, 0], top })] }, { pose, ...SIZE })!.poles;
        assert.ok(outline);
        const head = { x: (outline[2]!.x + outline[3]!.x) / 2, y: (outline[2]!.y + outline[3]!.y) / 2 };
        assert.ok(Math.hypot(head.x - seen.x, head.y - seen.y) < 0.01, `${head.x}, ${head.y} instead of ${seen.x}, ${seen.y}`);
      },
    ),
    { numRuns: 60 },
  );
});

test('regions and poles behind the camera, or on ground that is not known, are left out; keys for the whole picture hold', () => {
  const frame = camera(0);
  const underFeet = UnderFeet.parse({
    keys: [
      { id: 'all', never: ['#ffffff'] },
      {
        id: 'near',
        region: [
          [5, -2],
          [40, -2],
          [40, 2],
          [5, 2],
        ],
        draw: ['#00aa00'],
      },
      {
        id: 'behind',
        region: [
          [-5, -2],
          [-40, -2],
          [-40, 2],
        ],
        draw: ['#00aa00'],
      },
    ],
    poles: [
      { id: 'there', foot: [20, 0], top: [20, 0, 2] },
      { id: 'behind', foot: [-20, 0], top: [-20, 0, 2] },
    ],
  });
  const known = inPicture(underFeet, frame);
  assert.deepEqual(
    known?.keys.map(({ key }) => key.id),
    ['all', 'near'],
  );
  assert.equal(known?.poles.length, 1);
  const lost = inPicture(underFeet, { ...frame, pose: { ...frame.pose, unit: 'px' } });
  assert.deepEqual([lost?.keys.map(({ key }) => key.id), lost?.poles], [['all'], []]);
  assert.equal(inPicture(UnderFeet.parse({}), frame), undefined);
});
