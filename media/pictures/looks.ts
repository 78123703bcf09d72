import type { Box, TrackedSubject } from '../../protocol/index.js';
import { type Foreground, foreground, regionOf } from './foreground.js';
import { grown, type HeldFrame, type PictureStore } from './store.js';

/** A body is seen in so many parts, one above the other: shirt, trousers and shoes differ. */
const BANDS = 6;
/** Colours: brightness, red against green, blue against both. */
const LIGHTS = 8;
const TINTS = 11;
const COLOURS = LIGHTS * TINTS * TINTS;
/** Pictures that a look is learned from, and pixels that are enough. */
const LESSONS = 3;
const ENOUGH = 60;
const VIEWS = 3;
/** More of a box under others' boxes teaches nothing. */
const CROWDED = 0.7;
/** Differences that are surely somebody. */
const SURE = 30;

/** How somebody is coloured, from top to toe. Kept while a picture is made, and no longer; it tells people apart who meet, and says nothing of who they are. */
export interface Look {
  /** Log of how likely a colour is in each band: `band · COLOURS + colour`. */
  readonly log: Float32Array;
}

/** Place of a colour in a look. */
export function colourOf(rgba: Uint8Array, at: number): number {
  const r = rgba[at]!;
  const g = rgba[at + 1]!;
  const b = rgba[at + 2]!;
  const light = (r + 2 * g + b) >> 7;
  return (light * TINTS + tint(r - g)) * TINTS + tint(b - ((r + g) >> 1));
}

function tint(v: number): number {
  return Math.max(0, Math.min(TINTS - 1, Math.round(v / 16) + (TINTS >> 1)));
}

/** Where a height in a box belongs in a look. */
export function bandOf(box: Box, y: number): number {
  return Math.max(0, Math.min(BANDS - 1, Math.floor(((y - box.y) / box.height) * BANDS)));
}

/** Log likelihoods begin here in a look. */
export function bandAt(band: number): number {
  return band * COLOURS;
}

/** The looks of everybody in a recording, each learned when first asked for, where its owner stands as freely as it ever does. */
export class Looks {
  private readonly known = new Map<number, Look | null>();

  constructor(
    private readonly store: PictureStore,
    private readonly samples: readonly HeldFrame[],
  ) {}

  /** @returns null where nothing could be learned. */
  of({ trackId }: TrackedSubject): Look | null {
    const known = this.known.get(trackId);
    if (known !== undefined) return known;
    const look = this.learn(trackId);
    this.known.set(trackId, look);
    return look;
  }

  private learn(trackId: number): Look | null {
    const lessons = this.samples
      .flatMap((frame) => {
        const subject = frame.tracking.subjects.find((s) => s.trackId === trackId && s.state === 'visible');
        return subject ? { frame, subject, crowded: crowdedShare(subject, frame.tracking.subjects) } : [];
      })
      .filter(({ crowded }) => crowded < CROWDED)
      .sort((a, b) => a.crowded - b.crowded)
      .slice(0, LESSONS);
    const counts = new Float32Array(BANDS * COLOURS);
    let seen = 0;
    const { kernel } = this.store;
    for (const { frame, subject } of lessons) {
      const mark = kernel.mark();
      const region = regionOf(subject.box, this.store);
      const found = region && foreground(this.store, frame, region, this.samples, VIEWS, subject);
      if (found) seen += count(found, subject, frame.tracking.subjects, counts);
      kernel.release(mark);
    }
    return seen < ENOUGH ? null : lookOf(counts);
  }
}

/** How much of a subject's box lies under other people's, 0 to 1: as a sum, those in front counted twice. */
export function crowdedShare(subject: TrackedSubject, all: readonly TrackedSubject[]): number {
  const { box } = subject;
  let share = 0;
  for (const other of all) {
    if (other.trackId === subject.trackId || other.state === 'outside') continue;
    const o = grown(other.box, 0.1, 0, 0);
    const width = Math.min(box.x + box.width, o.x + o.width) - Math.max(box.x, o.x);
    const height = Math.min(box.y + box.height, o.y + o.height) - Math.max(box.y, o.y);
    if (width > 0 && height > 0) share += ((width * height) / (box.width * box.height)) * (other.foot.y > subject.foot.y ? 2 : 1);
  }
  return Math.min(1, share);
}

/** Adds the colours of what is surely the subject. @returns how many pixels that were. */
function count(found: Foreground, subject: TrackedSubject, all: readonly TrackedSubject[], counts: Float32Array): number {
  const { region, picture, difference } = found;
  const near = all.filter((s) => s.trackId !== subject.trackId && s.state !== 'outside').map((s) => grown(s.box, 0.15, 0.05, 0));
  let seen = 0;
  for (let y = 0; y < region.height; y++) {
    const band = bandAt(bandOf(subject.box, region.y + y + 0.5));
    for (let x = 0; x < region.width; x++) {
      const p = y * region.width + x;
      if (difference[p]! < SURE) continue;
      if (isIn(near, region.x + x + 0.5, region.y + y + 0.5)) continue;
      const at = band + colourOf(picture, p * 4);
      counts[at] = counts[at]! + 1;
      seen++;
    }
  }
  return seen;
}

function isIn(boxes: readonly Box[], x: number, y: number): boolean {
  for (const box of boxes) if (x > box.x && y > box.y && x < box.x + box.width && y < box.y + box.height) return true;
  return false;
}

/** Colours near to one that was seen are likely, too; and so is what was seen in the bands above and below. */
function lookOf(counts: Float32Array): Look {
  for (const [step, size] of [
    [1, TINTS],
    [TINTS, TINTS],
    [TINTS * TINTS, LIGHTS],
    [COLOURS, BANDS],
  ] as const)
    soften(counts, step, size);
  const whole = new Float32Array(COLOURS);
  const sums = new Float32Array(BANDS);
  for (let b = 0; b < BANDS; b++) {
    for (let c = 0; c < COLOURS; c++) {
      const n = counts[b * COLOURS + c]!;
      whole[c] = whole[c]! + n;
      sums[b] = sums[b]! + n;
    }
  }
  const total = sums.reduce((a, b) => a + b, 0);
  const log = new Float32Array(counts.length);
  for (let b = 0; b < BANDS; b++) {
    // A band in which little was seen knows little.
    const trust = 0.6 * Math.min(1, sums[b]! / ENOUGH);
    for (let c = 0; c < COLOURS; c++) {
      const own = sums[b]! > 0 ? counts[b * COLOURS + c]! / sums[b]! : 0;
      log[b * COLOURS + c] = Math.log(trust * own + (0.97 - trust) * (whole[c]! / total) + 0.03 / COLOURS);
    }
  }
  return { log };
}

/** Weights 1 2 1 along one direction, edges repeated. */
function soften(values: Float32Array, step: number, size: number): void {
  const block = step * size;
  for (let start = 0; start < values.length; start += block) {
    for (let offset = 0; offset < step; offset++) {
      let before = values[start + offset]!;
      for (let i = 0; i < size; i++) {
        const at = start + offset + i * step;
        const here = values[at]!;
        const after = i + 1 < size ? values[at + step]! : here;
        values[at] = (before + 2 * here + after) / 4;
        before = here;
      }
    }
  }
}
