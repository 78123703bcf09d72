import type { Frame } from 'node-av/lib';
import type { Box, MediaTimeUs, Point, Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import { mapBetween, mapped, type PictureMap, type PictureView } from '../pictures/index.js';
import { BLOCK, type FrontKernel, SLOTS } from './front-kernel.js';
import { planesOf } from './planes.js';

/** How many pictures are kept, and how far apart: long enough for somebody to have come or gone, short enough for the pose to be exact and the light the same. */
const KEPT = SLOTS - 1;
const APART_US = 260_000;
/** How far a block's middle must lie from whoever stood there, and from the picture's edge. */
const CLEAR_PX = 10;
const INSIDE_PX = 16;
const NOWHERE = -1;

type Planes = ReturnType<typeof planesOf>;

interface PastPicture {
  readonly native: Frame;
  readonly planes: Planes;
  /** Where in the kernel's memory those of its rows are that were looked at. */
  readonly slot: number;
  readonly view: PictureView;
  readonly people: readonly Box[];
  readonly atUs: MediaTimeUs;
  /** From the picture looked at to this one. */
  map: PictureMap | undefined;
}

/**
 * The ground as it was a moment ago: a place that looks as it did when nobody stood there is the ground, one that looks otherwise is somebody, one
 * that is darker and of the same hue lies in a shadow. Pictures are kept as references, of which only rows that are looked at are copied, and carried by their own poses, so that it holds for
 * cameras that pan, tilt, zoom and travel. (Background subtraction with the shadow test of Horprasert, Harwood and Davis 1999, in registered pictures.)
 */
export class PastGround {
  readonly #size: Size;
  readonly #format: PictureFormat;
  readonly #kernel: FrontKernel;
  #kept: PastPicture[] = [];
  #now: { readonly slot: number; readonly atUs: MediaTimeUs } | undefined;

  /** @param kernel which compares pixels */
  constructor(size: Size, format: PictureFormat, kernel: FrontKernel) {
    this.#size = size;
    this.#format = format;
    this.#kernel = kernel;
  }

  /**
   * Another picture to look at.
   * @param view undefined: where it shows the ground is not known, and nothing is told of it
   * @returns its slot, empty
   */
  begin(view: PictureView | undefined, atUs: MediaTimeUs): number {
    for (const past of this.#kept) past.map = view && mapBetween(view, past.view);
    const slot = this.#emptySlot();
    this.#now = { slot, atUs };
    return slot;
  }

  /** Whether a picture of that time is worth keeping. */
  wants(atUs: MediaTimeUs): boolean {
    const last = this.#kept[0];
    return !last || Math.abs(atUs - last.atUs) >= APART_US;
  }

  /** @param native a reference of its own to a picture nothing was drawn on; freed here @param people whose boxes hide the ground */
  keep(native: Frame, view: PictureView, people: readonly Box[], atUs: MediaTimeUs): void {
    const slot = this.#now?.atUs === atUs ? this.#now.slot : this.#emptySlot();
    this.#now = undefined;
    this.#kept.unshift({ native, planes: planesOf(native, this.#format, this.#size), slot, view, people, atUs, map: undefined });
    for (const { native: old } of this.#kept.splice(KEPT)) old.free();
  }

  /** Another shot: what was seen before is nowhere in it. */
  forget(): void {
    for (const { native } of this.#kept.splice(0)) native.free();
  }

  #emptySlot(): number {
    const taken = new Set(this.#kept.map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    this.#kernel.empty(slot);
    return slot;
  }

  /** The newest picture that shows a block's ground with nobody on it. */
  find(block: number, left: number, top: number): void {
    const kernel = this.#kernel;
    kernel.foundIn[block] = kernel.frame;
    kernel.which[block] = NOWHERE;
    const { width, height } = this.#size;
    const first = { x: left + 0.5, y: top + 0.5 };
    for (const { map, people, slot, planes } of this.#kept) {
      const middle = map && mapped(map, { x: left + BLOCK / 2, y: top + BLOCK / 2 });
      if (!middle || middle.x < INSIDE_PX || middle.y < INSIDE_PX || middle.x > width - INSIDE_PX || middle.y > height - INSIDE_PX)
        continue;
      if (people.some((box) => isNear(box, middle))) continue;
      const origin = map && mapped(map, first);
      const right = map && mapped(map, { x: first.x + BLOCK, y: first.y });
      const below = map && mapped(map, { x: first.x, y: first.y + BLOCK });
      if (!origin || !right || !below || !isTight(origin, right, below)) continue;
      kernel.which[block] = slot;
      const rows = [origin.y, right.y, below.y, right.y + below.y - origin.y];
      kernel.load(slot, planes, Math.min(...rows) - 2, Math.max(...rows) + 2);
      const [x, y] = [(right.x - origin.x) / BLOCK, (right.y - origin.y) / BLOCK];
      kernel.affine.set([origin.x, x, (below.x - origin.x) / BLOCK, origin.y, y, (below.y - origin.y) / BLOCK], 6 * block);
      return;
    }
  }
}

function isNear({ x, y, width, height }: Box, at: Point): boolean {
  return at.x > x - CLEAR_PX && at.x < x + width + CLEAR_PX && at.y > y - CLEAR_PX && at.y < y + height + CLEAR_PX;
}

/** Whether a block stays about as large as it is: else it would reach beyond what was looked at around its middle. */
function isTight(origin: Point, right: Point, below: Point): boolean {
  return (
    Math.hypot(right.x - origin.x, right.y - origin.y) < 1.3 * BLOCK && Math.hypot(below.x - origin.x, below.y - origin.y) < 1.3 * BLOCK
  );
}
