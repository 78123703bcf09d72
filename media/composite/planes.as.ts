// AssemblyScript: straight RGBA → premultiplied planes, and these into rows of pictures, eight samples at a time in 16-bit lanes. Called by converter.ts
// and blender.ts; kernel.ts lays out the memory.

/** Code values are counted in parts of 2^-fraction, so that the largest just fits 15 bits. */
let fraction: i32 = 7;
/** Half a code value. */
let half: i32 = 64;
/** What a sample without coverage does: minus all of the picture stays. */
const STAYS: i32 = -0x8000;
/** Q15, four each for Y, U and V: red, green, blue, and the base that coverage alone brings. */
const weights: usize = memory.data(24, 16);
/** Eight samples of a semi-planar picture, brought together. */
const gathered: usize = memory.data(16, 16);
const Y: usize = 0;
const U: usize = 8;
const V: usize = 16;

/** Where memory is free from. */
export function firstFree(): usize {
  return __heap_base;
}

/** Pictures have samples of so many bits. */
export function setDepth(depth: i32): void {
  fraction = 15 - depth;
  half = 1 << (fraction - 1);
}

/** @param index of the weight, see above @param value Q15 */
export function setWeight(index: i32, value: i32): void {
  store<i16>(weights + (<usize>index << 1), <i16>value);
}

/** Bits that a channel of a pixel is shifted by. */
const RED: i32 = 0;
const GREEN: i32 = 8;
const BLUE: i32 = 16;
const ALPHA: i32 = 24;

/** One channel of eight pixels, 16 bits each. */
@inline
function channel(low: v128, high: v128, shift: i32): v128 {
  const byte = v128.splat<i32>(0xff);
  return v128.narrow<i32>(v128.and(v128.shr<u32>(low, shift), byte), v128.and(v128.shr<u32>(high, shift), byte));
}

/** A channel times alpha, halved: all of it is 32512. */
@inline
function premultiplied(low: v128, high: v128, shift: i32, a: v128): v128 {
  return v128.shr<u16>(v128.mul<i16>(channel(low, high, shift), a), 1);
}

/** Half a code value, and what the colour of covered pixels adds. `a` is alpha times 128. */
@inline
function weigh(r: v128, g: v128, b: v128, a: v128, plane: usize): v128 {
  const at = weights + plane;
  const colour = v128.add<i16>(weighed(r, at), v128.add<i16>(weighed(g, at + 2), weighed(b, at + 4)));
  return v128.add_sat<i16>(v128.add<i16>(weighed(a, at + 6), v128.splat<i16>(<i16>half)), colour);
}

@inline
function weighed(channel: v128, at: usize): v128 {
  return v128.q15mulr_sat<i16>(channel, v128.load_splat<u16>(at));
}

/** Minus what stays of the picture, Q15, under alpha times 128. */
@inline
function kept(a: v128): v128 {
  const cover = v128.add<i16>(v128.shl<i16>(a, 1), v128.shr<u16>(a, 7));
  return v128.sub<i16>(v128.avgr<u16>(cover, v128.splat<i16>(0)), v128.splat<i16>(<i16>STAYS));
}

/**
 * A picture without gaps into one whose rows are `width` long, `left` from its left and `top` from its top; what lies around it becomes transparent.
 */
export function place(rgba: usize, w: i32, h: i32, left: i32, top: i32, to: usize, width: i32, height: i32): void {
  const line = <usize>w << 2;
  memory.fill(to, 0, (<usize>width << 2) * <usize>height);
  to += <usize>(top * width + left) << 2;
  for (let y = 0; y < h; y++) {
    memory.copy(to, rgba, line);
    rgba += line;
    to += <usize>width << 2;
  }
}

/** Luma of every pixel. `width` is a multiple of 8. `blocks` gets 1 for each eight pixels with any coverage. */
export function luma(rgba: usize, width: i32, height: i32, keepAt: usize, addAt: usize, blocks: usize): void {
  const count = width * height;
  for (let i = 0; i < count; i += 8) {
    const low = v128.load(rgba);
    const high = v128.load(rgba, 16);
    const a = channel(low, high, ALPHA);
    const a7 = v128.shl<i16>(a, 7);
    store<u8>(blocks++, u8(v128.any_true(a)));
    v128.store(keepAt, kept(a7));
    v128.store(
      addAt,
      weigh(premultiplied(low, high, RED, a), premultiplied(low, high, GREEN, a), premultiplied(low, high, BLUE, a), a7, Y),
    );
    rgba += 32;
    keepAt += 16;
    addAt += 16;
  }
}

/** Means of neighbours of eight, in the lower four lanes and again in the upper. */
@inline
function halved(x: v128): v128 {
  const sums = v128.extadd_pairwise<u16>(x);
  const means = v128.shr<u32>(v128.add<i32>(sums, v128.splat<i32>(1)), 1);
  return v128.narrow<i32>(means, means);
}

