import assert from 'node:assert/strict';
import test from 'node:test';
import type { OverlayRegion, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { runS } from '../../testing/final.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';
import { readFinal, textsOf } from '../../testing/read-final.js';
import { createReader } from '../../testing/reading.js';
import { SteadyOrder } from '../steady-order.js';

const BOARD = [on('gap-board')];

/** A frame whose standings have the given tracks in the given order, a metre apart. */
function ranked(index: number, order: readonly number[]): TrackingFrame {
  const frame = raceFrame(SMALL_HD, index, 60);
  return {
    ...frame,
    standings: order.map((trackId, i) => {
      const rosterIndex = frame.subjects.find((s) => s.trackId === trackId)?.rosterIndex ?? -1;
      return { trackId, rosterIndex, rank: i + 1, distanceM: 50 - i, speedMps: 9, gapM: i, gapS: i / 9, finishedAtUs: null };
    }),
  };
}

async function drawBoard(frames: readonly TrackingFrame[]): Promise<OverlayRegion[][]> {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  try {
    return frames.map((frame) => [...overlay.render(frame, BOARD)]);
  } finally {
    overlay.close();
  }
}

/** Top edge of a competitor's row; track 100 is roster entry 0. */
function rowY(regions: readonly OverlayRegion[], roster: number): number {
  return regions.find((region) => region.key === `gap-board/r${roster}/name`)!.y;
}

test('rows slide to their new places over 0.4 s once the order has held for 0.3 s', async () => {
  const frames = Array.from({ length: 60 }, (_, i) => ranked(i, i < 10 ? [100, 101, 102] : [101, 100, 102]));
  const drawn = await drawBoard(frames);
  const first = rowY(drawn[0]!, 0);
  const second = rowY(drawn[0]!, 1);
  const y = drawn.map((regions) => rowY(regions, 0));
  assert.ok(second > first);
  assert.deepEqual(new Set(y.slice(0, 18)), new Set([first]), 'still in its place before 0.3 s are over');
  const moving = y.slice(20, 31);
  assert.ok(
    moving.every((at, i) => i === 0 || at >= moving[i - 1]!),
    `moves one way: ${moving}`,
  );
  assert.ok(new Set(moving).size > 5, `slides: ${moving}`);
  assert.equal(y[35], second);
  assert.equal(rowY(drawn[35]!, 1), first);
  assert.equal(rowY(drawn[35]!, 2), rowY(drawn[0]!, 2));
});

test('an order that flickers moves no row', async () => {
  const frames = Array.from({ length: 90 }, (_, i) => ranked(i, i % 4 < 2 ? [100, 101, 102] : [101, 100, 102]));
  const drawn = await drawBoard(frames);
  assert.equal(new Set(drawn.map((regions) => rowY(regions, 0))).size, 1);
});

test('one pair that flickers does not hold up another that has changed', () => {
  const order = new SteadyOrder();
  let shown: readonly string[] = [];
  for (let i = 0; i < 40; i++)
    shown = order.update(i === 0 ? ['a', 'b', 'c', 'd'] : [...(i % 2 ? ['b', 'a'] : ['a', 'b']), 'd', 'c'], i * 33_333);
  assert.deepEqual(shown, ['a', 'b', 'd', 'c']);
});

test('a whole field turned around ends in the new order', () => {
  const order = new SteadyOrder();
  const field = ['a', 'b', 'c', 'd', 'e', 'f'];
  order.update(field, 0);
  const turned = [...field].reverse();
  order.update(turned, 33_333);
  assert.deepEqual(order.update(turned, 400_000), turned);
});

test('up to three swaps are one after the other, the foremost first', () => {
  const order = new SteadyOrder();
  const seen: string[] = [];
  for (let i = 0; i < 60; i++) {
    const shown = order.update(i === 0 ? ['a', 'b', 'c', 'd'] : ['d', 'a', 'b', 'c'], i * 33_333).join('');
    if (shown !== seen.at(-1)) seen.push(shown);
  }
  assert.deepEqual(seen, ['abcd', 'abdc', 'adbc', 'dabc']);
});

test('gaps are of the order shown: none is less than that above, and the first row has none, while two change places', async () => {
  const reader = await createReader(raceScene(SMALL_HD));
  const tracks = [100, 101, 102, 103];
  for (let i = 0; i < 90; i++) {
    // From frame 30 on the fourth, then the second, runs past the first.
    const at = [50, 49.4 + Math.max(0, i - 30) * 0.03, 49.2, 48.5 + Math.max(0, i - 20) * 0.05];
    const order = tracks.map((_, k) => k).sort((a, b) => at[b]! - at[a]!);
    const frame = ranked(
      i,
      order.map((k) => tracks[k]!),
    );
    const first = at[order[0]!]!;
    const standings = frame.standings.map((s, k) => {
      const distanceM = at[order[k]!]!;
      return { ...s, distanceM, gapM: first - distanceM, gapS: (first - distanceM) / 9 };
    });
    const written = reader.read({ ...frame, standings }, BOARD);
    const rows = [0, 1, 2, 3].map((k) => ({
      rank: Number(textsOf(written, `gap-board/r${k}/name`).find((text) => /^\d+$/.test(text))),
      texts: textsOf(written, `gap-board/r${k}/gap`),
    }));
    rows.sort((a, b) => a.rank - b.rank);
    assert.deepEqual(
      rows.map(({ rank }) => rank),
      [1, 2, 3, 4],
    );
    const metres = rows.map(({ texts }) => Number.parseFloat(texts.find((text) => text.endsWith(' m')) ?? '0'));
    assert.ok(rows[0]!.texts.includes('LEADER'), `frame ${i}: ${rows[0]!.texts}`);
    for (let k = 1; k < 4; k++) assert.ok(metres[k]! >= metres[k - 1]!, `frame ${i}: ${metres}`);
  }
  reader.close();
});

test('where many change places at once, no row slides across others', async () => {
  const tracks = [100, 101, 102, 103, 104, 105];
  const drawn = await drawBoard(Array.from({ length: 60 }, (_, i) => ranked(i, i < 5 ? tracks : [...tracks].reverse())));
  const places = new Set([0, 1, 2, 3, 4, 5].map((k) => rowY(drawn[0]!, k)));
  for (const [i, regions] of drawn.entries()) {
    for (const { key, y } of regions) if (key.endsWith('/name')) assert.ok(places.has(y), `${key} at ${y} in frame ${i}`);
  }
  assert.equal(rowY(drawn[59]!, 5), rowY(drawn[0]!, 0));
});

test('no more rows than fit the picture', async () => {
  const tracks = Array.from({ length: 60 }, (_, i) => 500 + i);
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  const regions = overlay.render(ranked(0, tracks), [on('gap-board', { rows: 40 })]);
  overlay.close();
  const rows = regions.filter((region) => region.key.endsWith('/name'));
  assert.ok(rows.length > 10 && rows.length < 40, `${rows.length} rows`);
  assert.ok(Math.max(...rows.map(({ y, height }) => y + height)) <= SMALL_HD.height * 0.95);
});

test('one step on, the last intermediate time stands beside everyone, under its distance; nothing else changes place', async () => {
  const board = on('gap-board');
  const [plain = [], early = [], stepped = []] = await readFinal([9, 9.1, 9.6], (t) => [
    t < 9.05 ? board : { ...board, step: 1, steppedAtUs: 11_050_000 },
  ]);
  assert.ok(!textsOf(plain).includes('60 m') && !textsOf(early).includes('60 m'));
  assert.ok(textsOf(stepped, 'gap-board/head').includes('60 m'));
  const leader = Number(textsOf(stepped, 'gap-board/r0/gap').at(-1));
  const second = Number(textsOf(stepped, 'gap-board/r1/gap').at(-1));
  assert.ok(Math.abs(leader - runS(0, 60)) < 0.35, `${leader}`);
  assert.ok(Math.abs(second - (runS(1, 60) - runS(0, 60))) < 0.02, `${second}`);
  const gaps = (written: typeof plain) =>
    written
      .filter(({ key }) => key === 'gap-board/r1/gap')
      .slice(0, 2)
      .map(({ box }) => box);
  assert.deepEqual(gaps(stepped).length, 2);
  assert.deepEqual(new Set(gaps(stepped).map(({ x }) => x)), new Set(gaps(plain).map(({ x }) => x)));
});
