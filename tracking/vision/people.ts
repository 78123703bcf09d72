import { type Box, iou } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import type { Blob } from './blobs.js';
import { type MaskSums, trimColumns, trimTop } from './mask-sums.js';

/** The box a person has whose feet are at (x, y) of the mask; undefined where nobody can stand. */
export type ExpectedBox = (footX: number, footY: number) => Box | undefined;

/** Share of a person's box that moved pixels fill when it is seen whole. */
const USUAL_FILL = 0.5;
/** A person must explain at least this share of what one would: less is a shadow, a flag, a fragment of someone already found. */
const LEAST_NEW = 0.5;
/** The same for someone followed, near where they should be. */
const LEAST_SEEN_AGAIN = 0.3;
const FOLLOWED_SCORE = 0.75;
/** Share of what one would have in the upper half that must be there. */
const LEAST_ABOVE = 0.4;
/** Uncalibrated, the least height of a person, as a share of what is usual in the picture and in pixels of the mask. */
const LEAST_OF_USUAL = 0.35;
const LEAST_HEIGHT = 5;
/** People found in one tangle at most. */
const MOST_IN_GROUP = 16;

/**
 * Boxes of people from moved patches, mask pixels. Without a calibration every patch of some size is one. With one, perspective says how
 * large a person is at each place: patches of that size stand as they are; everything else (groups, fragments) is explained by people, the
 * one who explains most first, each pixel once.
 * @param sums of the mask; used up.
 * @param followed where people already followed should be: what moved there is theirs before it is anybody's.
 */
export function people(
  blobs: readonly Blob[],
  sums: MaskSums,
  expected: ExpectedBox | undefined,
  followed: readonly Box[] = [],
): Detection[] {
  if (!expected) return withoutSizes(blobs, sums);
  const found: Detection[] = [];
  const open: Box[] = [];
  for (const { box } of blobs) {
    const single = asOne(box, sums, expected);
    if (single) found.push({ box: single, score: Math.min(0.97, 0.7 + 0.6 * fill(sums, single)) });
    else open.push(box);
  }
  for (const { box } of found) sums.erase(box);
  for (const box of followed) {
    if (found.some((d) => iou(d.box, box) > 0.4)) continue;
    const again = seenAgain(box, sums, expected);
    if (!again) continue;
    found.push(again);
    sums.erase(again.box);
  }
  for (const region of clusters(open, expected)) found.push(...explain(region, sums, expected));
  return found.filter((a, i) => !found.some((b, j) => (b.score > a.score || (b.score === a.score && j < i)) && iou(a.box, b.box) > 0.6));
}

/** A patch that is one person: as tall as one, not too wide once the thin ends (shadows) are off. */
function asOne(blob: Box, sums: MaskSums, expected: ExpectedBox): Box | undefined {
  const person = expected(blob.x + blob.width / 2, bottom(blob));
  if (!person) return undefined;
  const box = trimColumns(sums, blob, 0.12 * person.height);
  const tall = box.height / person.height;
  return tall > 0.7 && tall < 1.3 && box.width < 0.62 * person.height ? box : undefined;
}

/** Someone followed, near the place expected: where a person's box holds most of what moved, if that is enough. */
function seenAgain(at: Box, sums: MaskSums, expected: ExpectedBox): Detection | undefined {
  const footX = at.x + at.width / 2;
  const reach = Math.max(2, Math.round(0.12 * at.height));
  let best: Box | undefined;
  let most = LEAST_SEEN_AGAIN;
  for (let dy = -reach; dy <= reach; dy++) {
    for (let dx = -reach; dx <= reach; dx++) {
      const box = expected(footX + dx, bottom(at) + dy);
      if (!box) continue;
      // A step away must be worth it: what is expected is more likely.
      const share = sums.count(box) / (USUAL_FILL * box.width * box.height) - (0.1 * Math.hypot(dx, dy)) / reach;
      if (share > most) {
        most = share;
        best = box;
      }
    }
  }
  return best && { box: best, score: FOLLOWED_SCORE };
}

/** Boxes that may belong to the same people: nearer to one another than half a person. */
function clusters(boxes: readonly Box[], expected: ExpectedBox): Box[] {
  const merged = boxes.map((box) => {
    const reach = 0.35 * (expected(box.x + box.width / 2, bottom(box))?.height ?? 0);
    return { x: box.x - reach / 2, y: box.y - reach, width: box.width + reach, height: box.height + 2 * reach };
  });
  for (let i = 0; i < merged.length; i++) {
    for (let j = merged.length - 1; j > i; j--) {
      if (!meet(merged[i], merged[j])) continue;
      merged[i] = union([merged[i], merged[j]]);
      merged.splice(j, 1);
      j = merged.length;
    }
  }
  return merged;
}

/** Greedy: the place whose person explains most of what is left. */
function explain(region: Box, sums: MaskSums, expected: ExpectedBox): Detection[] {
  const candidates: Box[] = [];
  const step = region.width * region.height > 4000 ? 3 : 2;
  for (let y = region.y; y <= bottom(region); y += step) {
    for (let x = region.x; x <= region.x + region.width; x += step) {
      const box = expected(x, y);
      if (box && sums.count(box) >= LEAST_NEW * USUAL_FILL * box.width * box.height) candidates.push(box);
    }
  }
  const chosen: Detection[] = [];
  while (chosen.length < MOST_IN_GROUP) {
    let best: Box | undefined;
    let most = LEAST_NEW;
    for (const box of candidates) {
      const usual = USUAL_FILL * box.width * box.height;
      const share = sums.count(box) / usual;
      if (share > most && standsUp(box, sums)) {
        most = share;
        best = box;
      }
    }
    if (!best) break;
    chosen.push({ box: trimTop(sums, best), score: Math.max(0.3, Math.min(0.97, 0.45 + 0.5 * most)) });
    sums.erase(best);
  }
  return chosen;
}

/** Shadows lie: a box that covers one is empty above. */
function standsUp(box: Box, sums: MaskSums): boolean {
  const half = { ...box, height: box.height / 2 };
  return sums.count(half) >= LEAST_ABOVE * USUAL_FILL * half.width * half.height;
}

/** Without a calibration: what is far smaller than the larger ones is no person; what lies flat is unlikely one. */
function withoutSizes(blobs: readonly Blob[], sums: MaskSums): Detection[] {
  const merged = mergeFragments(blobs);
  const area = merged.reduce((sum, b) => sum + b.area, 0);
  const usualHeight = merged.reduce((sum, b) => sum + b.area * b.box.height, 0) / Math.max(1, area);
  return merged
    .filter(({ box }) => box.height >= LEAST_OF_USUAL * usualHeight && box.height >= LEAST_HEIGHT)
    .map(({ box }) => ({ box, score: scoreOf(fill(sums, box)) * (box.width > 1.4 * box.height ? 0.7 : 1) }));
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

function meet(a: Box, b: Box): boolean {
  return a.x < b.x + b.width && b.x < a.x + a.width && a.y < bottom(b) && b.y < bottom(a);
}

function fill(sums: MaskSums, box: Box): number {
  return sums.count(box) / Math.max(1, box.width * box.height);
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
