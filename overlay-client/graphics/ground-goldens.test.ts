import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
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
  { graphic: on('heat-map', { fullS: 0.06 }) },
  { graphic: on('ground-logo', { image: 'logo.png', place: 'course', distanceM: 24, widthM: 6 }) },
  { graphic: on('paths', { colourBy: 'speed', slowMps: 8, fastMps: 10, seconds: 1.5 }), variant: '-speed' },
  { graphic: on('zones', { zones: [{ name: 'Handover', polygon: corners(14, 24, -2, 4) }] }) },
];

const imagesDir = mkdtempSync(join(tmpdir(), 'leaderline-goldens-'));
after(() => rmSync(imagesDir, { recursive: true }));
writeFileSync(join(imagesDir, 'logo.png'), logo());

/** A sponsor's mark without letters: those would look different from machine to machine. */
function logo(): Buffer {
  const canvas = createCanvas(600, 240);
  const context = canvas.getContext('2d');
  context.fillStyle = '#e8132b';
  context.roundRect(0, 0, 600, 240, 60);
  context.fill();
  context.fillStyle = '#ffffff';
  for (let i = 0; i < 5; i++) context.fillRect(220 + i * 70, 60, 36, 30 + i * 24);
  context.fillStyle = '#ffd21f';
  context.beginPath();
  context.arc(110, 120, 60, 0, 7);
  context.fill();
  return canvas.toBuffer('image/png');
}

async function drawRace(size: Size, mode: 'dark' | 'light', graphic: GraphicState, frames: number): Promise<readonly OverlayRegion[]> {
  const overlay = await createHeadlessOverlay({ ...raceScene(size), look: { mode } }, { imagesDir });
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
