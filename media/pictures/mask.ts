import { type Box, iou, type Point } from '../../protocol/index.js';
import { darkness } from './foreground.js';
import type { PictureKernel } from './kernel.js';
import type { Parting } from './parting.js';
import { grown } from './store.js';

/** Levels a pixel must differ to belong to somebody for sure, and to belong to them beside one that does. */
const SURE = 30;
const UNSURE = 11;
/** A part of a body that hangs loose, where people meet, is the subject's when it is as surely so, of 255: in its box, and beside it. */
const SURELY_MINE = { inside: 185, beside: 235 };
/** Parts of a body smaller than this share of the box are specks. */
const SPECK = 0.012;

export interface MaskInput {
  readonly width: number;
  readonly height: number;
  /** See the kernel's `difference`. */
  readonly difference: Uint8Array;
  /** RGBA of the picture; its alpha is written. */
  readonly picture: Uint8Array;
  /** RGBA of the clean plate. */
  readonly plate: Uint8Array;
  /** The subject's box, in the region's pixels, and where it stands. */
  readonly box: Box;
  readonly foot: Point;
  /** Who is seen where; null where nobody else is near. */
  readonly parting: Parting | null;
  /** Boxes of the others in the region. */
  readonly others: readonly Box[];
}

/**
 * Cuts one subject out of a region: the body solid with a soft edge and without holes, its shadow as darkness that lies on any ground.
 * Writes alpha (and black, where there is shadow) into the picture.
 * @returns pixels of body found, 0 when it is nowhere.
 */
export function cutMask(o: MaskInput, memory: PictureKernel): number {
  const { width, height, picture } = o;
  const body = bodyOf(o, memory);
  if (!body) return 0;
  memory.closeGaps(body, width, height, Math.max(1, Math.min(4, Math.round(o.box.height * 0.02))));
  memory.fillHoles(body, width, height);
  const shadow = shadowOf(o, body, memory);
  memory.soften(body, width, height);
  let found = 0;
  for (let p = 0; p < body.length; p++) {
    const solid = body[p]!;
    if (solid > 127) found++;
    const dark = shadow[p]!;
    if (solid < 255 && dark > solid) {
      picture.fill(0, p * 4, p * 4 + 3);
      picture[p * 4 + 3] = dark;
    } else picture[p * 4 + 3] = solid;
  }
  return found;
}

/** 255 where the subject's body is, 0 elsewhere; null when there is none. */
function bodyOf(o: MaskInput, memory: PictureKernel): Uint8Array | null {
  const { width, height, difference, picture, plate, box, foot, parting } = o;
  const room = grown(box, 0.3, 0.12, 0.08);
  const candidate = memory.zeros(width * height);
  for (let y = Math.max(0, Math.floor(room.y)); y < Math.min(height, room.y + room.height); y++) {
    for (let x = Math.max(0, Math.floor(room.x)); x < Math.min(width, room.x + room.width); x++) {
      const p = y * width + x;
      if (difference[p]! < UNSURE || (parting && parting.owner[p] !== 0)) continue;
      const onGround = y > foot.y - box.height * 0.3 && !inside(box, x, y);
      if (!onGround || darkness(picture, plate, p * 4) === 0) candidate[p] = difference[p]! >= SURE ? 2 : 1;
    }
  }
  // Where people meet, a limb may hang loose beside the box, behind somebody else's.
  const core = parting ? grown(box, 0.2, 0, 0) : grown(box, -0.1, -0.02, 0);
  const least = Math.max(8, box.width * box.height * SPECK);
  const found = [...parts(candidate, width, height, core, memory)]
    .filter((part) => part.length >= least)
    .sort((a, b) => b.length - a.length);
  if (found.length === 0) return null;
  const body = memory.zeros(width * height);
  for (const [i, part] of found.entries())
    if (i === 0 || !parting || isMine(part, parting, box, width)) for (const p of part) body[p] = 255;
  return body;
}

