// AssemblyScript: straight RGBA → premultiplied planes, and these into rows of pictures, eight samples at a time. Called by converter.ts and blender.ts;
// kernel.ts lays out the memory.

const HALF: f32 = 16384;
/** What a sample without coverage does: all of the picture stays, nothing but the rounding half is added. */
const STAYS: i16 = -32768;
const NOTHING: i32 = 16384;

/** Weights: 4 f32 each for Y, U, V (red, green, blue, base), scaled by 2^15 / 255; then the share of one pixel in a chroma sample. */
@inline
function weight(at: usize, index: i32): v128 {
  return v128.splat<f32>(load<f32>(at + (index << 2)));
}

@inline
function channel(pixels: v128, shift: i32): v128 {
  return v128.convert<i32>(v128.and(v128.shr<u32>(pixels, shift), v128.splat<i32>(0xff)));
}

@inline
function alpha(pixels: v128): v128 {
  return v128.convert<i32>(v128.shr<u32>(pixels, 24));
}

/** r·R + g·G + b·B + base·A, with R, G, B already multiplied by A, plus the rounding half. */
@inline
function weigh(r: v128, g: v128, b: v128, a: v128, w: usize, first: i32): v128 {
  const colour = v128.add<f32>(v128.mul<f32>(r, weight(w, first)), v128.mul<f32>(g, weight(w, first + 1)));
  const rest = v128.add<f32>(v128.mul<f32>(b, weight(w, first + 2)), v128.mul<f32>(a, weight(w, first + 3)));
  return v128.trunc_sat<i32>(v128.add<f32>(v128.add<f32>(colour, rest), v128.splat<f32>(HALF)));
}

/** What stays of the picture under a mean alpha: 2^15 − alpha · 2^15 / 255, rounded. */
@inline
function keep(a: v128): v128 {
  const cover = v128.mul<f32>(a, v128.splat<f32>(<f32>(32768.0 / 255.0)));
  return v128.trunc_sat<i32>(v128.sub<f32>(v128.splat<f32>(32768.5), cover));
}

/** Sums of neighbours: (x0+x1, x2+x3, y0+y1, y2+y3). */
@inline
function pairs(x: v128, y: v128): v128 {
  return v128.add<f32>(v128.shuffle<f32>(x, y, 0, 2, 4, 6), v128.shuffle<f32>(x, y, 1, 3, 5, 7));
}

/** Luma of every pixel. `width` is a multiple of 8. `blocks` gets 1 for each eight pixels with any coverage. */
export function luma(rgba: usize, width: i32, height: i32, w: usize, keepAt: usize, addAt: usize, blocks: usize): void {
  const count = width * height;
  for (let i = 0; i < count; i += 8) {
    const low = v128.load(rgba);
    const high = v128.load(rgba, 16);
    rgba += 32;
    const covered = v128.any_true(v128.shr<u32>(v128.or(low, high), 24));
    store<u8>(blocks++, u8(covered));
    if (covered) {
      const aLow = alpha(low);
      const aHigh = alpha(high);
      v128.store(keepAt, v128.narrow<u32>(keep(aLow), keep(aHigh)));
      v128.store(
        addAt,
        weigh(
          v128.mul<f32>(channel(low, 0), aLow),
          v128.mul<f32>(channel(low, 8), aLow),
          v128.mul<f32>(channel(low, 16), aLow),
          aLow,
          w,
          0,
        ),
      );
      v128.store(
        addAt,
        weigh(
          v128.mul<f32>(channel(high, 0), aHigh),
          v128.mul<f32>(channel(high, 8), aHigh),
          v128.mul<f32>(channel(high, 16), aHigh),
          aHigh,
          w,
          0,
        ),
        16,
      );
    } else {
      v128.store(keepAt, v128.splat<i16>(STAYS));
      v128.store(addAt, v128.splat<i32>(NOTHING));
      v128.store(addAt, v128.splat<i32>(NOTHING), 16);
    }
    keepAt += 16;
    addAt += 32;
  }
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
  w: usize,
  keepAt: usize,
  addU: usize,
  addV: usize,
  blocks: usize,
): void {
  const stride: usize = <usize>width << 2;
  const share = v128.splat<f32>(<f32>1 / <f32>(rows << 1));
  for (let y = 0; y < height; y += rows) {
    for (let x = 0; x < width; x += 8) {
      const low = v128.load(rgba);
      const high = v128.load(rgba, 16);
      let any = v128.or(low, high);
      let aLow = alpha(low);
      let aHigh = alpha(high);
      let rLow = v128.mul<f32>(channel(low, 0), aLow);
      let rHigh = v128.mul<f32>(channel(high, 0), aHigh);
      let gLow = v128.mul<f32>(channel(low, 8), aLow);
      let gHigh = v128.mul<f32>(channel(high, 8), aHigh);
      let bLow = v128.mul<f32>(channel(low, 16), aLow);
      let bHigh = v128.mul<f32>(channel(high, 16), aHigh);
      if (rows == 2) {
        const below = v128.load(rgba + stride);
        const belowHigh = v128.load(rgba + stride, 16);
        any = v128.or(any, v128.or(below, belowHigh));
        const a0 = alpha(below);
        const a1 = alpha(belowHigh);
        rLow = v128.add<f32>(rLow, v128.mul<f32>(channel(below, 0), a0));
        rHigh = v128.add<f32>(rHigh, v128.mul<f32>(channel(belowHigh, 0), a1));
        gLow = v128.add<f32>(gLow, v128.mul<f32>(channel(below, 8), a0));
        gHigh = v128.add<f32>(gHigh, v128.mul<f32>(channel(belowHigh, 8), a1));
        bLow = v128.add<f32>(bLow, v128.mul<f32>(channel(below, 16), a0));
        bHigh = v128.add<f32>(bHigh, v128.mul<f32>(channel(belowHigh, 16), a1));
        aLow = v128.add<f32>(aLow, a0);
        aHigh = v128.add<f32>(aHigh, a1);
      }
      rgba += 32;
      const covered = v128.any_true(v128.shr<u32>(any, 24));
      store<u8>(blocks++, u8(covered));
      if (covered) {
        const a = v128.mul<f32>(pairs(aLow, aHigh), share);
        const r = v128.mul<f32>(pairs(rLow, rHigh), share);
        const g = v128.mul<f32>(pairs(gLow, gHigh), share);
        const b = v128.mul<f32>(pairs(bLow, bHigh), share);
        const kept = keep(a);
        v128.store_lane<u64>(keepAt, v128.narrow<u32>(kept, kept), 0);
        v128.store(addU, weigh(r, g, b, a, w, 4));
        v128.store(addV, weigh(r, g, b, a, w, 8));
      } else {
        store<u64>(keepAt, 0x8000800080008000);
        v128.store(addU, v128.splat<i32>(NOTHING));
        v128.store(addV, v128.splat<i32>(NOTHING));
      }
      keepAt += 8;
      addU += 16;
      addV += 16;
    }
    if (rows == 2) rgba += stride;
  }
}

