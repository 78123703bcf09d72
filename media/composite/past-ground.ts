import type { Frame } from 'node-av/lib';
import type { Box, MediaTimeUs, Point, Size } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import { mapBetween, mapped, type PictureMap, type PictureView } from '../pictures/index.js';
import { NEUTRAL, Pixels } from './pixels.js';
import { planesOf } from './planes.js';
import { ShadowDepths } from './shadow-depths.js';
import { ODDS } from './shares.js';

/** How many pictures are kept, and how far apart: long enough for somebody to have come or gone, short enough for the pose to be exact and the light the same. */
const KEPT = 5;
const APART_US = 260_000;
/** A block of pixels is looked up in one picture, by one affine mapping, which is exact to a tenth of a pixel. */
const BLOCK = 16;
/** How far a block's middle must lie from whoever stood there, and from the picture's edge. */
const CLEAR_PX = 10;
const INSIDE_PX = 16;
const NOWHERE = -1;

/** How much likelier a colour is on the ground that was seen there just so, and at most in a shadow, than anywhere; and one that was not seen there. */
const LIT = 20;
const SHADED = 10;
const OTHERWISE = 0.05;
/** Levels by which luma, and both chromas together, differ from frame to frame; in shadows less of chroma is left to differ. */
const LUMA_SPREAD = 5;
const CHROMA_SPREAD = 6;
const SHADED_CHROMA_SPREAD = 5;
/** Differences that are none. */
const SAME_LUMA = 5;
const SAME_CHROMA = 5;
/** Ground beside people that is darker than this, and of the same hue, is learnt from. */
const DARKER = 0.9;
const SAME_HUE = 5;
/** No shadow leaves less of the light's colour than this. */
const DARKEST = 0.3;
const BLACK = 16;

interface PastPicture {
  readonly native: Frame;
  readonly pixels: Pixels;
  readonly view: PictureView;
  readonly people: readonly Box[];
  readonly atUs: MediaTimeUs;
  /** From the picture looked at to this one. */
  map: PictureMap | undefined;
}

/**
 * The ground as it was a moment ago: a place that looks as it did when nobody stood there is the ground, one that looks otherwise is somebody, one
 * that is darker and of the same hue lies in a shadow. Pictures are kept as references, not copies, and carried by their own poses, so that it holds for
 * cameras that pan, tilt, zoom and travel. (Background subtraction with the shadow test of Horprasert, Harwood and Davis 1999, in registered pictures.)
 */
export class PastGround {
  readonly #size: Size;
  readonly #format: PictureFormat;
  readonly #shadows = new ShadowDepths();
  readonly #columns: number;
  /** By block: which picture shows its ground, in which frame, as counted here, that was found, and the affine mapping of its pixels there. */
  readonly #which: Int8Array;
  readonly #foundIn: Uint8Array;
  readonly #affine: Float32Array;
  #kept: PastPicture[] = [];
  #frame = 0;

  constructor(size: Size, format: PictureFormat) {
    this.#size = size;
    this.#format = format;
    this.#columns = Math.ceil(size.width / BLOCK);
    const blocks = this.#columns * Math.ceil(size.height / BLOCK);
    this.#which = new Int8Array(blocks);
    this.#foundIn = new Uint8Array(blocks);
    this.#affine = new Float32Array(6 * blocks);
  }

