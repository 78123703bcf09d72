import type { Point, Size } from '../../protocol/index.js';

/** Packs rectangles on shelves, in the order given: good enough for a few hundred that live one frame. */
export class Shelves {
  readonly #size: Size;
  #x = 0;
  #y = 0;
  #shelf = 0;

  constructor(size: Size) {
    this.#size = size;
  }

  /** Lines used so far. */
  get height(): number {
    return this.#y + this.#shelf;
  }

  /** @returns the top-left corner of a free place, or undefined when there is none left. */
  place({ width, height }: Size): Point | undefined {
    if (this.#x + width > this.#size.width) {
      this.#x = 0;
      this.#y += this.#shelf;
      this.#shelf = 0;
    }
    if (width > this.#size.width || this.#y + height > this.#size.height) return undefined;
    const at = { x: this.#x, y: this.#y };
    this.#x += width;
    this.#shelf = Math.max(this.#shelf, height);
    return at;
  }
}
