/**
 * How the graphics are given to whoever mixes them: over nothing; over black, as a fill that is premultiplied or straight; or their coverage alone, white
 * on black.
 */
export type Shows = 'graphics' | 'fill' | 'straight' | 'alpha';

export interface ShownAs {
  readonly shows: Shows;
  readonly delayMs: number;
}

const DELAY_MAX_MS = 20_000;
/** Two pages meet on one media time where both are paced by it; frames come this much later at most on a machine that keeps up. */
const MEET_MS = 120;

/** @param query of the page's address: `alpha`, `fill`, `fill=straight`, `delay` in milliseconds */
export function shownAs(query: URLSearchParams): ShownAs {
  const shows = query.has('alpha') ? 'alpha' : !query.has('fill') ? 'graphics' : query.get('fill') === 'straight' ? 'straight' : 'fill';
  const asked = Math.min(DELAY_MAX_MS, Math.max(0, Number(query.get('delay')) || 0));
  return { shows, delayMs: asked > 0 || shows === 'graphics' ? asked : MEET_MS };
}
