import type { Frame } from 'node-av/lib';
import type { Matte, OverlayRegion } from '../../protocol/index.js';
import { check, MediaError } from '../ffmpeg/native.js';
import type { KeyFill, SourceInfo, VideoFrame } from '../frame.js';
import { Blender, fillPlane } from './blender.js';
import { HandKeys } from './by-hand.js';
import { type ColourWeights, colourWeights } from './colour.js';
import { Converter } from './converter.js';
import { FramePool, type PooledFrame } from './frame-pool.js';
import { type Front, FrontMatte } from './front.js';
import { Kernel } from './kernel.js';
import type { Layer } from './layer.js';
import { planesOf } from './planes.js';

type Planes = PooledFrame['planes'];

/** A converted region not blended for this many frames is forgotten. */
const FORGET_AFTER = 120;

/**
 * Blends drawn regions into frames in place, in the frame's own format, matrix and range. Only covered pixels are read or written; each
 * region is converted once a revision.
 */
export class Compositor {
  private readonly weights: ColourWeights;
  private readonly kernel = new Kernel();
  private readonly converter: Converter;
  private readonly blender = new Blender(this.kernel);
  /** By region; what only moves (a tag) also by its place on the chroma grid, and is converted for each such place once. */
  private readonly layers = new Map<string, { layer: Layer; usedAt: number }>();
  private readonly pool: FramePool;
  /** Made when first needed: it takes the room of several pictures. */
  private frontMatte: FrontMatte | undefined;
  private readonly handKeys: HandKeys;
  /** What of the ground's regions shows, of the frame last blended. */
  private readonly masks = new Map<string, Uint8Array>();
  private readonly formerMasks = new Map<string, Uint8Array>();
  private refined: Matte | undefined;
  private blends = 0;

  constructor(private readonly info: Pick<SourceInfo, 'size' | 'format' | 'colour' | 'sampleAspectRatio'>) {
    this.weights = colourWeights(info.colour, info.format);
    this.converter = new Converter(this.kernel, info.format, this.weights);
    this.pool = new FramePool(info);
    this.handKeys = new HandKeys(info);
  }

  /**
   * Regions in the order given, over the frame's picture. Pixels shared with the decoder are copied first.
   * @param front who stands in front of the ground: ground regions run under them. Without it they lie over everything.
   */
  blend(frame: Pick<VideoFrame, 'native'>, regions: readonly OverlayRegion[], front?: Front): void {
    for (const [key, mask] of this.masks) this.formerMasks.set(key, mask);
    this.masks.clear();
    this.refined = undefined;
    // A reference taken now keeps the picture as it was: what is drawn on is a copy then.
    const clean = front && this.front.wants(front) ? frame.native.clone() : null;
    if (regions.length > 0) this.blendRegions(frame, regions, front);
    if (front && clean) this.front.keep(clean, front);
  }

  private blendRegions(frame: Pick<VideoFrame, 'native'>, regions: readonly OverlayRegion[], front: Front | undefined): void {
    const planes = this.makeOwn(frame.native);
    if (front) this.undercut(planes, regions, front);
    this.blendInto(planes, regions);
    this.forget();
  }

  /**
   * The same regions for a mixer: the fill is the graphics over black, the key their coverage as luma (black: none, white: all), in the
   * source's format and range. Both are the caller's to close.
   */
  renderKeyFill(regions: readonly OverlayRegion[]): KeyFill {
    const fill = this.black();
    const key = this.black();
    this.blendInto(fill.planes, regions);
    const [luma] = key.planes;
    for (const region of regions) {
      const layer = this.layerOf(region);
      const mask = this.masks.get(region.key);
      const shares = mask && this.blender.loadShares(mask, layer).luma;
      this.blender.blend(luma, layer.luma, region.x - layer.phaseX, region.y - layer.phaseY, { shares, fixed: this.weights.white });
    }
    return {
      fill: fill.frame,
      key: key.frame,
      close: () => {
        fill.frame.free();
        key.frame.free();
      },
    };
  }

  /** Frees what is kept for reuse. */
  close(): void {
    this.frontMatte?.close();
    this.pool.close();
    this.layers.clear();
  }

