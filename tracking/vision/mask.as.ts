// Masks of moved pixels (AssemblyScript, WebAssembly SIMD): cleaned, taken apart into connected patches, and counted. Cleaning works on two
// planes of bytes, 0 or 255, with MARGIN rows and columns around the picture; `stride` is a plane's row, at least the width and 32 more.

const SLACK: i32 = 64;
const MARGIN: i32 = 16;
const MOVED: i32 = 255;
const UNKNOWN: i32 = 1;
/** i32 of a run: first column, after the last, row, another run of its patch found earlier (or itself). */
const RUN: i32 = 16;
/** i32 of a patch: first column, first row, after the last column, after the last row, area, where it begins in reading order of squares of two by two. */
const PATCH: i32 = 24;

export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + SLACK);
}

@inline
function rowOf(plane: usize, stride: i32, y: i32): usize {
  return plane + (y + MARGIN) * stride + MARGIN;
}

/** Bytes of a plane. */
export function planeBytes(stride: i32, h: i32): i32 {
  return stride * (h + 2 * MARGIN);
}

/** Makes the frame around a plane repeat its edges, one pixel deep. */
function repeatEdges(plane: usize, stride: i32, w: i32, h: i32): void {
  for (let y = 0; y < h; y++) {
    const row = rowOf(plane, stride, y);
    store<u8>(row - 1, load<u8>(row));
    store<u8>(row + w, load<u8>(row + w - 1));
  }
  memory.copy(rowOf(plane, stride, -1) - 1, rowOf(plane, stride, 0) - 1, w + 2);
  memory.copy(rowOf(plane, stride, h) - 1, rowOf(plane, stride, h - 1) - 1, w + 2);
}

/** Fills what of a plane lies around the picture. */
function fillFrame(plane: usize, stride: i32, w: i32, h: i32, value: u8): void {
  const top = MARGIN * stride;
  memory.fill(plane, value, top);
  memory.fill(rowOf(plane, stride, h) - MARGIN, value, top);
  for (let y = 0; y < h; y++) {
    const row = rowOf(plane, stride, y);
    memory.fill(row - MARGIN, value, MARGIN);
    memory.fill(row + w, value, stride - MARGIN - w);
  }
}

/** What the three pixels of a row around each pixel sum to, of bytes that are 0 or −1. */
@inline
function three(row: usize): v128 {
  return i8x16.add(i8x16.add(v128.load(row - 1), v128.load(row)), v128.load(row + 1));
}

/** Any or all of a disc three wide and five tall around each pixel: a cross but for its corners. */
@inline
function disc(row: usize, stride: usize, any: bool): v128 {
  let sum = join(v128.load(row - 2 * stride), v128.load(row + 2 * stride), any);
  for (let k = -1; k <= 1; k++) {
    const at: usize = row + k * stride;
    sum = join(sum, join(v128.load(at), join(v128.load(at - 1), v128.load(at + 1), any), any), any);
  }
  return sum;
}

@inline
function join(a: v128, b: v128, any: bool): v128 {
  return any ? v128.or(a, b) : v128.and(a, b);
}

/** Marks what `disc` says of one plane in another. */
@inline
function spread(from: usize, to: usize, stride: i32, w: i32, h: i32, any: bool): void {
  for (let y = 0; y < h; y++) {
    const source = rowOf(from, stride, y);
    const target = rowOf(to, stride, y);
    for (let x = 0; x < w; x += 16) v128.store(target + x, disc(source + x, stride, any));
  }
}

/**
 * Cleans a mask in place: a pixel is what most of the nine around it are (edges repeated), then cracks close (nothing is known beyond the edges). Only MOVED counts as
 * moved, and UNKNOWN stays. The first plane keeps what moved, unknown or not.
 */
export function clean(mask: usize, w: i32, h: i32, plane: usize, spare: usize, stride: i32): void {
  const moved = i8x16.splat(<i8>MOVED);
  for (let y = 0; y < h; y++) {
    const row = rowOf(plane, stride, y);
    for (let x = 0; x < w; x += 16) v128.store(row + x, i8x16.eq(v128.load(mask + y * w + x), moved));
  }
  repeatEdges(plane, stride, w, h);
  for (let y = 0; y < h; y++) {
    const row = rowOf(plane, stride, y);
    const target = rowOf(spare, stride, y);
    for (let x = 0; x < w; x += 16) {
      const sum = i8x16.add(i8x16.add(three(row + x - stride), three(row + x)), three(row + x + stride));
      v128.store(target + x, i8x16.lt_s(sum, i8x16.splat(-4)));
    }
  }
  fillFrame(spare, stride, w, h, 0);
  spread(spare, plane, stride, w, h, true);
  fillFrame(plane, stride, w, h, 255);
  spread(plane, spare, stride, w, h, false);
  const unknown = i8x16.splat(<i8>UNKNOWN);
  for (let y = 0; y < h; y++) {
    const row = rowOf(spare, stride, y);
    let x = 0;
    for (; x + 16 <= w; x += 16) {
      const at: usize = mask + y * w + x;
      const before = v128.load(at);
      v128.store(at, v128.bitselect(before, v128.load(row + x), i8x16.eq(before, unknown)));
    }
    for (; x < w; x++) if (load<u8>(mask + y * w + x) != UNKNOWN) store<u8>(mask + y * w + x, load<u8>(row + x));
  }
}

