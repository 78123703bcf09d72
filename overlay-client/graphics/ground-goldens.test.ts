import test from 'node:test';
import type { GraphicState, OverlayRegion, Size } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { around, assertGolden, crop, flatten } from '../testing/picture.js';
import { HD, on, raceFrame, raceScene, SMALL_HD, startFrame } from '../testing/race.js';

/** Each ground graphic as a viewer sees it, on grey, at two sizes; those with cards in both looks. */

interface Golden {
  readonly graphic: GraphicState;
  readonly light?: boolean;
  readonly variant?: string;
}

/** A rectangle on the ground. */
function corners(x0: number, x1: number, y0: number, y1: number): { x: number; y: number }[] {
  return [
    { x: x0, y: y0 },
    { x: x1, y: y0 },
    { x: x1, y: y1 },
    { x: x0, y: y1 },
  ];
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
  { graphic: on('paths', { colourBy: 'speed', slowMps: 8, fastMps: 10, seconds: 1.5 }), variant: '-speed' },
  { graphic: on('zones', { zones: [{ name: 'Handover', polygon: corners(14, 24, -2, 4) }] }) },
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
  for (const { graphic, light, variant = '' } of GOLDENS) {
    for (const mode of light ? (['dark', 'light'] as const) : (['dark'] as const)) {
      test(`${graphic.type}${variant} at ${size.height} lines, ${mode}, looks as it did`, async () => {
        const regions = await drawRace(size, mode, graphic, 75);
        const picture = crop(flatten(regions, size, 96), around(regions));
        await assertGolden(picture, `${graphic.type}/goldens/${size.height}${variant}${mode === 'light' ? '-light' : ''}`);
      });
    }
  }
}
