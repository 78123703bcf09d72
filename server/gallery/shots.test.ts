import assert from 'node:assert/strict';
import test from 'node:test';
import { graphicTypes } from '../../overlay-client/index.js';
import { GhostCommand, StrobeCommand } from '../../protocol/index.js';
import { catalogue } from '../channel/catalogue.js';
import { cutOf } from './sheet.js';
import { SHOTS, TEST_SIGNALS, TIME_SHOTS } from './shots.js';

test('every graphic, a strobe and a ghost are on the sheet, with data they take', () => {
  const shown = new Set(SHOTS.map(({ type }) => type));
  assert.deepEqual(
    graphicTypes.filter((type) => !shown.has(type)),
    TEST_SIGNALS,
  );
  for (const { type, data = {} } of SHOTS) if (typeof data !== 'function') catalogue.parse(type, data);
  assert.deepEqual(new Set(TIME_SHOTS.map(({ command }) => command.command)), new Set(['picture.strobe', 'picture.ghost']));
  for (const { command } of TIME_SHOTS) (command.command === 'picture.strobe' ? StrobeCommand : GhostCommand).parse(command);
});

test('a tile shows what its graphic drew, inside the picture and in its shape', () => {
  const picture = { width: 1280, height: 720 };
  for (const shot of [...SHOTS, ...TIME_SHOTS]) {
    for (const shows of [{ x: 1000, y: 30, width: 220, height: 90 }, { x: 40, y: 600, width: 420, height: 80 }, null]) {
      const cut = cutOf({ of: { ...shot, shift: [0, 0] }, shows }, picture);
      assert.ok(cut.x >= 0 && cut.y >= 0 && cut.x + cut.width <= 1280 && cut.y + cut.height <= 720);
      assert.ok(Math.abs(cut.width / cut.height - 16 / 9) < 1e-6);
      if (!shows) continue;
      assert.ok(cut.x <= shows.x && cut.x + cut.width >= shows.x + shows.width && cut.y <= shows.y);
      assert.ok(cut.y + cut.height >= shows.y + shows.height);
    }
  }
});