/** The first run of a patch, by any of its runs. */
function rootOf(runs: usize, run: i32): i32 {
  let at = run;
  while (true) {
    const up = load<i32>(runs + at * RUN, 12);
    if (up == at) return at;
    const further = load<i32>(runs + up * RUN, 12);
    store<i32>(runs + at * RUN, further, 12);
    at = further;
  }
}

/**
 * Connected patches (eight neighbours) of what `clean` left in its second plane: runs of pixels, joined with those they touch in the row above (union–find). `runs` holds
 * four i32 for each of up to ⌈w/2⌉·h runs, `patches` six.
 * @returns how many patches there are.
 */
export function connect(plane: usize, w: i32, h: i32, stride: i32, runs: usize, patches: usize): i32 {
  let count = 0;
  let before = 0;
  for (let y = 0; y < h; y++) {
    const row = rowOf(plane, stride, y);
    const first = count;
    let above = before;
    let x = 0;
    while (x < w) {
      if (load<u8>(row + x) == 0) {
        x += x + 16 <= w && !v128.any_true(v128.load(row + x)) ? 16 : 1;
        continue;
      }
      const from = x;
      while (x < w && load<u8>(row + x) != 0) x++;
      const run: usize = runs + count * RUN;
      store<i32>(run, from);
      store<i32>(run, x, 4);
      store<i32>(run, y, 8);
      store<i32>(run, count, 12);
      while (above < first && load<i32>(runs + above * RUN, 4) < from) above++;
      for (let k = above; k < first && load<i32>(runs + k * RUN) <= x; k++) {
        const a = rootOf(runs, k);
        const b = rootOf(runs, count);
        store<i32>(runs + max(a, b) * RUN, min(a, b), 12);
      }
      count++;
    }
    before = first;
  }
  return measure(runs, count, patches);
}

/** Extents of the patches runs belong to. A run's patch is known by its first run, whose record then holds the patch's place instead of itself. */
function measure(runs: usize, count: i32, patches: usize): i32 {
  let found = 0;
  for (let i = 0; i < count; i++) {
    const run: usize = runs + i * RUN;
    const from = load<i32>(run), after = load<i32>(run, 4), y = load<i32>(run, 8);
    const up = load<i32>(run, 12);
    // Parents come first: what a run's parent was resolved to stands there already, as a negative number.
    const place = up == i ? found : -1 - load<i32>(runs + up * RUN, 12);
    store<i32>(run, -1 - place, 12);
    const p: usize = patches + place * PATCH;
    const square = ((y >> 1) << 16) | (from >> 1);
    if (up == i) {
      found++;
      store<i32>(p, from);
      store<i32>(p, y, 4);
      store<i32>(p, after, 8);
      store<i32>(p, 0, 16);
      store<i32>(p, square, 20);
    }
    store<i32>(p, min(load<i32>(p), from));
    store<i32>(p, max(load<i32>(p, 8), after), 8);
    store<i32>(p, y + 1, 12);
    store<i32>(p, load<i32>(p, 16) + after - from, 16);
    store<i32>(p, min(load<i32>(p, 20), square), 20);
  }
  return found;
}

/** Moved pixels above and left of every pixel corner: (w + 1) × (h + 1) i32, the first row and column zero. */
export function sum(mask: usize, w: i32, h: i32, sums: usize): void {
  const stride: usize = <usize>(w + 1) << 2;
  memory.fill(sums, 0, stride);
  for (let y = 0; y < h; y++) {
    let out: usize = sums + (y + 1) * stride;
    let row = 0;
    store<i32>(out, 0);
    for (let x = 0; x < w; x++) {
      out += 4;
      row += i32(load<u8>(mask + y * w + x) == MOVED);
      store<i32>(out, load<i32>(out - stride) + row);
    }
  }
}
