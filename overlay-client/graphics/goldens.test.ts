import test from 'node:test';
import type { GraphicState, OverlayRegion, Size } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { around, assertGolden, crop, flatten } from '../testing/picture.js';
import { HD, on, raceFrame, raceScene, SMALL_HD } from '../testing/race.js';

/** Each graphic as a viewer sees it, on grey, at two sizes. */

const GRAPHICS: readonly GraphicState[] = [
  on('leader-line'),
  on('name-tags', { team: true, speed: true }),
  on('gap-board'),
  on('paths'),
  on('sync-marker'),
];

const SORTED: ReadonlySet<string> = new Set(['gap-board', 'name-tags']);

async function drawRace(size: Size, graphic: GraphicState, frames: number): Promise<readonly OverlayRegion[]> {
  const overlay = await createHeadlessOverlay(raceScene(size));
  try {
    for (let i = 0; i < frames; i++) overlay.observe(raceFrame(size, i), [graphic]);
    return overlay.render(raceFrame(size, frames), [graphic]);
  } finally {
    overlay.close();
  }
}

for (const size of [SMALL_HD, HD]) {
  for (const graphic of GRAPHICS) {
    test(`${graphic.type} at ${size.height} lines looks as it did`, async () => {
      // The field that left the line in one row has sorted itself out.
      const regions = await drawRace(size, graphic, SORTED.has(graphic.type) ? 95 : 75);
      const picture = crop(flatten(regions, size, 96), around(regions));
      await assertGolden(picture, `${graphic.type}/goldens/${size.height}`);
    });
  }
}
