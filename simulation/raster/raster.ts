import { invert, type Mat3, multiply, type Size, scaling } from '../../protocol/index.js';
import { planeToImage, projectPolygon, type Vec3, type View } from '../camera.js';
import { loadKernel } from './kernel.js';
import { type Colour, type Surface, surfaceCorners, type Texture, type Tile, type WaterLook } from './surface.js';

export * from './surface.js';

/** 32-bit floats a capsule and a shadow take in their lists. */
export const CAPSULE_FLOATS = 20;
const SHADOW_FLOATS = 7;
const MAX_ITEMS = 4000;
const GRAIN_TILE = 256;

/**
 * One scene's drawing machine: memory of its own, one RGBA target of the scene's size. Textures are made first; afterwards nothing allocates, so
 * that `pixels` stays valid.
 */
export class Raster {
  readonly size: Size;
  private readonly kernel = loadKernel();
  private readonly frame: number;
  private readonly lineBuffer: number;
  private readonly maskBuffer: number;
  private readonly polygon: number;
  private readonly matrix: number;
  private readonly list: number;
  private readonly grainUp: number;
  private readonly grainDown: number;
  private depthBuffer = 0;
  private kept = 0;

  constructor(size: Size) {
    this.size = size;
    const { kernel } = this;
    const area = size.width * size.height;
    this.frame = kernel.alloc(area * 4);
    this.lineBuffer = kernel.alloc(size.width * 4 + 64);
    this.maskBuffer = kernel.alloc(area);
    this.polygon = kernel.alloc(16 * 16);
    this.matrix = kernel.alloc(9 * 8);
    this.list = kernel.alloc(MAX_ITEMS * CAPSULE_FLOATS * 4);
    this.grainUp = kernel.alloc(GRAIN_TILE * GRAIN_TILE * 8);
    this.grainDown = kernel.alloc(GRAIN_TILE * GRAIN_TILE * 8);
    this.drawToFrame();
  }

