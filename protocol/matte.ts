import { z } from 'zod';

/**
 * What stands in front of the ground in one frame: people, and whatever else moved there. Coarse: a cell is several pixels of the picture wide; who
 * composites refines its edges by the picture's own colours.
 */
export const Matte = z.object({
  /** Cells; they cover the whole picture. */
  width: z.number().int().min(1).max(1024),
  height: z.number().int().min(1).max(1024),
  /** Lengths of runs, row after row, by turns of ground (first, may be 0) and of what stands before it; what is missing at the end is ground. */
  runs: z.array(z.number().int().min(0)).max(40_000),
});
export type Matte = z.infer<typeof Matte>;

/** @param cells one byte a cell, row after row; anything but 0 stands in front. */
export function encodeMatte(cells: Uint8Array, width: number, height: number): Matte {
  const runs: number[] = [];
  let covered = false;
  let length = 0;
  for (let i = 0; i < width * height; i++) {
    if ((cells[i] !== 0) !== covered) {
      runs.push(length);
      length = 0;
      covered = !covered;
    }
    length++;
  }
  if (covered) runs.push(length);
  return { width, height, runs };
}

/** @param cells filled, width × height: 1 where something stands in front, else 0. */
export function decodeMatte(matte: Matte, cells: Uint8Array): void {
  cells.fill(0, 0, matte.width * matte.height);
  let at = 0;
  for (const [i, length] of matte.runs.entries()) {
    if (i % 2 === 1) cells.fill(1, at, Math.min(at + length, matte.width * matte.height));
    at += length;
  }
}

/** The same with cells as many times larger as it takes to be at most this wide: a cell is covered where most of it was. */
export function coarserMatte(matte: Matte, maxWidth: number): Matte {
  if (matte.width <= maxWidth) return matte;
  const width = maxWidth;
  const height = Math.max(1, Math.round((matte.height * maxWidth) / matte.width));
  const columns = shared(matte.width, width);
  const rows = shared(matte.height, height);
  const cells = new Uint8Array(width * height);
  const counts = new Uint16Array(width * height);
  let at = 0;
  for (const [i, length] of matte.runs.entries()) {
    const end = Math.min(at + length, matte.width * matte.height);
    while (i % 2 === 1 && at < end) {
      const y = Math.floor(at / matte.width);
      const row = rows.cellOf[y]! * width;
      const first = y * matte.width;
      const last = Math.min(end, first + matte.width);
      for (; at < last; at++) {
        const cell = row + columns.cellOf[at - first]!;
        counts[cell] = counts[cell]! + 1;
      }
    }
    at = end;
  }
  for (let y = 0, i = 0; y < height; y++)
    for (let x = 0; x < width; x++, i++) cells[i] = counts[i]! > 0 && 2 * counts[i]! >= columns.sizes[x]! * rows.sizes[y]! ? 1 : 0;
  return encodeMatte(cells, width, height);
}

/** Which of `coarse` cells each of `fine` cells along one side belongs to, and how many each of them has. */
function shared(fine: number, coarse: number): { readonly cellOf: Uint16Array; readonly sizes: Uint16Array } {
  const cellOf = Uint16Array.from({ length: fine }, (_, i) => Math.floor((i * coarse) / fine));
  const sizes = new Uint16Array(coarse);
  for (const cell of cellOf) sizes[cell] = sizes[cell]! + 1;
  return { cellOf, sizes };
}

/** Runs as bytes: seven bits each, low ones first, the eighth set where more follow (LEB128). */
export function packRuns(runs: readonly number[]): Uint8Array {
  const bytes: number[] = [];
  for (const run of runs) {
    let rest = run;
    for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest & 0x7f) | 0x80);
    bytes.push(rest);
  }
  return Uint8Array.from(bytes);
}

/** @throws RangeError when the last run is cut short. */
export function unpackRuns(bytes: Uint8Array): number[] {
  const runs: number[] = [];
  let run = 0;
  let scale = 1;
  for (const byte of bytes) {
    run += (byte & 0x7f) * scale;
    scale *= 0x80;
    if (byte & 0x80) continue;
    runs.push(run);
    run = 0;
    scale = 1;
  }
  if (scale !== 1) throw new RangeError('TrackingFrame: the matte is cut short');
  return runs;
}
