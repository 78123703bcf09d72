import assert from 'node:assert/strict';
import test from 'node:test';
import type { GraphicState } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { FINAL_FPS, finalFrame, finalScene, GUN_S, runS } from '../../testing/final.js';
import { strongest } from '../../testing/picture.js';
import { on, SMALL_HD } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';

const AFTER = runS(7, 100) + 11;

test('finishers stand in order with times and gaps that add up; who stopped on the way did not finish', async () => {
  const [written = []] = await readFinal([AFTER], [on('result-board')], { halted: 4 });
  const rows = Array.from({ length: 8 }, (_, i) => textsOf(written, `result-board/row${i}`));
  const first = rows[0]!;
  assert.ok(first.includes('1') && first.includes('AMÉLIE DUBOIS') && first.includes('FRA') && first.includes('101'), `${first}`);
  const time = (row: readonly string[]) => Number(row.find((text) => /^\d+\.\d\d$/.test(text)));
  for (const [i, row] of rows.slice(1, 7).entries()) {
    const gap = Number(row.find((text) => text.startsWith('+')));
    assert.ok(Math.abs(time(row) - time(first) - gap) < 1e-9, `row ${i + 2}: ${row}`);
  }
  const last = rows[7]!;
  assert.ok(last.includes('DNF') && last.includes('ŁUKASZ ŻÓŁĆ') && !last.includes('8'), `${last}`);
});

test('a remark takes a competitor out of the result', async () => {
  const remarks = [{ bib: '101', text: 'DQ' }];
  const [written = []] = await readFinal([AFTER], [on('result-board', { remarks })]);
  assert.ok(textsOf(written, 'result-board/row7').includes('DQ'));
  const winner = textsOf(written, 'result-board/row0');
  assert.ok(winner.includes('1') && winner.includes('ΚΩΝΣΤΑΝΤΙΝΟΣ ΠΑΠΑΔΟΠΟΥΛΟΣ') === false && !winner.includes('AMÉLIE DUBOIS'));
  assert.ok(!winner.some((text) => text.startsWith('+')), `nobody is ahead of the winner: ${winner}`);
});

test('each step turns a page, the last one stays, and the board does not move', async () => {
  const board = on('result-board', { rows: 3 });
  const pages = await readFinal([AFTER, AFTER + 0.5, AFTER + 1, AFTER + 1.5], (t) => [
    { ...board, step: Math.max(0, Math.round((t - AFTER) / 0.5)) },
  ]);
  const ranks = pages.map((page) => [0, 1, 2].map((i) => textsOf(page, `result-board/row${i}`)[0] ?? ''));
  assert.deepEqual(ranks, [
    ['1', '2', '3'],
    ['4', '5', '6'],
    ['7', '8', ''],
    ['7', '8', ''],
  ]);
  assert.deepEqual(
    pages.map((page) => textsOf(page, 'result-board/head').includes('3/3')),
    [false, false, true, true],
  );
  assert.equal(new Set(pages.map((page) => page.find(({ key }) => key.endsWith('row0'))?.part.y)).size, 1);
});

test('a page that stays does not flash: with a step beyond the last, or where it is the only one', async () => {
  const overlay = await createHeadlessOverlay(finalScene(SMALL_HD));
  const last = Math.round((AFTER + GUN_S) * FINAL_FPS);
  try {
    for (let i = 0; i < last; i++) overlay.observe(finalFrame(SMALL_HD, i), [on('result-board')]);
    const frame = finalFrame(SMALL_HD, last);
    const rows = (data: GraphicState['data'], step: number) => {
      const stepped = { ...on('result-board', data), step, steppedAtUs: frame.mediaTimeUs - 50_000 };
      const regions = overlay.render(frame, [stepped]).filter(({ key }) => key.includes('/row'));
      return regions.length === 0 ? 0 : Math.min(...regions.map(({ rgba }) => strongest(rgba)));
    };
    assert.equal(rows({ rows: 8 }, 1), 255);
    assert.equal(rows({ rows: 3 }, 3), 255);
    assert.ok(rows({ rows: 3 }, 1) < 100, 'the next page fades in');
  } finally {
    overlay.close();
  }
});
