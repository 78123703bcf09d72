import assert from 'node:assert/strict';
import { after, afterEach, before, beforeEach, describe, test } from 'node:test';
import { strToU8, unzipSync, zipSync } from 'fflate';
import type { Browser, Page } from 'playwright-core';
import type { ChannelEvent, GraphicState } from '../../protocol/index.js';
import { launchBrowser } from '../support/browser.js';
import { FakeChannel } from '../support/fake-channel.js';
import { screenshot } from '../support/pixels.js';
import { serve, type TestServer } from '../support/serve.js';
import { until } from '../support/until.js';

/** Somebody else's graphics: written to OGraf v1 alone, zipped, uploaded, shown. */

const SCHEMA = 'https://ograf.ebu.io/v1/specification/json-schemas/graphics/schema.json';

/** A plain strap: a coloured bar that is there while it is played, its colour from the data. */
const STRAP = `
import { colourOf } from './lib/colour.mjs';
export default class Strap extends HTMLElement {
  async load({ data, renderCharacteristics }) {
    this.bar = document.createElement('div');
    this.bar.style.cssText = 'position:absolute;left:0;bottom:0;height:100px;width:0';
    this.width = renderCharacteristics.resolution.width;
    this.bar.style.background = colourOf(data);
    this.append(this.bar);
    return { statusCode: 200 };
  }
  async playAction({ goto }) {
    this.bar.style.width = this.width / (goto + 1) + 'px';
    return { statusCode: 200, currentStep: goto };
  }
  async updateAction({ data }) { this.bar.style.background = colourOf(data); }
  async stopAction() { this.bar.style.width = '0'; }
  async customAction() { return { statusCode: 404 }; }
  async dispose() { this.replaceChildren(); }
}`;

function pack(id: string, main: string, more: object = {}): Uint8Array {
  const manifest = {
    ...{ $schema: SCHEMA, id, name: 'A strap', main: 'main.mjs', supportsRealTime: true, supportsNonRealTime: false, stepCount: 2 },
    ...more,
  };
  return zipSync({
    'strap.ograf.json': strToU8(JSON.stringify(manifest)),
    'main.mjs': strToU8(main),
    'lib/colour.mjs': strToU8("export const colourOf = (data) => data.colour ?? 'rgb(255, 0, 0)';"),
  });
}

const hosted = (id: string, on: boolean, more: Partial<GraphicState> = {}): GraphicState => ({
  ...{ id: 'strap', type: `ograf:${id}`, on, changedAtUs: -1, data: {}, step: 0, steppedAtUs: -1 },
  ...more,
});