/**
 * Chroma with pairs of columns joined; `rows` (1 or 2) rows are joined too. `width` is a multiple of 8, `height` of `rows`. `blocks` gets 1
 * for each four samples with any coverage.
 */
export function chromaHalf(
  rgba: usize,
  width: i32,
  height: i32,
  rows: i32,
  keepAt: usize,
  addU: usize,
  addV: usize,
  blocks: usize,
): void {
  const stride: usize = <usize>width << 2;
  for (let y = 0; y < height; y += rows) {
    for (let x = 0; x < width; x += 8) {
      const low = v128.load(rgba);
      const high = v128.load(rgba, 16);
      const a = channel(low, high, ALPHA);
      let a7 = v128.shl<i16>(a, 7);
      let r = premultiplied(low, high, RED, a);
      let g = premultiplied(low, high, GREEN, a);
      let b = premultiplied(low, high, BLUE, a);
      if (rows == 2) {
        const lowBelow = v128.load(rgba + stride);
        const highBelow = v128.load(rgba + stride, 16);
        const below = channel(lowBelow, highBelow, ALPHA);
        a7 = v128.avgr<u16>(a7, v128.shl<i16>(below, 7));
        r = v128.avgr<u16>(r, premultiplied(lowBelow, highBelow, RED, below));
        g = v128.avgr<u16>(g, premultiplied(lowBelow, highBelow, GREEN, below));
        b = v128.avgr<u16>(b, premultiplied(lowBelow, highBelow, BLUE, below));
      }
      a7 = halved(a7);
      r = halved(r);
      g = halved(g);
      b = halved(b);
      store<u8>(blocks++, u8(v128.any_true(a7)));
      v128.store_lane<u64>(keepAt, kept(a7), 0);
      v128.store_lane<u64>(addU, weigh(r, g, b, a7, U), 0);
      v128.store_lane<u64>(addV, weigh(r, g, b, a7, V), 0);
      rgba += 32;
      keepAt += 8;
      addU += 8;
      addV += 8;
    }
    if (rows == 2) rgba += stride;
  }
}

/** Chroma of every pixel (4:4:4). Coverage and its blocks are luma's. */
export function chromaFull(rgba: usize, width: i32, height: i32, addU: usize, addV: usize): void {
  const count = width * height;
  for (let i = 0; i < count; i += 8) {
    const low = v128.load(rgba);
    const high = v128.load(rgba, 16);
    const a = channel(low, high, ALPHA);
    const a7 = v128.shl<i16>(a, 7);
    const r = premultiplied(low, high, RED, a);
    const g = premultiplied(low, high, GREEN, a);
    const b = premultiplied(low, high, BLUE, a);
    v128.store(addU, weigh(r, g, b, a7, U));
    v128.store(addV, weigh(r, g, b, a7, V));
    rgba += 32;
    addU += 16;
    addV += 16;
  }
}

/**
 * Runs of blocks with any coverage, row by row, as triples of i32: row, first sample, one past the last. Gaps of fewer than `gap` blocks are run over.
 * @returns how many triples
 */
export function findSpans(blocks: usize, perRow: i32, rows: i32, step: i32, gap: i32, out: usize): i32 {
  const begin = out;
  for (let y = 0; y < rows; y++) {
    let last = -1;
    for (let x = 0; x < perRow; x++) {
      if (load<u8>(blocks + x) == 0) continue;
      if (last < 0 || x - last > gap) {
        store<i32>(out, y);
        store<i32>(out, x * step, 4);
        out += 12;
      }
      last = x;
      // The end of the span this block belongs to, as far as is known.
      store<i32>(out - 4, (x + 1) * step);
    }
    blocks += perRow;
  }
  return i32((out - begin) / 12);
}

/** Eight samples as layers count them, blended: `add` less what `keep`, which is negative, takes of them. */
@inline
function blended(samples: v128, keep: v128, add: v128): v128 {
  return v128.sub_sat<i16>(add, v128.q15mulr_sat<i16>(samples, keep));
}

/** The same where only a share of the layer shows (255: all). */
@inline
function partly(samples: v128, keep: v128, add: v128, shares: usize): v128 {
  const share = v128.load_ext<u8>(shares);
  const part = v128.add<i16>(share, v128.shr<u16>(share, 7));
  const stays = v128.splat<i16>(<i16>STAYS);
  const cover = v128.sub<i16>(keep, stays);
  const low = v128.shr<u32>(v128.extmul_low<u16>(cover, part), 8);
  const high = v128.shr<u32>(v128.extmul_high<u16>(cover, part), 8);
  const nothing = v128.splat<i16>(<i16>half);
  const colour = v128.sub<i16>(add, nothing);
  const colourLow = v128.shr<i32>(v128.extmul_low<i16>(colour, part), 8);
  const colourHigh = v128.shr<i32>(v128.extmul_high<i16>(colour, part), 8);
  return blended(
    samples,
    v128.add<i16>(v128.narrow<u32>(low, high), stays),
    v128.add<i16>(v128.narrow<i32>(colourLow, colourHigh), nothing),
  );
}

