import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { Browser, Page } from 'playwright-core';
import { apply, type Box, type Mat3, type Point, type ProjectInput, ReplayItem } from '../protocol/index.js';
import { createScene } from '../simulation/index.js';
import { launchBrowser } from './support/browser.js';
import { runCli, temporaryFolder } from './support/cli.js';
import { changedShare, drawnAcross, drawnIn, lumaOf, magentaAndCyan, type Planes, pictures } from './support/programme.js';
import { type ServeProcess, startServe } from './support/server.js';
import { textOf } from './support/text.js';
import { until } from './support/until.js';

/**
 * From a camera nobody has calibrated to air, as an operator does it: clicks, keys and a start list in a real browser, on a real server.
 * What was asked for is looked for in the programme as it was encoded, frame by frame, beside the clip that went in.
 */

const FPS = 15;
const SIZE = { width: 640, height: 360 };
/** The race and its finish; then the clip begins again. */
const SECONDS = 13;
const LAP_US = SECONDS * 1e6;
/** How long graphics take to come in or to go out. */
const PRESENCE_US = 500_000;
const START_LIST = [
  'lane;bib;name;colour',
  ...Array.from({ length: 8 }, (_, i) => `${i + 1};${i + 11};Runner ${i + 1};${i % 2 ? '#00ffff' : '#ff00ff'}`),
];
const RECORD_S = 11.6;
/** So many frames of a race may come too late for what was measured in them; else the next one is looked at, of so many. */
const LATE_MOST = 5;
const RACES_MOST = 4;
/** Where the gap board stands, top left. */
const BOARD: Box = { x: 32, y: 18, width: 240, height: 190 };
/** Into the race: a frame that is looked at again in the replay, the leader line among their feet. */
const AGAIN_US = 8e6;
/** Who is shown in a strobe, on the near lane, and who is the ghost. */
const WHO = { lane: 8, ghostLane: 4 };

const scene = createScene('sprint', { size: SIZE, fps: { num: FPS, den: 1 } });
const course = scene.setup.course!;
const indexOf = (mediaTimeUs: number): number => Math.round(((mediaTimeUs % LAP_US) * FPS) / 1e6) % (SECONDS * FPS);
const timeOf = (index: number): number => Math.round((index * 1e6) / FPS);
const truthAt = (mediaTimeUs: number) => scene.truth(indexOf(mediaTimeUs));

const { path: dir, remove } = temporaryFolder('on-air');
const at = (name: string): string => join(dir, name);

