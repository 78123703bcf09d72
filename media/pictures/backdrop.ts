import type { Size } from '../../protocol/index.js';

/** What is filled is worked out on cells of so many pixels. */
const CELL = 16;
/** The seam reaches so many cells into the picture. */
const SEAM = 1;
/** How bright the backdrop is where no picture is near, as a share of what it continues. */
const QUIET = 0.6;

/**
 * Fills what no picture saw with a quiet backdrop: the colours of the rim, carried outwards ever softer and darker, and a soft seam in place of the
 * stairs that the pictures' corners make. In place; alpha becomes 255 everywhere.
 *
 * Push-pull (Gortler et al., The Lumigraph, 1996) on cells.
 * @param rgba straight alpha, 0 where nothing was seen. @param stride bytes in a row.
 */
export function fillBackdrop(rgba: Uint8Array, stride: number, size: Size): void {
  const fine = cellsOf(rgba, stride, size);
  if (fine.weight.every((w) => w === 1)) return;
  const colours = pulled(fine);
  const seen = blurred(fine);
  for (let row = 0; row < fine.height; row++) {
    for (let column = 0; column < fine.width; column++) {
      if (isWhole(seen, fine, column, row)) continue;
      const right = Math.min(size.width, (column + 1) * CELL);
      const bottom = Math.min(size.height, (row + 1) * CELL);
      for (let y = row * CELL; y < bottom; y++)
        for (let x = column * CELL; x < right; x++) fillPixel(rgba, y * stride + x * 4, x, y, fine, colours, seen);
    }
  }
}

/** Whether all was seen in a cell and those around it. */
function isWhole(seen: Float32Array, { width, height }: Size, column: number, row: number): boolean {
  for (let y = Math.max(0, row - 1); y <= Math.min(height - 1, row + 1); y++)
    for (let x = Math.max(0, column - 1); x <= Math.min(width - 1, column + 1); x++) if (seen[y * width + x]! < 0.999) return false;
  return true;
}

function fillPixel(rgba: Uint8Array, at: number, x: number, y: number, cells: Size, colours: Float32Array, seen: Float32Array): void {
  const cx = (x + 0.5) / CELL - 0.5;
  const cy = (y + 0.5) / CELL - 0.5;
  const inside = sampleAt(seen, cells, 1, 0, cx, cy);
  const ramp = Math.max(0, Math.min(1, (inside - 0.5) / 0.48));
  const keep = rgba[at + 3] === 0 ? 0 : ramp * ramp * (3 - 2 * ramp);
  const light = (1 - keep) * (QUIET + (1 - QUIET) * Math.min(1, inside));
  for (let c = 0; c < 3; c++) rgba[at + c] = Math.round(rgba[at + c]! * keep + sampleAt(colours, cells, 3, c, cx, cy) * light);
  rgba[at + 3] = 255;
}

interface Level {
  readonly width: number;
  readonly height: number;
  /** RGB, and how much of it was seen, 0 to 1. */
  readonly colour: Float32Array;
  readonly weight: Float32Array;
}

function cellsOf(rgba: Uint8Array, stride: number, { width, height }: Size): Level {
  const level = levelOf(Math.ceil(width / CELL), Math.ceil(height / CELL));
  for (let row = 0; row < level.height; row++) {
    for (let column = 0; column < level.width; column++) {
      const cell = row * level.width + column;
      let [r, g, b, seen, all] = [0, 0, 0, 0, 0];
      for (let y = row * CELL; y < Math.min(height, (row + 1) * CELL); y += 2) {
        for (let x = column * CELL; x < Math.min(width, (column + 1) * CELL); x += 2) {
          all++;
          const at = y * stride + x * 4;
          if (rgba[at + 3] === 0) continue;
          seen++;
          r += rgba[at]!;
          g += rgba[at + 1]!;
          b += rgba[at + 2]!;
        }
      }
      if (seen > 0) level.colour.set([r / seen, g / seen, b / seen], cell * 3);
      level.weight[cell] = seen / all;
    }
  }
  return level;
}

function levelOf(width: number, height: number): Level {
  return { width, height, colour: new Float32Array(width * height * 3), weight: new Float32Array(width * height) };
}

/** Every cell's colour: its own as far as it was seen, else that of the coarser level. */
function pulled(level: Level): Float32Array {
  if (level.width === 1 && level.height === 1) return level.colour;
  const coarse = halved(level);
  const behind = pulled(coarse);
  const out = new Float32Array(level.colour.length);
  for (let y = 0; y < level.height; y++) {
    for (let x = 0; x < level.width; x++) {
      const cell = y * level.width + x;
      const own = level.weight[cell]!;
      for (let c = 0; c < 3; c++)
        out[cell * 3 + c] =
          level.colour[cell * 3 + c]! * own + (own < 1 ? sampleAt(behind, coarse, 3, c, x / 2 - 0.25, y / 2 - 0.25) * (1 - own) : 0);
    }
  }
  return out;
}

function halved(level: Level): Level {
  const coarse = levelOf(Math.ceil(level.width / 2), Math.ceil(level.height / 2));
  for (let y = 0; y < coarse.height; y++) {
    for (let x = 0; x < coarse.width; x++) {
      const cell = y * coarse.width + x;
      let total = 0;
      for (let n = 0; n < 4; n++) {
        const [fx, fy] = [x * 2 + (n & 1), y * 2 + (n >> 1)];
        if (fx >= level.width || fy >= level.height) continue;
        const from = fy * level.width + fx;
        const weight = level.weight[from]!;
        total += weight;
        for (let c = 0; c < 3; c++) coarse.colour[cell * 3 + c] = coarse.colour[cell * 3 + c]! + level.colour[from * 3 + c]! * weight;
      }
      if (total > 0) for (let c = 0; c < 3; c++) coarse.colour[cell * 3 + c] = coarse.colour[cell * 3 + c]! / total;
      coarse.weight[cell] = Math.min(1, total);
    }
  }
  return coarse;
}

/** How much was seen around each cell. */
function blurred({ width, height, weight }: Level): Float32Array {
  const pass = (from: Float32Array, across: boolean): Float32Array => {
    const out = new Float32Array(from.length);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < width; x++) {
        let sum = 0;
        for (let n = -SEAM; n <= SEAM; n++) {
          const sx = across ? Math.max(0, Math.min(width - 1, x + n)) : x;
          const sy = across ? y : Math.max(0, Math.min(height - 1, y + n));
          sum += from[sy * width + sx]!;
        }
        out[y * width + x] = sum / (2 * SEAM + 1);
      }
    }
    return out;
  };
  return pass(pass(weight, true), false);
}

/** Bilinear between the cells' middles, edges repeated. */
function sampleAt(values: Float32Array, { width, height }: Size, channels: number, channel: number, x: number, y: number): number {
  const px = Math.max(0, Math.min(width - 1, x));
  const py = Math.max(0, Math.min(height - 1, y));
  const x0 = Math.floor(px);
  const y0 = Math.floor(py);
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = px - x0;
  const left = x0 * channels + channel;
  const right = x1 * channels + channel;
  const upper = y0 * width * channels;
  const lower = y1 * width * channels;
  const top = values[upper + left]! * (1 - fx) + values[upper + right]! * fx;
  const bottom = values[lower + left]! * (1 - fx) + values[lower + right]! * fx;
  return top + (bottom - top) * (py - y0);
}