  /** The target's pixels: opaque RGBA, overwritten by the next frame. */
  get pixels(): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, this.frame, this.size.width * this.size.height * 4);
  }

  get memoryBytes(): number {
    return this.kernel.memory.buffer.byteLength;
  }

  private drawToFrame(): void {
    const { width, height } = this.size;
    this.kernel.setTarget(this.frame, width, height, this.lineBuffer, this.maskBuffer, this.depthBuffer);
  }

  private bytes(pointer: number, length: number): Uint8Array {
    return new Uint8Array(this.kernel.memory.buffer, pointer, length);
  }

  /** Makes a texture with its chain of smaller levels from tight straight-alpha RGBA. Wrapping ones need power-of-two sides. */
  texture(rgba: Uint8Array | Uint8ClampedArray, width: number, height: number, options: { wrap?: boolean; alpha?: boolean } = {}): Texture {
    const { kernel } = this;
    const levels: { pointer: number; width: number; height: number }[] = [];
    let w = width;
    let h = height;
    for (;;) {
      levels.push({ pointer: kernel.alloc((w + 2) * (h + 2) * 4 + 16), width: w, height: h });
      if (w < 4 || h < 4 || levels.length === 10) break;
      w >>= 1;
      h >>= 1;
    }
    const header = kernel.alloc(8 + levels.length * 16);
    const staging = this.stage(rgba);
    const words = new Uint32Array(kernel.memory.buffer, header, 2 + levels.length * 4);
    words[0] = levels.length;
    words[1] = options.wrap ? 1 : 0;
    for (const [i, level] of levels.entries()) words.set([level.pointer, level.width, level.height, (level.width + 2) * 4], 2 + i * 4);
    kernel.buildTexture(header, staging, options.alpha ? 1 : 0);
    return { pointer: header, width, height, hasAlpha: options.alpha ?? false };
  }

  private staging = { pointer: 0, bytes: 0 };

  private stage(data: Uint8Array | Uint8ClampedArray): number {
    if (this.staging.bytes < data.length) this.staging = { pointer: this.kernel.alloc(data.length), bytes: data.length };
    this.bytes(this.staging.pointer, data.length).set(data);
    return this.staging.pointer;
  }

  /** Makes a wrapping tile of two materials' grain (one byte a texel, 128 neutral), `side` a power of two. */
  tile(side: number, hard: Uint8Array, soft: Uint8Array = hard): Tile {
    const make = (values: Uint8Array) => {
      const rgba = new Uint8Array(side * side * 4);
      for (const [i, value] of values.entries()) rgba[i * 4] = value;
      const texture = this.texture(rgba, side, side, { wrap: true });
      this.kernel.packTile(texture.pointer);
      return texture.pointer;
    };
    const pointer = make(hard);
    return { hard: pointer, soft: soft === hard ? pointer : make(soft) };
  }

  /** Fractal noise, mean 128, one byte a texel; see the kernel. The result is a copy. */
  noise(
    width: number,
    height: number,
    cells: number,
    seed: number,
    options: { stretch?: number; octaves?: number; fall?: number; wrap?: boolean } = {},
  ): Uint8Array {
    const { stretch = height / width, octaves = 4, fall = 0.6, wrap = false } = options;
    if (this.staging.bytes < width * height) this.staging = { pointer: this.kernel.alloc(width * height), bytes: width * height };
    this.kernel.noiseField(this.staging.pointer, width, height, cells, stretch * (width / height), octaves, fall, seed, wrap ? 1 : 0);
    return this.bytes(this.staging.pointer, width * height).slice();
  }

  /** Prepares grain of the given strength (standard deviation in levels) from a seed's uniform numbers. */
  prepareGrain(strength: number, next: () => number): void {
    const up = this.bytes(this.grainUp, GRAIN_TILE * GRAIN_TILE * 8);
    const down = this.bytes(this.grainDown, GRAIN_TILE * GRAIN_TILE * 8);
    for (let y = 0; y < GRAIN_TILE; y++) {
      for (let x = 0; x < GRAIN_TILE; x++) {
        const common = (next() + next() + next() - 1.5) * 2 * strength;
        for (let c = 0; c < 3; c++) {
          const value = Math.round(common + (next() - 0.5) * strength);
          for (const column of [x, x + GRAIN_TILE]) {
            const at = (y * GRAIN_TILE * 2 + column) * 4 + c;
            up[at] = Math.max(0, value);
            down[at] = Math.max(0, -value);
          }
        }
      }
    }
  }

  grain(offset: number): void {
    this.kernel.grain(this.grainUp, this.grainDown, offset & 255, (offset >>> 8) & 255);
  }

  fill(colour: Colour): void {
    this.kernel.fill(pack(colour));
  }

  /** Fills a convex polygon in the world with one colour. */
  polygon3(view: View, corners: readonly Vec3[], colour: Colour, alpha = 1): void {
    const points = this.putPolygon(projectPolygon(view, corners));
    if (points > 0) this.kernel.polygonFlat(this.polygon, points, pack(colour), Math.round(alpha * 256));
  }

  /** Draws a whole texture onto a surface. */
  surface(view: View, surface: Surface, texture: Texture, alpha = 1): void {
    const points = this.putSurface(view, surface, texture);
    if (points > 0) {
      this.kernel.polygonTexture(this.polygon, points, this.matrix, texture.pointer, texture.hasAlpha ? 1 : 0, Math.round(alpha * 256));
    }
  }

  /** As {@link surface}, modulated by a tile: `perM` of its texels a metre, gain 0–255. The texture's alpha mixes hard (0) and soft (255). `corners`
   * cut out a convex part of it. */
  detailed(
    view: View,
    surface: Surface,
    texture: Texture,
    tile: Tile,
    perM: number,
    gain: number,
    corners = surfaceCorners(surface),
  ): void {
    const points = this.putSurface(view, surface, texture, corners);
    if (points === 0) return;
    const scale = (perM * surface.length) / texture.width;
    this.kernel.polygonDetail(this.polygon, points, this.matrix, texture.pointer, tile.hard, tile.soft, scale, gain);
  }

  /** Water over a bottom. */
  water(view: View, surface: Surface, bottom: Texture, look: WaterLook): void {
    const points = this.putSurface(view, surface, bottom);
    if (points === 0) return;
    const texelsPerM = bottom.width / surface.length;
    const { waves, perM, gain, bendM, shine, shifts } = look;
    const bend = bendM * texelsPerM;
    this.kernel.polygonWater(
      this.polygon,
      points,
      this.matrix,
      bottom.pointer,
      waves.hard,
      perM / texelsPerM,
      gain,
      bend,
      shine,
      ...shifts,
    );
  }

  /** Makes room for a depth buffer: capsules are hidden behind surfaces given to {@link occlude} from now on. */
  useDepth(): void {
    this.depthBuffer = this.kernel.alloc(this.size.width * this.size.height * 4);
    this.bytes(this.depthBuffer, this.size.width * this.size.height * 4).fill(0);
    this.drawToFrame();
  }

  /** Hides what is drawn later behind a surface. */
  occlude(view: View, s: Surface): void {
    const points = this.putPolygon(projectPolygon(view, surfaceCorners(s)));
    const inverse = invert(planeToImage(view, s.origin, s.along, s.across));
    if (points > 0 && inverse) this.kernel.polygonDepth(this.polygon, points, inverse[6], inverse[7], inverse[8]);
  }

  /** 1 ÷ distance of the nearest occluding surface at a pixel, 0 for none. */
  depthAt(x: number, y: number): number {
    const { width, height } = this.size;
    const column = Math.floor(x);
    const row = Math.floor(y);
    if (!this.depthBuffer || column < 0 || row < 0 || column >= width || row >= height) return 0;
    return new DataView(this.kernel.memory.buffer).getFloat32(this.depthBuffer + (row * width + column) * 4, true);
  }

  /** Keeps the frame as it is now; {@link restore} brings it back at the price of a copy. */
  keep(): void {
    this.kept ||= this.kernel.alloc(this.size.width * this.size.height * 4);
    this.kernel.copy(this.kept, this.frame, this.size.width * this.size.height * 4);
  }

  restore(): void {
    this.kernel.copy(this.frame, this.kept, this.size.width * this.size.height * 4);
  }

  setLight(direction: Vec3, view: View, ambient: number, sun: number): void {
    const dot = (a: Vec3) => a.x * direction.x + a.y * direction.y + a.z * direction.z;
    this.kernel.setLight(dot(view.right), -dot(view.up), -dot(view.forward), ambient, sun);
  }

  /** Draws capsules laid out as the kernel wants them, in order. */
  capsules(list: ArrayLike<number>): void {
    this.putList(list);
    this.kernel.capsules(this.list, Math.floor(list.length / CAPSULE_FLOATS));
  }

  /** Adds shadows around an anchor on the ground (metres); {@link applyShadows} then darkens the picture once. */
  shadows(list: readonly number[], anchor: { x: number; y: number }, imageToLocal: readonly [number, number, number, number]): void {
    this.putList(list);
    this.kernel.shadows(this.list, Math.floor(list.length / SHADOW_FLOATS), anchor.x, anchor.y, ...imageToLocal);
  }

  applyShadows(): void {
    this.kernel.applyShadows();
  }

  private putList(list: ArrayLike<number>): void {
    if (list.length > MAX_ITEMS * CAPSULE_FLOATS) throw new Error('a scene draws more at once than its list holds');
    new Float32Array(this.kernel.memory.buffer, this.list, list.length).set(list);
  }

  private putPolygon(flat: readonly number[]): number {
    const points = flat.length / 2;
    if (points < 3 || points > 12 || !this.touches(flat)) return 0;
    new Float64Array(this.kernel.memory.buffer, this.polygon, flat.length).set(flat);
    return points;
  }

  private touches(flat: readonly number[]): boolean {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < flat.length; i += 2) {
      const x = flat[i] as number;
      const y = flat[i + 1] as number;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    return right > -1 && left < this.size.width + 1 && bottom > -1 && top < this.size.height + 1;
  }

  private putSurface(view: View, s: Surface, texture: Texture, corners = surfaceCorners(s)): number {
    const points = this.putPolygon(projectPolygon(view, corners));
    if (points === 0) return 0;
    const toTexel = scaling(texture.width / s.length, texture.height / s.breadth);
    const imageToPlane = invert(planeToImage(view, s.origin, s.along, s.across));
    if (!imageToPlane) return 0;
    this.putMatrix(multiply(toTexel, imageToPlane));
    return points;
  }

  private putMatrix(m: Mat3): void {
    new Float64Array(this.kernel.memory.buffer, this.matrix, 9).set(m);
  }
}

function pack(colour: Colour): number {
  return ((255 << 24) | (Math.round(colour[2]) << 16) | (Math.round(colour[1]) << 8) | Math.round(colour[0])) >>> 0;
}
