import type { Kernel, Stretch } from './kernel.js';
import type { Layer, LayerPlane } from './layer.js';

/** One plane of a native picture. `step` and `stride` count samples; U and V of a semi-planar picture have step 2. */
export interface PicturePlane {
  readonly samples: Uint8Array | Uint16Array;
  readonly first: number;
  readonly step: number;
  readonly stride: number;
  readonly width: number;
  readonly height: number;
  /** Low bits that are no part of the value (P010: 6). */
  readonly shift: number;
}

/** How a layer is to be blended otherwise than as it was drawn. */
export interface Blending {
  /** Which share of each of the plane's samples shows, as an address in the kernel's memory, one byte each, 255 all. */
  readonly shares?: number | undefined;
  /** A code value to blend by coverage in place of the layer's own samples (keys). */
  readonly fixed?: number;
}

/** Blends layers into pictures in place, row by row: each covered stretch passes through the kernel's memory. */
export class Blender {
  readonly #kernel: Kernel;
  /** A row of samples; coverage and colour as they were changed for it. */
  #row: Stretch | undefined;
  #shares: Stretch | undefined;
  /** The row's view last made: neighbouring rows are mostly as long. */
  #view: Uint8Array = new Uint8Array(0);

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The top left sample of the layer comes to lie at (left, top) of the picture. What lies outside the picture is left out. */
  blend(picture: PicturePlane, layer: LayerPlane, left: number, top: number, { shares, fixed }: Blending = {}): void {
    const kernel = this.#kernel;
    const { calls } = kernel;
    const { samples, first, step, stride } = picture;
    const { spans, width } = layer;
    const padded = (width + 15) & ~15;
    this.#row = kernel.retake(this.#row, 10 * padded);
    const row = this.#row.at;
    const [keepTo, addTo] = [row + 4 * padded, row + 6 * padded];
    for (let s = 0; s < spans.length; s += 3) {
      const y = top + spans[s]!;
      if (y < 0 || y >= picture.height) continue;
      const from = Math.max(spans[s + 1]!, -left);
      const count = Math.min(spans[s + 2]!, picture.width - left) - from;
      if (count <= 0) continue;
      const p = spans[s]! * width + from;
      let [keep, add] = [layer.keep + 2 * p, layer.add + 4 * p];
      if (fixed !== undefined) {
        calls.fixedAdd(keep, fixed, count, addTo);
        add = addTo;
      }
      if (shares !== undefined) {
        calls.uncover(keep, add, shares + p, count, keepTo, addTo);
        [keep, add] = [keepTo, addTo];
      }
      const at = first + y * stride + (left + from) * step;
      const length = (count - 1) * step + 1;
      if (samples instanceof Uint8Array) {
        kernel.bytes.set(samples.subarray(at, at + length), row);
        if (step === 1) calls.blend8(row, keep, add, count);
        else calls.blend8Pairs(row, keep, add, count);
        if (this.#view.length !== length || this.#view.byteOffset !== row || this.#view.buffer !== kernel.bytes.buffer)
          this.#view = kernel.bytes.subarray(row, row + length);
        samples.set(this.#view, at);
      } else {
        kernel.words.set(samples.subarray(at, at + length), row >> 1);
        calls.blend16(row, step, picture.shift, keep, add, count);
        samples.set(kernel.words.subarray(row >> 1, (row >> 1) + length), at);
      }
    }
  }

  /**
   * A mask into the kernel's memory, as shares of luma's samples and of chroma's; valid until the next one.
   * @param mask for every sample of the layer's luma
   */
  loadShares(mask: Uint8Array, { luma, chroma }: Layer): { readonly luma: number; readonly chroma: number } {
    const kernel = this.#kernel;
    const count = luma.width * luma.height;
    this.#shares = kernel.retake(this.#shares, 2 * count);
    const { at } = this.#shares;
    kernel.bytes.set(mask.subarray(0, count), at);
    if (chroma[0].width === luma.width) return { luma: at, chroma: at };
    kernel.calls.halveShares(at, luma.width, luma.height, luma.height / chroma[0].height, at + count);
    return { luma: at, chroma: at + count };
  }
}

/** Sets every sample of a plane to one code value. */
export function fillPlane(picture: PicturePlane, value: number): void {
  const { samples, first, step, stride, width, height, shift } = picture;
  for (let y = 0; y < height; y++) {
    const row = first + y * stride;
    if (step === 1) samples.fill(value << shift, row, row + width);
    else for (let at = row, end = row + width * step; at < end; at += step) samples[at] = value << shift;
  }
}
