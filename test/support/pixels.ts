import { createCanvas, loadImage } from '@napi-rs/canvas';
import type { Page } from 'playwright-core';
import type { Box } from '../../protocol/index.js';

export interface Picture {
  readonly width: number;
  readonly height: number;
  /** Straight RGBA of the pixel that holds this point. */
  at(x: number, y: number): readonly [number, number, number, number];
  /** How many pixels of the box are more than half opaque. */
  opaque(box: Box): number;
}

/** What a page shows, its transparent ground kept transparent. */
export async function screenshot(page: Page): Promise<Picture> {
  const image = await loadImage(await page.screenshot({ omitBackground: true }));
  const { width, height } = image;
  const context = createCanvas(width, height).getContext('2d');
  context.drawImage(image, 0, 0);
  const { data } = context.getImageData(0, 0, width, height);
  const at = (x: number, y: number): readonly [number, number, number, number] => {
    const i = (Math.min(height - 1, Math.max(0, Math.floor(y))) * width + Math.min(width - 1, Math.max(0, Math.floor(x)))) * 4;
    return [data[i] ?? 0, data[i + 1] ?? 0, data[i + 2] ?? 0, data[i + 3] ?? 0];
  };
  const opaque = (box: Box): number => {
    let count = 0;
    for (let y = Math.max(0, Math.floor(box.y)); y < Math.min(height, box.y + box.height); y++)
      for (let x = Math.max(0, Math.floor(box.x)); x < Math.min(width, box.x + box.width); x++)
        if ((data[(y * width + x) * 4 + 3] ?? 0) > 127) count++;
    return count;
  };
  return { width, height, at, opaque };
}
