import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import test, { after, before } from 'node:test';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Browser, Page } from 'playwright-core';
import { createHeadlessOverlay, graphicTypes } from '../../overlay-client/index.js';
import { differingShare, flatten, type Picture } from '../../overlay-client/testing/picture.js';
import { raceFrame, raceScene } from '../../overlay-client/testing/race.js';
import { packagePath } from '../../server/package-path.js';
import { launchBrowser } from '../support/browser.js';

/** The OGraf package as another host sees it: a folder of files, a browser, and nothing of ours besides. */

const SIZE = { width: 640, height: 360 };
const FRAMES = 90;
const TYPES: Readonly<Record<string, string>> = {
  mjs: 'text/javascript',
  json: 'application/json',
  woff: 'font/woff',
  jsonl: 'text/plain',
};
let server: Server;
let browser: Browser;
let page: Page;

before(async () => {
  const lines = [raceScene(SIZE), ...Array.from({ length: FRAMES }, (_, i) => raceFrame(SIZE, i))];
  const recording = lines.map((line) => JSON.stringify(line)).join('\n');
  server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? '';
    response.setHeader('content-type', TYPES[path.split('.').at(-1) ?? ''] ?? 'text/html');
    if (path === '/') response.end('<body style="margin:0;background:#808080">');
    else if (path === '/race.jsonl') response.end(recording);
    else if (/^\/package\/[\w./-]+$/.test(path) && !path.includes('..'))
      response.end(readFileSync(join(packagePath('dist/ograf'), path.slice('/package/'.length))));
    else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  browser = await launchBrowser();
  page = await browser.newPage({ viewport: SIZE });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.addScriptTag({
    content: `
      let count = 0;
      // A fresh tag name and a fresh module address for every load, as hosts do.
      async function make(type) {
        const { default: Graphic } = await import('/package/' + type + '.mjs?load=' + ++count);
        customElements.define('graphic-' + count, Graphic);
        const element = document.createElement('graphic-' + count);
        element.style.cssText = 'width:${SIZE.width}px;height:${SIZE.height}px';
        return element;
      }
      const characteristics = { resolution: { width: ${SIZE.width}, height: ${SIZE.height} }, frameRate: 30, accessToPublicInternet: false };
    `,
  });
});

after(async () => {
  await browser.close();
  server.close();
});

async function run<T>(script: string): Promise<T> {
  return await page.evaluate(`(async () => { ${script} })()`);
}

async function screenshot(): Promise<Picture> {
  const context = createCanvas(SIZE.width, SIZE.height).getContext('2d');
  context.drawImage(await loadImage(await page.screenshot()), 0, 0);
  return { ...SIZE, rgba: context.getImageData(0, 0, SIZE.width, SIZE.height).data };
}

const LOAD_BOARD = `
  const board = await make('gap-board');
  document.body.replaceChildren(board);
  const answer = await board.load({ renderType: 'non-realtime', renderCharacteristics: characteristics, data: { leaderlineRecording: '/race.jsonl' } });
`;

test('every graphic loads on a detached element with nothing but a render type, paints nothing, and is disposed of', async () => {
  const answers = await run<{ type: string; load: number; painted: number; dispose: number }[]>(`
    const answers = [];
    for (const type of ${JSON.stringify(graphicTypes)}) {
      const element = await make(type);
      const { statusCode: load } = await element.load({ renderType: 'realtime' });
      const context = document.createElement('canvas').getContext('2d');
      context.drawImage(element.querySelector('canvas'), 0, 0);
      const painted = context.getImageData(0, 0, 300, 150).data.filter((value) => value > 0).length;
      answers.push({ type, load, painted, dispose: (await element.dispose({})).statusCode });
    }
    return answers;
  `);
  assert.deepEqual(
    answers,
    graphicTypes.map((type) => ({ type, load: 200, painted: 0, dispose: 200 })),
  );
});

test('goToTime shows what the server would have composited on that frame, whatever was shown before', async () => {
  const overlay = await createHeadlessOverlay(raceScene(SIZE));
  const board = (changedAtUs: number) => [
    { id: 'gap-board', type: 'gap-board', on: changedAtUs >= 0, changedAtUs, data: {}, step: 0, steppedAtUs: changedAtUs },
  ];
  for (let i = 0; i < 75; i++) overlay.observe(raceFrame(SIZE, i), board(i < 15 ? -1 : 500_000));
  const expected = flatten(overlay.render(raceFrame(SIZE, 75), board(500_000)), SIZE, 128);
  overlay.close();
  const answer = await run<{ loaded: number; codes: number[] }>(`
    ${LOAD_BOARD}
    const codes = [];
    const schedule = [{ timestamp: 500, action: { type: 'playAction', params: {} } }];
    codes.push((await board.setActionsSchedule({ schedule })).statusCode);
    for (const timestamp of [2900, 100, 2500]) codes.push((await board.goToTime({ timestamp })).statusCode);
    globalThis.board = board;
    return { loaded: answer.statusCode, codes };
  `);
  assert.deepEqual(answer, { loaded: 200, codes: [200, 200, 200, 200] });
  const share = differingShare(await screenshot(), expected, 48);
  assert.ok(share < 0.02, `${(share * 100).toFixed(2)} % of the pixels differ`);
  assert.ok(
    differingShare(expected, { ...SIZE, rgba: expected.rgba.map((_, i) => (i % 4 === 3 ? 255 : 128)) }, 48) > 0.05,
    'a board is there',
  );
  // The moment before it is played: nothing.
  await run('await board.goToTime({ timestamp: 499 })');
  const empty = await screenshot();
  assert.ok(empty.rgba.every((value, i) => value === (i % 4 === 3 ? 255 : 128)));
});

test('actions answer as OGraf says: steps, ends, errors in one line', async () => {
  const answers = await run<{ statusCode: number; statusMessage?: string; currentStep?: number }[]>(`
    const board = await make('gap-board');
    const first = await board.playAction({});
    await board.load({ renderType: 'realtime', data: { rows: 3 } });
    return [
      first,
      await board.playAction({ skipAnimation: true }),
      await board.playAction({ goto: 5, skipAnimation: true }),
      await board.updateAction({ data: { rows: 'many' } }),
      await board.customAction({ id: 'x', payload: {} }),
      await board.goToTime({ timestamp: 0 }),
      await board.load({ data: { leaderlineServer: 'http://127.0.0.1:1', leaderlineChannel: 'race' } }),
      await board.stopAction({ skipAnimation: true }),
    ];
  `);
  assert.deepEqual(
    answers.map((a) => a.statusCode),
    [409, 200, 200, 400, 404, 409, 503, 409],
  );
  assert.equal(answers[1]?.currentStep, 0);
  assert.equal(answers[2]?.currentStep, undefined, 'past the last step is the end');
  assert.match(answers[3]?.statusMessage ?? '', /^gap-board\.rows: /);
  assert.match(answers[6]?.statusMessage ?? '', /cannot be reached from here/);
});

test('a schedule with an action that is none is refused, with its time', async () => {
  const refused = await run<{ statusCode: number; statusMessage: string }>(`
    ${LOAD_BOARD}
    return await board.setActionsSchedule({ schedule: [{ timestamp: 40, action: { type: 'explode', params: {} } }] });
  `);
  assert.equal(refused.statusCode, 400);
  assert.match(refused.statusMessage, /^schedule at 40 ms: "explode" is no action/);
});
