import { readFileSync } from 'node:fs';
import type { OverlayRegion } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ColourWeights } from './colour.js';
import type { Layer, LayerPlane } from './layer.js';

/** Pixels the kernel handles at once; planes are padded to whole blocks. */
const BLOCK = 8;
const PAGE = 65_536;

/** What `convert.as.ts` exports. Addresses and sizes are bytes and pixels in its memory. */
interface Kernel {
  readonly memory: WebAssembly.Memory;
  readonly __heap_base?: WebAssembly.Global;
  luma(rgba: number, width: number, height: number, weights: number, keep: number, add: number, blocks: number): void;
  chromaHalf(
    rgba: number,
    width: number,
    height: number,
    rows: number,
    weights: number,
    keep: number,
    addU: number,
    addV: number,
    blocks: number,
  ): void;
  chromaFull(rgba: number, width: number, height: number, weights: number, addU: number, addV: number): void;
}

type Planes = Pick<Layer, 'luma' | 'chroma'>;

/** Where things lie in the kernel's memory for one padded size. */
interface Layout {
  readonly rgba: number;
  readonly weights: number;
  readonly keep: number;
  readonly add: number;
  readonly blocks: number;
  readonly chromaKeep: number;
  readonly addU: number;
  readonly addV: number;
  readonly chromaBlocks: number;
  readonly end: number;
}

/** Runs the WebAssembly kernel that converts regions: SIMD, about a nanosecond a pixel. */
export class Converter {
  private readonly kernel: Kernel;

  constructor() {
    const module = new WebAssembly.Module(readFileSync(new URL('./convert.wasm', import.meta.url)));
    const instance = new WebAssembly.Instance(module, {});
    this.kernel = asKernel(instance.exports);
  }

  /** @param former a layer no longer needed, whose memory is used again where it fits. */
  convert(
    region: OverlayRegion,
    phase: { readonly x: number; readonly y: number },
    format: PictureFormat,
    weights: ColourWeights,
    former?: Planes,
  ): Planes {
    const width = Math.ceil((region.width + phase.x) / BLOCK) * BLOCK;
    const height = region.height + phase.y + ((region.height + phase.y) & format.chromaShiftY);
    const at = layout(width * height);
    const { memory } = this.kernel;
    if (memory.buffer.byteLength < at.end) memory.grow(Math.ceil((at.end - memory.buffer.byteLength) / PAGE));
    this.load(region, phase, width, height, at.rgba);
    this.loadWeights(weights, at.weights);
    this.kernel.luma(at.rgba, width, height, at.weights, at.keep, at.add, at.blocks);
    const luma = this.plane(width, height, BLOCK, at.keep, at.add, at.blocks, former?.luma);
    if (format.chromaShiftX === 0) {
      this.kernel.chromaFull(at.rgba, width, height, at.weights, at.addU, at.addV);
      return { luma, chroma: [this.alike(luma, at.addU, former?.chroma[0]), this.alike(luma, at.addV, former?.chroma[1])] };
    }
    const rows = 1 + format.chromaShiftY;
    this.kernel.chromaHalf(at.rgba, width, height, rows, at.weights, at.chromaKeep, at.addU, at.addV, at.chromaBlocks);
    const u = this.plane(width / 2, height / rows, BLOCK / 2, at.chromaKeep, at.addU, at.chromaBlocks, former?.chroma[0]);
    return { luma, chroma: [u, this.alike(u, at.addV, former?.chroma[1])] };
  }

  /** The region's pixels into the padded picture; everything around them transparent. */
  private load(region: OverlayRegion, phase: { readonly x: number; readonly y: number }, width: number, height: number, to: number): void {
    const { rgba, width: w, height: h } = region;
    const memory = new Uint8Array(this.kernel.memory.buffer, to, width * height * 4);
    if (width === w && height === h) {
      memory.set(rgba.subarray(0, w * h * 4));
      return;
    }
    memory.fill(0);
    for (let y = 0; y < h; y++) memory.set(rgba.subarray(y * w * 4, (y + 1) * w * 4), ((y + phase.y) * width + phase.x) * 4);
  }

  private loadWeights({ y, u, v }: ColourWeights, to: number): void {
    const scale = 32_768 / 255;
    const memory = new Float32Array(this.kernel.memory.buffer, to, 12);
    for (const [i, w] of [y, u, v].entries()) memory.set([w.r * scale, w.g * scale, w.b * scale, w.base * scale], i * 4);
  }

  private plane(width: number, height: number, step: number, keep: number, add: number, blocks: number, former?: LayerPlane): LayerPlane {
    const { buffer } = this.kernel.memory;
    const count = width * height;
    return {
      width,
      keep: copied(new Uint16Array(buffer, keep, count), former?.keep),
      add: copied(new Int32Array(buffer, add, count), former?.add),
      spans: findSpans(new Uint8Array(buffer, blocks, count / step), width / step, height, step),
    };
  }

  /** A plane with the same coverage. */
  private alike(plane: LayerPlane, add: number, former?: LayerPlane): LayerPlane {
    return { ...plane, add: copied(new Int32Array(this.kernel.memory.buffer, add, plane.add.length), former?.add) };
  }
}

function copied<T extends Uint16Array | Int32Array>(from: T, former: T | undefined): T {
  if (former?.length !== from.length) return from.slice() as T;
  former.set(from);
  return former;
}

function asKernel(exports: WebAssembly.Exports): Kernel {
  const { memory, luma, chromaHalf, chromaFull } = exports;
  if (!(memory instanceof WebAssembly.Memory) || !isFunction(luma) || !isFunction(chromaHalf) || !isFunction(chromaFull))
    throw new Error('convert.wasm is not the kernel this version was built with');
  return { memory, luma, chromaHalf, chromaFull };
}

function isFunction(value: unknown): value is (...args: number[]) => void {
  return typeof value === 'function';
}

/** One after the other, each on a 16-byte boundary, above what the kernel itself may use. */
function layout(pixels: number): Layout {
  let next = 1024;
  const take = (bytes: number): number => {
    const at = next;
    next = (next + bytes + 15) & ~15;
    return at;
  };
  return {
    weights: take(48),
    rgba: take(pixels * 4),
    keep: take(pixels * 2),
    add: take(pixels * 4),
    blocks: take(pixels / BLOCK),
    chromaKeep: take(pixels * 2),
    addU: take(pixels * 4),
    addV: take(pixels * 4),
    chromaBlocks: take(pixels / BLOCK),
    get end() {
      return next;
    },
  };
}

/** Runs of covered blocks, row by row, as samples. Nothing is known of the samples of an empty block: they must not be blended. */
function findSpans(blocks: Uint8Array, perRow: number, rows: number, step: number): Int32Array {
  const spans: number[] = [];
  for (let y = 0; y < rows; y++) {
    const row = y * perRow;
    let start = -1;
    let last = -1;
    for (let x = 0; x < perRow; x++) {
      if (blocks[row + x] === 0) continue;
      if (start >= 0 && x - last > 1) {
        spans.push(y, start * step, (last + 1) * step);
        start = -1;
      }
      if (start < 0) start = x;
      last = x;
    }
    if (start >= 0) spans.push(y, start * step, (last + 1) * step);
  }
  return Int32Array.from(spans);
}
