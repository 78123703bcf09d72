import { createCanvas, type SKRSContext2D } from '@napi-rs/canvas';
import { drawText, textWidth } from './lettering.js';
import type { Raster, Texture } from './raster/raster.js';

/** Paints a texture with a canvas. */
export function paint(raster: Raster, width: number, height: number, draw: (context: SKRSContext2D) => void, alpha = false): Texture {
  const canvas = createCanvas(width, height);
  const context = canvas.getContext('2d');
  draw(context);
  return raster.texture(context.getImageData(0, 0, width, height).data, width, height, { alpha });
}

/** A white lane number on nothing, 2 : 3. */
export function digitTexture(raster: Raster, digit: string): Texture {
  return paint(
    raster,
    64,
    96,
    (context) => {
      context.strokeStyle = '#eceae2';
      drawText(context, digit, 11, 12, 72, 0.19);
    },
    true,
  );
}

/** Boards, 6.3 : 1, in several designs. */
export function boardTextures(raster: Raster): Texture[] {
  const designs: readonly (readonly [back: string, ink: string, accent: string, text: string])[] = [
    ['#0d1b3d', '#f4f6fb', '#ffb703', 'LEADERLINE'],
    ['#f3f4f6', '#0d1b3d', '#e63946', 'LEADERLINE'],
    ['#e63946', '#ffffff', '#0d1b3d', 'ON THE LINE'],
    ['#0a6b5d', '#eefaf6', '#ffd166', 'LEADERLINE'],
  ];
  return designs.map(([back, ink, accent, text]) =>
    paint(raster, 504, 80, (context) => {
      context.fillStyle = back;
      context.fillRect(0, 0, 504, 80);
      context.fillStyle = accent;
      context.fillRect(0, 72, 504, 8);
      for (let i = 0; i < 3; i++) {
        context.beginPath();
        context.moveTo(16 + i * 15, 60);
        context.lineTo(28 + i * 15, 14);
        context.lineTo(36 + i * 15, 14);
        context.lineTo(24 + i * 15, 60);
        context.fill();
      }
      context.strokeStyle = ink;
      const width = textWidth(text, 40);
      drawText(context, text, 275 - width / 2, 18, 40, 0.19);
    }),
  );
}
