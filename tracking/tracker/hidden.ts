import type { Box } from '../../protocol/index.js';

/** A box so far covered by another counts as wholly hidden: what is left is too little for a detector. */
const COVERED = 0.5;

/**
 * How far somebody is hidden behind others, 0 (in the open) to 1.
 * @param others boxes of people seen; only those whose feet are lower in the picture stand in front
 */
export function hiddenShare(box: Box, others: readonly Box[]): number {
  const foot = box.y + box.height;
  let most = 0;
  for (const other of others) {
    if (other.y + other.height <= foot) continue;
    const w = Math.min(box.x + box.width, other.x + other.width) - Math.max(box.x, other.x);
    const h = Math.min(foot, other.y + other.height) - Math.max(box.y, other.y);
    if (w > 0 && h > 0) most = Math.max(most, (w * h) / (box.width * box.height));
  }
  return Math.min(1, most / COVERED);
}
