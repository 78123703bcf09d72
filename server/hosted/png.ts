import { inflateSync } from 'node:zlib';
import type { Size } from '../../protocol/index.js';

const HEADER_BYTES = 33;

/** Whether this is a PNG of this size as {@link decodePng} takes it: 8-bit RGBA, not interlaced. */
export function isRgbaPng(png: Buffer, { width, height }: Size): boolean {
  return (
    png.length > HEADER_BYTES &&
    png.readUInt32BE(12) === 0x49_48_44_52 &&
    png.readUInt32BE(16) === width &&
    png.readUInt32BE(20) === height &&
    png.readUInt32BE(24) === 0x08_06_00_00 &&
    png[28] === 0
  );
}

/**
 * Decodes a PNG whose rows are mostly blank, as those of a graphic on a transparent ground are; blank rows cost next to nothing.
 * @param to its width × height × 4 bytes
 * @param covered a byte a row: whether anything in it is not 0
 * @throws Error when it is damaged.
 */
export function decodePng(png: Buffer, { width, height }: Size, to: Uint8Array, covered: Uint8Array): void {
  const stride = width * 4;
  const raw = inflateSync(Buffer.concat(dataOf(png)), { maxOutputLength: (stride + 1) * height });
  if (raw.length !== (stride + 1) * height) throw new Error('the PNG is cut off');
  const blank = new Uint8Array(stride);
  let above: Uint8Array = blank;
  for (let y = 0; y < height; y++) {
    const from = raw.subarray(y * (stride + 1) + 1, (y + 1) * (stride + 1));
    const row = to.subarray(y * stride, (y + 1) * stride);
    const filter = raw[y * (stride + 1)];
    const isAsAbove = filter === 2 && Buffer.compare(from, blank) === 0;
    if (isAsAbove) row.set(above);
    else unfilter(filter, from, above, row);
    covered[y] = (isAsAbove ? y > 0 && covered[y - 1] !== 0 : Buffer.compare(row, blank) !== 0) ? 1 : 0;
    above = row;
  }
}

function dataOf(png: Buffer): Buffer[] {
  const data: Buffer[] = [];
  for (let at = 8; at + 12 <= png.length; ) {
    const length = png.readUInt32BE(at);
    if (png.readUInt32BE(at + 4) === 0x49_44_41_54) data.push(png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  return data;
}

/** One row, by its filter: 0 none, 1 left, 2 above, 3 their mean, 4 Paeth. Bytes wrap. */
function unfilter(filter: number | undefined, from: Uint8Array, above: Uint8Array, to: Uint8Array): void {
  const length = to.length;
  switch (filter) {
    case 0:
      to.set(from);
      return;
    case 1:
      to.set(from.subarray(0, 4));
      for (let i = 4; i < length; i++) to[i] = from[i]! + to[i - 4]!;
      return;
    case 2:
      for (let i = 0; i < length; i++) to[i] = from[i]! + above[i]!;
      return;
    case 3:
      for (let i = 0; i < length; i++) to[i] = from[i]! + (((i < 4 ? 0 : to[i - 4]!) + above[i]!) >> 1);
      return;
    case 4:
      for (let i = 0; i < length; i++) to[i] = from[i]! + (i < 4 ? above[i]! : paeth(to[i - 4]!, above[i]!, above[i - 4]!));
      return;
    default:
      throw new Error('the PNG is damaged');
  }
}

function paeth(left: number, above: number, corner: number): number {
  const [byLeft, byAbove, byCorner] = [Math.abs(above - corner), Math.abs(left - corner), Math.abs(left + above - 2 * corner)];
  if (byLeft <= byAbove && byLeft <= byCorner) return left;
  return byAbove <= byCorner ? above : corner;
}
