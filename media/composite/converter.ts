import type { OverlayRegion } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ColourWeights } from './colour.js';
import type { Kernel, Stretch } from './kernel.js';
import type { Layer, LayerPlane } from './layer.js';

/** Pixels the kernel handles at once; planes are padded to whole blocks. */
const BLOCK = 8;
/** Gaps between covered blocks that are blended all the same: a row's span costs as much as so many blocks. */
const GAP = 8;

/** Converts regions into layers of one picture format in the kernel's memory, eight pixels at a time. */
export class Converter {
  readonly #kernel: Kernel;
  readonly #format: PictureFormat;
  /** What only a conversion needs: the region's pixels, as they came and padded, covered blocks, spans. */
  #scratch: Stretch | undefined;

  constructor(kernel: Kernel, format: PictureFormat, weights: ColourWeights) {
    this.#kernel = kernel;
    this.#format = format;
    loadWeights(kernel, format, weights);
  }

  /**
   * Straight RGBA → premultiplied planes. Chroma is the mean of its block's pixels weighted by their coverage.
   * @param former what is replaced; its memory is used again.
   */
  convert(region: OverlayRegion, former?: Layer): Layer {
    const format = this.#format;
    const [phaseX, phaseY] = [region.x & format.chromaShiftX, region.y & format.chromaShiftY];
    const width = Math.ceil((region.width + phaseX) / BLOCK) * BLOCK;
    const height = region.height + phaseY + ((region.height + phaseY) & format.chromaShiftY);
    const pixels = width * height;
    const rows = 1 + format.chromaShiftY;
    const isHalf = format.chromaShiftX === 1;
    const samples = isHalf ? pixels / 2 / rows : pixels;
    // Luma's keep and add, chroma's keep and two of add, two bytes a sample; each a multiple of eight samples or its tail beyond those before it.
    const { calls } = this.#kernel;
    const memory = this.#kernel.retake(former?.memory, 4 * pixels + 6 * samples + 48);
    this.#scratch = this.#kernel.retake(this.#scratch, 4 * (pixels + region.width * region.height) + 16 + 14 * (pixels / BLOCK) + 12);
    const [keep, add] = [memory.at, memory.at + 2 * pixels];
    const chromaKeep = isHalf ? add + 2 * pixels : keep;
    const addU = add + 2 * pixels + (isHalf ? aligned(2 * samples) : 0);
    const addV = addU + aligned(2 * samples);
    const rgba = this.#scratch.at;
    const blocks = rgba + 4 * pixels;
    this.#load(region, { x: phaseX, y: phaseY }, width, height, rgba);
    calls.luma(rgba, width, height, keep, add, blocks);
    const luma = { width, height, keep, add, spans: this.#spans(blocks, width / BLOCK, height, BLOCK) };
    const chroma = { ...luma, keep: chromaKeep };
    if (isHalf) {
      calls.chromaHalf(rgba, width, height, rows, chromaKeep, addU, addV, blocks);
      chroma.width /= 2;
      chroma.height /= rows;
      chroma.spans = this.#spans(blocks, width / BLOCK, height / rows, BLOCK / 2);
    } else calls.chromaFull(rgba, width, height, addU, addV);
    const planes: readonly [LayerPlane, LayerPlane] = [
      { ...chroma, add: addU },
      { ...chroma, add: addV },
    ];
    return { revision: region.revision, width: region.width, height: region.height, phaseX, phaseY, memory, luma, chroma: planes };
  }

  /** The region's pixels into the padded picture; everything around them transparent. */
  #load({ rgba, width: w, height: h }: OverlayRegion, phase: { x: number; y: number }, width: number, height: number, to: number): void {
    const { bytes, calls } = this.#kernel;
    if (width === w && height === h) {
      bytes.set(rgba.subarray(0, w * h * 4), to);
      return;
    }
    const loose = aligned(to + 4 * width * height);
    bytes.set(rgba.subarray(0, w * h * 4), loose);
    calls.place(loose, w, h, phase.x, phase.y, to, width, height);
  }

  /** Behind the blocks, which are as many as pixels at most. */
  #spans(blocks: number, perRow: number, rows: number, step: number): Int32Array {
    const out = aligned(blocks + perRow * rows);
    const count = this.#kernel.calls.findSpans(blocks, perRow, rows, step, GAP, out);
    return new Int32Array(this.#kernel.bytes.buffer, out, 3 * count).slice();
  }
}

/** How much of a channel, premultiplied and halved (32512: all), makes a code value as the kernel counts them, Q15; the base by coverage times 128. */
function loadWeights({ calls }: Kernel, { depth }: PictureFormat, { y, u, v }: ColourWeights): void {
  const scale = (2 ** (15 - depth) / 255) * 32_768;
  calls.setDepth(depth);
  for (const [i, w] of [y, u, v].entries())
    for (const [j, value] of [2 * w.r * scale, 2 * w.g * scale, 2 * w.b * scale, (w.base * scale) / 128].entries())
      calls.setWeight(4 * i + j, Math.round(value));
}

function aligned(bytes: number): number {
  return (bytes + 15) & ~15;
}