  /** Another picture to look at. @param view undefined: where it shows the ground is not known, and nothing is told of it */
  begin(view: PictureView | undefined): void {
    this.#frame = (this.#frame % 255) + 1;
    if (this.#frame === 1) this.#foundIn.fill(0);
    for (const past of this.#kept) past.map = view && mapBetween(view, past.view);
    this.#shadows.fade();
  }

  /** Whether a picture of that time is worth keeping. */
  wants(atUs: MediaTimeUs): boolean {
    const last = this.#kept[0];
    return !last || Math.abs(atUs - last.atUs) >= APART_US;
  }

  /** @param native a reference of its own to a picture nothing was drawn on; freed here @param people whose boxes hide the ground */
  keep(native: Frame, view: PictureView, people: readonly Box[], atUs: MediaTimeUs): void {
    const pixels = new Pixels(this.#format);
    pixels.take(planesOf(native, this.#format, this.#size));
    this.#kept.unshift({ native, pixels, view, people, atUs, map: undefined });
    for (const { native: old } of this.#kept.splice(KEPT)) old.free();
  }

  /** Another shot: what was seen before is nowhere in it. */
  forget(): void {
    for (const { native } of this.#kept.splice(0)) native.free();
  }

  /**
   * Log odds in {@link ODDS} that somebody stands before the ground at a pixel; PLAIN_GROUND, or UNSEEN.
   * @param luma with u and v: its colour, eight-bit Y'CbCr
   * @param beside nobody is known to be near: what is darker there is a shadow, and says how dark they are
   */
  odds(x: number, y: number, luma: number, u: number, v: number, beside: boolean): number {
    const block = (y >> 4) * this.#columns + (x >> 4);
    if (this.#foundIn[block] !== this.#frame) this.#find(block, x & ~(BLOCK - 1), y & ~(BLOCK - 1));
    const which = this.#which[block]!;
    if (which === NOWHERE) return UNSEEN;
    const affine = this.#affine;
    const at = 6 * block;
    const dx = x & (BLOCK - 1);
    const dy = y & (BLOCK - 1);
    const px = (affine[at]! + affine[at + 1]! * dx + affine[at + 2]! * dy) | 0;
    const py = (affine[at + 3]! + affine[at + 4]! * dx + affine[at + 5]! * dy) | 0;
    return this.#compare(this.#kept[which]!.pixels, px, py, luma, u, v, beside);
  }

  #compare(past: Pixels, px: number, py: number, luma: number, u: number, v: number, beside: boolean): number {
    const isSameChroma = Math.abs(u - past.u(px, py)) + Math.abs(v - past.v(px, py)) <= SAME_CHROMA;
    if (isSameChroma && Math.abs(luma - past.luma(px, py)) <= SAME_LUMA) return PLAIN_GROUND;
    past.lookAround(px, py);
    const { least, most } = past;
    if (isSameChroma && luma >= least && luma <= most) return PLAIN_GROUND;
    const light = (luma - BLACK) / Math.max(1, past.mean - BLACK);
    const off = luma < least ? least - luma : luma > most ? luma - most : 0;
    const isShaded = luma < most && light < 1;
    if (off >= FAR_LUMA && !isShaded) return NOT_GROUND;
    past.compareChroma(px, py, u - NEUTRAL, v - NEUTRAL, light > 1 ? 1 : light < DARKEST ? DARKEST : light);
    let alike = OTHERWISE + LIT * LUMA_BELL[off]! * CHROMA_BELL[past.chromaOff]!;
    if (isShaded) {
      if (beside && luma < least && light < DARKER && past.dimmedOff < SAME_HUE) this.#shadows.add(light);
      alike += SHADED * this.#shadows.usual(light) * SHADED_BELL[past.dimmedOff | 0]!;
    }
    return SAYS[(alike * STEPS_OF_ONE) | 0]!;
  }

  /** The newest picture that shows a block's ground with nobody on it. */
  #find(block: number, left: number, top: number): void {
    this.#foundIn[block] = this.#frame;
    this.#which[block] = NOWHERE;
    const { width, height } = this.#size;
    const first = { x: left + 0.5, y: top + 0.5 };
    for (const [i, { map, people }] of this.#kept.entries()) {
      const middle = map && mapped(map, { x: left + BLOCK / 2, y: top + BLOCK / 2 });
      if (!middle || middle.x < INSIDE_PX || middle.y < INSIDE_PX || middle.x > width - INSIDE_PX || middle.y > height - INSIDE_PX)
        continue;
      if (people.some((box) => isNear(box, middle))) continue;
      const origin = map && mapped(map, first);
      const right = map && mapped(map, { x: first.x + BLOCK, y: first.y });
      const below = map && mapped(map, { x: first.x, y: first.y + BLOCK });
      if (!origin || !right || !below || !isTight(origin, right, below)) continue;
      this.#which[block] = i;
      const [x, y] = [(right.x - origin.x) / BLOCK, (right.y - origin.y) / BLOCK];
      this.#affine.set([origin.x, x, (below.x - origin.x) / BLOCK, origin.y, y, (below.y - origin.y) / BLOCK], 6 * block);
      return;
    }
  }
}

/** Log odds, in {@link ODDS}, by how much likelier a colour is on this ground than anywhere, in steps. */
const STEPS_OF_ONE = 32;
const SAYS = Int16Array.from(
  { length: (LIT + SHADED + 1) * STEPS_OF_ONE },
  (_, i) => -ODDS * Math.log(Math.max(OTHERWISE, i / STEPS_OF_ONE)),
);
/** What one says that has nothing of the ground's; lightness further off than this says no more. */
const NOT_GROUND = SAYS[(OTHERWISE * STEPS_OF_ONE) | 0]!;
const FAR_LUMA = 4 * LUMA_SPREAD;
/** What a pixel says that looks just as it did, and one whose ground was not seen. */
export const PLAIN_GROUND = -0x7fff;
export const UNSEEN = 0x7fff;

/** Gaussians over whole levels. */
const LUMA_BELL = bell(LUMA_SPREAD);
const CHROMA_BELL = bell(CHROMA_SPREAD);
const SHADED_BELL = bell(SHADED_CHROMA_SPREAD);

function bell(spread: number): Float32Array {
  return Float32Array.from({ length: 512 }, (_, off) => Math.exp(-0.5 * (off / spread) ** 2));
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
