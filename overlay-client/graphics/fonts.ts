/** The bundled fonts (SIL Open Font License), one file a script and weight: Sofia Sans Condensed, and Noto Sans where that has no letters. */

export const FONT_WEIGHTS = [500, 700, 800] as const;
export type FontWeight = (typeof FONT_WEIGHTS)[number];
/** In the order in which a letter is looked for. */
export const FONT_SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext', 'hebrew', 'arabic'] as const;
export type FontSubset = (typeof FONT_SUBSETS)[number];

/** Name under which a host registers one font file; one family a file, so that no host has to merge them. */
export function fontFamily(subset: FontSubset, weight: FontWeight): string {
  return `Leaderline ${weight} ${subset}`;
}

/** File of the same under `assets/fonts/`. */
export function fontFile(subset: FontSubset, weight: FontWeight): string {
  const face = subset === 'hebrew' || subset === 'arabic' ? `noto-sans-${subset}` : 'sofia-sans-condensed';
  return `${face}-${subset}-${weight}-normal.woff`;
}
