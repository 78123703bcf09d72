import assert from 'node:assert/strict';
import test from 'node:test';
import { emptyFrame } from '../../../protocol/index.js';
import { raceScene, SMALL_HD } from '../../testing/race.js';
import { FrameShelf } from '../shared/frame-shelf.js';
import { shownAs } from './shown-as.js';

const asked = (query: string) => shownAs(new URLSearchParams(query));

test('an address says how graphics are shown; a fill and its key are paced by media time also where no delay is asked for', () => {
  assert.deepEqual(asked(''), { shows: 'graphics', delayMs: 0 });
  assert.deepEqual(asked('delay=500'), { shows: 'graphics', delayMs: 500 });
  assert.deepEqual(
    ['alpha', 'alpha=1', 'fill', 'fill=straight'].map((query) => asked(query).shows),
    ['alpha', 'alpha', 'fill', 'straight'],
  );
  assert.equal(asked('alpha&delay=500').delayMs, 500);
  assert.ok(asked('alpha').delayMs > 0 && asked('alpha').delayMs === asked('fill').delayMs);
});

test('a fill and its key show the same frame at every moment, however unevenly frames come to each', () => {
  const { delayMs } = asked('fill');
  const scene = raceScene(SMALL_HD);
  const [fill, key] = [new FrameShelf(delayMs), new FrameShelf(delayMs)];
  const shown = { fill: -1, key: -1 };
  // Half of them are late by up to 60 ms, on each page by something else; they come in their order.
  const arrivals = [fill, key]
    .flatMap((shelf, page) => {
      let atMs = 0;
      return Array.from({ length: 200 }, (_, index) => {
        atMs = Math.max(atMs, index * 20 + (index % 10 < 5 ? 0 : (index * 37 + page * 23) % 60));
        return { shelf, index, atMs };
      });
    })
    .sort((a, b) => a.atMs - b.atMs);
  let compared = 0;
  for (let nowMs = 0; nowMs < 4000; nowMs += 5) {
    while (arrivals[0] && arrivals[0].atMs <= nowMs) {
      const { shelf, index } = arrivals.shift()!;
      shelf.push(emptyFrame(scene, { mediaTimeUs: index * 20_000, frameIndex: index }), nowMs);
    }
    shown.fill = fill.take(nowMs).at(-1)?.frameIndex ?? shown.fill;
    shown.key = key.take(nowMs).at(-1)?.frameIndex ?? shown.key;
    if (nowMs < 1000) continue;
    assert.equal(shown.key, shown.fill, `at ${nowMs} ms`);
    compared++;
  }
  assert.ok(compared > 500 && shown.fill > 180);
});
