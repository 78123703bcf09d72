import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { createCanvas } from '@napi-rs/canvas';
import type { Browser, Page } from 'playwright-core';
import { apply, bend, CalibrationReport, lensOf, type Mat3, type Point } from '../../protocol/index.js';
import { launchBrowser } from '../support/browser.js';
import { FakeChannel } from '../support/fake-channel.js';
import { fakeFrame, fakeRace } from '../support/fake-scene.js';
import { serve, type TestServer } from '../support/serve.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

const { groundToImage } = fakeFrame(fakeRace('race'), 0).pose;
/** Where the 60 × 20 m rectangle of the test lies on the fake scene's ground. */
const shift: Point = { x: 20, y: -12 };
const inPicture = (x: number, y: number): Point => apply(groundToImage, { x: x + shift.x, y: y + shift.y });

/** A camera 8 m up that looks 0.45 rad down, and ground in front of it. */
const WIDE_VIEW: Mat3 = [
  620,
  640 * Math.cos(0.45),
  640 * 8 * Math.sin(0.45),
  0,
  360 * Math.cos(0.45) - 620 * Math.sin(0.45),
  620 * 8 * Math.cos(0.45) + 360 * 8 * Math.sin(0.45),
  0,
  Math.cos(0.45),
  8 * Math.sin(0.45),
];
const WIDE: readonly Point[] = Array.from({ length: 42 }, (_, i) => ({ x: -15 + 5 * (i % 7), y: 6 + 4 * Math.floor(i / 7) }));

