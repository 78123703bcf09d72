import { readFileSync } from 'node:fs';

/** What kernel.as.ts exports. Pointers are byte offsets into its memory. */
export interface Kernel {
  memory: WebAssembly.Memory;
  alloc(bytes: number): number;
  setTarget(pointer: number, width: number, height: number, line: number, mask: number, depth: number): void;
  copy(to: number, from: number, bytes: number): void;
  fill(colour: number): void;
  buildTexture(header: number, rgba: number, premultiply: number): void;
  polygonFlat(polygon: number, points: number, colour: number, alpha: number): void;
  polygonTexture(polygon: number, points: number, matrix: number, texture: number, flags: number, alpha: number): void;
  polygonDetail(
    polygon: number,
    points: number,
    matrix: number,
    texture: number,
    tile: number,
    soft: number,
    scale: number,
    gain: number,
  ): void;
  packTile(header: number): void;
  polygonWater(
    polygon: number,
    points: number,
    matrix: number,
    texture: number,
    tile: number,
    scale: number,
    gain: number,
    bend: number,
    shine: number,
    x1: number,
    y1: number,
    x2: number,
    y2: number,
  ): void;
  polygonDepth(polygon: number, points: number, d0: number, d1: number, d2: number): void;
  setLight(x: number, y: number, z: number, ambient: number, sun: number): void;
  capsules(list: number, count: number): void;
  shadows(list: number, count: number, ax: number, ay: number, j0: number, j1: number, j2: number, j3: number): void;
  applyShadows(): void;
  grain(up: number, down: number, offsetX: number, offsetY: number): void;
  noiseField(
    out: number,
    width: number,
    height: number,
    cells: number,
    stretch: number,
    octaves: number,
    fall: number,
    seed: number,
    wraps: number,
  ): void;
}

let compiled: WebAssembly.Module | undefined;

/** A fresh rasteriser with memory of its own; compiled once a process. */
export function loadKernel(): Kernel {
  compiled ??= new WebAssembly.Module(readFileSync(new URL('./kernel.wasm', import.meta.url)));
  const instance = new WebAssembly.Instance(compiled, {
    env: {
      abort: () => {
        throw new Error('the scene rasteriser ran out of memory: choose a smaller --size');
      },
    },
  });
  return instance.exports as object as Kernel;
}
