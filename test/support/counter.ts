import type { Size } from '../../protocol/index.js';

/** A frame number burnt into the source's own pixels: 16 blocks along the bottom edge, least significant first, white for 1. */
const BITS = 16;
const BLOCK_PX = 16;

/** Fills the frame with a grey texture and burns in `value`. */
export function paintCounter(luma: Uint8Array, stride: number, size: Size, value: number): void {
  for (let y = 0; y < size.height; y++) luma.fill(70 + ((y * 5) % 60), y * stride, y * stride + size.width);
  for (let bit = 0; bit < BITS; bit++) {
    const shade = (value >> bit) & 1 ? 235 : 16;
    for (let y = size.height - BLOCK_PX; y < size.height; y++)
      luma.fill(shade, y * stride + bit * BLOCK_PX, y * stride + (bit + 1) * BLOCK_PX);
  }
}

/** @throws Error when a block is neither black nor white. */
export function readCounter(luma: Uint8Array, stride: number, size: Size): number {
  let value = 0;
  for (let bit = 0; bit < BITS; bit++) {
    const shade = luma[(size.height - BLOCK_PX / 2) * stride + bit * BLOCK_PX + BLOCK_PX / 2] ?? 128;
    if (shade > 90 && shade < 160) throw new Error(`bit ${bit} of the burnt-in counter is grey (${shade})`);
    if (shade >= 160) value |= 1 << bit;
  }
  return value;
}
