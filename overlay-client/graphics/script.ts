/** What graphics need to know about writing systems. */

/** True for text that runs from right to left: its first letter decides, as in the Unicode bidirectional algorithm (rules P2 and P3). */
export function isRightToLeft(text: string): boolean {
  const first = /\p{L}/u.exec(text)?.[0];
  return first !== undefined && /[\p{Script=Hebrew}\p{Script=Arabic}]/u.test(first);
}

/** True where letters take their form from their neighbours: no room may be put between them. */
export function isJoined(text: string): boolean {
  return /\p{Script=Arabic}/u.test(text);
}

const segmenter = new Intl.Segmenter(undefined, { granularity: 'grapheme' });
const LAM = /^\u0644/;
const ALEF = /^[\u0622\u0623\u0625\u0627\u0671]/;

/** The text in pieces that must not be parted: letters with their marks, and lam with the alef it melts into. */
export function graphemes(text: string): string[] {
  const out: string[] = [];
  for (const { segment } of segmenter.segment(text)) {
    const before = out.at(-1);
    if (before !== undefined && LAM.test(before) && ALEF.test(segment)) out[out.length - 1] = before + segment;
    else out.push(segment);
  }
  return out;
}
