import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Box, OverlayRegion, Size } from '../../protocol/index.js';
import { packageRoot } from '../host/node-pixi.js';

/** An RGBA picture for tests, straight alpha. */
export interface Picture extends Size {
  readonly rgba: Uint8ClampedArray;
}

/** Blends regions over each other, as a composite does, onto nothing or onto a grey of `background`. */
export function flatten(regions: readonly OverlayRegion[], size: Size, background?: number): Picture {
  // Premultiplied sums in floating point: exact enough to be the measure for others.
  const sum = new Float32Array(size.width * size.height * 4);
  if (background !== undefined) for (let i = 0; i < sum.length; i += 4) sum.set([background, background, background, 1], i);
  for (const { x, y, width, height, rgba } of regions) {
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const from = (row * width + column) * 4;
        const to = ((y + row) * size.width + x + column) * 4;
        const alpha = rgba[from + 3]! / 255;
        for (let c = 0; c < 3; c++) sum[to + c] = rgba[from + c]! * alpha + sum[to + c]! * (1 - alpha);
        sum[to + 3] = alpha + sum[to + 3]! * (1 - alpha);
      }
    }
  }
  const out = new Uint8ClampedArray(sum.length);
  for (let i = 0; i < sum.length; i += 4) {
    const alpha = sum[i + 3]!;
    for (let c = 0; c < 3; c++) out[i + c] = alpha > 0 ? sum[i + c]! / alpha : 0;
    out[i + 3] = alpha * 255;
  }
  return { ...size, rgba: out };
}

export function crop(picture: Picture, box: Box): Picture {
  const rgba = new Uint8ClampedArray(box.width * box.height * 4);
  for (let row = 0; row < box.height; row++) {
    const from = ((box.y + row) * picture.width + box.x) * 4;
    rgba.set(picture.rgba.subarray(from, from + box.width * 4), row * box.width * 4);
  }
  return { width: box.width, height: box.height, rgba };
}

/** Smallest rectangle around regions. */
export function around(regions: readonly Box[]): Box {
  const x = Math.min(...regions.map((r) => r.x));
  const y = Math.min(...regions.map((r) => r.y));
  return { x, y, width: Math.max(...regions.map((r) => r.x + r.width)) - x, height: Math.max(...regions.map((r) => r.y + r.height)) - y };
}

/** Greatest opacity anywhere, 0 to 255. */
export function strongest(rgba: Uint8Array | Uint8ClampedArray): number {
  let most = 0;
  for (let i = 3; i < rgba.length; i += 4) most = Math.max(most, rgba[i]!);
  return most;
}

/** Opacity of a pixel, 0 to 255. */
export function alphaAt(picture: Picture, x: number, y: number): number {
  return picture.rgba[(y * picture.width + x) * 4 + 3] ?? 0;
}

/** A pixel may differ by this much, and this share of all by more: edges are smoothed a little differently from machine to machine. */
const LEVELS = 24;
const SHARE = 0.002;

/**
 * Holds a picture against the one stored as `overlay-client/graphics/NAME.png`. Pictures are made by UPDATE_GOLDENS=1 alone: a missing one
 * fails. What was drawn instead is written beside the build, to be looked at.
 */
export async function assertGolden(picture: Picture, name: string): Promise<void> {
  const path = join(packageRoot(), 'overlay-client', 'graphics', `${name}.png`);
  if (process.env['UPDATE_GOLDENS'] === '1') {
    savePng(picture, path);
    return;
  }
  const actual = join(packageRoot(), 'dist', 'goldens', `${name}.png`);
  if (!existsSync(path)) {
    savePng(picture, actual);
    assert.fail(`there is no golden ${path}; look at ${actual}, then make it with UPDATE_GOLDENS=1`);
  }
  const golden = await loadPng(path);
  const sameSize = golden.width === picture.width && golden.height === picture.height;
  const share = sameSize ? differingShare(golden, picture) : 1;
  if (share <= SHARE) return;
  savePng(picture, actual);
  assert.fail(`${name}: ${sameSize ? `${(share * 100).toFixed(2)} % of the pixels differ` : 'another size'}; look at ${actual}`);
}

export function differingShare(a: Picture, b: Picture, levels = LEVELS): number {
  let differing = 0;
  for (let i = 0; i < a.rgba.length; i += 4) {
    for (let c = 0; c < 4; c++) {
      if (Math.abs(a.rgba[i + c]! - b.rgba[i + c]!) <= levels) continue;
      differing++;
      break;
    }
  }
  return (differing * 4) / a.rgba.length;
}

function savePng({ width, height, rgba }: Picture, path: string): void {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  const image = context.createImageData(width, height);
  image.data.set(rgba);
  context.putImageData(image, 0, 0);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, canvas.toBuffer('image/png'));
}

async function loadPng(path: string): Promise<Picture> {
  const image = await loadImage(readFileSync(path));
  const context = createCanvas(image.width, image.height).getContext('2d');
  context.drawImage(image, 0, 0);
  return { width: image.width, height: image.height, rgba: context.getImageData(0, 0, image.width, image.height).data };
}
