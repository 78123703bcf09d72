import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { apply, type Point } from '../../protocol/index.js';
import { controlPages } from '../support/control-pages.js';
import { fakeFrame, fakeRace } from '../support/fake-scene.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

/** No test hangs: on two busy cores the longest takes a quarter of it. */
const bounded = { timeout: 120_000 };

describe('set-up on the control page', () => {
  const desk = controlPages();
  const { open } = desk;

  test('a start list is checked row by row and taken once all of it is right', bounded, async () => {
    const page = await open();
    await page.click('#t-setup');
    await page.fill('#start-list', 'bib,name,lane\n7,Ida Berg,1\n8,Mia Lund,much');
    await until('told', async () => /line 3.*lane/.test(await textOf(page, '#start-list-problems')));
    assert.ok(await page.locator('#start-list-use').isDisabled());
    await page.fill('#start-list', 'bib,name,lane\n7,Ida Berg,1\n8,Mia Lund,2');
    await page.click('#start-list-use');
    await until(
      'in use',
      () =>
        desk.race
          .state()
          .scene.roster.map((r) => r.name)
          .join() === 'Ida Berg,Mia Lund',
    );
  });

  test('colours, a region and a pole are pointed out in the preview, by mouse and by keyboard, and taken back', bounded, async () => {
    desk.race.step();
    const page = await open();
    desk.race.step();
    await page.click('#t-setup');
    await page.click('#feet > summary');
    await page.waitForSelector('#preview[data-state="live"]');
    const sheet = page.locator('#marks');
    await sheet.scrollIntoViewIfNeeded();
    const { pose, subjects } = fakeFrame(fakeRace('race'), 1);
    const said = () => desk.race.state().underFeet;
    const choose = async (tool: string): Promise<void> => await page.check(`[name="feet-tool"][value="${tool}"]`, { force: true });
    const click = async ({ x, y }: Point): Promise<void> => {
      const { width, height } = (await sheet.boundingBox())!;
      await sheet.click({ position: { x: (x / 1280) * width, y: (y / 720) * height } });
    };
    const { box } = subjects[3]!;
    await choose('never');
    await until('the colour of a kit is picked', async () => {
      if (said().keys.length === 0) await click({ x: box.x + box.width / 2, y: box.y + box.height / 2 });
      return said().keys.length > 0;
    });
    const [kit] = said().keys[0]!.never;
    const levels = (colour: string): number[] => [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16));
    for (const [i, level] of levels('#1e90ff').entries()) assert.ok(Math.abs(level - levels(kit!)[i]!) < 32, `${kit} is the kit's colour`);
    await choose('draw');
    await page.keyboard.press('Tab');
    await sheet.focus();
    await page.keyboard.press('Shift+Tab');
    await page.keyboard.press('Tab');
    await until('the preview has the focus', async () => await sheet.evaluate((canvas) => document.activeElement === canvas));
    for (const key of ['ArrowDown', 'ArrowDown', 'Shift+ArrowRight', 'Enter']) await page.keyboard.press(key);
    await until('picked by keyboard', () => said().keys[0]?.draw.length === 1);
    await choose('region');
    const corners = [
      { x: 20, y: -4 },
      { x: 40, y: -4 },
      { x: 40, y: 4 },
    ];
    for (const corner of corners) await click(apply(pose.groundToImage, corner));
    await page.click('#feet-close');
    await until('a region of its own', () => said().keys[1]?.region?.length === 3);
    for (const [i, [x, y]] of said().keys[1]!.region!.entries())
      assert.ok(Math.hypot(x - corners[i]!.x, y - corners[i]!.y) < 0.3, `corner at ${x}, ${y}`);
    await click({ x: 640, y: 600 });
    await until('colours go to the region', () => said().keys[1]?.draw.length === 1);
    await choose('pole');
    const foot = apply(pose.groundToImage, { x: 60, y: 0 });
    await click(foot);
    await click({ x: foot.x, y: foot.y - 60 });
    await until('it stands', () => said().poles.length === 1);
    assert.ok(said().poles[0]!.top[2] > 3 && said().poles[0]!.top[2] < 12, `${said().poles[0]!.top[2]} m`);
    await page.fill('#feet-poles input', '0.5');
    await page.keyboard.press('Enter');
    await until('wider', () => said().poles[0]?.widthM === 0.5);
    await page.focus('#feet-tolerance');
    await page.keyboard.press('ArrowRight');
    await until('another tolerance', () => said().keys[1]?.tolerance === 11);
    await page.click('#feet-draw button');
    await until('the colour is gone', () => said().keys[1]?.draw.length === 0);
    await page.click('#undo');
    await until('undone', () => said().keys[1]?.draw.length === 1);
  });
});
