import assert from 'node:assert/strict';
import test from 'node:test';
import { finalFrame, finalScene, runM, runS } from '../../testing/final.js';
import { on, SMALL_HD } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';
import { createReader } from '../../testing/reading.js';

test('leader and second meet by themselves, with gap, speed, lane and bib', async () => {
  const [written = []] = await readFinal([9], [on('head-to-head')]);
  const texts = textsOf(written, 'head-to-head/table');
  for (const expected of ['A. DUBOIS', 'K. ΠΑΠΑΔΟΠΟΥΛΟΣ'.replace('K', 'Κ'), 'AHEAD', '101', '114', '1', '2'])
    assert.ok(texts.includes(expected), `${expected}: ${texts}`);
  const gap = Number(texts.find((text) => text.startsWith('+')));
  assert.ok(Math.abs(gap - (9 - runS(0, runM(1, 9)))) < 0.03, `${gap}`);
  const speeds = texts.filter((text) => /^\d\d\.\d$/.test(text)).map(Number);
  assert.equal(speeds.length, 2);
  for (const [lane, speed] of speeds.entries()) assert.ok(Math.abs(speed - (runM(lane, 9) - runM(lane, 8.9)) * 36) < 0.8, `${speed}`);
});

test('chosen competitors keep their columns whoever leads, and three fit', async () => {
  const state = on('head-to-head', { first: '192', second: '101', third: 'roster 4' });
  const [written = []] = await readFinal([9], [state]);
  const names = written.filter(({ text }) => /SANTOS|DUBOIS|ŻÓŁĆ/.test(text)).sort((a, b) => a.box.x - b.box.x);
  assert.deepEqual(
    names.map(({ text }) => text),
    ['M. SANTOS', 'A. DUBOIS', 'Ł. ŻÓŁĆ'],
  );
});

test('when the lead changes between two, everyone keeps the column', async () => {
  const reader = await createReader(finalScene(SMALL_HD));
  const leaderLeft = (index: number): [number, number] => {
    const frame = finalFrame(SMALL_HD, index);
    const [a, b] = [0, 1].map((lane) => frame.standings.find(({ rosterIndex }) => rosterIndex === lane)!);
    const standings = [
      { ...(index < 60 ? a! : b!), rank: 1, distanceM: index + 1 },
      { ...(index < 60 ? b! : a!), rank: 2, distanceM: index },
    ];
    const written = reader.read({ ...frame, standings }, [on('head-to-head')]);
    const x = (text: string): number => written.find((one) => one.text === text)?.box.x ?? Number.NaN;
    return [x('A. DUBOIS'), x('AHEAD')];
  };
  let before: [number, number] = [0, 0];
  for (let i = 30; i < 58; i++) before = leaderLeft(i);
  let after: [number, number] = [0, 0];
  for (let i = 58; i < 90; i++) after = leaderLeft(i);
  reader.close();
  assert.equal(after[0], before[0]);
  assert.ok(after[1] > before[1], 'the other one is ahead now');
});

test('nobody is set against themselves', async () => {
  const [written = []] = await readFinal([9], [on('head-to-head', { first: '101', second: 'leader' })]);
  assert.deepEqual(written, []);
});
