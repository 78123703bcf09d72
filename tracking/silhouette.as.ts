// How a silhouette laid over a mask of moved pixels explains it (AssemblyScript): the loops of silhouette-kernel.ts. A silhouette is rows of cells of a level below
// LEVELS each, which stands for a chance that somebody covers the cell.

const SLACK: i32 = 64;
const LEVELS: i32 = 16;
const UNKNOWN: u8 = 1;
const MOVED: u8 = 255;
/** Not moved where something stands in front of the people. */
const HIDDEN: u8 = 2;

/** u8 levels of the silhouette, and how many columns and rows of them. */
let silhouette: usize = 0;
let columnCount: i32 = 0;
let rowCount: i32 = 0;
/** i32 pairs: the first column of the silhouette, and that after the last, in which a row covers anything. */
let spans: usize = 0;
/** i32: where each column of the silhouette begins in the picture, and where the last one ends. */
let begins: usize = 0;
/** f32 pairs: what a moved pixel gains by somebody whole, and by somebody faint: [free][level]. */
const gains: usize = memory.data(2048, 16);
/** f32 pairs: what a pixel that did not move loses. */
const losses: usize = memory.data(128, 16);

let w: i32 = 0;
let h: i32 = 0;
/** The mask and, f32, how free each pixel is of those who were added. */
let mask: usize = 0;
let free: usize = 0;
/** u8: which row of the silhouette each row of the picture is, from the top one on; which column each column. */
let rows: usize = 0;
let columns: usize = 0;
/** Where in the picture the silhouette was last laid. */
let left: i32 = 0;
let right: i32 = 0;
let top: i32 = 0;
let bottom: i32 = 0;

export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + SLACK);
}

/** Takes the size of masks, a silhouette and what a moved pixel gains (f32, [free][level]) and another loses (f32, [level]). */
export function prepare(width: i32, height: i32, levels: usize, across: i32, down: i32, gain: usize, loss: usize): void {
  w = width;
  h = height;
  mask = alloc(w * h);
  free = alloc((w * h) << 2);
  rows = alloc(h);
  columns = alloc(w);
  silhouette = levels;
  columnCount = across;
  rowCount = down;
  begins = alloc((columnCount + 1) << 2);
  spans = alloc(rowCount << 3);
  for (let r = 0; r < rowCount; r++) {
    let first = columnCount;
    let after = 0;
    for (let c = 0; c < columnCount; c++) {
      if (load<u8>(silhouette + r * columnCount + c) == 0) continue;
      first = min(first, c);
      after = c + 1;
    }
    store<i32>(spans + (r << 3), min(first, after));
    store<i32>(spans + (r << 3), after, 4);
  }
  for (let i = 0; i < LEVELS * LEVELS; i++) {
    const faint = (i & ~15) + ((i & 15) >> 1);
    store<f32>(gains + (i << 3), load<f32>(gain + (i << 2)));
    store<f32>(gains + (i << 3), load<f32>(gain + (faint << 2)), 4);
  }
  for (let i = 0; i < LEVELS; i++) {
    store<f32>(losses + (i << 3), load<f32>(loss + (i << 2)));
    store<f32>(losses + (i << 3), load<f32>(loss + ((i >> 1) << 2)), 4);
  }
}

export function maskAt(): usize {
  return mask;
}

/** Nobody is added yet. */
export function clear(): void {
  const one = f32x4.splat(1);
  for (let i = 0; i < w * h; i += 4) v128.store(free + (i << 2), one);
}

@inline
function round(v: f64): i32 {
  return <i32>floor(v + 0.5);
}

@inline
function cell(v: f64, count: i32): i32 {
  return max(0, min(count - 1, <i32>floor(v * <f64>count)));
}

/** Lays the silhouette over a box; returns its area in pixels, 0 where none of it is in the picture. */
function place(x: f64, y: f64, wide: f64, tall: f64): i32 {
  const x0 = round(x), x1 = round(x + wide), y0 = round(y), y1 = round(y + tall);
  left = max(0, x0);
  right = min(w, x1);
  top = max(0, y0);
  bottom = min(h, y1);
  if (right <= left || bottom <= top) return 0;
  // Columns narrower than a pixel begin where the next one does.
  let c = columnCount;
  for (let at = right - 1; at >= left; at--) {
    const column = cell((<f64>at + 0.5 - x) / wide, columnCount);
    store<u8>(columns + (at - left), <u8>column);
    for (; c > column; c--) store<i32>(begins + (c << 2), at + 1);
  }
  for (; c >= 0; c--) store<i32>(begins + (c << 2), left);
  for (let at = top; at < bottom; at++) store<u8>(rows + (at - top), <u8>cell((<f64>at + 0.5 - y) / tall, rowCount));
  return (x1 - x0) * (y1 - y0);
}

