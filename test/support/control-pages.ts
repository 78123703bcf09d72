import { after, afterEach, before, beforeEach } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { launchBrowser } from './browser.js';
import { FakeChannel } from './fake-channel.js';
import { serve, type TestServer } from './serve.js';
import { textOf } from './text.js';
import { until } from './until.js';

/** A channel and its control pages, anew for every test. */
export class ControlPages {
  browser!: Browser;
  race!: FakeChannel;
  server!: TestServer;
  readonly pages: Page[] = [];

  readonly newPage = async (): Promise<Page> => {
    const page = await this.browser.newPage({ viewport: { width: 1440, height: 900 } });
    this.pages.push(page);
    return page;
  };

  /** One that is connected, its form built. */
  readonly open = async (operator = ''): Promise<Page> => {
    const page = await this.newPage();
    await page.addInitScript((name) => localStorage.setItem('leaderline-operator', name), operator);
    await page.goto(`${this.server.url}/control/race`);
    await page.waitForSelector('body[data-link="live"] [data-graphic="gaps"]');
    await page.waitForSelector('#form input', { state: 'attached' });
    return page;
  };

  /** Moves on until the preview shows a picture with its positions: it can be clicked and drawn on. */
  readonly seePositions = async (page: Page): Promise<void> => {
    const isReady = page.locator('#marks[data-ready]');
    await until('a picture with its positions', async () => {
      this.race.step();
      return (await isReady.count()) > 0;
    });
  };

  /** What a graphic's switch in the rundown says. */
  readonly shows = async (page: Page, graphic: string): Promise<string> =>
    await textOf(page, `[data-graphic="${graphic}"] [role="switch"]`);

  readonly graphic = (id: string) => this.race.graphics.find((g) => g.id === id);

  readonly on = (id: string): boolean => this.graphic(id)?.on ?? false;
}

/** To be called within `describe`. */
export function controlPages(): ControlPages {
  const at = new ControlPages();
  before(async () => {
    at.browser = await launchBrowser();
  });
  after(async () => await at.browser.close());
  beforeEach(async () => {
    at.race = new FakeChannel({ id: 'race' });
    at.server = await serve([at.race]);
  });
  afterEach(async () => {
    for (const page of at.pages.splice(0)) await page.close();
    await at.server.close();
    at.race.close();
  });
  return at;
}
