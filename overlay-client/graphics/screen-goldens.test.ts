import test from 'node:test';
import type { GraphicState } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { finalFrame, finalScene } from '../testing/final.js';
import { around, assertGolden, flatten } from '../testing/picture.js';
import { HD, on, SMALL_HD } from '../testing/race.js';

/** Each graphic of the screen as a viewer sees it, in both looks, near the end of a race: one overlay draws them all. */

const GRAPHICS: readonly GraphicState[] = [
  { ...on('gap-board'), step: 1 },
  on('race-clock', { title: "Women's 100 m" }),
  { ...on('lower-third', { subject: 'leader', line: 'Season best 10.61 s' }), step: 1 },
  on('leader-margin'),
  on('head-to-head', { third: 'third' }),
  on('speed-trace'),
  on('result-board', { remarks: [{ bib: '192', text: 'DQ' }] }),
  on('where-won'),
];
const RIGHT_TO_LEFT = [
  'محمد بن عبدالرحمن الأحمد',
  'דניאל כהן-לוי',
  'عبدالله',
  'אורית אבן',
  'Sofía Reyes',
  'فاطمة الزهراء العلوي',
  'רות',
  'نور',
];
/** Half the field is in. */
const NEAR_THE_END = 134;

for (const [size, mode, rtl] of [
  [SMALL_HD, 'dark', false],
  [SMALL_HD, 'light', true],
  [HD, 'dark', true],
  [HD, 'light', false],
] as const) {
  test(`the screen's graphics at ${size.height} lines in the ${mode} look are as they were`, async () => {
    const { roster } = finalScene(size);
    const named = rtl ? roster.map((entry, i) => ({ ...entry, name: RIGHT_TO_LEFT[i]! })) : roster;
    const overlay = await createHeadlessOverlay(finalScene(size, { look: { mode }, roster: named }));
    const alone = (graphic?: GraphicState) => GRAPHICS.map((one) => ({ ...one, on: one === graphic }));
    for (let i = 0; i < NEAR_THE_END; i++) overlay.observe(finalFrame(size, i), alone());
    try {
      for (const graphic of GRAPHICS) {
        const regions = overlay.render(finalFrame(size, NEAR_THE_END), alone(graphic));
        const box = around(regions);
        const moved = regions.map((region) => ({ ...region, x: region.x - box.x, y: region.y - box.y }));
        const picture = flatten(moved, box, mode === 'dark' ? 96 : 160);
        await assertGolden(picture, `${graphic.type}/goldens/${size.height}-${mode}${rtl ? '-rtl' : ''}`);
      }
    } finally {
      overlay.close();
    }
  });
}
