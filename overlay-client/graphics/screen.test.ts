import assert from 'node:assert/strict';
import test from 'node:test';
import type { Box, GraphicState } from '../../protocol/index.js';
import { finalFrame, finalScene } from '../testing/final.js';
import { HD, on, SMALL_HD } from '../testing/race.js';
import { readFinal } from '../testing/read-final.js';
import { createReader } from '../testing/reading.js';

/** What holds for every graphic that stands on the screen. */

const SCREEN: readonly GraphicState[] = [
  { ...on('gap-board'), step: 1 },
  on('race-clock', { title: 'Final' }),
  { ...on('lower-third', { subject: 'leader', line: 'A line of facts' }), step: 1 },
  on('leader-margin'),
  on('head-to-head', { third: 'third' }),
  on('speed-trace'),
  on('result-board'),
  on('where-won'),
];

test('names of 300 characters, in any script, stay on their cards', async () => {
  for (const name of ['W'.repeat(300), 'محمد'.repeat(75), 'דניאל '.repeat(50), '李'.repeat(300)]) {
    const roster = finalScene(SMALL_HD).roster.map((entry) => ({ ...entry, name, team: name.slice(0, 80) }));
    const [written = []] = await readFinal([6], SCREEN, { scene: { roster } });
    for (const { type } of SCREEN)
      assert.ok(
        written.some(({ key }) => key.startsWith(`${type}/`)),
        type,
      );
    for (const { key, text, box, part } of written) {
      const inside =
        box.x >= part.x && box.x + box.width <= part.x + part.width && box.y >= part.y && box.y + box.height <= part.y + part.height;
      assert.ok(inside, `${key}, "${text}": ${JSON.stringify([box, part])}`);
    }
  }
});

test('cards that are on together do not hide each other, and name tags keep clear of them', async () => {
  const graphics = [...SCREEN.slice(0, 4), on('name-tags')];
  for (const size of [SMALL_HD, HD]) {
    const [written = []] = await readFinal([8], graphics, { size });
    const around = new Map<string, Box[]>();
    for (const { key, part } of written) {
      const tag = key.startsWith('name-tags');
      const owner = tag ? key : key.slice(0, key.indexOf('/'));
      around.set(owner, [...(around.get(owner) ?? []), part]);
    }
    assert.ok(around.size > 4);
    for (const [a, boxes] of around) {
      for (const [b, others] of around) {
        if (a >= b || (a.startsWith('name-tags') && b.startsWith('name-tags'))) continue;
        // Shadows may touch.
        for (const one of boxes) for (const two of others) assert.ok(sharedPx(one, two) <= 8, `${a} and ${b} at ${size.height} lines`);
      }
    }
  }
});

function sharedPx(a: Box, b: Box): number {
  const width = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const height = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return Math.min(width, height);
}

test('nothing is drawn again while the race stands', async () => {
  const reader = await createReader(finalScene(SMALL_HD));
  // Everybody is in, and nothing but media time goes on.
  for (let i = 0; i <= 150; i++) reader.observe(finalFrame(SMALL_HD, i), SCREEN);
  const still = finalFrame(SMALL_HD, 150);
  let before: string[] = [];
  for (let i = 160; i < 190; i++) {
    reader.read({ ...still, mediaTimeUs: i * 100_000, frameIndex: i }, SCREEN);
    const drawn = reader.parts().map(({ key, revision }) => `${key} ${revision}`);
    if (i > 165) assert.deepEqual(drawn, before);
    before = drawn;
  }
  reader.close();
});

test('two hundred graphics on air, and media time that jumps back and forth, break nothing', async () => {
  const graphics = Array.from({ length: 200 }, (_, i): GraphicState => {
    const like = SCREEN[i % SCREEN.length]!;
    return { ...like, id: `g${i}`, changedAtUs: i * 10_000, step: i % 5, steppedAtUs: i * 20_000 };
  });
  const small = { width: 320, height: 180 };
  const reader = await createReader(finalScene(small));
  for (const index of [0, 20, 90, 5, 6, 130, 131, 0, 400]) {
    const written = reader.read(finalFrame(small, index), graphics);
    const keys = reader.parts().map(({ key }) => key);
    assert.equal(new Set(keys).size, keys.length);
    assert.ok(written.every(({ box }) => Number.isFinite(box.x + box.y + box.width + box.height)));
  }
  reader.close();
});
