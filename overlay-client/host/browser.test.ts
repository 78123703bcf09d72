import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import { build } from 'esbuild';
import type { Browser, Page } from 'playwright-core';
import type { GraphicState } from '../../protocol/index.js';
import { launchBrowser } from '../../test/support/browser.js';
import { createHeadlessOverlay } from '../index.js';
import { differingShare, flatten, type Picture } from '../testing/picture.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../testing/race.js';
import { packageRoot } from './node-pixi.js';

const TYPES = ['paths', 'lanes', 'distance-markers', 'reference-lines', 'leader-line', 'gap-board', 'name-tags', 'sync-marker'];
const GRAPHICS: readonly GraphicState[] = [
  ...[...TYPES, 'where-won', 'head-to-head', 'race-clock'].map((type) => on(type)),
  { ...on('lower-third', { name: 'محمد بن عبدالرحمن الأحمد', bib: '12', team: 'דניאל כהן (ISR)', line: 'أفضل زمن 9.98' }), step: 1 },
];
const GREY = 128;

let server: Server;
let browser: Browser;
let page: Page;

before(async () => {
  const entryPoints = [join(packageRoot(), 'overlay-client', 'testing', 'browser-entry.ts')];
  const bundle = await build({ entryPoints, bundle: true, format: 'iife', target: 'es2022', write: false });
  const script = bundle.outputFiles[0]!.contents;
  server = createServer((request, response) => {
    const font = /^\/assets\/fonts\/([\w-]+\.woff)$/.exec(request.url ?? '')?.[1];
    if (font) response.end(readFileSync(join(packageRoot(), 'assets', 'fonts', font)));
    else if (request.url === '/')
      response.setHeader('content-type', 'text/html').end(`<body style="margin:0;background:rgb(${GREY},${GREY},${GREY})">`);
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: SMALL_HD });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.addScriptTag({ content: new TextDecoder().decode(script) });
});

after(async () => {
  await browser.close();
  server.close();
});

async function draw(graphics: readonly GraphicState[], preference: string, fontBase: string): Promise<string> {
  return await page.evaluate(`drawRace(${JSON.stringify(graphics)}, ${JSON.stringify(preference)}, ${JSON.stringify(fontBase)})`);
}

async function screenshot(): Promise<Picture> {
  const context = createCanvas(SMALL_HD.width, SMALL_HD.height).getContext('2d');
  context.drawImage(await loadImage(await page.screenshot()), 0, 0);
  return { ...SMALL_HD, rgba: context.getImageData(0, 0, SMALL_HD.width, SMALL_HD.height).data };
}

test('fonts that cannot be loaded are named in one line', async () => {
  await assert.rejects(draw([], 'webgl', '/nowhere'), /overlay: the font \/nowhere\/sofia-sans-condensed-\S+ could not be loaded/);
});

for (const preference of ['webgl', 'canvas']) {
  test(`a page draws with ${preference} what the server draws`, async () => {
    const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
    for (let i = 0; i < 99; i++) overlay.observe(raceFrame(SMALL_HD, i), GRAPHICS);
    const expected = flatten(overlay.render(raceFrame(SMALL_HD, 99), GRAPHICS), SMALL_HD, GREY);
    overlay.close();
    assert.equal(await draw(GRAPHICS, preference, '/assets/fonts'), preference);
    // Letters are smoothed differently by every rasteriser; everything else must lie where it lies in the server's picture.
    const share = differingShare(await screenshot(), expected, 48);
    assert.ok(share < 0.012, `${(share * 100).toFixed(2)} % of the pixels differ`);
  });
}

test('a page without graphics stays transparent', async () => {
  await draw([], 'webgl', '/assets/fonts');
  const { rgba } = await screenshot();
  assert.ok(rgba.every((value, i) => value === (i % 4 === 3 ? 255 : GREY)));
});
