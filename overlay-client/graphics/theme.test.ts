import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SMALL_HD } from '../testing/race.js';
import { CARD_ALPHA, contrast, INK, mix, PAPER, surfaceOn, themeFor, visibleOn } from './theme.js';

/** Contrast that text, and large text and lines, need (WCAG 2.2, 1.4.3 and 1.4.11). */
const TEXT = 4.5;
const LARGE = 3;

const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
const mode = fc.constantFrom('dark', 'light');

test('text can be read on every card of both looks, whatever picture shines through', () => {
  for (const look of ['dark', 'light'] as const) {
    const { colours } = themeFor(SMALL_HD, { mode: look });
    for (const behind of ['#000000', '#ffffff', '#2e8b3a', '#b4532a', '#cfe6f5']) {
      const card = mix(behind, colours.card, CARD_ALPHA);
      const soft = mix(card, colours.cardSoft, CARD_ALPHA);
      for (const [name, text, background, needed] of [
        ['text', colours.text, card, TEXT],
        ['text on soft', colours.text, soft, TEXT],
        ['text on soft alone', colours.text, mix(behind, colours.cardSoft, CARD_ALPHA), TEXT],
        ['muted', colours.muted, card, TEXT],
        ['accent text', colours.accentText, card, LARGE],
        ['accent text on soft', colours.accentText, soft, LARGE],
        ['accent text on soft alone', colours.accentText, mix(behind, colours.cardSoft, CARD_ALPHA), LARGE],
      ] as const) {
        const found = contrast(text, background);
        assert.ok(found >= needed, `${look}, ${name} over ${behind}: ${found.toFixed(2)}`);
      }
    }
  }
});

test('any accent and any competitor colour can be told from its card and written on', () => {
  fc.assert(
    fc.property(mode, colour, colour, (look, accent, competitor) => {
      const { colours } = themeFor(SMALL_HD, { mode: look, accent });
      assert.ok(contrast(colours.accentText, colours.card) >= LARGE);
      assert.ok(contrast(colours.onAccent, accent) >= LARGE);
      assert.ok(contrast(visibleOn(competitor, colours), colours.card) >= LARGE);
    }),
    { numRuns: 300 },
  );
  for (const [look, white] of [
    ['light', '#ffffff'],
    ['dark', '#0b1020'],
  ] as const) {
    const { colours } = themeFor(SMALL_HD, { mode: look });
    assert.ok(contrast(surfaceOn(white, colours), colours.card) > 1.25, look);
    assert.equal(surfaceOn('#ff5a5f', colours), '#ff5a5f');
  }
  assert.equal(visibleOn('#3ea6ff', { card: INK, text: PAPER }), '#3ea6ff', 'a colour that stands out is left alone');
});
