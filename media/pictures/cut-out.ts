import { type Box, iou, type MediaTimeUs, type Point, type Size, type TrackedSubject } from '../../protocol/index.js';
import { cutMask } from './mask.js';
import { mapBetween, mapped, ofParts, type PictureMap, type PictureView, STAYS, viewOf } from './picture-map.js';
import { grown, type HeldFrame, type PictureStore } from './store.js';

/**
 * How carefully a subject is cut out. `still`: with its shadow, from a plate of many pictures. `moving`: for films, where each image is seen for
 * a frame's time.
 */
export type Care = 'still' | 'moving';

/** Pictures a clean plate is picked from, and the room for shadow at both sides in body heights. */
const CARE: Readonly<Record<Care, { readonly views: number; readonly shadow: number }>> = {
  still: { views: 9, shadow: 0.6 },
  moving: { views: 5, shadow: 0.25 },
};
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
  /** Where the subject stands, and its box as tracked. */
  readonly foot: Point;
  readonly box: Box;
  readonly view: PictureView;
  readonly mediaTimeUs: MediaTimeUs;
}

/**
 * Cuts a subject out of a picture by its difference from a clean plate: the median of other pictures of the recording, each registered by its own
 * pose. Poses are held to key frames, so nothing is chained.
 * @param others pictures to take the plate from; nearest in time first wins.
 * @returns null where the subject cannot be told from what is behind it.
 */
export function cutOut(
  store: PictureStore,
  frame: HeldFrame,
  subject: TrackedSubject,
  others: readonly HeldFrame[],
  care: Care = 'still',
): CutOut | null {
  const region = regionOf(subject.box, store.size, CARE[care].shadow);
  const view = viewOf(frame.tracking);
  if (!region) return null;
  const { kernel } = store;
  const { x, y, width, height } = region;
  const mark = kernel.mark();
  try {
    const views = viewsOf(frame, subject, others, view, region, CARE[care].views);
    if (views.length < 2) return null;
    const pixels = width * height;
    const picture = kernel.take(pixels * 4);
    const plate = kernel.take(pixels * 4);
    const spread = kernel.take(pixels);
    const difference = kernel.take(pixels);
    const samples = kernel.take(views.length * pixels * 4);
    for (const [k, { picture, map }] of views.entries())
      kernel.warpPicture(picture, ofParts(map, region, { x: 0, y: 0 }), store.colour, samples + k * pixels * 4, width, height, false);
    kernel.pick(samples, views.length, pixels, plate, spread);
    kernel.warpPicture(frame.picture, ofParts(STAYS, region, { x: 0, y: 0 }), store.colour, picture, width, height, true);
    kernel.difference(picture, plate, spread, width, height, difference);
    const rgba = kernel.bytes(picture, pixels * 4);
    const shifted = (box: Box): Box => ({ ...box, x: box.x - x, y: box.y - y });
    const found = cutMask({
      width,
      height,
      difference: kernel.bytes(difference, pixels),
      picture: rgba,
      plate: kernel.bytes(plate, pixels * 4),
      box: shifted(subject.box),
      foot: { x: subject.foot.x - x, y: subject.foot.y - y },
      others: frame.tracking.subjects
        .filter((s) => s.trackId !== subject.trackId && s.state === 'visible')
        .map((s) => ({ box: shifted(s.box), nearer: s.foot.y > subject.foot.y })),
    });
    if (!found) return null;
    return cropped(rgba, region, {
      foot: subject.foot,
      box: subject.box,
      view,
      mediaTimeUs: frame.mediaTimeUs,
    });
  } finally {
    kernel.release(mark);
  }
}

/** Body and shadow have room in it; whole pixels inside the picture. */
function regionOf(box: Box, picture: Size, shadow: number): Box | null {
  if (box.width < LEAST_PX || box.height < LEAST_PX) return null;
  const room = grown(box, Math.max(0.35, (box.height * shadow) / box.width), 0.15, 0.2);
  const x = Math.max(0, Math.floor(room.x));
  const y = Math.max(0, Math.floor(room.y));
  const width = Math.min(picture.width, Math.ceil(room.x + room.width)) - x;
  const height = Math.min(picture.height, Math.ceil(room.y + room.height)) - y;
  return width >= LEAST_PX && height >= LEAST_PX ? { x, y, width, height } : null;
}

/** The pictures nearest in time that see the place, those first in which the subject itself is out of the way. */
function viewsOf(
  frame: HeldFrame,
  subject: TrackedSubject,
  others: readonly HeldFrame[],
  view: PictureView,
  region: Box,
  count: number,
): { readonly picture: HeldFrame['picture']; readonly map: PictureMap }[] {
  const centre = { x: region.x + region.width / 2, y: region.y + region.height / 2 };
  const views = others.flatMap((other) => {
    if (other.tracking.pose.state === 'lost' || other.mediaTimeUs === frame.mediaTimeUs) return [];
    const map = mapBetween(view, viewOf(other.tracking));
    const at = map && mapped(map, centre);
    if (!(map && at && at.x > 0 && at.y > 0 && at.x < other.picture.width && at.y < other.picture.height)) return [];
    return { other, map, inTheWay: isInTheWay(subject, other, map), offUs: Math.abs(other.mediaTimeUs - frame.mediaTimeUs) };
  });
  return views
    .sort((a, b) => Number(a.inTheWay) - Number(b.inTheWay) || a.offUs - b.offUs)
    .slice(0, count)
    .map(({ other, map }) => ({ picture: other.picture, map }));
}

/** Whether the subject covers its own place of now in another picture. */
function isInTheWay({ box, trackId }: TrackedSubject, other: HeldFrame, map: PictureMap): boolean {
  const then = other.tracking.subjects.find((s) => s.trackId === trackId && s.state !== 'outside');
  if (!then) return false;
  const a = mapped(map, { x: box.x, y: box.y });
  const b = mapped(map, { x: box.x + box.width, y: box.y + box.height });
  if (!a || !b) return false;
  return iou({ x: a.x, y: a.y, width: b.x - a.x, height: b.y - a.y }, grown(then.box, 0.1, 0, 0)) > 0.02;
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
