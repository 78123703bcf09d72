import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { installNodePixi } from '../host/node-pixi.js';
import { createHeadlessOverlay } from '../index.js';
import { finalFrame, finalScene } from '../testing/final.js';
import { HD, on } from '../testing/race.js';
import { shorten } from './roster.js';
import { graphemes, isRightToLeft } from './script.js';
import type { TextStyle } from './text.js';

const STYLE: TextStyle = { weight: 700, sizePx: 25, colour: '#ffffff', spacingPx: 0.5 };

test('the first letter decides which way a text runs', () => {
  const texts = ['דניאל (ISR) 12', '12 محمد', 'Anna כהן', '123', '', '· עמית'];
  assert.deepEqual(texts.map(isRightToLeft), [true, true, false, false, false, true]);
});

test('letters stay with their marks, and lam with its alef', () => {
  assert.deepEqual(graphemes('e\u0301a'), ['e\u0301', 'a']);
  assert.deepEqual(graphemes('صلاح'), ['ص', 'لا', 'ح']);
  assert.deepEqual(graphemes('שָׁלוֹם').length, 4);
});

test('Hebrew is shortened as Latin is, Arabic, which knows no initials, to its last word', () => {
  assert.deepEqual(['דניאל כהן', 'محمد صلاح', 'Ana Maria Souza', 'عبدالله'].map(shorten), ['ד. כהן', 'صلاح', 'A. Souza', 'عبدالله']);
});

test('what is spaced out is wider, but for joined letters, which stay together', async () => {
  await installNodePixi();
  const { TextPainter } = await import('./text.js');
  const painter = new TextPainter();
  const wider = (text: string): number => painter.width(text, { ...STYLE, spacingPx: 3 }) - painter.width(text, { ...STYLE, spacingPx: 0 });
  assert.deepEqual(['abcd', 'דניאל', 'محمد'].map(wider), [12, 15, 0]);
  painter.destroy();
});

test('a cut text fits, is a beginning of the whole one, and parts no letter; names of 300 characters too', async () => {
  await installNodePixi();
  const { TextPainter } = await import('./text.js');
  const painter = new TextPainter();
  const letters = fc.constantFrom('A', 'é', 'e\u0323\u0302', 'لا', 'م', 'ד', 'שׁ', ' ', 'Ж', '-', '李');
  fc.assert(
    fc.property(fc.array(letters, { minLength: 1, maxLength: 300, size: 'max' }), fc.integer({ min: 20, max: 400 }), (parts, width) => {
      const whole = painter.clean(parts.join(''));
      const cut = painter.fit(whole, STYLE, width);
      assert.ok(painter.width(cut, STYLE) <= width);
      if (cut === whole) return;
      const kept = cut.slice(0, -1);
      assert.ok(cut.endsWith('…') && whole.startsWith(kept));
      const ends = graphemes(whole).map((_, i, all) =>
        all
          .slice(0, i + 1)
          .join('')
          .trimEnd(),
      );
      assert.ok(kept === '' || ends.includes(kept), `parted after "${kept}"`);
    }),
    { numRuns: 60 },
  );
  painter.destroy();
});

test('Arabic letters are joined', async () => {
  const overlay = await createHeadlessOverlay(finalScene(HD));
  const stretchesOf = (name: string): number => {
    const [region] = overlay.render(finalFrame(HD, 0), [on('lower-third', { name })]);
    assert.ok(region);
    // Columns with white in them, right of the colour bar: how many pieces the name falls into.
    const inked = Array.from({ length: region.width - 24 }, (_, i) =>
      Array.from({ length: region.height }, (__, y) => region.rgba[(y * region.width + i + 24) * 4] ?? 0).some((red) => red > 140),
    );
    return inked.filter((is, i) => is && !inked[i - 1]).length;
  };
  assert.equal(stretchesOf('محمد'), 1);
  assert.ok(stretchesOf('דניאל') >= 4);
  overlay.close();
});
