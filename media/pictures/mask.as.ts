// AssemblyScript: masks of bodies, a byte for each pixel of a region, rows tightly packed. `scratch` holds as many bytes as the mask and MARGIN more at both ends.

const MARGIN: i32 = 16;

/** In a mask of 0 and 255, bridges gaps up to twice the radius (at most MARGIN): grown, then shrunk as much. What lies outside the region counts for neither. */
export function closeGaps(mask: usize, width: i32, height: i32, radius: i32, scratch: usize): void {
  extreme(mask, width, height, radius, scratch, true);
  extreme(mask, width, height, radius, scratch, false);
}

/** Every pixel becomes the greatest (or the least) within `radius`: along rows, then along columns. */
function extreme(mask: usize, width: i32, height: i32, radius: i32, scratch: usize, greatest: bool): void {
  const neutral: u8 = greatest ? 0 : 255;
  const row = scratch + <usize>MARGIN;
  memory.fill(row - <usize>radius, neutral, radius);
  memory.fill(row + <usize>width, neutral, radius);
  for (let y = 0; y < height; y++) {
    const at = mask + <usize>(y * width);
    memory.copy(row, at, width);
    ofRange(row, at, width, -radius, radius, 1, greatest);
  }
  memory.copy(row, mask, width * height);
  for (let y = 0; y < height; y++) {
    const at = y * width;
    ofRange(row + <usize>at, mask + <usize>at, width, -min<i32>(radius, y), min<i32>(radius, height - 1 - y), width, greatest);
  }
}

/** For `width` pixels the greatest or least of those `from` to `to` steps away. */
@inline
function ofRange(source: usize, out: usize, width: i32, from: i32, to: i32, step: i32, greatest: bool): void {
  let x = 0;
  for (; x + 16 <= width; x += 16) {
    const at = source + <usize>x;
    let most = v128.load(at);
    for (let n = from; n <= to; n++) {
      const other = v128.load(at + <usize>(n * step));
      most = greatest ? i8x16.max_u(most, other) : i8x16.min_u(most, other);
    }
    v128.store(out + <usize>x, most);
  }
  for (; x < width; x++) {
    const at = source + <usize>x;
    let most = load<u8>(at);
    for (let n = from; n <= to; n++) {
      const other = load<u8>(at + <usize>(n * step));
      most = greatest ? max<u8>(most, other) : min<u8>(most, other);
    }
    store<u8>(out + <usize>x, most);
  }
}

/** Weights 1 2 1 both ways, edges repeated. */
export function soften(mask: usize, width: i32, height: i32, scratch: usize): void {
  const row = scratch + <usize>MARGIN;
  for (let y = 0; y < height; y++) {
    const at = mask + <usize>(y * width);
    memory.copy(row, at, width);
    store<u8>(row - 1, load<u8>(row));
    store<u8>(row + <usize>width, load<u8>(row + <usize>(width - 1)));
    blend121(row - 1, row, row + 1, at, width);
  }
  memory.copy(row, mask, width * height);
  for (let y = 0; y < height; y++) {
    const here = row + <usize>(y * width);
    const above = y > 0 ? here - <usize>width : here, below = y + 1 < height ? here + <usize>width : here;
    blend121(above, here, below, mask + <usize>(y * width), width);
  }
}

@inline
function blend121(before: usize, here: usize, after: usize, out: usize, width: i32): void {
  let x: usize = 0;
  for (; x + 8 <= <usize>width; x += 8) {
    const sides = i16x8.add(v128.load_ext<u8>(before + x), v128.load_ext<u8>(after + x));
    const sum = i16x8.add(i16x8.add(sides, i16x8.shl(v128.load_ext<u8>(here + x), 1)), i16x8.splat(2));
    const halved = i16x8.shr_u(sum, 2);
    v128.store64_lane(out + x, i8x16.narrow_i16x8_u(halved, halved), 0);
  }
  for (; x < <usize>width; x++) store<u8>(out + x, <u8>((<i32>load<u8>(before + x) + 2 * <i32>load<u8>(here + x) + <i32>load<u8>(after + x) + 2) >> 2));
}

/** What cannot be reached from the region's border becomes 255. `outside`: zeros, a byte for each pixel; `reached`: an i32 for each. */
export function fillHoles(mask: usize, width: i32, height: i32, outside: usize, reached: usize): void {
  const count = width * height;
  let end = reached;
  for (let x = 0; x < width; x++) {
    end = reach(mask, outside, x, end);
    end = reach(mask, outside, count - width + x, end);
  }
  for (let at = 0; at < count; at += width) {
    end = reach(mask, outside, at, end);
    end = reach(mask, outside, at + width - 1, end);
  }
  for (let next = reached; next < end; next += 4) {
    const p = load<i32>(next);
    const x = p % width;
    if (x > 0) end = reach(mask, outside, p - 1, end);
    if (x < width - 1) end = reach(mask, outside, p + 1, end);
    if (p >= width) end = reach(mask, outside, p - width, end);
    if (p < count - width) end = reach(mask, outside, p + width, end);
  }
  for (let p: usize = 0; p < <usize>count; p++) if (load<u8>(outside + p) == 0) store<u8>(mask + p, 255);
}

@inline
function reach(mask: usize, outside: usize, p: i32, end: usize): usize {
  if (load<u8>(mask + <usize>p) != 0 || load<u8>(outside + <usize>p) != 0) return end;
  store<u8>(outside + <usize>p, 1);
  store<i32>(end, p);
  return end + 4;
}
