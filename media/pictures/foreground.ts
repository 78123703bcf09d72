import { type Box, iou, type TrackedSubject } from '../../protocol/index.js';
import { mapBetween, mapped, ofParts, type PictureMap, STAYS, viewOf } from './picture-map.js';
import { grown, type HeldFrame, type PictureStore } from './store.js';

/** A region of a picture beside what is behind everybody there. Views of the kernel's memory: valid until it is taken or released. */
export interface Foreground {
  /** Whole pixels inside the picture. */
  readonly region: Box;
  /** RGBA. */
  readonly picture: Uint8Array;
  /** RGBA of the clean plate. */
  readonly plate: Uint8Array;
  /** See the kernel's `difference`. */
  readonly difference: Uint8Array;
}

/** Of a few numbers for each pixel, and for each of the people who may be parted there. */
const WORK_PER_PIXEL = 128;
const WORK_BYTES = 65_536;
const ORIGIN = { x: 0, y: 0 };

/**
 * Compares a region with its clean plate: the median of other pictures of the recording, each registered by its own pose. Poses are held to key
 * frames, so nothing is chained. Takes kernel memory, which the caller releases.
 * @param subject pictures in which this one is elsewhere come first. @param count of pictures.
 * @returns null where fewer than two others see the place.
 */
export function foreground(
  store: PictureStore,
  frame: HeldFrame,
  region: Box,
  others: readonly HeldFrame[],
  count: number,
  subject?: TrackedSubject,
): Foreground | null {
  const { kernel } = store;
  const { width, height } = region;
  const views = viewsOf(frame, subject, others, region, count);
  if (views.length < 2) return null;
  const pixels = width * height;
  const picture = kernel.take(pixels * 4);
  const plate = kernel.take(pixels * 4);
  const spread = kernel.take(pixels);
  const difference = kernel.take(pixels);
  const samples = kernel.take(views.length * pixels * 4);
  for (const [k, view] of views.entries())
    kernel.warpPicture(view.picture, ofParts(view.map, region, ORIGIN), store.colour, samples + k * pixels * 4, width, height, false);
  kernel.pick(samples, views.length, pixels, plate, spread);
  kernel.warpPicture(frame.picture, ofParts(STAYS, region, ORIGIN), store.colour, picture, width, height, true);
  kernel.difference(picture, plate, spread, width, height, difference);
  return {
    region,
    picture: kernel.bytes(picture, pixels * 4),
    plate: kernel.bytes(plate, pixels * 4),
    difference: kernel.bytes(difference, pixels),
  };
}

/** Kernel memory that comparing a region, parting who is in it and cutting one of them out takes at most. */
export function workBytes({ width, height }: Box, views: number): number {
  return width * height * (4 * views + WORK_PER_PIXEL) + WORK_BYTES;
}

/** Whole pixels of a box inside the picture; null where hardly anything is. */
export function regionOf(box: Box, { size }: PictureStore, least = 4): Box | null {
  const x = Math.max(0, Math.floor(box.x));
  const y = Math.max(0, Math.floor(box.y));
  const width = Math.min(size.width, Math.ceil(box.x + box.width)) - x;
  const height = Math.min(size.height, Math.ceil(box.y + box.height)) - y;
  return width >= least && height >= least ? { x, y, width, height } : null;
}

/** The pictures nearest in time that see the place, those first in which the subject itself is out of the way. */
function viewsOf(
  frame: HeldFrame,
  subject: TrackedSubject | undefined,
  others: readonly HeldFrame[],
  region: Box,
  count: number,
): { readonly picture: HeldFrame['picture']; readonly map: PictureMap }[] {
  const here = viewOf(frame.tracking);
  const centre = { x: region.x + region.width / 2, y: region.y + region.height / 2 };
  const views = others.flatMap((other) => {
    if (other.tracking.pose.state === 'lost' || other.mediaTimeUs === frame.mediaTimeUs) return [];
    const map = mapBetween(here, viewOf(other.tracking));
    const at = map && mapped(map, centre);
    if (!(map && at && at.x > 0 && at.y > 0 && at.x < other.picture.width && at.y < other.picture.height)) return [];
    const inTheWay = subject !== undefined && isInTheWay(subject, other, map);
    return { other, map, inTheWay, offUs: Math.abs(other.mediaTimeUs - frame.mediaTimeUs) };
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

/** A shadow takes between these shares of the ground's light, and hardly any of its colour. */
const DARKEST = 0.3;
const LIGHTEST = 0.93;
const TINT = 0.06;

/** How much of the ground's light is taken at a pixel (its first byte), 0 to 255, where that looks like a shadow; else 0. */
export function darkness(picture: Uint8Array, plate: Uint8Array, at: number): number {
  const r = picture[at]!;
  const b = picture[at + 2]!;
  const pr = plate[at]!;
  const pb = plate[at + 2]!;
  const sum = Math.max(1, r + picture[at + 1]! + b);
  const ground = pr + plate[at + 1]! + pb;
  const light = sum / Math.max(1, ground);
  if (light < DARKEST || light > LIGHTEST || ground < 60) return 0;
  if (Math.abs(r / sum - pr / ground) > TINT || Math.abs(b / sum - pb / ground) > TINT) return 0;
  return Math.round((1 - light) * 255);
}