function isMine(part: Int32Array, { mine }: Parting, box: Box, width: number): boolean {
  let [sure, x] = [0, 0];
  for (const p of part) {
    sure += mine[p]!;
    x += p % width;
  }
  const within = x >= box.x * part.length && x < (box.x + box.width) * part.length;
  return sure >= part.length * (within ? SURELY_MINE.inside : SURELY_MINE.beside);
}

/** Connected candidates that hold a sure pixel inside the core, as places of their pixels. */
function* parts(candidate: Uint8Array, width: number, height: number, core: Box, memory: PictureKernel): Generator<Int32Array> {
  const found = memory.ints(candidate.length);
  let end = 0;
  const left = Math.max(0, Math.floor(core.x));
  const right = Math.min(width, core.x + core.width);
  for (let y = Math.max(0, Math.floor(core.y)); y < Math.min(height, core.y + core.height); y++) {
    for (let x = left; x < right; x++) {
      if (candidate[y * width + x] !== 2) continue;
      const start = end;
      found[end++] = y * width + x;
      candidate[y * width + x] = 0;
      for (let n = start; n < end; n++) end = spread(found[n]!, candidate, width, height, found, end);
      yield found.subarray(start, end);
    }
  }
}

/** Adds the candidates around a pixel. @returns the new end of what is found. */
function spread(p: number, candidate: Uint8Array, width: number, height: number, found: Int32Array, end: number): number {
  const px = p % width;
  const py = (p - px) / width;
  let last = end;
  for (let y = Math.max(0, py - 1); y <= Math.min(height - 1, py + 1); y++) {
    for (let x = Math.max(0, px - 1); x <= Math.min(width - 1, px + 1); x++) {
      const q = y * width + x;
      if (candidate[q] === 0) continue;
      candidate[q] = 0;
      found[last++] = q;
    }
  }
  return last;
}

function inside(box: Box, x: number, y: number): boolean {
  return x >= box.x && y >= box.y && x < box.x + box.width && y < box.y + box.height;
}

/**
 * Shadow beside and under the body, as coverage with black: what hangs together with the feet, fading out sideways. It reaches less far where others
 * stand close by: whose shadow it is cannot be told there.
 */
function shadowOf(o: MaskInput, body: Uint8Array, memory: PictureKernel): Uint8Array {
  const { width, height, picture, plate, box, foot, others, parting } = o;
  const feet = grown({ x: foot.x - box.width / 2, y: foot.y - box.height * 0.2, width: box.width, height: box.height * 0.3 }, 0.8, 0, 0);
  const crowded = others.some((other) => iou(other, feet) > 0);
  const reach = crowded ? box.width * 0.75 : Math.max(Math.min(foot.x, width - foot.x), box.width);
  const dark = memory.zeros(width * height);
  const from = Math.max(0, Math.floor(foot.x - reach));
  const to = Math.min(width, Math.ceil(foot.x + reach));
  for (let y = Math.max(0, Math.floor(foot.y - box.height * 0.3)); y < height; y++) {
    for (let x = from; x < to; x++) {
      const p = y * width + x;
      if (body[p] === 0 && plate[p * 4 + 3] !== 0 && (!parting || parting.owner[p] === 0)) dark[p] = darkness(picture, plate, p * 4);
    }
  }
  const candidate = memory.zeros(width * height);
  for (let p = 0; p < dark.length; p++) if (dark[p] !== 0) candidate[p] = 2;
  const shadow = memory.zeros(width * height);
  const least = Math.max(12, box.width * box.height * SPECK);
  for (const part of parts(candidate, width, height, feet, memory)) {
    if (part.length < least) continue;
    for (const p of part) shadow[p] = dark[p]! * Math.min(1, (1 - Math.abs((p % width) - foot.x) / reach) * 2.5);
  }
  memory.soften(shadow, width, height);
  return shadow;
}
