import { HOSTED } from '../../overlay-client/index.js';
import { type GraphicState, type HostedReport, PROBLEM_LENGTH } from '../../protocol/index.js';

/** Pages whose word on one graphic is kept; those heard of longest ago are forgotten. */
const PAGES_MAX = 16;
/** Graphics named in one line. */
const NEWS_MAX = 3;

interface Word {
  readonly line: string;
  /** The page left since, perhaps because of the graphic: its word stands until the graphic works somewhere. */
  readonly isGone: boolean;
}

/**
 * What overlay pages say is wrong with others' graphics. A page takes back its own word only, and those of pages that are gone: one where a graphic works
 * does not hide another where it does not. Who reports need not have a token, so nothing here grows: graphics of the rundown alone, a few pages each.
 */
export class HostedProblems {
  /** By graphic, then by page, the newest word last. */
  #words = new Map<string, Map<string, Word>>();
  /** What was told of, by graphic. */
  #told = new Map<string, string>();

  /**
   * @param report null: the page is gone
   * @param graphics the rundown
   */
  take(page: string, report: HostedReport | null, graphics: readonly GraphicState[]): void {
    const hosted = graphics.filter(({ type }) => type.startsWith(HOSTED));
    const kept = new Map(hosted.map((graphic) => [keyOf(graphic), this.#words.get(keyOf(graphic)) ?? new Map<string, Word>()]));
    this.#words = kept;
    if (report === null) {
      for (const words of kept.values()) {
        const word = words.get(page);
        if (word) words.set(page, { ...word, isGone: true });
      }
      return;
    }
    for (const { graphic: id, line } of report) {
      const graphic = hosted.find((one) => one.id === id);
      const words = graphic && kept.get(keyOf(graphic));
      if (words) note(words, page, plain(line));
    }
  }

  /** One line for a person on what is new since it was asked last; '' for nothing. */
  news(graphics: readonly GraphicState[]): string {
    const shown = this.shown(graphics);
    const changed = shown.filter((graphic) => graphic.problem !== this.#told.get(keyOf(graphic)));
    this.#told = new Map(shown.flatMap((graphic) => (graphic.problem === undefined ? [] : [[keyOf(graphic), graphic.problem]])));
    const lines = changed
      .slice(0, NEWS_MAX)
      .map((one) => `${nameOf(one)} ${one.problem === undefined ? 'works again' : `fails: ${one.problem}`}`);
    return [...lines, ...(changed.length > NEWS_MAX ? [`and ${changed.length - NEWS_MAX} more`] : [])].join('; ');
  }

  /** The graphics with what is wrong with them. */
  shown(graphics: readonly GraphicState[]): GraphicState[] {
    return graphics.map((graphic) => {
      const problem = [...(this.#words.get(keyOf(graphic))?.values() ?? [])].at(-1)?.line;
      return problem === undefined ? graphic : { ...graphic, problem };
    });
  }
}

/** A warning for each graphic that has a problem. */
export function problemLines(graphics: readonly GraphicState[]): string[] {
  return graphics.flatMap((graphic) => (graphic.problem === undefined ? [] : [`Graphic ${nameOf(graphic)} fails: ${graphic.problem}`]));
}

function note(words: Map<string, Word>, page: string, line: string): void {
  if (line === '') {
    words.delete(page);
    for (const [other, word] of words) if (word.isGone) words.delete(other);
    return;
  }
  // The same again is no news: it does not come before what others said since.
  if (words.get(page)?.line !== line) words.delete(page);
  words.set(page, { line, isGone: false });
  for (const oldest of words.keys()) {
    if (words.size <= PAGES_MAX) break;
    words.delete(oldest);
  }
}

/** Whatever a script said, as one line without anything but text. */
function plain(line: string): string {
  const text = line.replace(/[\p{C}\s]+/gu, ' ').trim();
  return text.length <= PROBLEM_LENGTH ? text : `${text.slice(0, PROBLEM_LENGTH - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function keyOf({ id, type }: GraphicState): string {
  return `${id} ${type}`;
}

function nameOf({ id, title }: GraphicState): string {
  return title ?? id;
}
