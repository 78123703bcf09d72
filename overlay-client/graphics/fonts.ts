/** The bundled fonts: Sofia Sans Condensed (SIL Open Font License), one file a script and weight. */

export const FONT_WEIGHTS = [500, 700, 800] as const;
export type FontWeight = (typeof FONT_WEIGHTS)[number];
export const FONT_SUBSETS = ['latin', 'latin-ext', 'greek', 'cyrillic', 'cyrillic-ext'] as const;
export type FontSubset = (typeof FONT_SUBSETS)[number];

/** Name under which a host registers one font file; one family a file, so that no host has to merge them. */
export function fontFamily(subset: FontSubset, weight: FontWeight): string {
  return `Leaderline ${weight} ${subset}`;
}

/** File of the same under `assets/fonts/`. */
export function fontFile(subset: FontSubset, weight: FontWeight): string {
  return `sofia-sans-condensed-${subset}-${weight}-normal.woff`;
}
