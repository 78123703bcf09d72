import { type FlatPicture, flatPicture } from '../flat-picture.js';
import type { IsBlank } from '../ground-picture.js';
import { clamp } from '../motion.js';
import type { HeatGrid } from './grid.js';

/** Cool to warm, and how opaque: a share of the warmest, red, green, blue. Where hardly anybody was nothing is seen. */
const RAMP = [
  [0, 47, 107, 255, 0],
  [0.06, 47, 107, 255, 0],
  [0.2, 24, 185, 242, 0.55],
  [0.42, 47, 226, 154, 0.75],
  [0.62, 255, 220, 46, 0.88],
  [0.82, 255, 134, 28, 0.95],
  [1, 240, 40, 60, 1],
] as const;
/** Pixels at most; a cell gets several, so that it is soft. */
const PIXELS_MAX = 90_000;
const PER_CELL_MAX = 6;
/** Side of the squares that are known to be blank or not, pixels. */
const SQUARE = 8;

export interface HeatPicture {
  readonly picture: FlatPicture;
  readonly isBlank: IsBlank;
}

/** Draws a grid as a picture, high y at its top. @param fullS seconds (in one cell, smoothed) that get the warmest colour. */
export function heatPicture(grid: HeatGrid, heat: Float32Array, fullS: number): HeatPicture | undefined {
  const { columns, rows } = grid;
  const per = clamp(Math.floor(Math.sqrt(PIXELS_MAX / (columns * rows))), 1, PER_CELL_MAX);
  const [width, height] = [columns * per, rows * per];
  const pixels = new Uint8ClampedArray(width * height * 4);
  const squares = new Uint8Array(Math.ceil(width / SQUARE) * Math.ceil(height / SQUARE));
  const across = Math.ceil(width / SQUARE);
  let any = false;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const share = between(heat, columns, rows, (x + 0.5) / per - 0.5, (height - y - 0.5) / per - 0.5) / fullS;
      if (share <= RAMP[1][0]) continue;
      paint(pixels, (y * width + x) * 4, Math.min(1, share));
      squares[Math.floor(y / SQUARE) * across + Math.floor(x / SQUARE)] = 1;
      any = true;
    }
  }
  if (!any) return undefined;
  const picture = flatPicture(width, height, (context) => {
    const image = context.createImageData(width, height);
    image.data.set(pixels);
    context.putImageData(image, 0, 0);
  });
  const isBlank: IsBlank = (left, top, right, bottom) => {
    const [x1, y1] = [Math.min(width - 1, right + 1), Math.min(height - 1, bottom + 1)];
    for (let row = Math.floor(Math.max(0, top - 1) / SQUARE); row <= y1 / SQUARE; row++) {
      for (let column = Math.floor(Math.max(0, left - 1) / SQUARE); column <= x1 / SQUARE; column++) {
        if (squares[row * across + column] === 1) return false;
      }
    }
    return true;
  };
  return { picture, isBlank };
}

function between(heat: Float32Array, columns: number, rows: number, x: number, y: number): number {
  const [cx, cy] = [clamp(x, 0, columns - 1), clamp(y, 0, rows - 1)];
  const [left, low] = [Math.floor(cx), Math.floor(cy)];
  const [right, high] = [Math.min(left + 1, columns - 1), Math.min(low + 1, rows - 1)];
  const fx = cx - left;
  const fy = cy - low;
  const bottom = heat[low * columns + left]! * (1 - fx) + heat[low * columns + right]! * fx;
  const top = heat[high * columns + left]! * (1 - fx) + heat[high * columns + right]! * fx;
  return bottom * (1 - fy) + top * fy;
}

function paint(data: Uint8ClampedArray, at: number, share: number): void {
  let i = 1;
  while (i < RAMP.length - 1 && RAMP[i]![0] < share) i++;
  const [low, high] = [RAMP[i - 1]!, RAMP[i]!];
  const t = clamp((share - low[0]) / (high[0] - low[0]), 0, 1);
  for (const c of [1, 2, 3] as const) data[at + c - 1] = low[c] + (high[c] - low[c]) * t;
  data[at + 3] = (low[4] + (high[4] - low[4]) * t) * 255;
}
