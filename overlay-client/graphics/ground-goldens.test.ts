import test from 'node:test';
import type { GraphicState, OverlayRegion, Size } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { around, assertGolden, crop, flatten } from '../testing/picture.js';
import { HD, on, raceFrame, raceScene, SMALL_HD, startFrame } from '../testing/race.js';

/** Each ground graphic as a viewer sees it, on grey, at two sizes; those with cards in both looks. */

interface Golden {
  readonly graphic: GraphicState;
  readonly light?: boolean;
}

const GOLDENS: readonly Golden[] = [
  { graphic: on('record-line', { totalS: 11.4, splits: [{ distanceM: 10, timeS: 1.2 }] }), light: true },
  {
    graphic: on('reference-lines', {
      lines: [
        { kind: 'distance', distanceM: 20 },
        { kind: 'subject', rosterIndex: 3, colour: '#ff5a5f', label: 'Offside' },
      ],
      lengthM: 14,
    }),
  },
  { graphic: on('lanes') },
  { graphic: on('distance-markers') },
];

async function drawRace(size: Size, mode: 'dark' | 'light', graphic: GraphicState, frames: number): Promise<readonly OverlayRegion[]> {
  const overlay = await createHeadlessOverlay({ ...raceScene(size), look: { mode } });
  try {
    for (let i = 0; i < frames; i++) overlay.observe(i === 0 ? startFrame(size) : raceFrame(size, i), [graphic]);
    return overlay.render(raceFrame(size, frames), [graphic]);
  } finally {
    overlay.close();
  }
}

for (const size of [SMALL_HD, HD]) {
  for (const { graphic, light } of GOLDENS) {
    for (const mode of light ? (['dark', 'light'] as const) : (['dark'] as const)) {
      test(`${graphic.type} at ${size.height} lines, ${mode}, looks as it did`, async () => {
        const regions = await drawRace(size, mode, graphic, 75);
        const picture = crop(flatten(regions, size, 96), around(regions));
        await assertGolden(picture, `${graphic.type}/goldens/${size.height}${mode === 'light' ? '-light' : ''}`);
      });
    }
  }
}
