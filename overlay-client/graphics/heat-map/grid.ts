import type { Box, Point } from '../../../protocol/index.js';

/** Cells of a grid at most, whatever the ground's size. */
const CELLS_MAX = 4096;

/** Seconds spent in each cell of a rectangle of ground; a bounded number of cells. */
export class HeatGrid {
  readonly columns: number;
  readonly rows: number;
  readonly cellM: number;
  readonly #area: Box;
  readonly #seconds: Float32Array;

  /** @param area ground rectangle, metres. @param cellM wanted side of a cell; larger where there would be too many. */
  constructor(area: Box, cellM: number) {
    this.#area = area;
    this.cellM = Math.max(cellM, Math.sqrt((area.width * area.height) / CELLS_MAX), Math.max(area.width, area.height) / 512);
    this.columns = Math.max(1, Math.ceil(area.width / this.cellM));
    this.rows = Math.max(1, Math.ceil(area.height / this.cellM));
    this.#seconds = new Float32Array(this.columns * this.rows);
  }

  /** Size of what the cells cover, metres: a little more than the area. */
  get covers(): Box {
    return { ...this.#area, width: this.columns * this.cellM, height: this.rows * this.cellM };
  }

  /** Time spent at a place, shared among the four cells around it. */
  add({ x, y }: Point, seconds: number): void {
    const u = (x - this.#area.x) / this.cellM - 0.5;
    const v = (y - this.#area.y) / this.cellM - 0.5;
    const [left, top] = [Math.floor(u), Math.floor(v)];
    for (const [dx, dy] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [1, 1],
    ] as const) {
      const [column, row] = [left + dx, top + dy];
      if (column < 0 || row < 0 || column >= this.columns || row >= this.rows) continue;
      const share = (dx === 1 ? u - left : 1 - u + left) * (dy === 1 ? v - top : 1 - v + top);
      this.#seconds[row * this.columns + column]! += seconds * share;
    }
  }

  /** Everything fades to a share of what it was. */
  fade(share: number): void {
    for (let i = 0; i < this.#seconds.length; i++) this.#seconds[i]! *= share;
  }

  /** Smoothed over a cell or so, rows of ground from low y to high. */
  smooth(): Float32Array {
    const across = blur(this.#seconds, this.columns, this.rows, 1, this.columns);
    return blur(across, this.rows, this.columns, this.columns, 1);
  }
}

/** Weights of a cell and its two neighbours on each side. */
const KERNEL = [0.38, 0.24, 0.07] as const;

function blur(from: Float32Array, length: number, lines: number, step: number, stride: number): Float32Array {
  const out = new Float32Array(from.length);
  for (let line = 0; line < lines; line++) {
    for (let i = 0; i < length; i++) {
      const at = line * stride + i * step;
      let sum = from[at]! * KERNEL[0];
      for (const by of [1, 2] as const) {
        if (i >= by) sum += from[at - by * step]! * KERNEL[by];
        if (i + by < length) sum += from[at + by * step]! * KERNEL[by];
      }
      out[at] = sum;
    }
  }
  return out;
}
