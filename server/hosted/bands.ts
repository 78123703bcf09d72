import type { Box, Size } from '../../protocol/index.js';
import { decodePng } from './png.js';

/** Blank rows between two bands; nearer ones are one. */
const GAP_ROWS = 16;
const BANDS_MAX = 6;

/** A part of the picture that is covered. `rgba`: straight, rows tightly packed; null: place and pixels are those of the band of the same number before. */
export interface Band extends Box {
  readonly rgba: Uint8Array<ArrayBuffer> | null;
}

/** Takes the browser's pictures apart: what is covered, in bands across, and which of them are new. */
export class Bands {
  readonly #size: Size;
  readonly #isPremultiplied: boolean;
  readonly #covered: Uint8Array;
  #pixels: Uint8Array<ArrayBuffer>;
  #before: Uint8Array<ArrayBuffer>;
  /** Of the picture before, if there was one. */
  #boxes: readonly Box[] | undefined;

  /** @param isPremultiplied the pictures' colours are premultiplied by their coverage */
  constructor(size: Size, isPremultiplied: boolean) {
    this.#size = size;
    this.#isPremultiplied = isPremultiplied;
    this.#covered = new Uint8Array(size.height);
    this.#pixels = new Uint8Array(size.width * size.height * 4);
    this.#before = new Uint8Array(size.width * size.height * 4);
  }

  /**
   * @param png 8-bit RGBA of the picture's size
   * @returns the picture's bands from top to bottom, or undefined where nothing is new. @throws Error when the PNG is damaged.
   */
  take(png: Buffer): Band[] | undefined {
    decodePng(png, this.#size, this.#pixels, this.#covered);
    const boxes = this.#find();
    const bands = boxes.map((box, i): Band => ({ ...box, rgba: this.#isAsBefore(box, this.#boxes?.[i]) ? null : this.#straight(box) }));
    const isNew = boxes.length !== this.#boxes?.length || bands.some(({ rgba }) => rgba !== null);
    [this.#pixels, this.#before, this.#boxes] = [this.#before, this.#pixels, boxes];
    return isNew ? bands : undefined;
  }

  #find(): Box[] {
    const { width, height } = this.#size;
    const rows: { y: number; end: number }[] = [];
    for (let y = 0; y < height; y++) {
      if (this.#covered[y] === 0) continue;
      const last = rows.at(-1);
      if (last && (y - last.end < GAP_ROWS || rows.length === BANDS_MAX)) last.end = y + 1;
      else rows.push({ y, end: y + 1 });
    }
    const pixels = new Uint32Array(this.#pixels.buffer);
    return rows.map(({ y, end }) => {
      let [left, right] = [width, 0];
      for (let row = y; row < end; row++) {
        if (this.#covered[row] === 0) continue;
        const at = row * width;
        for (let x = 0; x < left; x++) if (pixels[at + x] !== 0) left = x;
        for (let x = width - 1; x >= right; x--) if (pixels[at + x] !== 0) right = x + 1;
      }
      return { x: left, y, width: right - left, height: end - y };
    });
  }

  #isAsBefore(box: Box, before: Box | undefined): boolean {
    if (!before || box.x !== before.x || box.y !== before.y || box.width !== before.width || box.height !== before.height) return false;
    for (let y = box.y; y < box.y + box.height; y++) {
      const [from, to] = [(y * this.#size.width + box.x) * 4, (y * this.#size.width + box.x + box.width) * 4];
      if (Buffer.compare(this.#pixels.subarray(from, to), this.#before.subarray(from, to)) !== 0) return false;
    }
    return true;
  }

  #straight({ x, y, width, height }: Box): Uint8Array<ArrayBuffer> {
    const out = new Uint8Array(width * height * 4);
    for (let row = 0; row < height; row++) {
      const at = ((y + row) * this.#size.width + x) * 4;
      out.set(this.#pixels.subarray(at, at + width * 4), row * width * 4);
    }
    if (this.#isPremultiplied) unpremultiply(out);
    return out;
  }
}

function unpremultiply(rgba: Uint8Array): void {
  for (let i = 0; i < rgba.length; i += 4) {
    const alpha = rgba[i + 3]!;
    if (alpha === 255 || alpha === 0) continue;
    const scale = 255 / alpha;
    rgba[i] = Math.min(255, rgba[i]! * scale + 0.5);
    rgba[i + 1] = Math.min(255, rgba[i + 1]! * scale + 0.5);
    rgba[i + 2] = Math.min(255, rgba[i + 2]! * scale + 0.5);
  }
}
