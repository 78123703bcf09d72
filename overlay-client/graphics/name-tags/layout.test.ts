import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { Box } from '../../../protocol/index.js';
import { attachPoint, segmentsCross, tooClose } from '../rects.js';
import { TagLayout, type TagPlace, type TagRequest } from './layout.js';
import type { Side } from './slots.js';

const SAFE: Box = { x: 96, y: 54, width: 1728, height: 972 };
const FRAME_US = 33_333;

function request(key: string, x: number, y: number, side: Side = 'inside', width = 160): TagRequest {
  return { key, anchor: { x, y }, body: { x: x - 25, y, width: 50, height: 120 }, side, width, height: 36 };
}

function assertTidy(places: readonly TagPlace[], keepOut: readonly Box[] = []): void {
  for (const [i, { key, box }] of places.entries()) {
    assert.ok([box.x, box.y].every(Number.isInteger), `${key} at ${box.x}, ${box.y}`);
    assert.ok(box.x >= SAFE.x && box.y >= SAFE.y, `${key} leaves the safe area`);
    assert.ok(box.x + box.width <= SAFE.x + SAFE.width && box.y + box.height <= SAFE.y + SAFE.height, `${key} leaves the safe area`);
    for (const other of places.slice(i + 1)) assert.ok(!tooClose(box, other.box, 0), `${key} lies on ${other.key}`);
    for (const other of keepOut) assert.ok(!tooClose(box, other, 0), `${key} lies on another graphic`);
  }
}

const subject = fc.record({
  x: fc.double({ min: -200, max: 2120, noNaN: true }),
  y: fc.double({ min: -100, max: 1180, noNaN: true }),
  vx: fc.double({ min: -900, max: 900, noNaN: true }),
  vy: fc.double({ min: -400, max: 400, noNaN: true }),
  width: fc.integer({ min: 40, max: 300 }),
});

test('cards never overlap and never leave the safe area, whatever the subjects do', () => {
  fc.assert(
    fc.property(fc.array(subject, { minLength: 1, maxLength: 16 }), fc.boolean(), (subjects, board) => {
      const layout = new TagLayout(SAFE, 1);
      const keepOut = board ? [{ x: 96, y: 54, width: 470, height: 380 }] : [];
      for (let i = 0; i < 60; i++) {
        const t = (i * FRAME_US) / 1e6;
        const requests = subjects.map((s, k) => {
          const x = s.x + s.vx * t;
          const y = s.y + s.vy * t;
          const side: Side = x < 0 ? 'left' : x > 1920 ? 'right' : 'inside';
          return request(`${k}`, Math.min(1920, Math.max(0, x)), Math.min(1080, Math.max(0, y)), side, s.width);
        });
        assertTidy(layout.advance(requests, keepOut, i * FRAME_US, FRAME_US), keepOut);
      }
    }),
    { numRuns: 60 },
  );
});

test('a standing subject with a pixel of noise has a standing card', () => {
  const layout = new TagLayout(SAFE, 1);
  const noise = (i: number): number => Math.sin(i * 12.9898) * 1;
  const seen = new Set<string>();
  for (let i = 0; i < 200; i++) {
    const requests = [request('a', 800 + noise(i), 500 + noise(i + 7)), request('b', 860 + noise(i + 3), 505 + noise(i + 5))];
    const places = layout.advance(requests, [], i * FRAME_US, FRAME_US);
    if (i > 2) for (const { key, box } of places) seen.add(`${key} ${box.x},${box.y}`);
  }
  assert.equal(seen.size, 2, [...seen].join(' | '));
});

test('a card follows a running subject smoothly and without trailing behind', () => {
  const layout = new TagLayout(SAFE, 1);
  let before: number | undefined;
  for (let i = 0; i < 90; i++) {
    const x = 300 + i * 10;
    const place = layout.advance([request('a', x, 500)], [], i * FRAME_US, FRAME_US)[0]!;
    const centre = place.box.x + place.box.width / 2;
    if (i > 45) assert.ok(Math.abs(centre - x) <= 12, `frame ${i}: ${(centre - x).toFixed(1)} px off`);
    if (before !== undefined && i > 45)
      assert.ok(Math.abs(place.box.x - before - 10) <= 2, `frame ${i}: a step of ${place.box.x - before} px`);
    before = place.box.x;
  }
});

test('a pack of eight all get a card, near them', () => {
  const layout = new TagLayout(SAFE, 1);
  const pack = Array.from({ length: 8 }, (_, k) => request(`${k}`, 900 + (k % 4) * 60, 480 + k * 18));
  let places: TagPlace[] = [];
  for (let i = 0; i < 60; i++) places = layout.advance(pack, [], i * FRAME_US, FRAME_US);
  assert.equal(places.length, 8);
  assertTidy(places);
  for (const { key, box } of places) {
    const { anchor } = pack[Number(key)]!;
    const away = Math.hypot(box.x + box.width / 2 - anchor.x, box.y + box.height / 2 - anchor.y);
    assert.ok(away < 420, `card ${key} is ${away.toFixed(0)} px away`);
  }
});

test('the same frames give the same places at 25 and at 50 frames a second, within two pixels', () => {
  const at = (fps: number): Box => {
    const layout = new TagLayout(SAFE, 1);
    let places: TagPlace[] = [];
    for (let i = 0; i <= fps * 2; i++) {
      const t = i / fps;
      places = layout.advance([request('a', 400 + 300 * t, 500 + 40 * Math.sin(t))], [], Math.round(t * 1e6), i === 0 ? 0 : 1e6 / fps);
    }
    return places[0]!.box;
  };
  const [slow, fast] = [at(25), at(50)];
  assert.ok(Math.abs(slow.x - fast.x) <= 2 && Math.abs(slow.y - fast.y) <= 2, `${slow.x},${slow.y} and ${fast.x},${fast.y}`);
});

test('stems of a row of subjects do not cross', () => {
  const layout = new TagLayout(SAFE, 1);
  const row = Array.from({ length: 6 }, (_, k) => request(`${k}`, 500 + k * 90, 600 - k * 12));
  let places: TagPlace[] = [];
  for (let i = 0; i < 90; i++) places = layout.advance(row, [], i * FRAME_US, FRAME_US);
  const stems = places.map(({ key, box }) => ({ from: attachPoint(box, row[Number(key)]!.anchor), to: row[Number(key)]!.anchor }));
  for (const [i, a] of stems.entries()) for (const b of stems.slice(i + 1)) assert.ok(!segmentsCross(a.from, a.to, b.from, b.to));
});