describe('hosted OGraf graphics', () => {
  let browser: Browser;
  let page: Page;
  let race: FakeChannel;
  let server: TestServer;
  const said: string[] = [];
  before(async () => {
    browser = await launchBrowser();
  });
  after(async () => await browser.close());
  beforeEach(async () => {
    race = new FakeChannel({ id: 'race', graphics: [] });
    server = await serve([race]);
    page = await browser.newPage({ viewport: { width: 640, height: 360 } });
    said.length = 0;
    page.on('console', (message) => said.push(message.text()));
  });
  afterEach(async () => {
    await page.close();
    await server.close();
    race.close();
  });

  const upload = async (zip: Uint8Array): Promise<Response> =>
    await fetch(`${server.url}/api/ograf/packages`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip' },
      body: Buffer.from(zip),
    });
  const set = (graphics: GraphicState[]): void => {
    race.graphics = graphics;
    race.publishState();
  };
  /** Colour in the strap's place, a share of the width from the left; '' where nothing is drawn. */
  const colourAt = async (share: number): Promise<string> => {
    const { at, width } = await screenshot(page);
    const [r, g, b, alpha] = at(share * width, 350);
    return alpha === 0 ? '' : `${r} ${g} ${b}`;
  };
  const shows = async (share: number, colour: string): Promise<void> =>
    await until(`${colour || 'nothing'} at ${share}`, async () => (await colourAt(share)) === colour, 8_000);

  test('one written to the notes alone is uploaded, listed, played, stepped, updated, stopped, and is there after a reload', async () => {
    assert.deepEqual(await (await upload(pack('com.example.strap', STRAP))).json(), { graphics: ['com.example.strap'] });
    const kinds: { type: string; stepCount: number }[] = await (await fetch(`${server.url}/api/graphics`)).json();
    assert.equal(kinds.find(({ type }) => type === 'ograf:com.example.strap')?.stepCount, 2);
    race.graphics = [hosted('com.example.strap', false)];
    await page.goto(`${server.url}/overlay/race`);
    await page.waitForSelector('iframe', { state: 'attached' });
    set([hosted('com.example.strap', true)]);
    await shows(0.9, '255 0 0');
    set([hosted('com.example.strap', true, { step: 1 })]);
    await shows(0.9, '');
    await shows(0.4, '255 0 0');
    set([hosted('com.example.strap', true, { step: 1, data: { colour: 'rgb(0, 0, 255)' } })]);
    await shows(0.4, '0 0 255');
    await page.reload();
    await shows(0.4, '0 0 255');
    await shows(0.9, '');
    set([hosted('com.example.strap', false, { step: 1, data: { colour: 'rgb(0, 0, 255)' } })]);
    await shows(0.4, '');
    set([]);
    await until('the frame is gone', async () => (await page.locator('iframe').count()) === 0);
  });

  test('a graphic that throws, or never answers, is named in one line, and the others go on', async () => {
    await upload(pack('com.example.strap', STRAP));
    await upload(pack('com.example.bad', 'export default class extends HTMLElement { async load() { throw new Error("no luck"); } }'));
    await upload(pack('com.example.none', 'export default 7;'));
    await upload(pack('com.example.mute', 'export default class extends HTMLElement { async load() { await new Promise(() => {}); } }'));
    race.graphics = [
      { ...hosted('com.example.bad', true), id: 'bad' },
      { ...hosted('com.example.none', true), id: 'none' },
      { ...hosted('com.example.mute', true), id: 'mute' },
      hosted('com.example.strap', true),
    ];
    await page.clock.install();
    await page.goto(`${server.url}/overlay/race`);
    await shows(0.9, '255 0 0');
    await page.clock.fastForward(5_000);
    await until('all are told to operators', () => race.state().graphics.filter((one) => one.problem).length === 3);
    const problems = race.state().graphics.map(({ problem }) => problem);
    assert.match(problems[2] ?? '', /^load\(\) gives no answer within 5 s$/);
    assert.equal(problems[3], undefined);
    await until(
      'both are named',
      () =>
        said.some((l) => /graphic bad: load\(\) threw: Error: no luck/.test(l)) && said.some((l) => /graphic none: .*HTMLElement/.test(l)),
    );
  });

  test('what fails is told to operators and controllers in one plain line, until it works', async () => {
    // Fails on air while its data say so, from a timer of its own, in words that are meant to harm.
    const moody = `export default class extends HTMLElement {
      async load() {}
      async playAction() {}
      async updateAction({ data }) {
        if (data.mood === 'bad') throw new Error('<img src=x>\\nsecond line \\u202e' + 'x'.repeat(9000));
        if (data.mood === 'late') setTimeout(() => { throw new Error('out of turn'); });
      }
    }`;
    await upload(pack('com.example.moody', moody));
    await race.command({ command: 'graphic.add', type: 'ograf:com.example.moody', id: 'strap', data: {} });
    const mood = async (word: string): Promise<void> =>
      void (await race.command({ command: 'graphic.set', graphic: 'strap', on: true, data: { mood: word } }));
    const events: ChannelEvent[] = [];
    const stop = race.onEvent((event) => events.push(event));
    const problem = (): string | undefined => race.state().graphics[0]?.problem;
    const told = async (what: string, line: RegExp): Promise<void> => await until(what, () => line.test(problem() ?? 'works'));
    await page.goto(`${server.url}/overlay/race`);
    await page.waitForSelector('iframe', { state: 'attached' });
    await mood('bad');
    await told('it threw', /^updateAction\(\) threw: Error: <img src=x> second line x+…$/);
    assert.equal(problem()?.length, 200);
    assert.match(race.state().status.warnings.join(), /^Graphic strap fails: updateAction/);
    assert.ok(events.some((event) => event.type === 'graphic' && /^strap fails: /.test(event.line) && event.graphic?.problem));
    const api = `${server.url}/ograf/v1/renderers/race`;
    const { renderer } = await (await fetch(api)).json();
    assert.equal(renderer.status.status, 'WARNING');
    assert.match(renderer.renderTargets[0].graphicInstances[0].v_problem, /<img/);
    const stepped = await fetch(`${api}/target/graphicInstance/updateAction`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ renderTarget: {}, graphicInstanceId: 'strap', params: { data: { mood: 'bad' } } }),
    });
    const answer = await stepped.json();
    assert.deepEqual([answer.statusCode, answer.statusMessage === problem()], [550, true]);
    await mood('good');
    await told('it works again', /^works$/);
    assert.deepEqual(race.state().status.warnings, []);
    await mood('late');
    await told('it threw between calls', /^threw: Error: out of turn$/);
    await page.goto('about:blank');
    assert.match(problem() ?? '', /out of turn/, 'the page is gone, perhaps because of it: what it said stands');
    await mood('good');
    await page.goto(`${server.url}/overlay/race`);
    await told('it works in the next page', /^works$/);
    stop();
  });

  test('a graphic reaches nothing but its own files', async () => {
    const spy = `export default class extends HTMLElement {
      async load() {
        const tried = [
          () => fetch('/api/channels').then((a) => a.text()),
          () => fetch('/api/channels/race/command', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"command":"graphics.allOff"}' }),
          () => fetch('https://example.com/'),
          () => parent.document.title,
          () => localStorage.length,
        ];
        const got = [];
        for (const one of tried) got.push(await Promise.resolve().then(one).then(() => 'reached', () => 'refused'));
        throw new Error(got.join(' '));
      }
    }`;
    await upload(pack('com.example.spy', spy));
    race.graphics = [hosted('com.example.spy', true)];
    await page.goto(`${server.url}/overlay/race`);
    await until('it has tried', () => said.some((line) => /threw/.test(line)));
    assert.match(said.find((line) => /threw/.test(line)) ?? '', /Error: refused refused refused refused refused/);
    assert.deepEqual(race.commands, []);
  });

  test('what is no package is refused in one line; uploading from elsewhere needs the token', async () => {
    const answer = await upload(strToU8('hello'));
    assert.equal(answer.status, 400);
    assert.deepEqual(await answer.json(), { error: 'this is no zip, or a damaged one' });
    const text = await fetch(`${server.url}/api/ograf/packages`, { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' });
    assert.equal(text.status, 415);
    const forwarded = await fetch(`${server.url}/api/ograf/packages`, {
      method: 'POST',
      headers: { 'content-type': 'application/zip', 'x-forwarded-for': '10.0.0.9' },
      body: Buffer.from(pack('com.example.strap', STRAP)),
    });
    assert.equal(forwarded.status, 401);
    for (const path of ['/ograf/packages/0123456789abcdef/..%2f..%2fsecret.json', '/ograf/run/none', '/ograf/packages/x/main.mjs'])
      assert.equal((await fetch(server.url + path)).status, 404, path);
  });

  test('our own graphics are there to take away', async () => {
    const zip = unzipSync(new Uint8Array(await (await fetch(`${server.url}/ograf/leaderline.zip`)).arrayBuffer()));
    for (const file of ['gap-board.ograf.json', 'gap-board.mjs', 'leaderline.mjs', 'fonts/OFL.txt']) assert.ok(zip[file], file);
  });
});
