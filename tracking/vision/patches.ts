import type { Box } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import type { Blob } from './blobs.js';

/** The least height of a person, as a share of what is usual in the picture and in pixels of the mask. */
const LEAST_OF_USUAL = 0.35;
const LEAST_HEIGHT = 5;

/** Without a calibration: what is far smaller than the larger ones is no person; what lies flat is unlikely one. `usual`: height of those seen walking before. */
export function patches(blobs: readonly Blob[], usual = 0): Detection[] {
  const merged = mergeFragments(blobs);
  const area = merged.reduce((sum, b) => sum + b.area, 0);
  const usualHeight = Math.max(usual, merged.reduce((sum, b) => sum + b.area * b.box.height, 0) / Math.max(1, area));
  return merged
    .filter(({ box }) => box.height >= LEAST_OF_USUAL * usualHeight && box.height >= LEAST_HEIGHT)
    .map(({ box, area }) => ({
      box,
      score: scoreOf(area / Math.max(1, box.width * box.height)) * (box.width > 1.4 * box.height ? 0.7 : 1),
    }));
}

/** Without knowing sizes: patches that nearly touch, one above the other, are one. */
function mergeFragments(blobs: readonly Blob[]): Blob[] {
  const merged = [...blobs];
  for (let i = 0; i < merged.length; i++) {
    for (let j = merged.length - 1; j > i; j--) {
      const [a, b] = [merged[i], merged[j]];
      const overlapX = Math.min(a.box.x + a.box.width, b.box.x + b.box.width) - Math.max(a.box.x, b.box.x);
      const gapY = Math.max(a.box.y, b.box.y) - Math.min(bottom(a.box), bottom(b.box));
      const narrow = Math.min(a.box.width, b.box.width);
      if (overlapX < 0.5 * narrow || gapY > 0.15 * Math.max(a.box.height, b.box.height)) continue;
      merged[i] = { box: union([a.box, b.box]), area: a.area + b.area };
      merged.splice(j, 1);
      j = merged.length;
    }
  }
  return merged;
}

function scoreOf(share: number): number {
  return Math.max(0.3, Math.min(0.95, 0.4 + share));
}

function bottom(box: Box): number {
  return box.y + box.height;
}

function union(boxes: readonly Box[]): Box {
  const x = Math.min(...boxes.map((b) => b.x));
  const y = Math.min(...boxes.map((b) => b.y));
  const right = Math.max(...boxes.map((b) => b.x + b.width));
  return { x, y, width: right - x, height: Math.max(...boxes.map(bottom)) - y };
}
