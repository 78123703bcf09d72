import assert from 'node:assert/strict';
import test from 'node:test';
import type { OverlayRegion, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { lookAt } from '../../testing/camera.js';
import { alphaAt, flatten } from '../../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

const SCENE = { ...raceScene(SMALL_HD), roster: [{ name: 'Mira '.repeat(60).trim(), shortName: 'Mira', colour: '#ff0000', lane: 4 }] };

/** The race at frame 60 from one side of the track or the other. */
function seenFrom(side: 1 | -1): TrackingFrame {
  const frame = raceFrame(SMALL_HD, 60);
  const { groundToImage } = lookAt(SMALL_HD, [18, 16 * side, 9], [18, 0, 0], 1400);
  const standings = frame.standings.filter(({ rosterIndex }) => rosterIndex === 0).map((standing) => ({ ...standing, distanceM: 18 }));
  return { ...frame, standings, pose: { ...frame.pose, groundToImage: [...groundToImage] } };
}

async function draw(frame: TrackingFrame, data = {}): Promise<readonly OverlayRegion[]> {
  const overlay = await createHeadlessOverlay(SCENE);
  try {
    return overlay.render(frame, [on('lanes', data)]);
  } finally {
    overlay.close();
  }
}

test('the number stands left of the name from either side of the track, and all of it lies on the ground', async () => {
  for (const side of [1, -1] as const) {
    for (const place of ['ahead', 'behind']) {
      const regions = await draw(seenFrom(side), { place });
      assert.ok(regions.length > 0 && regions.every(({ onGround }) => onGround));
      const { rgba } = flatten(regions, SMALL_HD);
      const [red, dark] = [
        { x: 0, n: 0 },
        { x: 0, n: 0 },
      ];
      for (let i = 0; i < rgba.length; i += 4) {
        if (rgba[i + 3]! < 150) continue;
        const to = rgba[i]! > 180 && rgba[i + 1]! < 60 ? red : rgba[i]! < 60 ? dark : undefined;
        if (!to) continue;
        to.x += (i / 4) % SMALL_HD.width;
        to.n++;
      }
      assert.ok(red.n > 100 && dark.n > 300, `${red.n} red, ${dark.n} dark`);
      assert.ok(red.x / red.n < dark.x / dark.n - 20, 'the colour is left of the plate');
      // The competitor at 18 m, the middle of the picture, is never covered.
      for (const x of [580, 640, 700]) for (let y = 0; y < SMALL_HD.height; y++) assert.equal(alphaAt({ ...SMALL_HD, rgba }, x, y), 0);
    }
  }
});

test('a name of three hundred letters is cut, and a track without lanes draws nothing', async () => {
  const regions = await draw(seenFrom(-1), { name: 'full' });
  const pixels = regions.reduce((sum, { width, height }) => sum + width * height, 0);
  assert.ok(pixels < 90_000, `${pixels} px`);
  const course = SCENE.course && { ...SCENE.course, lanes: 0 };
  const overlay = await createHeadlessOverlay({ ...SCENE, course });
  assert.deepEqual(overlay.render(seenFrom(-1), [on('lanes')]), []);
  overlay.close();
});
