import type { Box, Size } from '../../protocol/index.js';
import { GHOST, MOVED } from './background.js';
import type { Blob } from './blobs.js';

/** Contrast is taken this far to either side of an outline, pixels: moved pixels reach a little beyond what moved. */
const ACROSS = 2;
/** A ghost's outline has so much more contrast in the background than in the picture. */
const CLEARLY = 2;
/** Mean contrast, luma, without which there is no outline to judge by. */
const LEAST_CONTRAST = 6;
const LEAST_OUTLINE = 24;

/** What a background is compared with, pixel by pixel. */
export interface Pictures {
  readonly size: Size;
  readonly picture: Float32Array;
  readonly backdrop: Float32Array;
  readonly mask: Uint8Array;
}

/**
 * Takes out ghosts: where somebody stood when the background was learnt and has left, what moved has its outline in the background, not in the
 * picture. Their pixels are marked in the mask, to be learnt anew at once.
 * @param spare boxes of people known to have come: not judged
 * @returns the blobs that are left
 */
export function dropGhosts(blobs: readonly Blob[], pictures: Pictures, spare: readonly Box[]): Blob[] {
  return blobs.filter((blob) => {
    if (spare.some((box) => covers(box, blob.box)) || !isGhost(blob.box, pictures)) return true;
    mark(blob.box, pictures);
    return false;
  });
}

function isGhost(box: Box, { size: { width, height }, picture, backdrop, mask }: Pictures): boolean {
  let [now, before, count] = [0, 0, 0];
  const x1 = Math.min(width - ACROSS - 1, box.x + box.width);
  const y1 = Math.min(height - ACROSS - 1, box.y + box.height);
  for (let y = Math.max(ACROSS, box.y); y < y1; y++) {
    for (let x = Math.max(ACROSS, box.x); x < x1; x++) {
      const at = y * width + x;
      if (mask[at] !== MOVED) continue;
      for (const step of [1, width]) {
        if (mask[at - step] === MOVED && mask[at + step] === MOVED) continue;
        const [from, to] = [at - ACROSS * step, at + ACROSS * step];
        now += Math.abs(picture[to] - picture[from]);
        before += Math.abs(backdrop[to] - backdrop[from]);
        count++;
      }
    }
  }
  return count >= LEAST_OUTLINE && before > LEAST_CONTRAST * count && before > CLEARLY * now;
}

function mark(box: Box, { size: { width }, mask }: Pictures): void {
  for (let y = box.y; y < box.y + box.height; y++) {
    for (let at = y * width + box.x; at < y * width + box.x + box.width; at++) if (mask[at] === MOVED) mask[at] = GHOST;
  }
}

/** Whether a box holds a good part of another. */
function covers(box: Box, other: Box): boolean {
  const w = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
  const h = Math.min(box.y + box.height, other.y + other.height) - Math.max(box.y, other.y);
  return w > 0 && h > 0 && w * h > 0.3 * other.width * other.height;
}
