// AssemblyScript: who is seen in which cell of a region; see parting.ts and field.ts. For each cell and person there is one f32, the people of a cell side by side in
// `lanes` places (4 or 8); places that stand for nobody have evidence that nothing outweighs.

const LOG2_E: f32 = 1.44269504;
/** exp of less is as good as nothing. */
const LEAST: f32 = -80;

/** e^x of four numbers that are not above 0, to 2e-7. */
@inline
function expOf(x: v128): v128 {
  const t = f32x4.mul(f32x4.max(x, f32x4.splat(LEAST)), f32x4.splat(LOG2_E));
  const whole = f32x4.nearest(t);
  const part = f32x4.sub(t, whole);
  let sum = f32x4.splat(0.00133335581);
  sum = f32x4.add(f32x4.mul(sum, part), f32x4.splat(0.00961812911));
  sum = f32x4.add(f32x4.mul(sum, part), f32x4.splat(0.0555041087));
  sum = f32x4.add(f32x4.mul(sum, part), f32x4.splat(0.240226507));
  sum = f32x4.add(f32x4.mul(sum, part), f32x4.splat(0.693147181));
  sum = f32x4.add(f32x4.mul(sum, part), f32x4.splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(whole), i32x4.splat(127)), 23);
  return f32x4.mul(sum, power);
}

