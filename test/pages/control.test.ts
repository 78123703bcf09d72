import assert from 'node:assert/strict';
import { networkInterfaces } from 'node:os';
import { describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Locator, Page } from 'playwright-core';
import { z } from 'zod';
import { apply, type Point } from '../../protocol/index.js';
import { controlPages } from '../support/control-pages.js';
import { fakeFrame, fakeRace } from '../support/fake-scene.js';
import { screenshot } from '../support/pixels.js';
import { serve } from '../support/serve.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

/** No test hangs: on two busy cores the longest takes a quarter of it. */
const bounded = { timeout: 120_000 };

describe('control page in a browser', () => {
  const desk = controlPages();
  const { newPage, open, shows, graphic, on } = desk;
  const widthOf = (page: Page): Locator => page.locator('#form').getByLabel('Width on the ground (m)');

  test('takes graphics; two pages stay in step and tell who did it; a reload shows the truth', bounded, async () => {
    const [a, b] = [await open('Ada'), await open('Bo')];
    assert.equal(await shows(a, 'gaps'), 'Take');
    await a.click('[data-graphic="gaps"] [role="switch"]');
    await until('both say so', async () => (await shows(a, 'gaps')) === 'Out' && (await shows(b, 'gaps')) === 'Out');
    assert.ok(on('gaps'));
    assert.match(await textOf(b, '[data-graphic="gaps"] .badges'), /On air/, 'in words, not by colour alone');
    await until('the other page tells who', async () => /Ada\s*Gap board on air/.test(await textOf(b, '#log')));
    await b.click('[data-graphic="leader"] [role="switch"]');
    await until('the first page follows', async () => (await shows(a, 'leader')) === 'Take');
    await a.reload();
    await a.waitForSelector('body[data-link="live"] [data-graphic="gaps"]');
    assert.deepEqual([await shows(a, 'leader'), await shows(a, 'gaps'), await shows(a, 'paths')], ['Take', 'Out', 'Take']);
    assert.equal(await a.getAttribute('body', 'data-revision'), `${desk.race.state().revision}`);
    await until('undo says what it undoes', async () => /Leader line out/.test(await textOf(a, '#undo')));
    await a.keyboard.press('z');
    await until('undone', () => on('leader'));
  });

  test('while the first picture is on its way its place is dark, not a broken image', bounded, async () => {
    const page = await newPage();
    await page.route('**/preview/**', () => {});
    await page.goto(`${desk.server.url}/control/race`);
    assert.equal(await page.locator('#picture').evaluate((image) => getComputedStyle(image).visibility), 'hidden');
    await page.unroute('**/preview/**');
    await page.reload();
    await until(
      'it shows',
      async () => (await page.locator('#picture').evaluate((image) => getComputedStyle(image).visibility)) === 'visible',
    );
  });

  test('keys take, and can be given others; typing does nothing; Escape twice takes all out', bounded, async () => {
    const page = await open();
    await page.keyboard.press('3');
    await until('3 took it', () => on('gaps'));
    await page.keyboard.press('o');
    await until('and O took it out', () => !on('gaps'));
    await page.keyboard.press('t');
    await until('and T took it again', () => on('gaps'));
    await page.focus('#form input[type="text"], #form input[type="number"]');
    await page.keyboard.press('1');
    await page.keyboard.press('Escape');
    await until('one Escape only says so', async () => /once more/.test(await textOf(page, '#answer')));
    assert.ok(on('leader') && on('gaps'));
    await page.click('#t-setup');
    await page.click('#tab-setup summary:text-is("Keys")');
    await page.click('[data-action="out"]');
    await page.keyboard.press('t');
    await until('a conflict is told', async () => /T is “Take” already/.test(await textOf(page, '#keys-note')));
    await page.click('[data-action="out"]');
    await page.keyboard.press('q');
    await until('said', async () => /“Out” is Q now/.test(await textOf(page, '#keys-note')));
    await page.reload();
    await page.waitForSelector('body[data-link="live"] [data-graphic="gaps"]');
    await page.keyboard.press('1');
    await until('1 took the leader line out', async () => (await shows(page, 'leader')) === 'Take');
    await page.keyboard.press('1');
    await until('and on again', async () => (await shows(page, 'leader')) === 'Out');
    await page.keyboard.press('q');
    await until('Q takes out, after a reload too', () => !on('leader'));
    // Twice in quick succession, which a busy machine may not manage at once.
    await until('all off', async () => {
      await page.keyboard.press('Escape');
      return desk.race.graphics.every((g) => !g.on);
    });
  });

  test('edits wait until they are taken: the other page sees them, a value out of range is not sent', bounded, async () => {
    const [a, b] = [await open(), await open()];
    const width = widthOf(a);
    await width.fill('999');
    await width.press('Enter');
    await sleep(150);
    assert.equal(desk.race.commands.length, 0, 'out of range is not sent');
    await width.fill('0.5');
    await width.press('Enter');
    await until('pending', () => graphic('leader')?.pending?.['widthM'] === 0.5);
    assert.equal(graphic('leader')?.data['widthM'], undefined, 'not on air');
    await until('followed', async () => (await widthOf(b).inputValue()) === '0.5');
    assert.match(await textOf(b, '[data-graphic="leader"] .badges'), /Edited/);
    await width.fill('0.7');
    await a.click('#update');
    await until('on air, what was just typed included', () => graphic('leader')?.data['widthM'] === 0.7);
    assert.equal(graphic('leader')?.pending, undefined);
    await widthOf(b).fill('1.7');
    await desk.race.command({ command: 'graphic.set', graphic: 'leader', data: { widthM: 0.2 } });
    await until('state came', async () => (await b.getAttribute('body', 'data-revision')) === `${desk.race.state().revision}`);
    assert.equal(await widthOf(b).inputValue(), '1.7', 'what is being typed is not overwritten');
  });

  test('graphics are added, named, moved and removed; rows of a list are edited as a table', bounded, async () => {
    const page = await open();
    await page.selectOption('#add-type', 'telestrator');
    await page.click('#add button');
    await until('added and chosen', async () => (await textOf(page, '#editor-title')) === 'Telestrator');
    await page.click('#form button:text-is("Add a row")');
    await until('a stroke is pending', () => JSON.stringify(graphic('telestrator')?.pending?.['strokes'] ?? '').includes('"tool":"pen"'));
    await page.locator('#form .list-row select').first().selectOption('arrow');
    await until('changed', () => JSON.stringify(graphic('telestrator')?.pending?.['strokes'] ?? '').includes('"tool":"arrow"'));
    await page.click('.arrange summary');
    await page.fill('#rename', 'Coach');
    await page.keyboard.press('Enter');
    await until('named', () => graphic('telestrator')?.title === 'Coach');
    await page.click('#move-up');
    await until('moved', () => desk.race.graphics.at(-2)?.id === 'telestrator');
    await page.click('#remove');
    await until('gone', () => graphic('telestrator') === undefined);
  });

  test('a person clicked in the preview is named from the start list; two are swapped', bounded, async () => {
    desk.race.step();
    const page = await open();
    desk.race.step();
    await page.click('#t-subjects');
    await page.waitForSelector('#preview[data-state="live"]');
    const { box } = fakeFrame(fakeRace('race'), 1).subjects[3]!;
    const sheet = (await page.locator('#marks').boundingBox())!;
    const at = { x: ((box.x + box.width / 2) / 1280) * sheet.width, y: ((box.y + box.height / 3) / 720) * sheet.height };
    await until('chosen', async () => {
      await page.click('#marks', { position: at });
      return (await textOf(page, '#chosen')) === 'Dana Kovač';
    });
    await page.selectOption('#who', '6');
    await until('named', () =>
      desk.race.commands.some((c) => JSON.stringify(c) === '{"command":"subject.name","trackId":103,"rosterIndex":6}'),
    );
    await page.click('[data-track="100"] .with');
    await page.click('#swap');
    await until('swapped', () => desk.race.commands.some((c) => c.command === 'subject.swap' && c.a === 103 && c.b === 100));
  });

  test('names given by hand that a cut made void are asked for, and given again by pressing them', bounded, async () => {
    desk.race.step();
    // Somebody the tracker does not know by itself: nobody carries the ninth entry.
    const roster = [...desk.race.state().scene.roster, { name: 'Ida Berg' }];
    await desk.race.command({ command: 'roster.set', entries: roster });
    await desk.race.command({ command: 'subject.name', trackId: 103, rosterIndex: 8 });
    desk.race.cut();
    const page = await open();
    desk.race.step();
    await until('asked for', async () => (await textOf(page, '#t-subjects')) === 'Subjects (1)');
    await page.click('#t-subjects');
    assert.ok(await page.locator('#void-names-list button').isDisabled(), 'to whom?');
    await page.click('[data-track="101"] .choose');
    await page.click('#void-names-list button:text-is("Ida Berg")');
    await until('given', () => desk.race.state().subjects.named.some((n) => n.trackId === 101 && n.rosterIndex === 8));
    await page.waitForSelector('#void-names', { state: 'hidden' });
  });

  test('what is clicked after “Follow what I click” is followed from the frame it was seen in, and only once', bounded, async () => {
    desk.race.step();
    const page = await open();
    desk.race.step();
    await page.click('#t-subjects');
    await page.waitForSelector('#preview[data-state="live"]');
    const sheet = (await page.locator('#marks').boundingBox())!;
    const followed = () => desk.race.commands.filter((c) => c.command === 'subject.follow');
    await page.click('#follow');
    assert.equal(await textOf(page, '#follow'), 'Now click it in the preview');
    const at = { x: 0.25 * sheet.width, y: 0.75 * sheet.height };
    await until('followed', async () => {
      await page.click('#marks', { position: at });
      return followed().length > 0;
    });
    await page.click('#marks', { position: at });
    const [command] = followed();
    assert.ok(command?.command === 'subject.follow' && Math.hypot(command.x - 320, command.y - 540) < 2, JSON.stringify(command));
    assert.ok(command.mediaTimeUs === 0 || command.mediaTimeUs === 20_000, `${command.mediaTimeUs}`);
    assert.equal(await textOf(page, '#follow'), 'Follow what I click');
    await page.click('#unfollow');
    await until('let go', () => desk.race.commands.at(-1)?.command === 'subject.unfollow');
    assert.equal(followed().length, 1);
  });

  test('a stroke drawn by hand lies on the ground where it was drawn', bounded, async () => {
    const page = await open();
    await page.click('#t-draw');
    await desk.seePositions(page);
    // First: it may have to be scrolled to.
    await page.check('input[name="tool"][value="arrow"]', { force: true });
    const sheet = (await page.locator('#marks').boundingBox())!;
    const frame = fakeFrame(fakeRace('race'), 1);
    const drawn: Point[] = [
      { x: 30, y: -3 },
      { x: 60, y: 3 },
    ].map((p) => apply(frame.pose.groundToImage, p));
    const css = drawn.map((p) => ({ x: sheet.x + (p.x / 1280) * sheet.width, y: sheet.y + (p.y / 720) * sheet.height }));
    await page.mouse.move(css[0]!.x, css[0]!.y);
    await page.mouse.down();
    await page.mouse.move(css[1]!.x, css[1]!.y, { steps: 5 });
    await page.mouse.up();
    await until('it is there', () => Array.isArray(graphic('telestrator')?.data['strokes']));
    const text = JSON.stringify(graphic('telestrator')?.data['strokes']);
    const [stroke] = z.array(z.object({ tool: z.string(), anchor: z.string(), points: z.array(z.number()) })).parse(JSON.parse(text));
    assert.deepEqual([stroke?.tool, stroke?.anchor], ['arrow', 'ground']);
    const pairs = [stroke!.points.slice(0, 2), stroke!.points.slice(-2)].map(([x = 0, y = 0]) => apply(frame.pose.groundToImage, { x, y }));
    for (const [i, p] of pairs.entries())
      assert.ok(Math.hypot(p.x - drawn[i]!.x, p.y - drawn[i]!.y) < 2, `${JSON.stringify(p)} is where the hand was`);
    await page.waitForSelector('#unstroke:enabled');
    await page.keyboard.press('Backspace');
    await until('taken back', () => JSON.stringify(graphic('telestrator')?.data['strokes']) === '[]');
  });

  test('a picture frozen before any positions came can be drawn on once they are there', bounded, async () => {
    const page = await open();
    await page.waitForSelector('#preview[data-state="live"]');
    assert.equal(await page.locator('#marks[data-ready]').count(), 0);
    await page.click('#freeze');
    desk.race.step();
    await page.waitForSelector('#marks[data-ready]');
  });

  test('what the hand has drawn goes with the hand, on a frozen preview too, whatever comes of it', bounded, async () => {
    const page = await open();
    await desk.seePositions(page);
    await page.click('#t-draw');
    await page.click('#freeze');
    await page.check('input[name="tool"][value="ring"]');
    await page.check('input[name="anchor"][value="subject"]');
    await page.fill('#pencil-colour', '#ff00ff');
    const sheet = await page.locator('#marks').boundingBox();
    assert.ok(sheet);
    const magenta = async (): Promise<number> => {
      const { width, height, at } = await screenshot(page);
      let count = 0;
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          const [red, green, blue] = at(x, y);
          if (x > sheet.x && x < sheet.x + sheet.width && y < sheet.y + sheet.height && red > 200 && green < 60 && blue > 200) count++;
        }
      return count;
    };
    // Where nobody is: nothing comes of it.
    const [x, y] = [sheet.x + sheet.width / 2, sheet.y + sheet.height * 0.9];
    for (let stroke = 0; stroke < 4; stroke++) {
      await page.mouse.move(x, y);
      await page.mouse.down();
      await page.mouse.move(x + 40, y, { steps: 8 });
      await until('it is seen while it is drawn', async () => (await magenta()) > 100);
      await page.mouse.up();
      await until('it is gone', async () => (await magenta()) === 0, 3000);
    }
  });

  test('a lost connection is plain to see and harmless; panic goes another way', bounded, async () => {
    const page = await open();
    const { port } = desk.server;
    await page.routeWebSocket(/socket\.io/, (socket) => socket.close());
    await desk.server.close();
    await page.waitForSelector('#banner:visible');
    assert.match(await textOf(page, '#banner'), /lost/);
    assert.ok(await page.locator('[data-graphic="leader"] [role="switch"]').isDisabled());
    await page.keyboard.press('1');
    await until('said so', async () => /nothing was sent/.test(await textOf(page, '#answer')));
    await page.route('**/socket.io/**', (route) => route.abort());
    desk.server = await serve([desk.race], { port });
    await page.click('#panic');
    await until('over plain HTTP', () => desk.race.graphics.every((g) => !g.on));
    await page.unroute('**/socket.io/**');
    await page.waitForSelector('#banner', { state: 'hidden', timeout: 15_000 });
    assert.deepEqual(
      desk.race.commands.map((c) => c.command),
      ['graphics.allOff'],
      'nothing was kept for later',
    );
  });

  test('stop asks first; start does not; health, delay and warnings are in plain words', bounded, async () => {
    const page = await open();
    await page.click('#t-health');
    await page.click('#run');
    await page.click('text=Keep it running');
    await sleep(150);
    assert.ok(desk.race.status.running);
    await page.click('#run');
    await page.click('dialog >> text=Stop channel');
    await until('stopped', () => !desk.race.status.running);
    await until('said so', async () => (await textOf(page, '#lamp')) === 'Stopped');
    await page.click('text=Start channel');
    await until('runs', () => desk.race.status.running);
    desk.race.publishStatus({
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

  test('markup in names stays text, and so do the words of a hosted graphic that fails', bounded, async () => {
    await desk.race.command({ command: 'graphic.add', type: 'ograf:com.example.strap', id: 'strap', data: {} });
    desk.race.reportHosted('an overlay', [{ graphic: 'strap', line: 'load() threw: <b id="harm">no luck</b>' }]);
    desk.race.publishStatus({ warnings: ['<img src=x onerror=alert(1)>'] });
    const page = await open();
    await until('shown', async () => /onerror/.test(await textOf(page, '#warnings')));
    assert.equal(await page.locator('#warnings img').count(), 0);
    assert.match(await textOf(page, '[data-graphic="strap"]'), /load\(\) threw: <b id="harm">no luck.*Fails/s);
    assert.match(await textOf(page, '#warnings'), /Graphic strap fails: /);
    assert.equal(await page.locator('#harm').count(), 0);
    desk.race.reportHosted('an overlay', [{ graphic: 'strap', line: '' }]);
    await until('it works again', async () => !/Fails/.test(await textOf(page, '[data-graphic="strap"]')));
  });

  const far = Object.values(networkInterfaces())
    .flat()
    .find((i) => i && i.family === 'IPv4' && !i.internal)?.address;
  test('from another address the page asks for the token and works with it', {
    ...bounded,
    skip: far ? false : 'this machine has loopback only',
  }, async () => {
    const open = await serve([desk.race], { host: '0.0.0.0', token: 'correct-horse' });
    const page = await newPage();
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
