import { type Box, encodeMatte, type Matte, type Size } from '../../protocol/index.js';
import { MOVED } from './background.js';
import type { Blob } from './blobs.js';

/** Moved patches smaller than this, pixels, are specks, unless they belong to somebody. */
const LEAST_AREA = 16;
/** More of the picture than this does not stand in front of the ground: the background is not known well enough. */
const MOST_SHARE = 0.4;

/**
 * What stands in front of the ground: moved pixels of patches large enough to be something (a person, a ball), without shadows, which lie on it.
 * @param mask one byte a pixel, as the background's comparison gives it. @param blobs its connected patches. @param people boxes of those followed.
 * @param scratch one byte a pixel, overwritten.
 * @returns undefined where too much moved to be believed.
 */
export function matteOf(
  mask: Uint8Array,
  size: Size,
  blobs: readonly Blob[],
  people: readonly Box[],
  scratch: Uint8Array,
): Matte | undefined {
  scratch.fill(0);
  let count = 0;
  const take = (box: Box): void => {
    const x1 = Math.min(size.width, Math.ceil(box.x + box.width));
    const y1 = Math.min(size.height, Math.ceil(box.y + box.height));
    for (let y = Math.max(0, Math.floor(box.y)); y < y1; y++) {
      const row = y * size.width;
      for (let x = Math.max(0, Math.floor(box.x)); x < x1; x++) {
        if (mask[row + x] !== MOVED || scratch[row + x] !== 0) continue;
        scratch[row + x] = 1;
        count++;
      }
    }
  };
  for (const { box, area } of blobs) if (area >= LEAST_AREA) take(box);
  for (const box of people) take(box);
  return count > MOST_SHARE * size.width * size.height ? undefined : encodeMatte(scratch, size.width, size.height);
}