describe('a race goes to air from a browser', () => {
  let browser: Browser;
  let serve: ServeProcess;
  let control: Page;
  /** Media times: when all three graphics were wholly on air, when the race began that is looked at, and when all were taken out. */
  let onUs = -1;
  let raceUs = -1;
  let panicUs = -1;
  const marks = { inUs: -1, outUs: -1 };

  before(async () => {
    const args = ['--seconds', `${SECONDS}`, '--size', `${SIZE.width}x${SIZE.height}`, '--fps', `${FPS}`];
    assert.equal((await runCli(['simulate', 'sprint', '--out', at('clip.mp4'), ...args])).code, 0);
    browser = await launchBrowser();
    const project: ProjectInput = {
      name: 'On air',
      channels: [
        {
          id: 'race',
          title: 'Race',
          source: { url: 'clip.mp4', loop: true },
          tracking: { camera: 'moving', subjectHeightM: 1.8 },
          outputs: [{ type: 'file', path: 'out.mkv' }],
          encoder: { preset: 'ultrafast', crf: 12 },
        },
      ],
    };
    writeFileSync(at('project.json'), JSON.stringify(project));
    serve = await startServe([at('project.json'), '--data', at('data')]);
    control = await open('control');
  });
  after(async () => {
    await browser.close();
    serve.child.kill('SIGKILL');
    remove();
  });

  async function open(page: 'control' | 'calibrate'): Promise<Page> {
    const opened = await browser.newPage({ viewport: { width: 1440, height: 900 } });
    await opened.goto(`${serve.url}/${page}/race`);
    await opened.waitForSelector('body[data-link="live"]');
    return opened;
  }
  const state = () => serve.state('race');
  /** Waits for the end of the race that began at `raceUs`. @returns whether (nearly) all its frames were drawn with what was measured in them */
  async function keptStep(): Promise<boolean> {
    const late = async () => (await state()).status.framesLate;
    await until('the race has begun', async () => (await nowUs()) > raceUs + 5e6, 30_000);
    const before = await late();
    await until('a whole race is recorded', async () => (await nowUs()) > raceUs + 11.6e6, 30_000);
    return (await late()) - before <= LATE_MOST;
  }
  const nowUs = async (): Promise<number> => (await state()).status.mediaTimeUs;

  test('a start list is imported', async () => {
    await control.click('#t-setup');
    await control.fill('#start-list', START_LIST.join('\n'));
    await control.click('#start-list-use');
    await until('it is in use', async () => (await state()).scene.roster.length === 8);
  });

  test('the picture is calibrated by clicking', async () => {
    const page = await open('calibrate');
    await page.selectOption('#template', 'straight');
    await until('it froze a frame by itself', async () => (await page.locator('#sheet').evaluate((c: HTMLCanvasElement) => c.width)) > 300);
    let frozenUs = -1;
    await until(
      'a frame with the runners at the start is frozen',
      async () => {
        if ((await nowUs()) % LAP_US > 1e6) return false;
        const [answer] = await Promise.all([page.waitForResponse('**/still/race.jpg'), page.click('#freeze')]);
        frozenUs = Number(answer.headers()['x-media-time-us']);
        return frozenUs % LAP_US < 1.6e6;
      },
      90_000,
    );
    // The template's origin lies in the middle of the lanes, the scene's at the outer edge of lane 8.
    const { groundToImage } = truthAt(frozenUs);
    const click = async (x: number, y: number): Promise<void> => {
      const { x: px, y: py } = apply(groundToImage, { x, y: y + course.widthM / 2 });
      const sheet = (await page.locator('#sheet').boundingBox())!;
      await page.mouse.click(sheet.x + (px / SIZE.width) * sheet.width, sheet.y + (py / SIZE.height) * sheet.height);
    };
    for (const lane of [0, 3, 5, 8]) {
      await page.click(`#points .choose:has-text("Start, ${lane === 0 ? 'left of lane 1' : `right of lane ${lane}`}")`);
      await click(0, (4 - lane) * 1.22);
    }
    await page.click('summary:text-is("A place of your own")');
    for (const [x, y] of [
      [-8, 4.88],
      [12, 4.88],
      [8, 0],
      [16, -4.88],
    ] as const) {
      await page.fill('#own-x', `${x}`);
      await page.fill('#own-y', `${y}`);
      await page.click('#own button');
      await click(x, y);
    }
    await until('eight points agree', async () => Number(/Error ([\d.]+) px/.exec(await textOf(page, '#result'))?.[1] ?? 9) < 0.5);
    await page.click('#course-template');
    await page.click('#course-save');
    await until('the course is known', async () => (await state()).scene.course !== null);
    await page.click('#save');
    await until('it holds on the running picture', async () => (await state()).status.poseState === 'held', 40_000);
    await page.close();
  });

  test('leader line, record line and gap board are added and taken', async () => {
    const types = ['leader-line', 'record-line', 'gap-board'];
    for (const type of types) {
      await control.selectOption('#add-type', type);
      await control.click('#add button');
      await control.waitForSelector(`[data-graphic="${type}"]`);
    }
    await control.click('#t-data');
    await control.click('[data-graphic="record-line"]');
    await control.locator('#form').getByLabel('Time at the finish (s)').fill(`${RECORD_S}`);
    for (const type of types) await control.click(`[data-graphic="${type}"] [role="switch"]`);
    await until('all three are on', async () => (await state()).graphics.filter((g) => g.on).length === 3);
    onUs = Math.max(...(await state()).graphics.map((g) => g.changedAtUs)) + PRESENCE_US;
    // Nobody looks at the preview now: two cores are there for the race.
    await control.click('#freeze');
  });

  test('of a race that was on air a strobe and a ghost are made', async () => {
    raceUs = Math.ceil(onUs / LAP_US) * LAP_US;
    // A machine that is busy with something else draws late frames where people were; that is not what is looked at here.
    for (let race = 1; !(await keptStep()) && race < RACES_MOST; race++) raceUs += LAP_US;
    await control.click('#t-replay');
    const lastUs = async () => Number(await control.getAttribute('#replay-scrub', 'max'));
    await until('the tab knows what is recorded', async () => (await lastUs()) > raceUs + 11.5e6);
    const mark = async (button: string, us: number): Promise<void> => {
      await control.fill('#replay-scrub', `${us}`);
      await control.click(button);
    };
    await mark('#replay-in', raceUs + timeOf(6 * FPS));
    await mark('#replay-out', raceUs + timeOf(6.8 * FPS));
    const marked = async () => (await state()).replay;
    await until('both are marked', async () => (await marked())?.outUs !== null);
    marks.inUs = (await marked())?.inUs ?? -1;
    marks.outUs = (await marked())?.outUs ?? -1;
    const seenAgain = await fetch(`${serve.url}/api/channels/race/replay/frame.jpg?graphics=recorded&mediaTimeUs=${raceUs + AGAIN_US}`);
    writeFileSync(at('again.jpg'), new Uint8Array(await seenAgain.arrayBuffer()));
    await control.selectOption('#replay-who', `${WHO.lane - 1}`);
    await control.selectOption('#replay-ghost-who', `${WHO.ghostLane - 1}`);
    await control.fill('#replay-count', '3');
    await control.click('#replay-strobe');
    await control.click('#replay-ghost');
    await until('both are ready', async () => (await control.locator('#replay-items a[href$=".mp4"]').count()) === 2, 60_000);
    const items = ReplayItem.array().parse(await (await fetch(`${serve.url}/api/channels/race/pictures`)).json());
    for (const { kind, files } of items)
      for (const file of files) {
        const got = await fetch(`${serve.url}/api/channels/race/pictures/${file}`);
        writeFileSync(at(`${kind}.${file.split('.').at(-1)}`), new Uint8Array(await got.arrayBuffer()));
      }
  });

  test('Escape twice takes everything out; the server ends though pages look on', async () => {
    await control.keyboard.press('Escape');
    await control.keyboard.press('Escape');
    await until('all are out', async () => (await state()).graphics.every((g) => !g.on));
    panicUs = Math.max(...(await state()).graphics.map((g) => g.changedAtUs)) + PRESENCE_US;
    await until('the programme went on', async () => (await nowUs()) > panicUs + 1e6, 20_000);
    assert.equal((await serve.interrupt()).code, 0, serve.printed());
  });

  describe('what was seen', () => {
    let clip: ReadonlyMap<number, Planes>;
    /** The programme of the first whole race, and after the panic, by the clip's frames. */
    let race: ReadonlyMap<number, Planes>;
    let afterPanic: ReadonlyMap<number, Planes>;
    before(async () => {
      const within = (fromUs: number, toUs: number) => (us: number) => (us >= fromUs && us < toUs ? indexOf(us) : undefined);
      clip = await pictures(at('clip.mp4'), indexOf);
      race = await pictures(at('out.mkv'), within(raceUs + 6.5e6, raceUs + 9.5e6));
      afterPanic = await pictures(at('out.mkv'), within(panicUs, panicUs + LAP_US));
    });

    test('the lines lie where truth has the leader and the record, the board has the colours of the start list', (t) => {
      const startIndex = Array.from(clip.keys()).find((i) => leaderM(i) >= 0.25)!;
      const seen = { leader: 0, record: 0, board: 0, both: 0 };
      const offsM: number[] = [];
      for (const [index, shown] of race) {
        const clean = clip.get(index)!;
        const { groundToImage } = scene.truth(index);
        const drawn = (distanceM: number) => drawnAcross(clean, shown, course, groundToImage, distanceM, BOARD);
        const recordM = (100 * ((index - startIndex) / FPS)) / RECORD_S;
        const leader = strongest(drawn, leaderM(index), 1.2);
        const record = strongest(drawn, recordM, 3);
        const between = drawn((leaderM(index) + recordM) / 2);
        if (leader.drawn > 40) {
          seen.leader += 1;
          offsM.push(Math.abs(leader.atM - leaderM(index)));
        }
        if (record.drawn > 25) seen.record += 1;
        if (between !== null && between < 20) seen.both += 1;
        const colours = magentaAndCyan(shown, BOARD);
        const before = magentaAndCyan(clean, BOARD);
        if (colours.magenta > before.magenta + 15 && colours.cyan > before.cyan + 15 && drawnIn(clean, shown, BOARD) > 40) seen.board += 1;
      }
      const medianM = offsM.sort((a, b) => a - b)[offsM.length >> 1];
      t.diagnostic(`${JSON.stringify(seen)} of ${race.size} frames; leader line ${medianM?.toFixed(2)} m from the leader`);
      assert.ok(race.size > 2 * FPS, `${race.size} frames of three seconds`);
      assert.ok(seen.leader > 0.8 * race.size && medianM! < 0.6, 'leader line');
      assert.ok(seen.record > 0.7 * race.size, 'record line');
      assert.ok(seen.both > 0.7 * race.size, 'two lines, with ground between them');
      assert.ok(seen.board > 0.9 * race.size, 'gap board');
    });

    test('the replay draws the same again, the lines under the same feet', async (t) => {
      const again = await lumaOf(readFileSync(at('again.jpg')));
      const { luma } = race.get(indexOf(AGAIN_US))!;
      const other = again.luma.reduce((count, level, i) => count + (Math.abs(level - luma[i]!) > 40 ? 1 : 0), 0);
      t.diagnostic(`${other} pixels are another`);
      assert.ok(other < 80, `${other} pixels are another`);
    });

    test('after the panic the programme is the clip', () => {
      assert.ok(afterPanic.size >= FPS, `${afterPanic.size} frames`);
      for (const [index, shown] of afterPanic) {
        const off = drawnIn(clip.get(index)!, shown, { x: 0, y: 0, ...SIZE });
        assert.ok(off < 6, `${off.toFixed(1)} at frame ${index}`);
      }
    });

    test('the strobe shows one runner three times, and nobody in between', async () => {
      const strobe = await lumaOf(readFileSync(at('strobe.png')));
      assert.deepEqual([strobe.width, strobe.height], [SIZE.width, SIZE.height]);
      const clean = clip.get(indexOf(marks.outUs))!;
      const toImage = truthAt(marks.outUs).groundToImage;
      const share = (us: number): number => changedShare(strobe, clean, SIZE.width, placed(runner(us, WHO.lane), toImage));
      const between = marks.outUs - marks.inUs;
      assert.ok(share(marks.inUs) > 0.2, `first: ${share(marks.inUs)}`);
      assert.ok(share(marks.inUs + between / 2) > 0.2, `second: ${share(marks.inUs + between / 2)}`);
      assert.ok(share(marks.inUs + between / 4) < 0.08, `nobody: ${share(marks.inUs + between / 4)}`);
    });

    test('the ghost runs on its own ground beside the runner, in step', async () => {
      const ghost = await pictures(at('ghost.mp4'), (us) => Math.round((us * FPS) / 1e6));
      assert.ok(ghost.size >= 4 * FPS, `${ghost.size} frames`);
      const shares = Array.from({ length: FPS }, (_, k) => {
        const [runUs, ghostUs] = [marks.inUs, marks.outUs].map((us) => us + timeOf(k + 5));
        const toImage = truthAt(runUs!).groundToImage;
        return changedShare(ghost.get(k + 5)!, clip.get(indexOf(runUs!))!, SIZE.width, placed(runner(ghostUs!, WHO.ghostLane), toImage));
      });
      assert.ok(shares.filter((share) => share > 0.2).length > 0.7 * shares.length, shares.map((s) => s.toFixed(2)).join(' '));
    });
  });
});

