import type { ColourPicture, Size } from '../../protocol/index.js';

/** What models pad with. */
const GREY = 114;

/** A part of the picture and how it lies in the model's input, whose corner it fills. */
export interface Tile {
  /** Picture pixels. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  /** Input pixels a picture pixel. */
  readonly sx: number;
  readonly sy: number;
}

/** How much of a tile its neighbour sees too. */
const OVERLAP = 0.2;

/**
 * Cuts a picture into columns × rows tiles that overlap, so that whoever stands on a border is whole in one of them.
 * @param stretch fills the input whatever the shape (DETR), else keeps the shape and pads (YOLO)
 */
export function cutTiles(picture: Size, [columns, rows]: readonly [number, number], input: Size, stretch: boolean): Tile[] {
  const xs = spans(picture.width, columns);
  const ys = spans(picture.height, rows);
  return ys.flatMap(([y, height]) =>
    xs.map(([x, width]) => {
      const [fx, fy] = [input.width / width, input.height / height];
      const both = Math.min(fx, fy);
      return { x, y, width, height, sx: stretch ? fx : both, sy: stretch ? fy : both };
    }),
  );
}

/** n overlapping spans of equal length that cover 0 to `length`. */
function spans(length: number, n: number): [from: number, length: number][] {
  const each = length / (n - (n - 1) * OVERLAP);
  return Array.from({ length: n }, (_, i) => [i * each * (1 - OVERLAP), each]);
}

/**
 * Draws a tile into a model's input: red, green and blue (or the other way round), one plane after another, bilinear, padded with grey.
 * @param out 3 × input width × input height numbers
 * @param white what white is: 255, or 1
 */
export function letterbox(
  picture: ColourPicture,
  tile: Tile,
  input: Size,
  { white, blueFirst }: { readonly white: number; readonly blueFirst: boolean },
  out: Float32Array,
): void {
  const { width, height, data } = picture;
  const k = white / 255;
  const plane = input.width * input.height;
  const wide = Math.min(input.width, Math.round(tile.width * tile.sx));
  const high = Math.min(input.height, Math.round(tile.height * tile.sy));
  const [red, blue] = blueFirst ? [2 * plane, 0] : [0, 2 * plane];
  out.fill(GREY * k);
  for (let j = 0; j < high; j++) {
    const y = clamp(tile.y + (j + 0.5) / tile.sy - 0.5, height - 1);
    const y0 = Math.floor(y);
    const above = y0 * width;
    const below = Math.min(y0 + 1, height - 1) * width;
    const fy = y - y0;
    for (let i = 0; i < wide; i++) {
      const x = clamp(tile.x + (i + 0.5) / tile.sx - 0.5, width - 1);
      const x0 = Math.floor(x);
      const x1 = Math.min(x0 + 1, width - 1);
      const fx = x - x0;
      const a = 3 * (above + x0);
      const b = 3 * (above + x1);
      const c = 3 * (below + x0);
      const d = 3 * (below + x1);
      const at = j * input.width + i;
      out[red + at] = k * between(data[a], data[b], data[c], data[d], fx, fy);
      out[plane + at] = k * between(data[a + 1], data[b + 1], data[c + 1], data[d + 1], fx, fy);
      out[blue + at] = k * between(data[a + 2], data[b + 2], data[c + 2], data[d + 2], fx, fy);
    }
  }
}

/** Bilinear: a and b above, c and d below. */
function between(a: number, b: number, c: number, d: number, fx: number, fy: number): number {
  const top = a + fx * (b - a);
  return top + fy * (c + fx * (d - c) - top);
}

function clamp(value: number, most: number): number {
  return value < 0 ? 0 : value > most ? most : value;
}
