import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Browser, Locator, Page } from 'playwright-core';
import { launchBrowser } from '../support/browser.js';
import { FakeChannel } from '../support/fake-channel.js';
import { serve, type TestServer } from '../support/serve.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

describe('control page in a browser', () => {
  let browser: Browser;
  let race: FakeChannel;
  let server: TestServer;
  const pages: Page[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => await browser.close());
  beforeEach(async () => {
    race = new FakeChannel({ id: 'race' });
    server = await serve([race]);
  });
  afterEach(async () => {
    for (const page of pages.splice(0)) await page.close();
    await server.close();
    race.close();
  });

  async function open(): Promise<Page> {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    pages.push(page);
    await page.goto(`${server.url}/control/race`);
    await page.waitForSelector('body[data-link="live"] [data-graphic="gaps"] input', { state: 'attached' });
    return page;
  }
  const shows = async (page: Page, graphic: string): Promise<string> => await textOf(page, `[data-graphic="${graphic}"] [role="switch"]`);
  const widthOf = (page: Page): Locator => page.locator('[data-graphic="leader"]').getByLabel('Width on the ground (m)');
  const on = (graphic: string): boolean => race.graphics.find((g) => g.id === graphic)?.on ?? false;

  test('switches graphics; two pages stay in step; a reload shows the truth', async () => {
    const [a, b] = [await open(), await open()];
    assert.equal(await shows(a, 'gaps'), 'Off');
    await a.click('[data-graphic="gaps"] [role="switch"]');
    await until('both say so', async () => (await shows(a, 'gaps')) === 'On air' && (await shows(b, 'gaps')) === 'On air');
    assert.ok(on('gaps'));
    await b.click('[data-graphic="leader"] [role="switch"]');
    await until('the first page follows', async () => (await shows(a, 'leader')) === 'Off');
    await a.reload();
    await a.waitForSelector('body[data-link="live"] [data-graphic="gaps"]');
    assert.deepEqual([await shows(a, 'leader'), await shows(a, 'gaps'), await shows(a, 'paths')], ['Off', 'On air', 'Off']);
    assert.equal(await a.getAttribute('body', 'data-revision'), `${race.state().revision}`);
  });

  test('while the first picture is on its way its place is dark, not a broken image', async () => {
    const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    pages.push(page);
    await page.route('**/preview/**', () => {});
    await page.goto(`${server.url}/control/race`);
    assert.equal(await page.locator('#picture').evaluate((image) => getComputedStyle(image).visibility), 'hidden');
    await page.unroute('**/preview/**');
    await page.reload();
    await until(
      'it shows',
      async () => (await page.locator('#picture').evaluate((image) => getComputedStyle(image).visibility)) === 'visible',
    );
  });

  test('keys: a digit toggles, Escape twice takes all off, typing toggles nothing', async () => {
    const page = await open();
    await page.keyboard.press('3');
    await until('3 toggled', () => on('gaps'));
    await page.click('[data-graphic="gaps"] summary');
    await page.focus('[data-graphic="gaps"] input[type="text"], [data-graphic="gaps"] input[type="number"]');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await sleep(200);
    assert.ok(on('leader') && on('gaps'), 'one Escape does nothing but say so');
    assert.match(await textOf(page, '#answer'), /once more/);
    await sleep(1000);
    await page.keyboard.press('Escape');
    await page.keyboard.press('Escape');
    await until('all off', () => race.graphics.every((g) => !g.on));
  });

  test('forms follow the schema: a change is sent, a value out of range is not, the other page follows', async () => {
    const [a, b] = [await open(), await open()];
    for (const page of [a, b]) await page.click('[data-graphic="leader"] summary');
    const width = widthOf(a);
    const before = await width.inputValue();
    await width.fill('999');
    await width.press('Enter');
    await sleep(200);
    assert.equal(race.commands.length, 0, 'out of range is not sent');
    await width.fill('0.5');
    await width.press('Enter');
    await until('sent', () => race.graphics.find((g) => g.id === 'leader')?.data['widthM'] === 0.5);
    await until('followed', async () => (await widthOf(b).inputValue()) === '0.5');
    assert.notEqual(before, '0.5');
    await a.locator('[data-graphic="leader"] select').first().selectOption({ index: 1 });
    await until('a choice is sent', () => Object.keys(race.graphics.find((g) => g.id === 'leader')?.data ?? {}).length === 2);
    assert.equal(race.graphics.find((g) => g.id === 'leader')?.data['widthM'], 0.5, 'and the rest kept');
  });

  test('what is being typed is not overwritten by another controller', async () => {
    const page = await open();
    await page.click('[data-graphic="leader"] summary');
    const width = widthOf(page);
    await width.fill('1.7');
    await race.command({ command: 'graphic.set', graphic: 'leader', data: { widthM: 0.2 } });
    await until('state came', async () => (await page.getAttribute('body', 'data-revision')) === `${race.state().revision}`);
    assert.equal(await width.inputValue(), '1.7');
  });

  test('a lost connection is plain to see; commands are not kept for later', async () => {
    const page = await open();
    const { port } = server;
    await server.close();
    await page.waitForSelector('#banner:visible');
    assert.match(await textOf(page, '#banner'), /lost/);
    await page.click('[data-graphic="leader"] [role="switch"]');
    await until('said so', async () => /nothing was sent/.test(await textOf(page, '#answer')));
    server = await serve([race], { port });
    await page.waitForSelector('#banner', { state: 'hidden' });
    await sleep(300);
    assert.ok(on('leader'), 'the click went nowhere');
    assert.equal(race.commands.length, 0);
    await page.keyboard.press('1');
    await until('works again', () => !on('leader'));
  });

  test('stop asks first; start does not; health, delay and warnings are in plain words', async () => {
    const page = await open();
    await page.click('#run');
    await page.click('text=Keep it running');
    await sleep(150);
    assert.ok(race.status.running);
    await page.click('#run');
    await page.click('dialog >> text=Stop channel');
    await until('stopped', () => !race.status.running);
    await until('said so', async () => (await textOf(page, '#lamp')) === 'Stopped');
    await page.click('text=Start channel');
    await until('runs', () => race.status.running);
    race.publishStatus({
      source: 'lost',
      message: 'no picture for 3 s, trying again in 2 s',
      framesDropped: 12345,
      warnings: ['no glyph for ก'],
    });
    await until('lost', async () => (await textOf(page, '#message')) === 'No picture for 3 s, trying again in 2 s.');
    assert.equal(await textOf(page, '#warnings'), 'no glyph for ก');
    const facts = await textOf(page, '#facts');
    assert.match(facts, /Dropped\s*12\u2009345/);
    assert.match(facts, /Added delay\s*60 ms/);
  });

  test('markup in names stays text', async () => {
    race.publishStatus({ warnings: ['<img src=x onerror=alert(1)>'] });
    const page = await open();
    await until('shown', async () => /onerror/.test(await textOf(page, '#warnings')));
    assert.equal(await page.locator('#warnings img').count(), 0);
  });

  const far = Object.values(networkInterfaces())
    .flat()
    .find((i) => i && i.family === 'IPv4' && !i.internal)?.address;
  test('from another address the page asks for the token and works with it', {
    skip: far ? false : 'this machine has loopback only',
  }, async () => {
    const open = await serve([race], { host: '0.0.0.0', token: 'correct-horse' });
    const page = await browser.newPage();
    pages.push(page);
    try {
      await page.goto(`http://${far}:${open.port}/control/race`);
      await page.waitForSelector('#token-dialog[open]');
      await page.fill('#token', 'correct-horse');
      await page.keyboard.press('Enter');
      await page.waitForSelector('body[data-link="live"] [data-graphic="gaps"]');
      await page.keyboard.press('3');
      await until('may control', () => on('gaps'));
      await page.goto(`http://${far}:${open.port}/control/race?token=correct-horse`);
      await page.waitForSelector('body[data-link="live"]');
      assert.ok(!page.url().includes('correct-horse'), 'the token leaves the address');
    } finally {
      await page.close();
      await open.close();
    }
  });
});