/** Where in the picture a row of the silhouette begins to cover anything, and where it ends. */
@inline
function beginOf(row: i32): i32 {
  return load<i32>(begins + (load<i32>(spans + (row << 3)) << 2));
}

@inline
function endOf(row: i32): i32 {
  return load<i32>(begins + (load<i32>(spans + (row << 3), 4) << 2));
}

/** Multiplies how free the pixels under a box are by what each level of the silhouette leaves (f32), up to 1. */
export function cover(x: f64, y: f64, wide: f64, tall: f64, factors: usize): void {
  if (place(x, y, wide, tall) == 0) return;
  for (let at = top; at < bottom; at++) {
    const r = <i32>load<u8>(rows + (at - top));
    const row: usize = silhouette + r * columnCount;
    const line: usize = free + ((at * w) << 2);
    const end = endOf(r);
    for (let k = beginOf(r); k < end; k++) {
      const level = <usize>load<u8>(row + load<u8>(columns + (k - left)));
      const p: usize = line + (k << 2);
      store<f32>(p, min<f32>(1, load<f32>(p) * load<f32>(factors + (level << 2))));
    }
  }
}

/**
 * Sums over the silhouette laid over a box, every `step` rows and columns: what a whole and what a faint person gains, how free it is, its levels in all and
 * those not hidden, and its area in pixels: 6 f64. @returns false where none of it is in the picture.
 */
export function evidence(x: f64, y: f64, wide: f64, tall: f64, step: i32, out: usize): bool {
  const area = place(x, y, wide, tall);
  if (area == 0) return false;
  let gain: f64 = 0;
  let faint: f64 = 0;
  let open: f64 = 0;
  let all = 0;
  let plain = 0;
  for (let at = top; at < bottom; at += step) {
    const r = <i32>load<u8>(rows + (at - top));
    const row: usize = silhouette + r * columnCount;
    const end = endOf(r);
    for (let k = left + (beginOf(r) - left + step - 1) / step * step; k < end; k += step) {
      const level = <i32>load<u8>(row + load<u8>(columns + (k - left)));
      if (level == 0) continue;
      const value = load<u8>(mask + (at * w + k));
      if (value == UNKNOWN) continue;
      all += level;
      if (value == HIDDEN) continue;
      const others = load<f32>(free + ((at * w + k) << 2));
      open += <f64>others * <f64>level;
      plain += level;
      if (value == MOVED) {
        const p: usize = gains + (((<i32>(<f64>others * 15 + 0.5) << 4) + level) << 3);
        gain += <f64>load<f32>(p);
        faint += <f64>load<f32>(p, 4);
      } else {
        gain += <f64>load<f32>(losses + (level << 3));
        faint += <f64>load<f32>(losses + (level << 3), 4);
      }
    }
  }
  store<f64>(out, gain);
  store<f64>(out, faint, 8);
  store<f64>(out, open, 16);
  store<f64>(out, <f64>all, 24);
  store<f64>(out, <f64>plain, 32);
  store<f64>(out, <f64>area, 40);
  return true;
}

/** Known pixels under the whole box that was last laid, where it is in the picture. */
export function known(): i32 {
  let count = (right - left) * (bottom - top);
  for (let y = top; y < bottom; y++) {
    for (let at = y * w + left; at < y * w + right; at++) count -= i32(load<u8>(mask + at) == UNKNOWN);
  }
  return count;
}

/** Moved pixels between columns x0 and x1 and rows y0 and y1 that nobody explains. */
export function unexplained(x0: i32, y0: i32, x1: i32, y1: i32): f64 {
  let count: f64 = 0;
  for (let y = y0; y < y1; y++) {
    for (let at = y * w + x0; at < y * w + x1; at++) if (load<u8>(mask + at) == MOVED) count += <f64>load<f32>(free + (at << 2));
  }
  return count;
}
