import type { Size } from '../../../protocol/index.js';

/** Bits of the frame number, lowest first. On each side two guard blocks: white and black before, black and white after. */
export const BITS = 32;
export const GUARDS = 2;

export interface MarkerLayout {
  /** Block size, even picture pixels: chroma subsampling does not blur it. */
  readonly block: number;
  /** Top-left corner of the first guard block. */
  readonly x: number;
  readonly y: number;
}

/** 8 pixels a block at 720 lines, as large as fits in narrow pictures, never under 2. */
export function markerLayout({ width, height }: Size): MarkerLayout {
  const wanted = Math.min((8 * height) / 720, width / (BITS + 2 * GUARDS + 4));
  const block = Math.max(2, 2 * Math.round(wanted / 2));
  return { block, x: 2 * block, y: 2 * block };
}

/**
 * Reads the sync marker back from a picture.
 * @param luma width × height bytes, rows tightly packed, full or limited range.
 * @returns the frame number, or null when there is no readable marker.
 */
export function readSyncMarker(luma: Uint8Array | Uint8ClampedArray, width: number, height: number): number | null {
  const { block, x, y } = markerLayout({ width, height });
  if (x + block * (BITS + 2 * GUARDS) > width || y + block > height) return null;
  const level = (index: number): number => blockLevel(luma, width, x + index * block, y, block);
  const white = (level(0) + level(BITS + 2 * GUARDS - 1)) / 2;
  const black = (level(1) + level(BITS + GUARDS)) / 2;
  if (white - black < 96) return null;
  const middle = (white + black) / 2;
  let value = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const seen = level(GUARDS + bit);
    // A block of neither colour is no marker (or a mixture of two frames).
    if (Math.abs(seen - middle) < (white - black) / 8) return null;
    if (seen > middle) value += 2 ** bit;
  }
  return value;
}

/** Mean of a block's inner half, away from the blur of its edges. */
function blockLevel(luma: Uint8Array | Uint8ClampedArray, width: number, x: number, y: number, block: number): number {
  const inset = block >> 2;
  let sum = 0;
  let count = 0;
  for (let row = y + inset; row < y + block - inset; row++) {
    for (let column = x + inset; column < x + block - inset; column++) {
      sum += luma[row * width + column] ?? 0;
      count++;
    }
  }
  return sum / count;
}
