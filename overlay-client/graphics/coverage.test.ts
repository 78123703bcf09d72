import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import opentype from 'opentype.js';
import { fontFolder } from '../host/node-pixi.js';
import { COVERED_RANGES, drawable, isCovered, MISSING_GLYPH } from './coverage.js';
import { FONT_SUBSETS, FONT_WEIGHTS, fontFile } from './fonts.js';

test('every character said to be covered has a glyph in every weight', () => {
  for (const weight of FONT_WEIGHTS) {
    const fonts = FONT_SUBSETS.map((subset) => {
      const file = readFileSync(join(fontFolder(), fontFile(subset, weight)));
      return opentype.parse(file.buffer.slice(file.byteOffset, file.byteOffset + file.byteLength));
    });
    for (const range of COVERED_RANGES.split(' ')) {
      const [first, last] = range.split('-').map((hex) => Number.parseInt(hex, 16));
      for (let code = first!; code <= (last ?? first!); code++) {
        const character = String.fromCodePoint(code);
        assert.ok(
          fonts.some((font) => font.charToGlyphIndex(character) > 0),
          `U+${code.toString(16)} at weight ${weight}`,
        );
      }
    }
  }
});

test('Latin, Greek and Cyrillic names are drawn as they are', () => {
  for (const name of [
    'Þór Ásgeirsson',
    'Łukasz Żółć',
    'Κωνσταντίνος Παπαδόπουλος',
    'Олександра Шевченко',
    "O'Neill-Šćepanović",
    'ΙΩΑΝΝΊΔΗΣ',
    'ẞ',
  ])
    assert.equal(drawable(name), name);
  assert.ok(isCovered(MISSING_GLYPH));
});

test('what has no glyph falls back to its letter, else to a dot, and is reported', () => {
  const missing: string[] = [];
  assert.equal(
    drawable('Nguyễn 李\u200f\n x', (character) => missing.push(character)),
    'Nguyen · x',
  );
  assert.deepEqual(missing, ['ễ', '李']);
});
