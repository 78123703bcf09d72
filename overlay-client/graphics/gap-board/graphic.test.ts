import assert from 'node:assert/strict';
import test from 'node:test';
import type { OverlayRegion, TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { on, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';
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

test('no more rows than fit the picture', async () => {
  const tracks = Array.from({ length: 60 }, (_, i) => 500 + i);
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  const regions = overlay.render(ranked(0, tracks), [on('gap-board', { rows: 40 })]);
  overlay.close();
  const rows = regions.filter((region) => region.key.endsWith('/name'));
  assert.ok(rows.length > 10 && rows.length < 40, `${rows.length} rows`);
  assert.ok(Math.max(...rows.map(({ y, height }) => y + height)) <= SMALL_HD.height * 0.95);
});
