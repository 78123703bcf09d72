import type { OverlayRegion } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ColourWeights } from './colour.js';
import type { Kernel, Stretch } from './kernel.js';
import type { Layer, LayerPlane } from './layer.js';

/** Pixels the kernel handles at once; planes are padded to whole blocks. */
const BLOCK = 8;
/** Gaps between covered blocks that are blended all the same: a row's span costs as much as so many blocks. */
const GAP = 8;

/** Converts regions into layers in the kernel's memory: SIMD, about a nanosecond a pixel. */
export class Converter {
  readonly #kernel: Kernel;
  /** What only a conversion needs: the region's pixels, weights, covered blocks, spans. */
  #scratch: Stretch | undefined;

  constructor(kernel: Kernel) {
    this.#kernel = kernel;
  }

  /**
   * Straight RGBA → premultiplied planes. Chroma is the mean of its block's pixels weighted by their coverage.
   * @param former what is replaced; its memory is used again.
   */
  convert(region: OverlayRegion, format: PictureFormat, weights: ColourWeights, former?: Layer): Layer {
    const [phaseX, phaseY] = [region.x & format.chromaShiftX, region.y & format.chromaShiftY];
    const width = Math.ceil((region.width + phaseX) / BLOCK) * BLOCK;
    const height = region.height + phaseY + ((region.height + phaseY) & format.chromaShiftY);
    const pixels = width * height;
    const rows = 1 + format.chromaShiftY;
    const isHalf = format.chromaShiftX === 1;
    const samples = isHalf ? pixels / 2 / rows : pixels;
    // Luma's keep and add, chroma's keep and two of add; each a multiple of eight samples or its tail beyond those before it.
    const { calls } = this.#kernel;
    const memory = this.#kernel.retake(former?.memory, 6 * pixels + 10 * samples + 48);
    this.#scratch = this.#kernel.retake(this.#scratch, 4 * pixels + 64 + 14 * (pixels / BLOCK) + 12);
    const [keep, add] = [memory.at, memory.at + 2 * pixels];
    const chromaKeep = isHalf ? add + 4 * pixels : keep;
    const addU = add + 4 * pixels + (isHalf ? aligned(2 * samples) : 0);
    const addV = addU + aligned(4 * samples);
    const rgba = this.#scratch.at;
    const weighed = rgba + 4 * pixels;
    const blocks = weighed + 64;
    this.#load(region, { x: phaseX, y: phaseY }, width, height, rgba);
    this.#loadWeights(weights, weighed);
    calls.luma(rgba, width, height, weighed, keep, add, blocks);
    const luma = { width, height, keep, add, spans: this.#spans(blocks, width / BLOCK, height, BLOCK) };
    const chroma = { ...luma, keep: chromaKeep };
    if (isHalf) {
      calls.chromaHalf(rgba, width, height, rows, weighed, chromaKeep, addU, addV, blocks);
      chroma.width /= 2;
      chroma.height /= rows;
      chroma.spans = this.#spans(blocks, width / BLOCK, height / rows, BLOCK / 2);
    } else calls.chromaFull(rgba, width, height, weighed, addU, addV);
    const planes: readonly [LayerPlane, LayerPlane] = [
      { ...chroma, add: addU },
      { ...chroma, add: addV },
    ];
    return { revision: region.revision, width: region.width, height: region.height, phaseX, phaseY, memory, luma, chroma: planes };
  }

  /** The region's pixels into the padded picture; everything around them transparent. */
  #load({ rgba, width: w, height: h }: OverlayRegion, phase: { x: number; y: number }, width: number, height: number, to: number): void {
    const { bytes } = this.#kernel;
    if (width === w && height === h) {
      bytes.set(rgba.subarray(0, w * h * 4), to);
      return;
    }
    bytes.fill(0, to, to + width * height * 4);
    for (let y = 0; y < h; y++) bytes.set(rgba.subarray(y * w * 4, (y + 1) * w * 4), to + ((y + phase.y) * width + phase.x) * 4);
  }

  #loadWeights({ y, u, v }: ColourWeights, to: number): void {
    const scale = 32_768 / 255;
    const memory = new Float32Array(this.#kernel.bytes.buffer, to, 12);
    for (const [i, w] of [y, u, v].entries()) memory.set([w.r * scale, w.g * scale, w.b * scale, w.base * scale], i * 4);
  }

  /** Behind the blocks, which are as many as pixels at most. */
  #spans(blocks: number, perRow: number, rows: number, step: number): Int32Array {
    const out = aligned(blocks + perRow * rows);
    const count = this.#kernel.calls.findSpans(blocks, perRow, rows, step, GAP, out);
    return new Int32Array(this.#kernel.bytes.buffer, out, 3 * count).slice();
  }
}

function aligned(bytes: number): number {
  return (bytes + 15) & ~15;
}
