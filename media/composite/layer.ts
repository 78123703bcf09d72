import type { OverlayRegion } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ColourWeights, SampleWeights } from './colour.js';

/** Fixed point of the kernels: a sample's share is counted in 1/2^15. */
export const ONE = 1 << 15;
const HALF = ONE >> 1;
/** Transparent gaps shorter than this are blended through rather than split. */
const GAP = 16;

/**
 * One plane of a region, ready to blend: `sample = (sample · keep + add) >> 15`. Only the pixels in `spans` are touched.
 */
export interface LayerPlane {
  readonly width: number;
  readonly height: number;
  /** How much of the picture stays, 0 to 2^15. */
  readonly keep: Uint16Array;
  /** Coverage times the drawn sample, in 1/2^15 code values, with the rounding half added. */
  readonly add: Int32Array;
  /** Triples: row, first pixel, one past the last. */
  readonly spans: Int32Array;
}

/** A region converted for one picture format and one position on the chroma grid. */
export interface Layer {
  readonly revision: number;
  readonly width: number;
  readonly height: number;
  /** Place of the region's left top pixel within its chroma block. */
  readonly phaseX: number;
  readonly phaseY: number;
  readonly luma: LayerPlane;
  /** U then V; both share `keep` and `spans`. */
  readonly chroma: readonly [LayerPlane, LayerPlane];
}

/** Share of the picture that stays under 8-bit alpha. */
const KEEP = Uint16Array.from({ length: 256 }, (_, a) => Math.round(((255 - a) * ONE) / 255));
/** Coverage by alpha, in 1/2^15. */
const COVER = Float64Array.from({ length: 256 }, (_, a) => (a * ONE) / 255);

/** Straight RGBA → premultiplied planes. Chroma is the mean of its block's pixels weighted by their coverage. */
export function convertRegion(region: OverlayRegion, format: PictureFormat, weights: ColourWeights): Layer {
  const phaseX = region.x & format.chromaShiftX;
  const phaseY = region.y & format.chromaShiftY;
  return {
    revision: region.revision,
    width: region.width,
    height: region.height,
    phaseX,
    phaseY,
    luma: lumaPlane(region, weights.y),
    chroma: chromaPlanes(region, format, weights, phaseX, phaseY),
  };
}

function lumaPlane(region: OverlayRegion, weights: SampleWeights): LayerPlane {
  const { width, height, rgba } = region;
  const { r, g, b, base } = weights;
  const count = width * height;
  const keep = new Uint16Array(count).fill(ONE);
  const add = new Int32Array(count).fill(HALF);
  for (let i = 0, p = 0; i < count; i++, p += 4) {
    const alpha = rgba[p + 3]!;
    if (alpha === 0) continue;
    keep[i] = KEEP[alpha]!;
    add[i] = (r * rgba[p]! + g * rgba[p + 1]! + b * rgba[p + 2]! + base) * COVER[alpha]! + HALF;
  }
  return { width, height, keep, add, spans: findSpans(keep, width, height) };
}

function chromaPlanes(
  region: OverlayRegion,
  format: PictureFormat,
  { u: wu, v: wv }: ColourWeights,
  phaseX: number,
  phaseY: number,
): [LayerPlane, LayerPlane] {
  const { chromaShiftX: sx, chromaShiftY: sy } = format;
  const { rgba, width: w, height: h } = region;
  const width = ((w + phaseX - 1) >> sx) + 1;
  const height = ((h + phaseY - 1) >> sy) + 1;
  const keep = new Uint16Array(width * height).fill(ONE);
  const addU = new Int32Array(width * height).fill(HALF);
  const addV = new Int32Array(width * height).fill(HALF);
  const share = 1 / (1 << (sx + sy));
  for (let cy = 0; cy < height; cy++) {
    const y0 = Math.max(0, (cy << sy) - phaseY);
    const y1 = Math.min(h, ((cy + 1) << sy) - phaseY);
    for (let cx = 0; cx < width; cx++) {
      const x0 = Math.max(0, (cx << sx) - phaseX);
      const x1 = Math.min(w, ((cx + 1) << sx) - phaseX);
      let cover = 0;
      let u = 0;
      let v = 0;
      for (let y = y0; y < y1; y++) {
        for (let p = (y * w + x0) * 4, end = (y * w + x1) * 4; p < end; p += 4) {
          const alpha = rgba[p + 3]!;
          if (alpha === 0) continue;
          const red = rgba[p]!;
          const green = rgba[p + 1]!;
          const blue = rgba[p + 2]!;
          cover += alpha;
          u += (wu.r * red + wu.g * green + wu.b * blue + wu.base) * alpha;
          v += (wv.r * red + wv.g * green + wv.b * blue + wv.base) * alpha;
        }
      }
      if (cover === 0) continue;
      const i = cy * width + cx;
      const unit = (share * ONE) / 255;
      keep[i] = Math.round(ONE - cover * unit);
      addU[i] = u * unit + HALF;
      addV[i] = v * unit + HALF;
    }
  }
  const spans = findSpans(keep, width, height);
  return [
    { width, height, keep, add: addU, spans },
    { width, height, keep, add: addV, spans },
  ];
}

/** Runs of pixels with any coverage, row by row; short gaps are joined. */
function findSpans(keep: Uint16Array, width: number, height: number): Int32Array {
  const spans: number[] = [];
  for (let y = 0; y < height; y++) {
    const row = y * width;
    let start = -1;
    let last = -1;
    for (let x = 0; x < width; x++) {
      if (keep[row + x] === ONE) continue;
      if (start >= 0 && x - last > GAP) {
        spans.push(y, start, last + 1);
        start = -1;
      }
      if (start < 0) start = x;
      last = x;
    }
    if (start >= 0) spans.push(y, start, last + 1);
  }
  return Int32Array.from(spans);
}