/** The leader's true distance from the start in a frame of the clip, metres. */
function leaderM(index: number): number {
  return Math.max(...scene.truth(index).subjects.map((s) => s.distanceM ?? Number.NEGATIVE_INFINITY));
}

/** Where most is drawn within a reach of a place on the course, and how much. */
function strongest(drawn: (distanceM: number) => number | null, aboutM: number, reachM: number): { atM: number; drawn: number } {
  let best = { atM: aboutM, drawn: 0 };
  for (let atM = aboutM - reachM; atM <= aboutM + reachM; atM += 0.05) {
    const value = drawn(atM) ?? 0;
    if (value > best.drawn) best = { atM, drawn: value };
  }
  return best;
}

/** Who truly runs in a lane, in the frame of a media time. */
function runner(mediaTimeUs: number, lane: number): { box: Box; groundM: Point; toImage: Mat3 } {
  const { subjects, groundToImage } = truthAt(mediaTimeUs);
  const index = subjects.findIndex((s) => s.lane === lane);
  assert.ok(index >= 0, `nobody in lane ${lane}`);
  return { ...subjects[index]!, toImage: groundToImage };
}

/** A runner's box where they stood, in another frame of a camera that turns and zooms. */
function placed({ box, groundM, toImage }: { box: Box; groundM: Point; toImage: Mat3 }, other: Mat3): Box {
  const [foot, there] = [apply(toImage, groundM), apply(other, groundM)];
  return { ...box, x: box.x + there.x - foot.x, y: box.y + there.y - foot.y };
}
