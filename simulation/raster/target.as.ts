// The picture being drawn: RGBA, with a line buffer, a shadow mask and, where used, a depth buffer beside it.

export let target: usize = 0;
export let width: i32 = 0;
export let height: i32 = 0;
export let depth: usize = 0;
export let line: usize = 0;
export let mask: usize = 0;

export function alloc(bytes: i32): usize {
  return heap.alloc(bytes + 32);
}

/** Draws into `pointer` (width × height RGBA) from now on; `depthPointer` (f32 a pixel, 0 for none) hides capsules behind nearer surfaces. */
export function setTarget(pointer: usize, w: i32, h: i32, linePointer: usize, maskPointer: usize, depthPointer: usize): void {
  target = pointer;
  width = w;
  height = h;
  line = linePointer;
  mask = maskPointer;
  depth = depthPointer;
}

export function copy(to: usize, from: usize, bytes: i32): void {
  memory.copy(to, from, bytes);
}

export function fill(colour: u32): void {
  const c = i32x4.splat(colour);
  const n = width * height * 4;
  let i = 0;
  for (; i + 16 <= n; i += 16) v128.store(target + i, c);
  for (; i < n; i += 4) store<u32>(target + i, colour);
}

/** Finishes a frame: opaque everywhere, with film grain: `up` and `down` are 256×256 RGBA tiles with a column of 256 more (512 wide), added and taken; offsets 0–255. */
export function grain(up: usize, down: usize, offsetX: i32, offsetY: i32): void {
  const opaque = i32x4.splat(0xff000000);
  for (let y = 0; y < height; y++) {
    const tile = ((y + offsetY) & 255) * 2048;
    const row = target + y * width * 4;
    // A row's own shift hides the tile's repeat.
    const shift = (offsetX + (y >> 8) * 97) & 255;
    let x = 0;
    for (; x + 4 <= width; x += 4) {
      const at = tile + ((x + shift) & 255) * 4;
      const p = row + x * 4;
      const c = i8x16.sub_sat_u(i8x16.add_sat_u(v128.load(p), v128.load(up + at)), v128.load(down + at));
      v128.store(p, v128.or(c, opaque));
    }
    for (; x < width; x++) {
      const at = tile + ((x + shift) & 255) * 4;
      for (let c = 0; c < 3; c++) {
        const p = row + x * 4 + c;
        const value = (load<u8>(p) as i32) + (load<u8>(up + at + c) as i32) - (load<u8>(down + at + c) as i32);
        store<u8>(p, value < 0 ? 0 : value > 255 ? 255 : value);
      }
      store<u8>(row + x * 4 + 3, 255);
    }
  }
}