describe('calibration page in a browser', () => {
  let browser: Browser;
  let race: FakeChannel;
  let server: TestServer;
  let page: Page;
  before(async () => {
    browser = await launchBrowser();
    race = new FakeChannel({ id: 'race' });
    server = await serve([race]);
    race.step();
    page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await page.goto(`${server.url}/calibrate/race`);
    await page.waitForSelector('body[data-link="live"]');
    await until('a frame is frozen', async () => (await page.locator('#sheet').evaluate((c: HTMLCanvasElement) => c.width)) > 300);
  });
  after(async () => {
    await browser.close();
    await server.close();
    race.close();
  });

  async function click(x: number, y: number): Promise<void> {
    const at = inPicture(x, y);
    await page.locator('#sheet').scrollIntoViewIfNeeded();
    const box = (await page.locator('#sheet').boundingBox())!;
    await page.mouse.click(box.x + (at.x / 1280) * box.width, box.y + (at.y / 720) * box.height);
  }

  test('clicking a simulated picture calibrates it to less than a pixel; a wrong point is named; it is saved', async () => {
    await page.selectOption('#template', 'rect');
    await page.fill('#rect-width', '60');
    await page.fill('#rect-height', '20');
    await page.press('#rect-height', 'Tab');
    for (const [x, y] of [
      [0, 0],
      [60, 0],
      [60, 20],
      [0, 20],
    ] as const)
      await click(x, y);
    await until('four points fit', async () => /Error 0\.00 px/.test(await textOf(page, '#result')));
    await page.click('summary:text-is("A place of your own")');
    for (const [x, y] of [
      [30, 10],
      [15, 5],
      [45, 15],
    ] as const) {
      await page.fill('#own-x', `${x}`);
      await page.fill('#own-y', `${y}`);
      await page.click('#own button');
      await click(x, y);
    }
    await until(
      'seven agree',
      async () =>
        Number(/Error ([\d.]+) px/.exec(await textOf(page, '#result'))?.[1] ?? 9) < 1 &&
        (await page.locator('[data-placed="true"]').count()) === 7,
    );
    await page.focus('#sheet');
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowRight');
    await until('named', async () => /not believed/.test(await textOf(page, '#points li:last-child')));
    for (let i = 0; i < 3; i++) await page.keyboard.press('Shift+ArrowLeft');
    await until(
      'and right again',
      async () => !/not believed/.test(await textOf(page, '#points')) && !(await page.locator('#save').isDisabled()),
    );
    await page.click('#save');
    await until('saved', () => race.state().calibration?.points.length === 7);
    const saved = race.state().calibration!;
    assert.deepEqual(saved.size, [1280, 720]);
    for (const { image, ground } of saved.points) {
      const at = inPicture(...ground);
      assert.ok(Math.hypot(at.x - image[0], at.y - image[1]) < 1, `${ground}: clicked ${image}, lies at ${at.x}, ${at.y}`);
    }
  });

  test('a course is drawn by hand on the ground', async () => {
    for (
      let i = 0;
      i < 60 && (await textOf(page, '#course-note')) !== 'Click at least two points of the centre line, in the direction of the race.';
      i++
    )
      await page.click('#course-back');
    // The last point of all: one is as little a line as none.
    await page.click('#course-back');
    await page.click('#course-line');
    await click(5, 10);
    await click(55, 10);
    await page.click('#course-start');
    await click(10, 10);
    await page.click('#course-finish');
    await click(50, 10);
    await page.click('#course-save');
    await until('saved', () => race.commands.some((c) => c.command === 'course.set'));
    const { course } = race.state().scene;
    assert.ok(Math.abs((course?.startM ?? 0) - 5) < 0.4 && Math.abs((course?.finishM ?? 0) - 45) < 0.4, JSON.stringify(course));
  });

  test('ski gates are listed, clicked with the wheel and two fingers zooming in, and told where a line is no gate', async () => {
    await page.selectOption('#template', 'gates');
    const gates: [number, number][] = [
      [2, 1],
      [55, 3],
      [48, 18],
      [8, 16],
    ];
    await page.fill('#gates-text', `Gate 0; here\n${gates.map(([x, y], i) => `Gate ${i + 1}; ${x}; ${y}`).join('\n')}`);
    await page.press('#gates-text', 'Tab');
    assert.match(await textOf(page, '#ground-problems'), /line 1: "Gate 0; here" is not "name, x, y"/);
    await until('listed', async () => /Gate 4/.test(await textOf(page, '#points')));
    const sheet = (await page.locator('#sheet').boundingBox())!;
    const inPage = ([x, y]: [number, number]): Point => {
      const at = inPicture(x, y);
      return { x: sheet.x + (at.x / 1280) * sheet.width, y: sheet.y + (at.y / 720) * sheet.height };
    };
    const placed = async (count: number): Promise<void> =>
      await until(`${count} placed`, async () => (await page.locator('[data-placed="true"]').count()) === count);
    // What is under the pointer stays there while the wheel zooms; a step beside it is then a smaller one in the picture.
    const [first, second, third, fourth] = gates.map(inPage) as [Point, Point, Point, Point];
    await page.mouse.move(first.x, first.y);
    await page.mouse.wheel(0, -600);
    await page.mouse.click(first.x + 30, first.y);
    await placed(1);
    await page.click('#zoom-whole');
    await page.mouse.click(second.x, second.y);
    await placed(2);
    // Two fingers apart, then the place between them is tapped: no pan, no point from the pinch itself.
    const touch = await page.context().newCDPSession(page);
    const fingers = async (type: 'touchStart' | 'touchMove' | 'touchEnd', awayPx: number | null): Promise<void> =>
      void (await touch.send('Input.dispatchTouchEvent', {
        type,
        touchPoints: awayPx === null ? [] : [-awayPx, awayPx].map((dx, id) => ({ x: third.x + dx, y: third.y, id })),
      }));
    await fingers('touchStart', 20);
    for (const away of [30, 40, 60]) await fingers('touchMove', away);
    await fingers('touchEnd', null);
    await page.mouse.click(third.x, third.y + 30);
    await placed(3);
    await page.click('#zoom-whole');
    await page.mouse.click(fourth.x, fourth.y);
    await until('four points fit', async () => /Error 0\.00 px/.test(await textOf(page, '#result')));
    await page.click('#save');
    await until('saved', () => race.state().calibration?.points.length === 4);
    const beside = race.state().calibration!.points.map(({ image, ground }) => {
      const at = inPicture(...ground);
      return { x: (image[0] - at.x) * (sheet.width / 1280), y: (image[1] - at.y) * (sheet.width / 1280) };
    });
    assert.ok(Math.abs(beside[0]!.x - 30 / Math.exp(600 * 0.0022)) < 1 && Math.abs(beside[0]!.y) < 1, JSON.stringify(beside[0]));
    assert.ok(Math.abs(beside[2]!.y - 30 / 3) < 2 && Math.abs(beside[2]!.x) < 2, JSON.stringify(beside[2]));
    for (const i of [1, 3]) assert.ok(Math.hypot(beside[i]!.x, beside[i]!.y) < 1, JSON.stringify(beside[i]));
  });

  test('a shop’s plan is an image to click on: its width tells the metres, also when it is told last', async () => {
    await page.selectOption('#template', 'plan');
    await page.setInputFiles('#plan-file', { name: 'plan.png', mimeType: 'image/png', buffer: Buffer.from('no picture') });
    await until('told', async () => /plan\.png is no picture/.test(await textOf(page, '#ground-problems')));
    const canvas = createCanvas(300, 100);
    await page.setInputFiles('#plan-file', { name: 'plan.png', mimeType: 'image/png', buffer: canvas.toBuffer('image/png') });
    await page.waitForSelector('#plan image');
    const corners: [number, number][] = [
      [0.1, 0.2],
      [0.9, 0.2],
      [0.8, 0.9],
      [0.2, 0.8],
    ];
    for (const [i, [x, y]] of corners.entries()) {
      const plan = page.locator('#plan image');
      await plan.scrollIntoViewIfNeeded();
      const { width, height } = (await plan.boundingBox())!;
      await plan.click({ position: { x: x * width, y: (1 - y) * height } });
      await until('named', async () => (await page.locator('#points li').count()) === i + 1);
      await click(x * 60, y * 20);
    }
    await page.fill('#plan-width', '60');
    await page.press('#plan-width', 'Tab');
    await until('four points fit', async () => /Error 0\.00 px/.test(await textOf(page, '#result')));
    await page.click('#save');
    await until('saved', () => race.state().calibration?.points[0]?.ground[0] !== 2);
    for (const [i, { image, ground }] of race.state().calibration!.points.entries()) {
      const [x, y] = [corners[i]![0] * 60, corners[i]![1] * 20];
      assert.ok(Math.hypot(ground[0] - x, ground[1] - y) < 0.3, `${ground} is where the plan was clicked, ${x}, ${y}`);
      const at = inPicture(x, y);
      assert.ok(Math.hypot(at.x - image[0], at.y - image[1]) < 1);
    }
  });

  test('solving over HTTP changes nothing, and says why points are no ground', async () => {
    const ask = async (points: [number, number, number, number][]) => {
      const body = { size: [1280, 720], points: points.map(([x, y, gx, gy]) => ({ image: [x, y], ground: [gx, gy] })) };
      const answer = await fetch(`${server.url}/api/channels/race/calibration/solve`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify(body),
      });
      return { status: answer.status, body: await answer.json() };
    };
    const { revision } = race.state();
    const none = await ask([
      [10, 10, 0, 0],
      [20, 20, 1, 1],
      [30, 30, 2, 2],
      [40, 40, 3, 3],
    ]);
    assert.equal(none.status, 422);
    assert.match(JSON.stringify(none.body), /one line/);
    assert.equal((await ask([[10, 10, 0, 0]])).status, 400);
    const good = await ask(
      [
        [0, 0],
        [60, 0],
        [60, 20],
        [0, 20],
      ].map(([x = 0, y = 0]) => [inPicture(x, y).x, inPicture(x, y).y, x, y]),
    );
    const report = CalibrationReport.parse(good.body);
    assert.ok(report.ok && report.errorPx.rms < 1e-6);
    // Seen through a wide lens, one of them clicked 60 px off: the lens is found all the same, and the point is named.
    const lens = lensOf({ k1: -0.12, k2: 0.005 }, { width: 1280, height: 720 });
    const bent = WIDE.map(({ x, y }, i): [number, number, number, number] => {
      const at = bend(lens, apply(WIDE_VIEW, { x, y }));
      return [at.x + (i === 17 ? 60 : 0), at.y, x, y];
    }).filter(([x, y]) => x > 0 && y > 0 && x < 1280 && y < 720);
    const wide = CalibrationReport.parse((await ask(bent)).body);
    assert.ok(wide.ok && wide.lens, JSON.stringify(wide).slice(0, 300));
    assert.ok(wide.lens.errorPx.rms < 0.3, `${wide.lens.errorPx.rms} px`);
    assert.match(wide.lens.warning, /not believed/);
    assert.ok(Math.abs(wide.lens.k1 + 0.12) < 0.01 && bent.length > 25, `${wide.lens.k1}, ${bent.length} points`);
    const place = bend(lensOf(wide.lens, { width: 1280, height: 720 }), apply(wide.lens.groundToImage, { x: -9, y: 16 }));
    const truth = bend(lens, apply(WIDE_VIEW, { x: -9, y: 16 }));
    assert.ok(Math.hypot(place.x - truth.x, place.y - truth.y) < 1);
    assert.equal(race.state().revision, revision);
  });
});