@inline
function mostOf(v: v128): f32 {
  const pairs = f32x4.max(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.max(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

@inline
function sumOf(v: v128): f32 {
  const pairs = f32x4.add(v, v128.shuffle<f32>(v, v, 2, 3, 0, 1));
  return f32x4.extract_lane(f32x4.add(pairs, v128.shuffle<f32>(pairs, pairs, 1, 0, 3, 2)), 0);
}

@inline
function pulled(sum: v128, weight: f32, neighbour: usize): v128 {
  return weight > 0 ? f32x4.add(sum, f32x4.mul(f32x4.splat(weight), v128.load(neighbour))) : sum;
}

/** Shares that change by less do not move their neighbours. */
const MOVED: f32 = 0.004;

@inline
function hasMoved(a: v128, b: v128): bool {
  return v128.any_true(f32x4.gt(f32x4.abs(f32x4.sub(a, b)), f32x4.splat(MOVED)));
}

/**
 * Mean field: each cell in turn, forward and backward, takes over what its own evidence, that of its column and its neighbours speak for; one whose
 * neighbours stay as they were is passed over. `order`: the cells, i32. `right`, `down`: how strongly a cell and the next one belong together, 0 not at all.
 * `stirred`: a byte for each cell, 1 to begin with.
 */
export function settle(
  order: usize, count: i32, columns: i32, lanes: i32, evidence: usize, columnEvidence: usize, right: usize, down: usize, share: usize, stirred: usize, sweeps: i32,
): void {
  const bytes = <usize>lanes << 2;
  const above = <usize>columns * bytes;
  for (let sweep = 0; sweep < sweeps << 1; sweep++) {
    for (let n = 0; n < count; n++) {
      const cell = load<i32>(order + (<usize>((sweep & 1) == 0 ? n : count - 1 - n) << 2));
      const flag = stirred + <usize>cell;
      if (load<u8>(flag) == 0) continue;
      store<u8>(flag, 0);
      const column = cell % columns;
      const at = right + (<usize>cell << 2), under = down + (<usize>cell << 2);
      const l: f32 = column > 0 ? load<f32>(at - 4) : 0;
      const u: f32 = cell >= columns ? load<f32>(under - (<usize>columns << 2)) : 0;
      const r = load<f32>(at), d = load<f32>(under);
      const own = share + <usize>cell * bytes;
      const speaks = evidence + <usize>cell * bytes, beside = columnEvidence + <usize>column * bytes;
      let low = f32x4.add(v128.load(speaks), v128.load(beside));
      low = pulled(pulled(pulled(pulled(low, l, own - bytes), u, own - above), r, own + bytes), d, own + above);
      let moved: bool;
      if (lanes == 4) {
        low = expOf(f32x4.sub(low, f32x4.splat(mostOf(low))));
        low = f32x4.mul(low, f32x4.splat(1 / sumOf(low)));
        moved = hasMoved(low, v128.load(own));
        v128.store(own, low);
      } else {
        let high = f32x4.add(v128.load(speaks, 16), v128.load(beside, 16));
        high = pulled(pulled(pulled(pulled(high, l, own - bytes + 16), u, own - above + 16), r, own + bytes + 16), d, own + above + 16);
        const most = f32x4.splat(mostOf(f32x4.max(low, high)));
        low = expOf(f32x4.sub(low, most));
        high = expOf(f32x4.sub(high, most));
        const scale = f32x4.splat(1 / sumOf(f32x4.add(low, high)));
        low = f32x4.mul(low, scale);
        high = f32x4.mul(high, scale);
        moved = hasMoved(low, v128.load(own)) || hasMoved(high, v128.load(own, 16));
        v128.store(own, low);
        v128.store(own, high, 16);
      }
      if (!moved) continue;
      if (l > 0) store<u8>(flag - 1, 1);
      if (r > 0) store<u8>(flag + 1, 1);
      if (u > 0) store<u8>(flag - <usize>columns, 1);
      if (d > 0) store<u8>(flag + <usize>columns, 1);
    }
  }
}

const NOBODY: u8 = 255;

/** The greatest share's place for each cell. Nobody's cell goes to who has one beside it, in two rounds: rims of bodies, and gaps in them. `scratch`: as many bytes. */
export function owners(share: usize, lanes: i32, columns: i32, rows: i32, out: usize, scratch: usize): void {
  const cells = columns * rows;
  for (let cell = 0; cell < cells; cell++) {
    const at = share + (<usize>(cell * lanes) << 2);
    let most: f32 = 0;
    let owner = NOBODY;
    for (let k = 0; k < lanes; k++) {
      const value = load<f32>(at + (<usize>k << 2));
      if (value <= most) continue;
      most = value;
      owner = <u8>k;
    }
    store<u8>(out + <usize>cell, owner);
  }
  for (let round = 0; round < 2; round++) {
    memory.copy(scratch, out, cells);
    for (let row = 0, cell = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++, cell++) {
        const at = scratch + <usize>cell;
        if (load<u8>(at) != NOBODY) continue;
        let owner = NOBODY;
        if (column > 0) owner = load<u8>(at - 1);
        if (column + 1 < columns && load<u8>(at + 1) != NOBODY) owner = load<u8>(at + 1);
        if (row > 0 && load<u8>(at - <usize>columns) != NOBODY) owner = load<u8>(at - <usize>columns);
        if (row + 1 < rows && load<u8>(at + <usize>columns) != NOBODY) owner = load<u8>(at + <usize>columns);
        store<u8>(out + <usize>cell, owner);
      }
    }
  }
}

/** From cells of `step` pixels to pixels: the owner, and how surely it is the first one's, 0 to 255. */
export function spreadOut(
  share: usize, lanes: i32, ownerOf: usize, columns: i32, rows: i32, step: i32, width: i32, height: i32, mine: usize, owner: usize,
): void {
  for (let y = 0; y < height; y++) {
    const row = min<i32>(rows - 1, y / step) * columns;
    const from = y * width;
    if (y % step != 0 && y / step < rows) {
      memory.copy(mine + <usize>from, mine + <usize>(from - width), width);
      memory.copy(owner + <usize>from, owner + <usize>(from - width), width);
      continue;
    }
    for (let column = 0, x = 0; x < width; column++) {
      const cell = row + min<i32>(columns - 1, column);
      const sure = <u8>nearest<f32>(255 * load<f32>(share + (<usize>(cell * lanes) << 2)));
      const who = load<u8>(ownerOf + <usize>cell);
      for (let n = 0; n < step && x < width; n++, x++) {
        store<u8>(mine + <usize>(from + x), sure);
        store<u8>(owner + <usize>(from + x), who);
      }
    }
  }
}
