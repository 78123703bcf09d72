import type { OverlayRegion } from '../../protocol/index.js';
import { check } from '../ffmpeg/native.js';
import type { SourceInfo, VideoFrame } from '../frame.js';
import { type ColourWeights, colourWeights } from './colour.js';
import { blendPlane } from './kernel.js';
import { convertRegion, type Layer } from './layer.js';
import { planesOf } from './planes.js';

/** A converted region not blended for this many frames is forgotten. */
const FORGET_AFTER = 120;

/**
 * Blends drawn regions into frames in place, in the frame's own format, matrix and range. Only covered pixels are read or written; each
 * region is converted once a revision.
 */
export class Compositor {
  private readonly weights: ColourWeights;
  private readonly layers = new Map<string, { layer: Layer; usedAt: number }>();
  private blends = 0;

  constructor(private readonly info: Pick<SourceInfo, 'size' | 'format' | 'colour'>) {
    this.weights = colourWeights(info.colour, info.format);
  }

  /** Regions in the order given, over the frame's picture. Pixels shared with the decoder are copied first. */
  blend(frame: Pick<VideoFrame, 'native'>, regions: readonly OverlayRegion[]): void {
    if (regions.length === 0) return;
    check(frame.native.makeWritable(), 'composite');
    const { format, size } = this.info;
    const [y, u, v] = planesOf(frame.native, format, size);
    for (const region of regions) {
      const { luma, chroma } = this.layerOf(region);
      const cx = region.x >> format.chromaShiftX;
      const cy = region.y >> format.chromaShiftY;
      blendPlane(y, luma, region.x, region.y);
      blendPlane(u, chroma[0], cx, cy);
      blendPlane(v, chroma[1], cx, cy);
    }
    this.forget();
  }

  private layerOf(region: OverlayRegion): Layer {
    const cached = this.layers.get(region.key);
    if (cached && fits(cached.layer, region, this.info)) {
      cached.usedAt = this.blends;
      return cached.layer;
    }
    const layer = convertRegion(region, this.info.format, this.weights);
    this.layers.set(region.key, { layer, usedAt: this.blends });
    return layer;
  }

  private forget(): void {
    if (++this.blends % FORGET_AFTER !== 0) return;
    for (const [key, { usedAt }] of this.layers) if (this.blends - usedAt > FORGET_AFTER) this.layers.delete(key);
  }
}

function fits(layer: Layer, region: OverlayRegion, info: Pick<SourceInfo, 'format'>): boolean {
  return (
    layer.revision === region.revision &&
    layer.width === region.width &&
    layer.height === region.height &&
    layer.phaseX === (region.x & info.format.chromaShiftX) &&
    layer.phaseY === (region.y & info.format.chromaShiftY)
  );
}
