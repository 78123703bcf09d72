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

/**
 * Each one's share in each cell, and how it settles: mean field with neighbours weighted by likeness of colour (as in Krähenbühl & Koltun 2011, with four
 * neighbours only), in sweeps of alternating direction, so that limbs follow their body.
 */
export class Field {
  readonly share: Float32Array;
  private readonly right: Float32Array;
  private readonly down: Float32Array;
  private readonly order: Int32Array;
  private readonly belief: Float64Array;

  constructor(
    picture: Uint8Array,
    solid: Uint8Array,
    private readonly cells: Cells,
    private readonly count: number,
    memory: PictureKernel,
  ) {
    const { columns, step, region } = cells;
    this.share = memory.floats(solid.length * count);
    this.right = memory.floats(solid.length);
    this.down = memory.floats(solid.length);
    this.belief = new Float64Array(count);
    const at = (cell: number): number => {
      const row = (cell / columns) | 0;
      return (middleOf(row, step, region.height) * region.width + middleOf(cell - row * columns, step, region.width)) * 4;
    };
    const tie = (a: number, b: number): number => {
      const i = at(a);
      const j = at(b);
      const off =
        Math.abs(picture[i]! - picture[j]!) + Math.abs(picture[i + 1]! - picture[j + 1]!) + Math.abs(picture[i + 2]! - picture[j + 2]!);
      const levels = off / (3 * ALIKE_LEVELS);
      return TOGETHER + ALIKE * Math.exp(-levels * levels);
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

  /** @param columnEvidence for each column and person, added to each cell's own. */
  settle(evidence: Float32Array, columnEvidence: Float32Array, sweeps: number): void {
    const { order } = this;
    for (let sweep = 0; sweep < sweeps * 2; sweep++) {
      for (let n = 0; n < order.length; n++) this.settleCell(order[sweep % 2 === 0 ? n : order.length - 1 - n]!, evidence, columnEvidence);
    }
  }

  private settleCell(cell: number, evidence: Float32Array, columnEvidence: Float32Array): void {
    const { count, share, right, down, belief } = this;
    const { columns } = this.cells;
    const column = cell % columns;
    const left = column > 0 ? right[cell - 1]! : 0;
    const up = cell >= columns ? down[cell - columns]! : 0;
    const [r, d] = [right[cell]!, down[cell]!];
    const at = cell * count;
    let most = Number.NEGATIVE_INFINITY;
    for (let k = 0; k < count; k++) {
      let sum = evidence[at + k]! + columnEvidence[column * count + k]!;
      if (left > 0) sum += left * share[at - count + k]!;
      if (up > 0) sum += up * share[at - columns * count + k]!;
      if (r > 0) sum += r * share[at + count + k]!;
      if (d > 0) sum += d * share[at + columns * count + k]!;
      belief[k] = sum;
      if (sum > most) most = sum;
    }
    let total = 0;
    for (let k = 0; k < count; k++) {
      belief[k] = Math.exp(belief[k]! - most);
      total += belief[k]!;
    }
    for (let k = 0; k < count; k++) share[at + k] = belief[k]! / total;
  }
}