/** Chroma of every pixel (4:4:4). Coverage and its blocks are luma's. */
export function chromaFull(rgba: usize, width: i32, height: i32, w: usize, addU: usize, addV: usize): void {
  const count = width * height;
  for (let i = 0; i < count; i += 4) {
    const pixels = v128.load(rgba);
    const a = alpha(pixels);
    const r = v128.mul<f32>(channel(pixels, 0), a);
    const g = v128.mul<f32>(channel(pixels, 8), a);
    const b = v128.mul<f32>(channel(pixels, 16), a);
    v128.store(addU, weigh(r, g, b, a, w, 4));
    v128.store(addV, weigh(r, g, b, a, w, 8));
    rgba += 16;
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

/** `sample = (sample · keep + add) >> 15` for eight bits, in place. Up to seven samples beyond `count` are overwritten. */
export function blend8(samples: usize, keepAt: usize, addAt: usize, count: i32): void {
  for (let i = 0; i < count; i += 8) {
    const sample = v128.load_ext<u8>(samples);
    const kept = v128.load(keepAt);
    const low = v128.add<i32>(v128.extmul_low<u16>(sample, kept), v128.load(addAt));
    const high = v128.add<i32>(v128.extmul_high<u16>(sample, kept), v128.load(addAt, 16));
    const blended = v128.narrow<i32>(v128.shr<i32>(low, 15), v128.shr<i32>(high, 15));
    v128.store_lane<u64>(samples, v128.narrow<u16>(blended, blended), 0);
    samples += 8;
    keepAt += 16;
    addAt += 32;
  }
}

/** The same for every second sample: U or V of a semi-planar picture. */
export function blend8Pairs(samples: usize, keepAt: usize, addAt: usize, count: i32): void {
  for (let i = 0; i < count; i++) {
    store<u8>(samples, <u8>((<i32>load<u8>(samples) * <i32>load<u16>(keepAt) + load<i32>(addAt)) >> 15));
    samples += 2;
    keepAt += 2;
    addAt += 4;
  }
}

/** The same for 16-bit words whose lowest `shift` bits are no part of the value; `step` 1 or 2 words. */
export function blend16(samples: usize, step: i32, shift: i32, keepAt: usize, addAt: usize, count: i32): void {
  const stride = <usize>step << 1;
  for (let i = 0; i < count; i++) {
    const blended = ((<i32>load<u16>(samples) >> shift) * <i32>load<u16>(keepAt) + load<i32>(addAt)) >> 15;
    store<u16>(samples, <u16>(blended << shift));
    samples += stride;
    keepAt += 2;
    addAt += 4;
  }
}

/** Coverage of which only a share shows (255: all): `keep` and `add` for that. */
export function uncover(keepAt: usize, addAt: usize, shares: usize, count: i32, keepTo: usize, addTo: usize): void {
  for (let i = 0; i < count; i++) {
    const share = <i32>load<u8>(shares);
    const part = share + (share >> 7);
    store<u16>(keepTo, <u16>(0x8000 - (((0x8000 - <i32>load<u16>(keepAt)) * part) >> 8)));
    store<i32>(addTo, <i32>((<i64>(load<i32>(addAt) - NOTHING) * part) >> 8) + NOTHING);
    shares++;
    keepAt += 2;
    addAt += 4;
    keepTo += 2;
    addTo += 4;
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
  for (let i = 0; i < count; i++) {
    store<i32>(addTo, value * (0x8000 - <i32>load<u16>(keepAt)) + NOTHING);
    keepAt += 2;
    addTo += 4;
  }
}
