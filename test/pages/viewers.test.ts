import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { encodeTrackingFrame } from '../../protocol/index.js';
import { launchBrowser } from '../support/browser.js';
import { FakeChannel } from '../support/fake-channel.js';
import { fakeFrame, fakeShop } from '../support/fake-scene.js';
import { writeHls } from '../support/hls.js';
import { screenshot } from '../support/pixels.js';
import { serve, type TestServer } from '../support/serve.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

describe('first page, kiosk and watch page in a browser', () => {
  const folder = mkdtempSync(join(tmpdir(), 'leaderline-hls-'));
  let browser: Browser;
  let race: FakeChannel;
  let shop: FakeChannel;
  let server: TestServer;
  const problems: string[] = [];
  before(async () => {
    browser = await launchBrowser();
    race = new FakeChannel({ id: 'race', hlsDirectory: folder });
    shop = new FakeChannel({ id: 'shop', kind: 'shop' });
    server = await serve([race, shop]);
  });
  after(async () => {
    await browser.close();
    await server.close();
    race.close();
    shop.close();
    rmSync(folder, { recursive: true });
  });

  async function open(path: string, width = 1280, height = 720): Promise<Page> {
    const page = await browser.newPage({ viewport: { width, height } });
    page.on('pageerror', (error) => problems.push(`${path}: ${error.message}`));
    page.on('console', (message) => /Content Security Policy/.test(message.text()) && problems.push(message.text()));
    await page.goto(server.url + path);
    return page;
  }

  test('the first page shows every channel with a live picture, health and its pages', async () => {
    const page = await open('/');
    await page.waitForSelector('[data-channel="shop"] img[data-state="live"]');
    for (const [id, title] of [
      ['race', '100 m final'],
      ['shop', 'Corner shop'],
    ] as const) {
      const card = page.locator(`[data-channel="${id}"]`);
      assert.equal(await card.locator('h2').textContent(), title);
      assert.equal(await card.locator('.lamp').textContent(), 'Live');
      const links = await card.locator('nav a').evaluateAll((all) => all.map((a) => a.getAttribute('href')));
      assert.deepEqual(
        links.sort(),
        ['calibrate', 'control', 'kiosk', 'overlay', 'watch'].map((name) => `/${name}/${id}`),
      );
      for (const link of links) assert.equal((await page.request.get(server.url + link)).status(), 200);
    }
    const picture = page.locator('[data-channel="race"] img');
    const first = await picture.getAttribute('src');
    assert.ok(await picture.evaluate((image) => image instanceof HTMLImageElement && image.naturalWidth === 640));
    race.step();
    race.step();
    await until('the picture is refreshed', async () => (await picture.getAttribute('src')) !== first, 5000);
    shop.publishStatus({ source: 'lost', message: 'the camera is silent' });
    await until('ill health is told', async () => /The camera is silent\./.test(await textOf(page, '[data-channel="shop"]')), 5000);
    shop.publishStatus({ source: 'live', message: '' });
    await page.close();
  });

  test('no page scrolls sideways on a phone, and every control there is big enough for a finger', async () => {
    for (const path of ['/', '/control/race', '/calibrate/race', '/watch/race', '/kiosk/shop', '/kiosk/race', '/watch/none']) {
      const page = await open(path, 390, 844);
      await sleep(300);
      const over = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok(over <= 0, `${path} is ${over} px too wide`);
      const small = await page.evaluate(() =>
        [...document.querySelectorAll('button')]
          .filter((b) => b.offsetParent !== null && b.getBoundingClientRect().height < 44)
          .map((b) => b.id),
      );
      assert.deepEqual(small, [], path);
      await page.close();
    }
  });

  test('the kiosk draws a dot where each shopper is, moves it between frames, and rests when nobody moves', async () => {
    const page = await open('/kiosk/shop');
    await page.waitForSelector('h1:has-text("Corner shop")');
    const state = async (): Promise<{ dotsDrawn: number; mediaTimeUs: number }> => await page.evaluate(() => Object(window)['__kiosk']);
    shop.frameIndex = 100;
    await until('dots', async () => {
      shop.step();
      return (await state()).dotsDrawn === 6;
    });
    shop.step();
    const last = shop.frameIndex - 1;
    await until('the newest frame is shown', async () => (await state()).mediaTimeUs === last * 20_000);
    const rested = await state();
    await sleep(300);
    assert.deepEqual(await state(), rested);
    const picture = await screenshot(page);
    const plan = await page.locator('#moving').boundingBox();
    assert.ok(plan);
    const coloured = fakeFrame(fakeShop('shop'), last).subjects.filter(({ ground }) => {
      // The plan shows 14 × 9 m, y upwards, centred, as large as it fits.
      const margin = Math.min(plan.width, plan.height) * 0.05 + 16;
      const scale = Math.min((plan.width - 2 * margin) / 14, (plan.height - 2 * margin) / 9);
      const x = plan.x + plan.width / 2 + (ground.x - 7) * scale;
      const y = plan.y + plan.height / 2 - (ground.y - 4.5) * scale;
      const [r, g, b] = picture.at(x, y);
      return Math.max(r, g, b) > 200 && Math.max(r, g, b) - Math.min(r, g, b) > 70;
    });
    assert.equal(coloured.length, 6, 'a bright dot at each place');
    assert.equal(await textOf(page, '#now'), '6 people here');
    const frame = { ...fakeFrame(fakeShop('shop'), last + 50), subjects: [] };
    shop.sendFrame(new Uint8Array(encodeTrackingFrame(frame)));
    shop.sendFrame(new Uint8Array(encodeTrackingFrame({ ...frame, mediaTimeUs: frame.mediaTimeUs + 20_000 })));
    await until('idle text', async () => /Nobody here/.test(await textOf(page, '#idle')));
    await page.close();
  });

  test('the kiosk of a race shows its order; that of a floor tells no names', async () => {
    const page = await open('/kiosk/race');
    race.frameIndex = 200;
    race.play();
    await until('eight rows', async () => (await page.locator('#board li').count()) === 8);
    const leader = fakeFrame({ ...race.state().scene }, race.frameIndex).standings[0];
    const names = await page.locator('#board .name').allTextContents();
    assert.equal(names[0], race.state().scene.roster[(leader?.trackId ?? 100) - 100]?.name);
    race.pause();
    await page.close();
  });

  test('the watch page plays the stream once there is one, and says what is wrong when it is lost', async () => {
    const page = await open('/watch/race');
    await page.waitForSelector('#notice:has-text("Waiting for the picture.")');
    await writeHls(folder, 8);
    await page.waitForFunction(() => (document.querySelector('video')?.currentTime ?? 0) > 1, undefined, { timeout: 20_000 });
    assert.equal(await textOf(page, '#notice'), '');
    const video = await page.evaluate(() => document.querySelector('video')?.videoWidth);
    assert.equal(video, 640);
    await page.click('#mute');
    assert.equal(await page.evaluate(() => document.querySelector('video')?.muted), false);
    await until('the button says so', async () => (await textOf(page, '#mute')) === 'Sound off');
    race.publishStatus({ running: false, source: 'stopped', message: 'stopped by the operator' });
    await until('told', async () => (await textOf(page, '#notice')) === 'Stopped by the operator.');
    race.publishStatus({ running: true, source: 'live', message: '' });
    await page.close();
  });

  test('an unknown channel is told kindly', async () => {
    const page = await open('/control/none');
    assert.match(await textOf(page, 'main'), /no such channel/i);
    await page.close();
    assert.deepEqual(problems, []);
  });
});
