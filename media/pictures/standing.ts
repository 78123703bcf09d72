import type { Box, TrackedSubject } from '../../protocol/index.js';
import { darkness, foreground, regionOf, workBytes } from './foreground.js';
import type { Looks } from './looks.js';
import { part } from './parting.js';
import type { HeldFrame, PictureStore } from './store.js';

const VIEWS = 3;
const UNSURE = 16;
const CELLS_HIGH = 60;

/** Who really stands in a region of a picture, before and behind a place on the ground: coverage, 0 to 255, rows tightly packed. */
export interface Standing {
  readonly region: Box;
  readonly nearer: Uint8Array;
  readonly farther: Uint8Array;
}

/**
 * Finds the bodies in a region, and which of them stand nearer to the camera than something at `footY` in the picture.
 * @param people those who may be there. @returns null where nobody is, or nothing is known of what is behind them.
 */
export function standing(
  store: PictureStore,
  frame: HeldFrame,
  box: Box,
  people: readonly TrackedSubject[],
  others: readonly HeldFrame[],
  looks: Looks,
  footY: number,
): Standing | null {
  const region = regionOf(box, store);
  if (!region || people.length === 0) return null;
  const allOnOneSide = new Set(people.map((s) => s.foot.y > footY)).size === 1;
  if (!allOnOneSide) for (const one of people) looks.of(one);
  const { kernel } = store;
  const mark = kernel.mark();
  kernel.reserve(workBytes(region, VIEWS));
  try {
    const found = foreground(store, frame, region, others, VIEWS);
    if (!found) return null;
    const { picture, plate, difference } = found;
    const [nearer, farther] = [kernel.zeros(difference.length), kernel.zeros(difference.length)];
    const parting = allOnOneSide ? null : part(found, people, looks, CELLS_HIGH, kernel);
    for (let p = 0; p < difference.length; p++) {
      if (difference[p]! < UNSURE || darkness(picture, plate, p * 4) > 0) continue;
      const who = people[parting?.owner[p] ?? 0];
      (who && who.foot.y > footY ? nearer : farther)[p] = 255;
    }
    for (const mask of [nearer, farther]) {
      kernel.closeGaps(mask, region.width, region.height, 2);
      kernel.soften(mask, region.width, region.height);
    }
    return { region, nearer: nearer.slice(), farther: farther.slice() };
  } finally {
    kernel.release(mark);
  }
}
