import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { after } from 'node:test';
import type { ChannelScene, GraphicState, OverlayRegion, Size } from '../../protocol/index.js';
import { packageRoot } from '../host/node-pixi.js';
import { createHeadlessOverlay, type GraphicType, graphicTypes } from '../index.js';
import { finalFrame, finalScene } from '../testing/final.js';
import { around, assertGolden, flatten } from '../testing/picture.js';
import { HD, on, raceFrame, raceScene, SMALL_HD, startFrame } from '../testing/race.js';
import { logo, rightToLeft, SHOWN, shown } from '../testing/shown.js';

/** Each graphic as a viewer sees it, on grey, at two sizes, in both looks, with names from the left and from the right. */

interface View {
  readonly size: Size;
  readonly mode: 'dark' | 'light';
  readonly rtl: boolean;
}

const VIEWS: readonly View[] = [
  { size: SMALL_HD, mode: 'dark', rtl: false },
  { size: SMALL_HD, mode: 'light', rtl: true },
  { size: HD, mode: 'dark', rtl: true },
  { size: HD, mode: 'light', rtl: false },
];
/** Half the field is in. */
const NEAR_THE_END = 134;
/** Frames of the race under way. */
const RUN = 75;
/** Later, when the field that left the line in one row has sorted itself out. */
const SORTED = 95;

/** Others than {@link SHOWN}, in the race under way, whatever the look. */
const MORE: readonly { readonly graphic: GraphicState; readonly sizes: readonly Size[] }[] = [
  { graphic: on('gap-board'), sizes: [SMALL_HD, HD] },
  { graphic: on('paths'), sizes: [SMALL_HD, HD] },
];

const imagesDir = mkdtempSync(join(tmpdir(), 'leaderline-goldens-'));
after(() => rmSync(imagesDir, { recursive: true }));
writeFileSync(join(imagesDir, 'logo.png'), logo());

function nameOf(type: string, { size, mode, rtl }: View): string {
  return `${type}/goldens/${size.height}-${mode}${rtl ? '-rtl' : ''}`;
}

/** @param background grey the graphic is seen on. */
async function compare(regions: readonly OverlayRegion[], background: number, name: string): Promise<void> {
  assert.ok(regions.length > 0, `${name}: nothing is shown`);
  const box = around(regions);
  const moved = regions.map((region) => ({ ...region, x: region.x - box.x, y: region.y - box.y }));
  await assertGolden(flatten(moved, box, background), name);
}

async function drawRace(graphic: GraphicState, { size, mode, rtl }: View, frames: number): Promise<readonly OverlayRegion[]> {
  const scene = raceScene(size);
  const roster = rtl ? rightToLeft(scene.roster, 1) : scene.roster;
  const overlay = await createHeadlessOverlay({ ...scene, look: { mode }, roster }, { imagesDir });
  try {
    for (let i = 0; i < frames; i++) overlay.observe(i === 0 ? startFrame(size) : raceFrame(size, i), [graphic]);
    return overlay.render(frames === 0 ? startFrame(size) : raceFrame(size, frames), [graphic]);
  } finally {
    overlay.close();
  }
}

for (const type of graphicTypes.filter((one) => SHOWN[one].world === 'race')) {
  const { plain, rtlBeforeStart } = SHOWN[type];
  for (const view of VIEWS) {
    const { size, mode, rtl } = view;
    test(`${type} at ${size.height} lines, ${mode}${rtl ? ', from the right' : ''}, looks as it did`, async () => {
      const regions = await drawRace(shown(type, view), view, rtl && rtlBeforeStart ? 0 : type === 'name-tags' ? SORTED : RUN);
      await compare(regions, plain || mode === 'dark' ? 96 : 160, plain ? `${type}/goldens/${size.height}` : nameOf(type, view));
    });
  }
}

for (const { graphic, sizes } of MORE) {
  for (const size of sizes) {
    test(`${graphic.type} in a race at ${size.height} lines looks as it did`, async () => {
      const regions = await drawRace(graphic, { size, mode: 'dark', rtl: false }, graphic.type === 'gap-board' ? SORTED : RUN);
      await compare(regions, 96, `${graphic.type}/goldens/${size.height}`);
    });
  }
}

const SCREEN = graphicTypes.filter((type) => SHOWN[type].world === 'final');

async function compareScreen(view: View, types: readonly GraphicType[], roster: ChannelScene['roster']): Promise<void> {
  const { size, mode } = view;
  const overlay = await createHeadlessOverlay(finalScene(size, { look: { mode }, roster }));
  const alone = (only?: string) => SCREEN.map((type) => ({ ...shown(type), on: type === only }));
  for (let i = 0; i < NEAR_THE_END; i++) overlay.observe(finalFrame(size, i), alone());
  try {
    for (const type of types) {
      await compare(overlay.render(finalFrame(size, NEAR_THE_END), alone(type)), mode === 'dark' ? 96 : 160, nameOf(type, view));
    }
  } finally {
    overlay.close();
  }
}

for (const view of VIEWS) {
  const { size, mode, rtl } = view;
  test(`the screen's graphics at ${size.height} lines in the ${mode} look are as they were`, async () => {
    const { roster } = finalScene(size);
    if (!rtl) return compareScreen(view, SCREEN, roster);
    await compareScreen(view, ['gap-board'], rightToLeft(roster));
    // The leader, whom most of them show, has the long name.
    await compareScreen(
      view,
      SCREEN.filter((type) => type !== 'gap-board'),
      rightToLeft(roster, 0),
    );
  });
}

test('every graphic has all its goldens, and there are no others', () => {
  for (const type of graphicTypes) {
    const folder = join(packageRoot(), 'overlay-client', 'graphics', type, 'goldens');
    const wanted = [
      ...VIEWS.map((view) => (SHOWN[type].plain ? `${type}/goldens/${view.size.height}` : nameOf(type, view))),
      ...MORE.flatMap(({ graphic, sizes }) => (graphic.type === type ? sizes.map(({ height }) => `${type}/goldens/${height}`) : [])),
    ];
    const there = existsSync(folder) ? readdirSync(folder).map((file) => `${type}/goldens/${file.replace(/\.png$/, '')}`) : [];
    assert.deepEqual(there.sort(), [...new Set(wanted)].sort());
  }
});