@inline
function eightBlended(samples: v128, keep: usize, add: usize, shares: usize): v128 {
  return shares == 0 ? blended(samples, v128.load(keep), v128.load(add)) : partly(samples, v128.load(keep), v128.load(add), shares);
}

/** Eight-bit samples of a span, in place. Up to seven beyond `count` are overwritten. */
function blend8(samples: usize, keep: usize, add: usize, shares: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const eight = v128.shl<i16>(v128.load_ext<u8>(samples), 7);
    const result = v128.shr<i16>(eightBlended(eight, keep, add, shares), 7);
    v128.store_lane<u64>(samples, v128.narrow<u16>(result, result), 0);
    samples += 8;
    keep += 16;
    add += 16;
    if (shares != 0) shares += 8;
  }
}

/** Words of 16 bits whose lowest `shift` bits are no part of the value. Up to seven beyond `count` are overwritten. */
function blend16(samples: usize, shift: i32, keep: usize, add: usize, shares: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const eight = v128.shl<i16>(v128.shr<u16>(v128.load(samples), shift), fraction);
    const result = v128.max<i16>(eightBlended(eight, keep, add, shares), v128.splat<i16>(0));
    v128.store(samples, v128.shl<i16>(v128.shr<i16>(result, fraction), shift));
    samples += 16;
    keep += 16;
    add += 16;
    if (shares != 0) shares += 8;
  }
}

/** Every second sample, of one byte or (`isWide`) two: U or V of a semi-planar picture. Up to seven beyond `count` are overwritten. */
function blendPairs(samples: usize, isWide: bool, shift: i32, keep: usize, add: usize, shares: usize, count: i32): void {
  const step: usize = isWide ? 4 : 2;
  for (let i = 0; i < count; i += 8) {
    for (let k: usize = 0; k < 8; k++)
      store<u16>(gathered + (k << 1), isWide ? load<u16>(samples + k * step) : <u16>load<u8>(samples + k * step));
    blend16(gathered, shift, keep, add, shares, 8);
    for (let k: usize = 0; k < 8; k++) {
      const result = load<u16>(gathered + (k << 1));
      if (isWide) store<u16>(samples + k * step, result);
      else store<u8>(samples + k * step, <u8>result);
    }
    samples += 8 * step;
    keep += 16;
    add += 16;
    if (shares != 0) shares += 8;
  }
}

/**
 * Spans of a layer's plane, blended into samples that were brought here, each span's at a multiple of eight samples.
 * @param step of samples in a picture's row, 1 or 2 @param spans pairs of i32: the span's first sample in the plane, and how many
 * @param shares 0: all of the layer shows
 */
export function blendSpans(
  samples: usize,
  isWide: bool,
  step: i32,
  shift: i32,
  spans: usize,
  count: i32,
  keep: usize,
  add: usize,
  shares: usize,
): void {
  for (let i = 0; i < count; i++, spans += 8) {
    const first = <usize>load<i32>(spans);
    const length = load<i32>(spans, 4);
    const keepAt = keep + 2 * first;
    const addAt = add + 2 * first;
    const sharesAt = shares == 0 ? 0 : shares + first;
    if (step == 2) blendPairs(samples, isWide, shift, keepAt, addAt, sharesAt, length);
    else if (isWide) blend16(samples, shift, keepAt, addAt, sharesAt, length);
    else blend8(samples, keepAt, addAt, sharesAt, length);
    samples += (<usize>((length + 7) & ~7) * <usize>step) << <usize>isWide;
  }
}

/** Shares of chroma samples: means of pairs of columns, of `rows` (1 or 2) rows each. `width` is even, `height` a multiple of `rows`. */
export function halveShares(shares: usize, width: i32, height: i32, rows: i32, to: usize): void {
  const below: usize = rows == 2 ? width : 0;
  for (let y = 0; y < height; y += rows) {
    for (let x = 0; x < width; x += 2) {
      const upper = <u32>load<u8>(shares) + <u32>load<u8>(shares, 1);
      const lower = <u32>load<u8>(shares + below) + <u32>load<u8>(shares + below, 1);
      store<u8>(to++, <u8>((upper + lower + 2) >> 2));
      shares += 2;
    }
    shares += below;
  }
}

/** `add` for one code value in place of a layer's own samples. */
export function fixedAdd(keepAt: usize, value: i32, count: i32, addTo: usize): void {
  const all = value << fraction;
  for (let i = 0; i < count; i++) {
    store<i16>(addTo, <i16>(half + all + ((all * <i32>load<i16>(keepAt) + 0x4000) >> 15)));
    keepAt += 2;
    addTo += 2;
  }
}
