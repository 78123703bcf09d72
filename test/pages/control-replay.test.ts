import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { ReplayCommand, ReplayState } from '../../protocol/index.js';
import { controlPages } from '../support/control-pages.js';
import { textOf } from '../support/text.js';
import { until } from '../support/until.js';

/** No test hangs: on two busy cores the longest takes a quarter of it. */
const bounded = { timeout: 120_000 };

describe('replay on the control page', () => {
  const desk = controlPages();
  const { newPage, open } = desk;

  test('where a channel records, its replay is marked, played and made into a strobe', bounded, async () => {
    const sent: unknown[] = [];
    const page = await newPage();
    const item = {
      id: 'strobe-1',
      kind: 'strobe',
      title: 'Start',
      state: 'done',
      progress: 1,
      message: '',
      fromUs: 0,
      toUs: 1,
      createdAtMs: 0,
    };
    const replay: ReplayState = ReplayState.parse({
      buffer: { fromUs: 0, toUs: 20_000_000, bytes: 1, framesDropped: 0, message: '' },
      ...{ inUs: 4_000_000, outUs: 9_000_000 },
      items: [
        { ...item, files: ['strobe-1.png', 'strobe-1.mp4'] },
        { ...item, id: 'clip-2', kind: 'clip', title: 'Heat 1', fromUs: 1_500_000, toUs: 3_500_000, files: ['clip-2.mp4'] },
      ],
      play: { state: 'stopped', mediaTimeUs: 0, fromUs: 0, toUs: 0, speed: 1, message: '' },
    });
    await page.route('**/api/channels/race/replay', async (route) => await route.fulfill({ json: replay }));
    await page.route('**/api/channels/race/command', async (route) => {
      sent.push(route.request().postDataJSON());
      await route.fulfill({ json: { ok: true, revision: 1 } });
    });
    await page.goto(`${desk.server.url}/control/race`);
    await page.click('#t-replay');
    await until('recorded', async () => /20 s recorded/.test(await textOf(page, '#replay-state')));
    assert.match(await textOf(page, '#replay-marks'), /In 0:04\.0 · out 0:09\.0/);
    assert.equal(await page.locator('[data-item="strobe-1"] img').getAttribute('src'), '/api/channels/race/pictures/strobe-1.png');
    await page.fill('#replay-scrub', '5000000');
    await page.click('#replay-in');
    await page.selectOption('#replay-who', '2');
    await page.click('#replay-strobe');
    await until('sent', () => sent.length === 2);
    const commands = (): ReplayCommand[] => sent.map((one) => ReplayCommand.parse(one));
    assert.deepEqual(commands()[0], { command: 'replay.markIn', mediaTimeUs: 5_000_000 });
    const strobe = commands()[1];
    assert.ok(strobe?.command === 'picture.strobe');
    assert.deepEqual([strobe.subject, strobe.moments, strobe.reveal], [{ rosterIndex: 2 }, { count: 8 }, true]);

    // Moments are stepped to by key and by button, frame for frame, and picked.
    await page.selectOption('#replay-by', 'atUs');
    await page.click('#replay-strobe');
    await page.click('#replay-pick');
    await page.focus('#replay-scrub');
    await page.keyboard.press('PageUp');
    await page.keyboard.press('ArrowRight');
    await page.click('[data-jog="-10"]');
    await page.click('#replay-pick');
    assert.equal(await page.locator('#replay-picked li').count(), 2);
    await page.selectOption('#replay-reveal', 'hold');
    await page.selectOption('#replay-canvas', 'panorama');
    await page.fill('#replay-fade', '0.5');
    await page.selectOption('#replay-strobe-make', 'still');
    await page.click('#replay-strobe');
    await until('sent', () => sent.length === 3);
    const picked = commands()[2];
    assert.ok(picked?.command === 'picture.strobe' && 'atUs' in picked.moments);
    assert.deepEqual(picked.moments.atUs, [5_000_000, 6_000_000 - 9 * 20_000]);
    assert.deepEqual([picked.reveal, picked.canvas, picked.fade, picked.make], [false, 'panorama', 0.5, 'still']);
    await page.selectOption('#replay-by', 'everyM');
    await page.fill('#replay-every-m', '2.5');
    await page.click('#replay-strobe');

    // A ghost from a clip, at a moment of it, in the recording at the mark.
    await page.selectOption('#replay-other [data-part="from"]', 'clip-2');
    await page.selectOption('#replay-ghost-who', '1');
    await page.click('#replay-ghost');
    await page.click('#replay-other [data-part="take"]');
    await page.fill('#replay-before', '1');
    await page.click('#replay-ghost');
    await until('sent', () => sent.length === 5);
    const [spaced, ghost] = commands().slice(3);
    assert.ok(spaced?.command === 'picture.strobe');
    assert.deepEqual(spaced.moments, { everyM: 2.5 });
    assert.ok(ghost?.command === 'picture.ghost');
    assert.deepEqual(ghost.run, { subject: { rosterIndex: 2 }, syncUs: 4_000_000 });
    assert.deepEqual(ghost.ghost, { clip: 'clip-2', subject: { rosterIndex: 1 }, syncUs: 1_500_000 });
    assert.deepEqual([ghost.beforeS, ghost.afterS], [1, 5]);
  });

  test('keys work the replay whichever tab is open', bounded, async () => {
    desk.race.publishReplay({
      buffer: { fromUs: 0, toUs: 20_000_000, bytes: 1, framesDropped: 0, message: '' },
      ...{ inUs: 4_000_000, outUs: null, items: [] },
      play: { state: 'stopped', mediaTimeUs: 0, fromUs: 0, toUs: 0, speed: 1, message: '' },
    });
    const page = await open();
    await page.waitForSelector('#t-replay:visible');
    assert.deepEqual(await page.locator('#tab-replay [data-key]').allTextContents(), [
      'I',
      'Shift+I',
      'R',
      'K',
      ',',
      '.',
      'Shift+R',
      '-',
      '+',
    ]);
    const pressed = async (key: string): Promise<unknown> => {
      const { length } = desk.race.commands;
      await page.keyboard.press(key);
      await until(key, () => desk.race.commands.length > length);
      return desk.race.commands.at(-1);
    };
    const playing = (state: 'playing' | 'paused') => {
      const replay = desk.race.state().replay!;
      desk.race.publishReplay({ ...replay, play: { ...replay.play, state, mediaTimeUs: 5_000_000 } });
    };
    assert.deepEqual(await pressed('i'), { command: 'replay.markIn' });
    await until('it says so', async () => /^In 0:04\.0/.test(await textOf(page, '#answer')));
    assert.deepEqual(await pressed('Shift+I'), { command: 'replay.markOut' });
    assert.deepEqual(await pressed('r'), { command: 'replay.play', lastS: 10, speed: 1, graphics: 'recorded', loop: false });
    playing('playing');
    const stateOf = async (state: string): Promise<void> =>
      await until(state, async () => (await page.getAttribute('body', 'data-revision')) === `${desk.race.state().revision}`);
    await stateOf('playing');
    assert.deepEqual(await pressed('-'), { command: 'replay.speed', speed: 0.5 });
    assert.deepEqual(await pressed('-'), { command: 'replay.speed', speed: 0.25 });
    assert.deepEqual(await pressed('+'), { command: 'replay.speed', speed: 0.5 });
    assert.deepEqual(await pressed('k'), { command: 'replay.pause' });
    playing('paused');
    await stateOf('paused');
    assert.deepEqual(await pressed('k'), { command: 'replay.resume' });
    assert.deepEqual(await pressed(','), { command: 'replay.jog', frames: -1 });
    assert.deepEqual(await pressed('.'), { command: 'replay.jog', frames: 1 });
    assert.deepEqual(await pressed('Shift+R'), { command: 'replay.stop' });
    await page.click('#t-setup');
    await page.click('#tab-setup summary:text-is("Keys")');
    await page.click('[data-action="pause"]');
    await page.keyboard.press('p');
    await until('said', async () => /“Replay: pause, go on” is P now/.test(await textOf(page, '#keys-note')));
    assert.deepEqual(await pressed('p'), { command: 'replay.resume' });
    await page.click('#t-replay');
    await page.fill('#replay-scrub', '7000000');
    await page.locator('#replay-scrub').blur();
    assert.deepEqual(await pressed('i'), { command: 'replay.markIn', mediaTimeUs: 7_000_000 }, 'the moment that is looked at');
  });
});
