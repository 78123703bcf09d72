import type { Frame } from 'node-av/lib';
import type { OverlayRegion } from '../../protocol/index.js';
import { check, MediaError } from '../ffmpeg/native.js';
import type { KeyFill, SourceInfo, VideoFrame } from '../frame.js';
import { type ColourWeights, colourWeights } from './colour.js';
import { FramePool } from './frame-pool.js';
import { blendPlane, fillPlane } from './kernel.js';
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
  private readonly pool: FramePool;
  private blends = 0;

  constructor(private readonly info: Pick<SourceInfo, 'size' | 'format' | 'colour' | 'sampleAspectRatio'>) {
    this.weights = colourWeights(info.colour, info.format);
    this.pool = new FramePool(info);
  }

  /** Regions in the order given, over the frame's picture. Pixels shared with the decoder are copied first. */
  blend(frame: Pick<VideoFrame, 'native'>, regions: readonly OverlayRegion[]): void {
    if (regions.length === 0) return;
    this.makeOwn(frame.native);
    this.blendInto(frame.native, regions);
    this.forget();
  }

  /**
   * The same regions for a mixer: the fill is the graphics over black, the key their coverage as luma (black: none, white: all), in the
   * source's format and range. Both are the caller's to close.
   */
  renderKeyFill(regions: readonly OverlayRegion[]): KeyFill {
    const fill = this.black();
    const key = this.black();
    this.blendInto(fill, regions);
    const [luma] = planesOf(key, this.info.format, this.info.size);
    for (const region of regions) {
      const layer = this.layerOf(region);
      blendPlane(luma, layer.luma, region.x - layer.phaseX, region.y - layer.phaseY, this.weights.white);
    }
    return {
      fill,
      key,
      close: () => {
        fill.free();
        key.free();
      },
    };
  }

  /** Frees what is kept for reuse. */
  close(): void {
    this.pool.close();
    this.layers.clear();
  }

  private blendInto(native: Frame, regions: readonly OverlayRegion[]): void {
    const { format, size } = this.info;
    const [y, u, v] = planesOf(native, format, size);
    for (const region of regions) {
      const { luma, chroma, phaseX, phaseY } = this.layerOf(region);
      const cx = region.x >> format.chromaShiftX;
      const cy = region.y >> format.chromaShiftY;
      blendPlane(y, luma, region.x - phaseX, region.y - phaseY);
      blendPlane(u, chroma[0], cx, cy);
      blendPlane(v, chroma[1], cx, cy);
    }
  }

  /** What `makeWritable()` does, into pooled memory. */
  private makeOwn(native: Frame): void {
    if (native.isWritable) return;
    const own = this.pool.take();
    try {
      check(own.copy(native), 'composite');
      check(own.copyProps(native), 'composite');
      native.unref();
      check(native.ref(own), 'composite');
    } finally {
      own.free();
    }
  }

  private black(): Frame {
    const frame = this.pool.take();
    const [y, u, v] = planesOf(frame, this.info.format, this.info.size);
    fillPlane(y, this.weights.black);
    fillPlane(u, this.weights.neutral);
    fillPlane(v, this.weights.neutral);
    return frame;
  }

  private layerOf(region: OverlayRegion): Layer {
    const cached = this.layers.get(region.key);
    if (cached && fits(cached.layer, region, this.info)) {
      cached.usedAt = this.blends;
      return cached.layer;
    }
    if (region.rgba.length < region.width * region.height * 4)
      throw new MediaError(`graphics region "${region.key}" is ${region.width}×${region.height} but has ${region.rgba.length} bytes`);
    const layer = convertRegion(region, this.info.format, this.weights, cached?.layer);
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
