import type { Box } from '../../protocol/index.js';
import type { PictureKernel } from './kernel.js';

/** How strongly neighbours belong together: of any colour, and of the same. */
const TOGETHER = 0.25;
const ALIKE = 1.3;
const ALIKE_LEVELS = 22;

/** A region in squares of pixels. */
export interface Cells {
  readonly columns: number;
  readonly rows: number;
  /** Pixels. */
  readonly step: number;
  readonly region: Box;
}

/** The pixel in the middle of a cell, along a row or column of so many. */
export function middleOf(cell: number, step: number, size: number): number {
  return Math.min(size - 1, cell * step + (step >> 1));
}

/** People of a cell lie side by side in so many places. */
export function lanesFor(count: number): 4 | 8 {
  return count <= 4 ? 4 : 8;
}

/** What nothing outweighs: of a place that stands for nobody. */
export const NEVER = -1e9;

/**
 * Each one's share in each cell, and how it settles: mean field with neighbours weighted by likeness of colour (as in Krähenbühl & Koltun 2011, with four
 * neighbours only), in sweeps of alternating direction, so that limbs follow their body.
 */
export class Field {
  /** `cell · lanes + person`. */
  readonly share: Float32Array;
  readonly right: Float32Array;
  readonly down: Float32Array;
  /** The cells in which somebody is. */
  readonly order: Int32Array;

  constructor(
    picture: Uint8Array,
    solid: Uint8Array,
    readonly cells: Cells,
    readonly lanes: 4 | 8,
    memory: PictureKernel,
  ) {
    const { columns, step, region } = cells;
    this.share = memory.floats(solid.length * lanes);
    this.right = memory.floats(solid.length);
    this.down = memory.floats(solid.length);
    const at = (cell: number): number => {
      const row = (cell / columns) | 0;
      return (middleOf(row, step, region.height) * region.width + middleOf(cell - row * columns, step, region.width)) * 4;
    };
    const tie = (a: number, b: number): number => {
      const i = at(a);
      const j = at(b);
      const off =
        Math.abs(picture[i]! - picture[j]!) + Math.abs(picture[i + 1]! - picture[j + 1]!) + Math.abs(picture[i + 2]! - picture[j + 2]!);
      return TIES[off]!;
    };
    const order = memory.ints(solid.length);
    let solidCells = 0;
    for (let cell = 0; cell < solid.length; cell++) {
      if (solid[cell] === 0) continue;
      order[solidCells++] = cell;
      if ((cell + 1) % columns !== 0 && solid[cell + 1] === 1) this.right[cell] = tie(cell, cell + 1);
      if (cell + columns < solid.length && solid[cell + columns] === 1) this.down[cell] = tie(cell, cell + columns);
    }
    this.order = order.subarray(0, solidCells);
  }
}

/** By the sum of differences of three channels. */
const TIES = Float32Array.from({ length: 3 * 255 + 1 }, (_, off) => {
  const levels = off / (3 * ALIKE_LEVELS);
  return TOGETHER + ALIKE * Math.exp(-levels * levels);
});
