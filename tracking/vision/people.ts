import { type Box, iou } from '../../protocol/index.js';
import type { Detection } from '../detection.js';
import type { Blob, MaskSums } from './blobs.js';

/** The box a person has whose feet are at (x, y) of the mask; undefined where nobody can stand. */
export type ExpectedBox = (footX: number, footY: number) => Box | undefined;

/**
 * Boxes of people from moved patches, mask pixels. Without a calibration every patch of some size is one. With one, perspective says how
 * large a person is at each place: patches of that size stand as they are; larger ones are filled with people, one after the other, where
 * they explain most; fragments find their person the same way; what is far too small is dropped.
 */
export function people(blobs: readonly Blob[], sums: MaskSums, expected: ExpectedBox | undefined): Detection[] {
  if (!expected) return mergeFragments(blobs).map((blob) => ({ box: blob.box, score: scoreOf(fill(sums, blob.box)) }));
  const found: Detection[] = [];
  for (const group of together(blobs, expected)) {
    const box = union(group.map((b) => b.box));
    const person = expected(box.x + box.width / 2, box.y + box.height);
    if (!person) continue;
    const tall = box.height / person.height;
    const wide = box.width / person.height;
    if (tall > 0.65 && tall < 1.35 && wide < 0.75) found.push({ box, score: scoreOf(fill(sums, box)) });
    else if (tall > 0.3) found.push(...fillWithPeople(box, sums, expected));
  }
  return found.filter((a, i) => !found.some((b, j) => (b.score > a.score || (b.score === a.score && j < i)) && iou(a.box, b.box) > 0.6));
}

/** Groups patches that stand above one another within one person's box: a head, a trunk and legs that a line or a belt cut apart. */
function together(blobs: readonly Blob[], expected: ExpectedBox): Blob[][] {
  const order = [...blobs].sort((a, b) => bottom(b.box) - bottom(a.box));
  const taken = new Set<Blob>();
  const groups: Blob[][] = [];
  for (const foot of order) {
    if (taken.has(foot)) continue;
    taken.add(foot);
    const group = [foot];
    groups.push(group);
    const person = expected(foot.box.x + foot.box.width / 2, bottom(foot.box));
    if (!person || foot.box.height > 0.8 * person.height) continue;
    for (const other of order) {
      if (taken.has(other)) continue;
      const whole = union([...group.map((b) => b.box), other.box]);
      if (whole.height <= 1.15 * person.height && whole.width <= 0.7 * person.height) {
        taken.add(other);
        group.push(other);
      }
    }
  }
  return groups;
}

/** Greedy: the place whose person explains most moved pixels first; those pixels then count no more. */
function fillWithPeople(region: Box, sums: MaskSums, expected: ExpectedBox): Detection[] {
  const candidates: { box: Box; share: number; count: number }[] = [];
  const step = Math.max(1, Math.round(region.height / 40));
  for (let y = region.y + 0.35 * region.height; y <= bottom(region) + 2; y += step) {
    for (let x = region.x; x <= region.x + region.width; x += step) {
      const box = expected(x, y);
      if (!box) continue;
      const count = sums.count(box);
      const share = count / (box.width * box.height);
      if (share > 0.35) candidates.push({ box, share, count });
    }
  }
  candidates.sort((a, b) => b.share * Math.sqrt(b.count) - a.share * Math.sqrt(a.count));
  const chosen: Detection[] = [];
  for (const c of candidates) {
    if (chosen.length >= 12) break;
    if (chosen.every((d) => iou(d.box, c.box) < 0.25)) chosen.push({ box: c.box, score: scoreOf(c.share) });
  }
  return chosen;
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

function fill(sums: MaskSums, box: Box): number {
  return sums.count(box) / Math.max(1, box.width * box.height);
}

function scoreOf(share: number): number {
  return Math.max(0.3, Math.min(0.95, 0.35 + share));
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