  private blendInto([y, u, v]: Planes, regions: readonly OverlayRegion[]): void {
    const { chromaShiftX, chromaShiftY } = this.info.format;
    for (const region of regions) {
      const layer = this.layerOf(region);
      const { luma, chroma, phaseX, phaseY } = layer;
      const mask = this.masks.get(region.key);
      const shares = mask && this.blender.loadShares(mask, layer);
      const [cx, cy] = [region.x >> chromaShiftX, region.y >> chromaShiftY];
      this.blender.blend(y, luma, region.x - phaseX, region.y - phaseY, { shares: shares?.luma });
      this.blender.blend(u, chroma[0], cx, cy, { shares: shares?.chroma });
      this.blender.blend(v, chroma[1], cx, cy, { shares: shares?.chroma });
    }
  }

  /** The matte handed to `blend`, as the picture's colours and what was said by hand correct it; undefined where no ground graphic let them be looked at. */
  get refinedMatte(): Matte | undefined {
    return this.refined;
  }

  /** Works out what of the ground's regions shows, on the picture as it was. */
  private undercut(planes: Planes, regions: readonly OverlayRegion[], front: Front): void {
    const ground = regions.filter((region) => region.onGround).map((region) => ({ region, layer: this.layerOf(region) }));
    const isFound = front.strength > 0;
    if (ground.length === 0 || !(isFound || front.byHand)) return;
    if (isFound) this.front.look(planes, ground, front);
    const isSaid = front.byHand !== undefined && this.handKeys.look(planes, front.byHand);
    for (const { region, layer } of ground) {
      const former = this.formerMasks.get(region.key);
      const found = isFound ? this.front.maskOf(region, layer, former) : undefined;
      const mask = isSaid ? this.handKeys.maskOf(region, layer, found, former) : found;
      if (mask) this.masks.set(region.key, mask);
    }
    const refined = isFound && front.matte ? this.front.refined(front.matte) : undefined;
    this.refined = isSaid
      ? this.handKeys.corrected(
          refined,
          ground.map(({ region }) => region),
        )
      : refined;
  }

  private get front(): FrontMatte {
    this.frontMatte ??= new FrontMatte(this.info.size, this.info.format);
    return this.frontMatte;
  }

  /** What `makeWritable()` does, into pooled memory. @returns the planes to write to. */
  private makeOwn(native: Frame): Planes {
    if (native.isWritable) return planesOf(native, this.info.format, this.info.size);
    const { frame, planes } = this.pool.take();
    try {
      check(frame.copy(native), 'composite');
      check(frame.copyProps(native), 'composite');
      native.unref();
      check(native.ref(frame), 'composite');
      return planes;
    } finally {
      frame.free();
    }
  }

  private black(): PooledFrame {
    const pooled = this.pool.take();
    const [y, u, v] = pooled.planes;
    fillPlane(y, this.weights.black);
    fillPlane(u, this.weights.neutral);
    fillPlane(v, this.weights.neutral);
    return pooled;
  }

  private layerOf(region: OverlayRegion): Layer {
    const { chromaShiftX, chromaShiftY } = this.info.format;
    // What lies on the ground looks another way whenever it moves.
    const key = region.onGround ? region.key : `${region.key} ${region.x & chromaShiftX}${region.y & chromaShiftY}`;
    const cached = this.layers.get(key);
    if (cached && fits(cached.layer, region, this.info)) {
      cached.usedAt = this.blends;
      return cached.layer;
    }
    if (region.rgba.length < region.width * region.height * 4)
      throw new MediaError(`graphics region "${region.key}" is ${region.width}×${region.height} but has ${region.rgba.length} bytes`);
    const layer = this.converter.convert(region, cached?.layer);
    this.layers.set(key, { layer, usedAt: this.blends });
    return layer;
  }

  private forget(): void {
    if (++this.blends % FORGET_AFTER !== 0) return;
    for (const [key, { layer, usedAt }] of this.layers) {
      if (this.blends - usedAt <= FORGET_AFTER) continue;
      this.kernel.give(layer.memory);
      this.layers.delete(key);
      this.formerMasks.delete(key);
    }
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
