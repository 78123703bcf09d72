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

/** Spans that pass through the kernel's memory at once: few calls, and what passes stays in the cache. */
const AT_ONCE = 64;
/** Up to so many samples are copied faster one by one. */
const SHORT = 24;

/** Blends layers into pictures in place: covered stretches of rows pass through the kernel's memory, a batch at a time. */
export class Blender {
  readonly #kernel: Kernel;
  /** A batch: its spans, then its samples. */
  #batch: Stretch | undefined;
  #shares: Stretch | undefined;
  #fixed: Stretch | undefined;
  /** Of a batch's spans: where in the picture they begin, and how many samples of it they span. */
  readonly #starts = new Int32Array(AT_ONCE);
  readonly #lengths = new Int32Array(AT_ONCE);

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /** The top left sample of the layer comes to lie at (left, top) of the picture. What lies outside the picture is left out. */
  blend(picture: PicturePlane, layer: LayerPlane, left: number, top: number, { shares = 0, fixed }: Blending = {}): void {
    const add = fixed === undefined ? layer.add : this.#fixedAdd(layer, fixed);
    const kernel = this.#kernel;
    const { samples, first, step, stride } = picture;
    const { spans, width } = layer;
    const isWide = samples instanceof Uint16Array;
    this.#batch = kernel.retake(this.#batch, AT_ONCE * (8 + ((width + 7) & ~7) * step * samples.BYTES_PER_ELEMENT));
    const table = this.#batch.at >> 2;
    const begin = this.#batch.at + 8 * AT_ONCE;
    const own = isWide ? kernel.words : kernel.bytes;
    const { ints } = kernel;
    for (let s = 0; s < spans.length; ) {
      let count = 0;
      let to = begin / samples.BYTES_PER_ELEMENT;
      for (; s < spans.length && count < AT_ONCE; s += 3) {
        const y = top + spans[s]!;
        if (y < 0 || y >= picture.height) continue;
        const from = Math.max(spans[s + 1]!, -left);
        const covered = Math.min(spans[s + 2]!, picture.width - left) - from;
        if (covered <= 0) continue;
        const at = first + y * stride + (left + from) * step;
        const length = (covered - 1) * step + 1;
        copy(samples, at, length, own, to);
        ints[table + 2 * count] = spans[s]! * width + from;
        ints[table + 2 * count + 1] = covered;
        this.#starts[count] = at;
        this.#lengths[count++] = length;
        to += ((covered + 7) & ~7) * step;
      }
      kernel.calls.blendSpans(begin, isWide, step, picture.shift, table << 2, count, layer.keep, add, shares);
      to = begin / samples.BYTES_PER_ELEMENT;
      for (let i = 0; i < count; i++) {
        copy(own, to, this.#lengths[i]!, samples, this.#starts[i]!);
        to += ((ints[table + 2 * i + 1]! + 7) & ~7) * step;
      }
    }
  }

  /** One code value by a layer's coverage, in place of its own samples. */
  #fixedAdd({ keep, width, height }: LayerPlane, value: number): number {
    this.#fixed = this.#kernel.retake(this.#fixed, 2 * width * height);
    this.#kernel.calls.fixedAdd(keep, value, width * height, this.#fixed.at);
    return this.#fixed.at;
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

function copy<Samples extends Uint8Array | Uint16Array>(from: Samples, at: number, length: number, to: Samples, start: number): void {
  if (length > SHORT) to.set(from.subarray(at, at + length), start);
  else for (let i = 0; i < length; i++) to[start + i] = from[at + i]!;
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
