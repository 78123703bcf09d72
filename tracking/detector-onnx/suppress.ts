import { type Box, iou } from '../../protocol/index.js';

/** A box a model found in one tile, in picture pixels. */
export interface Found {
  readonly box: Box;
  readonly score: number;
  readonly classIndex: number;
  readonly tile: number;
  /** It ends where its tile does, within the picture: there is likely more of it. */
  readonly cut: boolean;
}

/** Overlap at which two boxes of one tile are one person. */
const SAME = 0.65;
/** Share of the smaller box that the other covers, at which two boxes of neighbouring tiles are one person, cut by the border. */
const CUT = 0.6;

/**
 * Leaves the surest of boxes that mean the same one (greedy non-maximum suppression, class by class); whole ones before cut ones.
 * @param withinTile false where the model suppresses by itself
 */
export function suppress(found: readonly Found[], withinTile: boolean): Found[] {
  const kept: Found[] = [];
  for (const candidate of [...found].sort((a, b) => Number(a.cut) - Number(b.cut) || b.score - a.score)) {
    const same = (other: Found) =>
      other.classIndex === candidate.classIndex &&
      (other.tile === candidate.tile ? withinTile && iou(other.box, candidate.box) > SAME : covered(other.box, candidate.box) > CUT);
    if (!kept.some(same)) kept.push(candidate);
  }
  return kept;
}

/** Intersection over the smaller box. */
function covered(a: Box, b: Box): number {
  const w = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const h = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  return w > 0 && h > 0 ? (w * h) / Math.min(a.width * a.height, b.width * b.height) : 0;
}
