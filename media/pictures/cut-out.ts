import type { Box, MediaTimeUs, Point, TrackedSubject } from '../../protocol/index.js';
import { type Foreground, foreground, regionOf, workBytes } from './foreground.js';
import type { PictureKernel } from './kernel.js';
import type { Looks } from './looks.js';
import { cutMask } from './mask.js';
import { meetsOthers, part, peopleIn } from './parting.js';
import { type PictureView, viewOf } from './picture-map.js';
import { grown, type HeldFrame, type PictureStore } from './store.js';

/**
 * How carefully a subject is cut out. `still`: with its shadow, from a plate of many pictures. `moving`: for films, where each image is seen for
 * a frame's time.
 */
export type Care = 'still' | 'moving';

/** Pictures a clean plate is picked from, the room for shadow at both sides in body heights, and how finely people are parted. */
const CARE: Readonly<Record<Care, { readonly views: number; readonly shadow: number; readonly cellsHigh: number }>> = {
  still: { views: 9, shadow: 0.6, cellsHigh: 110 },
  moving: { views: 4, shadow: 0.25, cellsHigh: 60 },
};
/** Room at both sides in widths: boxes of people who overlap lie beside them at times. */
const SIDES = { alone: 0.35, crowded: 0.9 };
/** A subject that is smaller, or that fills more than the picture, is not cut out. */
const LEAST_PX = 4;

/** One subject out of one picture, in that picture's pixels. */
export interface CutOut {
  /** Place of its top left pixel. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Straight RGBA, shadow as black with partial alpha. */
  readonly rgba: Uint8Array;
  /** How much of the box is body: little of somebody who is hidden by others. */
  readonly share: number;
  /** Where the subject stands, and its box as tracked. */
  readonly foot: Point;
  readonly box: Box;
  readonly view: PictureView;
  readonly mediaTimeUs: MediaTimeUs;
}

/**
 * Cuts a subject out of a picture by its difference from a clean plate, see {@link foreground}; from those who overlap it by looks and places.
 * @param others pictures to take the plate from; nearest in time first wins.
 * @returns null where the subject cannot be told from what is behind it, or is hidden.
 */
export function cutOut(
  store: PictureStore,
  frame: HeldFrame,
  subject: TrackedSubject,
  others: readonly HeldFrame[],
  looks: Looks,
  care: Care = 'still',
): CutOut | null {
  const { box, foot } = subject;
  if (box.width < LEAST_PX || box.height < LEAST_PX) return null;
  const { subjects } = frame.tracking;
  const sides = Math.max(meetsOthers(subject, subjects) ? SIDES.crowded : SIDES.alone, (box.height * CARE[care].shadow) / box.width);
  const region = regionOf(grown(box, sides, 0.15, 0.2), store, LEAST_PX);
  if (!region) return null;
  const near = peopleIn(region, subjects).filter((other) => other.trackId !== subject.trackId);
  // Before memory is taken for this one: they are learned from other pictures.
  for (const one of near.length > 0 ? [subject, ...near] : []) looks.of(one);
  const { kernel } = store;
  const mark = kernel.mark();
  kernel.reserve(workBytes(region, CARE[care].views));
  try {
    const found = foreground(store, frame, region, others, CARE[care].views, subject);
    const body = found ? masked(found, subject, near, looks, care, kernel) : 0;
    if (!found || body === 0) return null;
    return cropped(found.picture, region, {
      ...{ foot, box, share: body / (box.width * box.height) },
      view: viewOf(frame.tracking),
      mediaTimeUs: frame.mediaTimeUs,
    });
  } finally {
    kernel.release(mark);
  }
}

/** Writes the subject's coverage into the picture's alpha. @returns pixels of its body. */
function masked(
  found: Foreground,
  subject: TrackedSubject,
  near: readonly TrackedSubject[],
  looks: Looks,
  care: Care,
  memory: PictureKernel,
): number {
  const { region, picture, plate, difference } = found;
  const parting = near.length > 0 ? part(found, [subject, ...near], looks, CARE[care].cellsHigh, memory) : null;
  const shifted = (box: Box): Box => ({ ...box, x: box.x - region.x, y: box.y - region.y });
  const input = {
    ...{ width: region.width, height: region.height, difference, picture, plate, parting },
    box: shifted(parting?.box ?? subject.box),
    foot: { x: subject.foot.x - region.x, y: subject.foot.y - region.y },
    others: near.map(({ box }) => shifted(box)),
  };
  return cutMask(input, memory);
}

/** What of a region is covered at all, copied out of the kernel. */
function cropped(rgba: Uint8Array, region: Box, rest: Omit<CutOut, 'x' | 'y' | 'width' | 'height' | 'rgba'>): CutOut | null {
  let [left, top, right, bottom] = [region.width, region.height, -1, -1];
  for (let y = 0; y < region.height; y++) {
    for (let x = 0; x < region.width; x++) {
      if (rgba[(y * region.width + x) * 4 + 3] === 0) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = y;
    }
  }
  if (right < 0) return null;
  const width = right - left + 1;
  const height = bottom - top + 1;
  const out = new Uint8Array(width * height * 4);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * region.width + left) * 4;
    out.set(rgba.subarray(from, from + width * 4), y * width * 4);
  }
  return { ...rest, x: region.x + left, y: region.y + top, width, height, rgba: out };
}
