import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Page } from 'playwright-core';
import { encodeTrackingFrame } from '../../protocol/index.js';
import { launchBrowser } from '../support/browser.js';
import { FakeChannel } from '../support/fake-channel.js';
import { fakeFrame, fakeRace } from '../support/fake-scene.js';
import { screenshot } from '../support/pixels.js';
import { serve, type TestServer } from '../support/serve.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

interface Counters {
  readonly framesDrawn: number;
  readonly lastMediaTimeUs: number;
  readonly connected: boolean;
}

describe('overlay page in a browser', () => {
  let browser: Browser;
  let page: Page;
  let race: FakeChannel;
  let server: TestServer;
  const problems: string[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => await browser.close());
  beforeEach(async () => {
    race = new FakeChannel({ id: 'race' });
    server = await serve([race]);
    page = await browser.newPage({ viewport: { width: 1280, height: 720 } });
    problems.length = 0;
    page.on('pageerror', (error) => problems.push(error.message));
    page.on('console', (message) => /Content Security Policy/.test(message.text()) && problems.push(message.text()));
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    race.close();
    assert.deepEqual(problems, []);
  });

  const counters = async (): Promise<Counters> =>
    await page.evaluate(() => {
      const { framesDrawn, lastMediaTimeUs, connected } = window.__leaderline;
      return { framesDrawn, lastMediaTimeUs, connected };
    });
  /** Opens the overlay and lets it show frames up to this one. */
  async function showing(frameIndex: number, query = ''): Promise<void> {
    await page.goto(`${server.url}/overlay/race${query}`);
    await until('connected', async () => (await counters()).connected);
    // Tags come in softly: give them time.
    race.frameIndex = Math.max(0, frameIndex - 60);
    await until('drawn', async () => {
      if (race.frameIndex <= frameIndex) race.step();
      return (await counters()).lastMediaTimeUs === frameIndex * 20_000;
    });
  }

  test('draws tags by their subjects on nothing: all else stays transparent', async () => {
    await showing(400);
    const frame = fakeFrame(fakeRace('race'), 400);
    const picture = await screenshot(page);
    const inside = frame.subjects.filter((s) => s.foot.x > 100 && s.foot.x < 1180);
    assert.ok(inside.length >= 4, `${inside.length} subjects are in the picture`);
    const near = inside.filter((s) => picture.opaque({ x: s.foot.x - 130, y: s.foot.y - 170, width: 260, height: 180 }) > 400);
    assert.equal(near.length, inside.length, 'each has something drawn near');
    const all = picture.opaque({ x: 0, y: 0, width: 1280, height: 720 });
    assert.ok(all < 0.15 * 1280 * 720, `${all} pixels are covered`);
    assert.equal(picture.opaque({ x: 0, y: 600, width: 1280, height: 120 }), 0, 'the foreground is free');
    for (const [x, y] of [
      [2, 2],
      [1277, 2],
      [2, 717],
      [1277, 717],
    ] as const)
      assert.equal(picture.at(x, y)[3], 0);
  });

  test('does no work while nothing changes, and draws every change once', async () => {
    await showing(100);
    await sleep(400);
    const before = await counters();
    const callbacks = await page.evaluate(
      async () =>
        await new Promise<number>((resolve) => {
          let asked = 0;
          const original = window.requestAnimationFrame;
          window.requestAnimationFrame = (callback) => {
            asked++;
            return original.call(window, callback);
          };
          setTimeout(() => {
            window.requestAnimationFrame = original;
            resolve(asked);
          }, 800);
        }),
    );
    assert.deepEqual(await counters(), before, 'nothing was drawn');
    assert.equal(callbacks, 0, 'not even asked for');
    race.step();
    await until('the next frame', async () => (await counters()).framesDrawn === before.framesDrawn + 1);
  });

  test('graphics taken off while no frames come leave the picture', async () => {
    await showing(400);
    assert.ok((await screenshot(page)).opaque({ x: 0, y: 0, width: 1280, height: 720 }) > 1000);
    await race.command({ command: 'graphics.allOff' });
    await until('empty', async () => (await screenshot(page)).opaque({ x: 0, y: 0, width: 1280, height: 720 }) === 0);
  });

  test('graphics go when the picture is lost, and come back with it', async () => {
    await showing(400);
    race.publishStatus({ source: 'lost' });
    await until('empty', async () => (await screenshot(page)).opaque({ x: 0, y: 0, width: 1280, height: 720 }) === 0);
    race.publishStatus({ source: 'live' });
    await until('back', async () => (await screenshot(page)).opaque({ x: 0, y: 0, width: 1280, height: 720 }) > 1000);
  });

  test('?alpha is the coverage of the same graphics, ?fill the graphics over black: keyed, they are what the plain overlay is', async () => {
    const area = { x: 0, y: 0, width: 1280, height: 720 };
    await showing(400);
    const plain = await screenshot(page);
    assert.ok(plain.opaque(area) > 1000);
    await showing(400, '?alpha');
    const key = await screenshot(page);
    await showing(400, '?fill');
    const fill = await screenshot(page);
    await showing(400, '?fill=straight');
    const straight = await screenshot(page);
    let soft = 0;
    for (let y = 0; y < area.height; y += 1)
      for (let x = 0; x < area.width; x += 1) {
        const [red, green, blue, alpha] = plain.at(x, y);
        const at = `${x}, ${y}`;
        const [k, ...grey] = key.at(x, y);
        assert.deepEqual(grey, [k, k, 255], `the key is grey and solid at ${at}`);
        assert.ok(Math.abs(k - alpha) <= 1, `the key is the coverage at ${at}: ${k}, ${alpha}`);
        const over = fill.at(x, y);
        const whole = straight.at(x, y);
        assert.deepEqual([over[3], whole[3]], [255, 255]);
        if (alpha > 20 && alpha < 235) soft++;
        for (const [i, colour] of [red, green, blue].entries()) {
          assert.ok(Math.abs(over[i]! - (colour * alpha) / 255) <= 2, `fill at ${at}: ${over[i]}, ${colour} × ${alpha}`);
          if (alpha > 20) assert.ok(Math.abs(whole[i]! - colour) <= 255 / alpha + 1, `straight fill at ${at}: ${whole[i]}, ${colour}`);
        }
      }
    assert.ok(soft > 500, `${soft} pixels are half covered`);
  });

  test('?delay holds frames back by that much media time', async () => {
    await showing(10);
    await page.goto(`${server.url}/overlay/race?delay=600`);
    await until('connected', async () => (await counters()).connected);
    race.play();
    await sleep(2500);
    const lags: number[] = [];
    for (let i = 0; i < 8; i++) {
      await sleep(120);
      const { lastMediaTimeUs } = await counters();
      lags.push((race.frameIndex - 1) * 20 - lastMediaTimeUs / 1000);
    }
    const median = lags.sort((a, b) => a - b)[4] ?? 0;
    assert.ok(median >= 540 && median <= 760, `${median} ms of media time behind`);
  });

  test('recovers by itself when the server comes back, with its new state, without a reload', async () => {
    await showing(400);
    await page.evaluate(() => document.documentElement.setAttribute('data-mark', 'kept'));
    const { port } = server;
    await server.close();
    await until('it notices', async () => !(await counters()).connected);
    race.close();
    race = new FakeChannel({ id: 'race', graphics: [] });
    server = await serve([race], { port });
    await until('reconnected', async () => (await counters()).connected, 8000);
    race.frameIndex = 20;
    await until('draws again', async () => {
      race.step();
      return (await counters()).lastMediaTimeUs < 3_000_000;
    });
    await until(
      'the new state has no graphics',
      async () => (await screenshot(page)).opaque({ x: 0, y: 0, width: 1280, height: 720 }) === 0,
    );
    assert.equal(await page.getAttribute('html', 'data-mark'), 'kept');
  });

  test('shows nothing of its own, whatever comes: errors only with ?debug', async () => {
    await showing(5);
    race.sendFrame(new Uint8Array([1, 2, 3]));
    race.sendFrame(new Uint8Array(encodeTrackingFrame({ ...fakeFrame(fakeRace('race'), 6), subjects: [], standings: [] })));
    await until('the good one is drawn', async () => (await counters()).lastMediaTimeUs === 120_000);
    assert.equal(await textOf(page, 'body'), '');
    await server.close();
    await sleep(500);
    assert.equal(await textOf(page, 'body'), '');
    const { port } = server;
    server = await serve([race], { port });
    await page.goto(`${server.url}/overlay/race?debug`);
    await until('connected', async () => (await counters()).connected);
    await server.close();
    await until('it says so', async () => /lost/.test(await textOf(page, 'body')));
  });
});
