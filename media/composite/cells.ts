import { type Box, decodeMatte, type Matte, type Size } from '../../protocol/index.js';
import type { FrontKernel } from './front-kernel.js';

/** What a cell holds beside the matte's 1 (somebody in front): somebody's box; one of these, or beside the first: worth looking at. */
const NEAR = 2;
export const LOOK = 4;

/** Cells across the picture where there is no matte to say. */
const COLUMNS = 160;

/** What is known of a frame before its colours are looked at, in cells of the tracker's matte. */
export class Cells {
  readonly #size: Size;
  readonly #kernel: FrontKernel;
  /** Somebody in front, NEAR and LOOK; a row and a cell more than needed, so that the last ones have neighbours. */
  readonly #cells: Uint8Array;
  #columns = 0;
  #rows = 0;
  /** By column, and by row, of squares: the cell they begin in. */
  readonly #columnOf: Int32Array;
  readonly #rowOf: Int32Array;
  /** The first pixel of each column of cells; after the last one, the picture's width. */
  #begins: Int32Array = new Int32Array(0);

  /** @param kernel in whose memory cells lie */
  constructor(size: Size, kernel: FrontKernel) {
    this.#size = size;
    this.#kernel = kernel;
    this.#cells = kernel.cells;
    this.#columnOf = kernel.columnOf;
    this.#rowOf = kernel.rowOf;
  }

  /** @param boxes source pixels; their cells are NEAR. */
  load(matte: Matte | undefined, boxes: readonly Box[]): void {
    const { width, height } = this.#size;
    this.#layOut(matte?.width ?? COLUMNS, matte?.height ?? Math.max(1, Math.round((COLUMNS * height) / width)));
    if (matte) decodeMatte(matte, this.#cells);
    else this.#cells.fill(0, 0, this.#columns * this.#rows);
    if (matte) this.#lookAround(matte);
    const [dx, dy] = [this.#columns / width, this.#rows / height];
    for (const box of boxes) {
      const to = Math.ceil((box.x + box.width) * dx);
      const last = Math.min(this.#rows, Math.ceil((box.y + box.height) * dy));
      for (let row = Math.max(0, Math.floor(box.y * dy)); row < last; row++) this.#mark(row, Math.floor(box.x * dx), to, NEAR | LOOK);
    }
  }

  /** What the cell holds that a square of two by two pixels lies in. */
  at(column: number, row: number): number {
    return this.#cells[this.#rowOf[row]! * this.#columns + this.#columnOf[column]!]!;
  }

  /** How far cells lie apart, pixels, rounded down. */
  get pitch(): number {
    return Math.max(1, Math.floor(this.#size.width / this.#columns));
  }

  /** A square's cell and those around it turn out to be worth looking at. */
  lookAt(column: number, row: number): void {
    const [cell, last] = [this.#columnOf[column]!, this.#rowOf[row]! + 1];
    for (let y = Math.max(0, last - 2); y <= Math.min(this.#rows - 1, last); y++) this.#mark(y, cell - 1, cell + 2, LOOK);
  }

  /** The row of cells a row of pixels lies in. */
  rowOf(y: number): number {
    return this.#rowOf[y >> 1]!;
  }

  /**
   * Where, from pixel `x` of a row of cells on, the first cell begins that is worth looking at, or that is not; `to` where none does before.
   * @param x inside the picture
   */
  next(isLookedAt: boolean, row: number, x: number, to: number): number {
    const wanted = isLookedAt ? LOOK : 0;
    const begins = this.#begins;
    let column = this.#columnOf[x >> 1]!;
    if (begins[column + 1]! <= x) column++;
    for (let at = row * this.#columns + column; begins[column]! < to; at++, column++)
      if ((this.#cells[at]! & LOOK) === wanted) return Math.max(x, begins[column]!);
    return to;
  }

  /** The matte between its cells' middles, at a square of two by two pixels: 0 to 256. */
  matteAt(column: number, row: number): number {
    return this.#kernel.calls.matteAt(column, row);
  }

  #layOut(columns: number, rows: number): void {
    if (columns === this.#columns && rows === this.#rows) return;
    this.#columns = columns;
    this.#rows = rows;
    this.#kernel.calls.setColumns(columns);
    this.#cells.fill(0, 0, columns * (rows + 1) + 1);
    this.#kernel.across.set(middles(this.#size.width, columns));
    this.#kernel.down.set(middles(this.#size.height, rows));
    this.#columnOf.set(cellsOf(this.#size.width, columns));
    this.#rowOf.set(cellsOf(this.#size.height, rows));
    this.#begins = Int32Array.from({ length: columns + 1 }, (_, column) => Math.ceil((column * this.#size.width) / columns));
  }

  /** Covered cells and those beside them. */
  #lookAround(matte: Matte): void {
    const columns = this.#columns;
    let at = 0;
    for (let i = 0; i < matte.runs.length; i++) {
      const from = at;
      at = Math.min(columns * this.#rows, at + matte.runs[i]!);
      if (i % 2 === 0) continue;
      for (let row = Math.floor(from / columns); row * columns < at; row++) {
        const [first, last] = [Math.max(from - row * columns, 0), Math.min(at - row * columns, columns)];
        for (let y = Math.max(0, row - 1); y <= Math.min(this.#rows - 1, row + 1); y++) this.#mark(y, first - 1, last + 1, LOOK);
      }
    }
  }

  #mark(row: number, from: number, to: number, bits: number): void {
    const end = row * this.#columns + Math.min(this.#columns, to);
    for (let cell = row * this.#columns + Math.max(0, from); cell < end; cell++) this.#cells[cell]! |= bits;
  }
}

/** By square: 16 times the cell whose middle comes before the square's, plus how far on it lies to the next one's. */
function middles(pixels: number, cells: number): Int32Array {
  return Int32Array.from({ length: (pixels + 1) >> 1 }, (_, square) => {
    const at = Math.max(0, Math.min(cells - 1, ((2 * square + 1) * cells) / pixels - 0.5));
    return Math.round(16 * at);
  });
}

function cellsOf(pixels: number, cells: number): Int32Array {
  return Int32Array.from({ length: (pixels + 1) >> 1 }, (_, square) => Math.floor((2 * square * cells) / pixels));
}
