import type { OverlayRegion } from '../../protocol/index.js';
import type { PictureFormat } from '../ffmpeg/picture-format.js';
import type { ColourWeights } from './colour.js';
import { Converter } from './converter.js';

/** Fixed point of the kernels: a sample's share is counted in 1/2^15. */
export const ONE = 1 << 15;

/**
 * One plane of a region, ready to blend: `sample = (sample · keep + add) >> 15`. Only the samples in `spans` are touched; the others are
 * undefined.
 */
export interface LayerPlane {
  readonly width: number;
  /** How much of the picture stays, 0 to 2^15. */
  readonly keep: Uint16Array;
  /** Coverage times the drawn sample, in 1/2^15 code values, with the rounding half added. */
  readonly add: Int32Array;
  /** Triples: row, first sample, one past the last. */
  readonly spans: Int32Array;
}

/** A region converted for one picture format and one position on the chroma grid. */
export interface Layer {
  readonly revision: number;
  readonly width: number;
  readonly height: number;
  /** Place of the region's top left pixel within its chroma block: the planes begin this much left of and above the region. */
  readonly phaseX: number;
  readonly phaseY: number;
  readonly luma: LayerPlane;
  /** U then V; both share `keep` and `spans`. */
  readonly chroma: readonly [LayerPlane, LayerPlane];
}

const converter = new Converter();

/**
 * Straight RGBA → premultiplied planes. Chroma is the mean of its block's pixels weighted by their coverage.
 * @param former what is replaced; its memory is used again.
 */
export function convertRegion(region: OverlayRegion, format: PictureFormat, weights: ColourWeights, former?: Layer): Layer {
  const phase = { x: region.x & format.chromaShiftX, y: region.y & format.chromaShiftY };
  const { revision, width, height } = region;
  return { revision, width, height, phaseX: phase.x, phaseY: phase.y, ...converter.convert(region, phase, format, weights, former) };
}
