/**
 * Which characters the bundled fonts can draw, so that both hosts decide alike and without reading a font. A test holds this list
 * against the fonts' own tables.
 */
export const COVERED_RANGES =
  '20-7e a0-107 10a-113 116-11b 11e-123 126-127 12a-12b 12e-133 136-13e 141-148 14a-14d 150-15b 15e-167 16a-16b 1' +
  '6e-17e 192 218-21b 237 2bc 2c6-2c7 2da 2dc-2dd 300-301 303-304 307-308 384-38a 38c 38e-3a1 3a3-3ce 400-45f 490-491 4c0 4cf 4' +
  'e2-4e3 4ee-4ef 591-5c7 5d0-5ea 5ef-5f4 606-61b 61d-6dc 6de-6ff 750-77f 870-88e 898-8e1 8e3-8ff 1e80-1e85 1e9e 1ef2-1ef3 ' +
  '200b-200d 2010-2011 2013-2014 2018-201a 201c-201e 2020 2022 2026 2039-203a 2044 204f 20aa 20ac 2116 2122 2191 2193 2212 ' +
  '2e41 fb1d-fb36 fb38-fb3c fb3e fb40-fb41 fb43-fb44 fb46-fbc2 fbd3-fd8f fd92-fdc7 fdcf fdf0-fdff fe70-fe74 fe76-fefc';

const covered = new Set<number>();
for (const range of COVERED_RANGES.split(' ')) {
  const [first, last] = range.split('-').map((hex) => Number.parseInt(hex, 16));
  for (let code = first!; code <= (last ?? first!); code++) covered.add(code);
}

/** Stands where a character has no glyph: visible, but quiet. */
export const MISSING_GLYPH = '·';

/** Direction marks, soft hyphens and the like; joiners everywhere but between Arabic letters. */
const INVISIBLE = /(?![\u200c\u200d])\p{Cf}|(?<!\p{Script=Arabic})[\u200c\u200d]|[\u200c\u200d](?!\p{Script=Arabic})/gu;

export function isCovered(character: string): boolean {
  return covered.has(character.codePointAt(0)!);
}

/**
 * Text as the bundled fonts can draw it: composed (NFC), white space and control characters as single spaces, invisible ones gone (but
 * for those that part or join Arabic letters); a letter without a glyph falls back to its base letter (ễ → e), then to {@link MISSING_GLYPH}.
 * @param onMissing called for every character that had to be replaced.
 */
export function drawable(text: string, onMissing: (character: string) => void = () => {}): string {
  let out = '';
  for (const character of text
    .normalize('NFC')
    .replace(/[\s\p{Cc}]+/gu, ' ')
    .replace(INVISIBLE, '')
    .replace(/ +/g, ' ')
    .trim()) {
    if (isCovered(character)) {
      out += character;
      continue;
    }
    onMissing(character);
    const base = character.normalize('NFD')[0]!;
    out += base !== character && isCovered(base) ? base : MISSING_GLYPH;
  }
  return out;
}
