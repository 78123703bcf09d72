// The picture that is looked at, and those of a moment ago, as far as front-kernel.ts has brought them here.

/** How many pictures have room. */
export const SLOTS: i32 = 6;
/** Log odds are counted in so many parts. */
export const ODDS: f64 = 256;

export let width: i32 = 0;
export let height: i32 = 0;
/** Samples from row to row, and from one chroma sample to the next. */
export let strideY: i32 = 0;
export let strideC: i32 = 0;
export let stepC: i32 = 1;
export let shiftX: i32 = 1;
export let shiftY: i32 = 1;
/** Samples of two bytes, and their bits beyond eight. */
let isWide: bool = false;
let extra: i32 = 0;
/** Addresses of Y, U and V, by slot. */
export let slots: usize = 0;
export let nowY: usize = 0;
export let nowU: usize = 0;
export let nowV: usize = 0;
/** Counts frames, 1 to 255: what was found out in another is not of this one. */
export let frame: u8 = 0;

export function openPicture(w: i32, h: i32, sx: i32, sy: i32, isSemi: i32, bytes: i32, extraBits: i32): void {
  width = w;
  height = h;
  shiftX = sx;
  shiftY = sy;
  stepC = isSemi ? 2 : 1;
  strideY = w;
  strideC = stepC * (w >> sx);
  isWide = bytes > 1;
  extra = extraBits;
  slots = heap.alloc(SLOTS * 12);
  for (let slot = 0; slot < SLOTS; slot++) {
    const at = slots + <usize>(slot * 12);
    const u = room(strideC * (h >> sy) * bytes);
    store<u32>(at, <u32>room(w * h * bytes));
    store<u32>(at, <u32>u, 4);
    store<u32>(at, <u32>(isSemi ? u + <usize>bytes : room(strideC * (h >> sy) * bytes)), 8);
  }
}

/** Zeros, with some behind them: an odd picture's last chroma sample is read though it has none. */
export function room(bytes: i32): usize {
  return heap.alloc(bytes + 64);
}

/** Another frame, its picture in a slot. @returns whether counting begins anew: what says in which frame it was found out is to be cleared */
export function nextFrame(slot: i32): bool {
  const at = slots + <usize>(slot * 12);
  nowY = load<u32>(at);
  nowU = load<u32>(at, 4);
  nowV = load<u32>(at, 8);
  const isAnew = frame == 255;
  frame = isAnew ? 1 : frame + 1;
  return isAnew;
}

@inline export function sample(plane: usize, at: i32): i32 {
  return isWide ? <i32>load<u16>(plane + (<usize>at << 1)) >> extra : <i32>load<u8>(plane + <usize>at);
}
