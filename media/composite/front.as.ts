// AssemblyScript: which share of the pixels belongs to somebody in front of the ground. front-kernel.ts lays out the memory; front.ts and past-ground.ts say what
// it means.

/** Fills in which picture shows a block's ground (a square of 16 pixels, its corner at x, y), and the affine mapping there. */
@external("front", "find") declare function find(block: i32, x: i32, y: i32): void;
/** Fills in what a colour says, by its bin. */
@external("front", "say") declare function say(bin: i32): void;

/** Log odds are counted in so many parts. */
const ODDS: f64 = 256;

// ---- The picture, and those of a moment ago ----

let width: i32 = 0;
let height: i32 = 0;
/** Samples from row to row, and from one chroma sample to the next. */
let strideY: i32 = 0;
let strideC: i32 = 0;
let stepC: i32 = 1;
let shiftX: i32 = 1;
let shiftY: i32 = 1;
/** Samples of two bytes, and their bits beyond eight. */
let isWide: bool = false;
let extra: i32 = 0;
/** Addresses of Y, U and V, by slot. */
let slots: usize = 0;
let nowY: usize = 0;
let nowU: usize = 0;
let nowV: usize = 0;

export function setPicture(w: i32, h: i32, rowY: i32, rowC: i32, pairStep: i32, sx: i32, sy: i32, wide: i32, extraBits: i32): void {
  width = w;
  height = h;
  strideY = rowY;
  strideC = rowC;
  stepC = pairStep;
  shiftX = sx;
  shiftY = sy;
  isWide = wide != 0;
  extra = extraBits;
  stride = w + 2 * MARGIN;
  squares = (w + 1) >> 1;
  lastColumn = squares - 1;
  lastRow = ((h + 1) >> 1) - 1;
  blockColumns = (w + 15) >> 4;
}

@inline function sample(plane: usize, at: i32): i32 {
  return isWide ? <i32>load<u16>(plane + (<usize>at << 1)) >> extra : <i32>load<u8>(plane + <usize>at);
}

@inline function abs32(value: i32): i32 {
  return value < 0 ? -value : value;
}

// ---- What is known of a place before its colour is looked at: cells.ts ----

let cells: usize = 0;
let cellColumns: i32 = 0;
let across: usize = 0;
let down: usize = 0;
let columnOf: usize = 0;
let rowOf: usize = 0;
const COVERED: i32 = 1;
const NEAR: i32 = 2;
/** A cell of the matte as log odds: much less than a colour that is plainly not the ground's. */
const SAYS_FRONT: f64 = 1.4;
const SAYS_GROUND: f64 = -0.45;
/** Away from everybody's box it takes more: what moved there is mostly a shadow, what did not a mark on the ground. */
const AWAY: f64 = 1.5;

@inline function isNear(column: i32, row: i32): bool {
  const at = load<i32>(rowOf + (<usize>row << 2)) * cellColumns + load<i32>(columnOf + (<usize>column << 2));
  return (<i32>load<u8>(cells + <usize>at) & NEAR) != 0;
}

/** The matte between its cells' middles, at a square of two by two pixels: 0 to 256. */
@inline function matteAt(column: i32, row: i32): i32 {
  const x = load<i32>(across + (<usize>column << 2));
  const y = load<i32>(down + (<usize>row << 2));
  const at = cells + <usize>((y >> 4) * cellColumns + (x >> 4));
  const a = x & 15;
  const below = at + <usize>cellColumns;
  const upper = (<i32>load<u8>(at) & COVERED) * (16 - a) + (<i32>load<u8>(at, 1) & COVERED) * a;
  const lower = (<i32>load<u8>(below) & COVERED) * (16 - a) + (<i32>load<u8>(below, 1) & COVERED) * a;
  return upper * (16 - (y & 15)) + lower * (y & 15);
}

// ---- What its colour says: colours.ts ----

let says: usize = 0;
let saidIn: usize = 0;
let colourFrame: u8 = 0;

/** See colour-density.ts. */
@inline function colourSays(l: i32, u: i32, v: i32): i32 {
  const y = min(31, max(0, l >> 3));
  const p = min(31, max(0, (u - 64) >> 2));
  const q = min(31, max(0, (v - 64) >> 2));
  const bin = (y * 32 + p) * 32 + q;
  if (load<u8>(saidIn + <usize>bin) != colourFrame) say(bin);
  return load<i16>(says + (<usize>bin << 1));
}

// ---- How the ground looked there a moment ago: past-ground.ts ----

let blockColumns: i32 = 0;
let which: usize = 0;
let foundIn: usize = 0;
let affine: usize = 0;
let lumaBell: usize = 0;
let chromaBell: usize = 0;
let shadedBell: usize = 0;
let pastSays: usize = 0;
const PLAIN_GROUND: i32 = -0x7fff;
const UNSEEN: i32 = 0x7fff;
const NEUTRAL: i32 = 128;
const BLACK: i32 = 16;
/** Differences that are none. */
const SAME_LUMA: i32 = 5;
const SAME_CHROMA: i32 = 5;
/** How much likelier a colour is on the ground that was seen there just so, and at most in a shadow, than anywhere; and one that was not seen there. */
const LIT: f64 = 20;
const SHADED: f64 = 10;
const OTHERWISE: f64 = 0.05;
const STEPS_OF_ONE: f64 = 32;
/** Lightness further off than this is as good as not the ground's at all. */
const FAR_LUMA: i32 = 20;
/** Ground beside people that is darker than this, and of the same hue, is learnt from. */
const DARKER: f64 = 0.9;
const SAME_HUE: f64 = 5;
/** No shadow leaves less of the light's colour than this. */
const DARKEST: f64 = 0.3;

/** Log odds that somebody stands before the ground at a pixel; PLAIN_GROUND, or UNSEEN. `beside`: nobody is known to be near. */
@inline function pastOdds(x: i32, y: i32, l: i32, u: i32, v: i32, beside: bool): i32 {
  const block = (y >> 4) * blockColumns + (x >> 4);
  if (load<u8>(foundIn + <usize>block) != frame) find(block, x & ~15, y & ~15);
  const slot = <i32>load<i8>(which + <usize>block);
  if (slot < 0) return UNSEEN;
  const m = affine + <usize>block * 24;
  const dx = <f64>(x & 15);
  const dy = <f64>(y & 15);
  const px = <i32>(<f64>load<f32>(m) + <f64>load<f32>(m, 4) * dx + <f64>load<f32>(m, 8) * dy);
  const py = <i32>(<f64>load<f32>(m, 12) + <f64>load<f32>(m, 16) * dx + <f64>load<f32>(m, 20) * dy);
  const planes = slots + <usize>(slot * 12);
  return compare(load<u32>(planes), load<u32>(planes, 4), load<u32>(planes, 8), px, py, l, u, v, beside);
}

function compare(pastY: usize, pastU: usize, pastV: usize, px: i32, py: i32, l: i32, u: i32, v: i32, beside: bool): i32 {
  const at = py * strideY + px;
  const atC = (py >> shiftY) * strideC + (px >> shiftX) * stepC;
  const isSameChroma = abs32(u - sample(pastU, atC)) + abs32(v - sample(pastV, atC)) <= SAME_CHROMA;
  const e = sample(pastY, at);
  if (isSameChroma && abs32(l - e) <= SAME_LUMA) return PLAIN_GROUND;
  let least = e;
  let most = e;
  let sum = 0;
  for (let row = at - strideY - 1; row <= at + strideY; row += strideY)
    for (let i = row; i < row + 3; i++) {
      const one = sample(pastY, i);
      sum += one;
      least = min(least, one);
      most = max(most, one);
    }
  if (isSameChroma && l >= least && l <= most) return PLAIN_GROUND;
  const light = <f64>(l - BLACK) / max<f64>(1, <f64>sum / 9 - <f64>BLACK);
  const off = l < least ? least - l : l > most ? l - most : 0;
  const isShaded = l < most && light < 1;
  if (off >= FAR_LUMA && !isShaded) return load<i16>(pastSays + (<usize>(OTHERWISE * STEPS_OF_ONE) << 1));
  const dim = light > 1 ? 1 : light < DARKEST ? DARKEST : light;
  let chroma = 255;
  let dimmed: f64 = 255;
  for (let i = 0; i < 5; i++) {
    const next = atC + (i == 1 ? -stepC : i == 2 ? stepC : i == 3 ? -strideC : i == 4 ? strideC : 0);
    const a = sample(pastU, next) - NEUTRAL;
    const b = sample(pastV, next) - NEUTRAL;
    chroma = min(chroma, abs32(u - NEUTRAL - a) + abs32(v - NEUTRAL - b));
    dimmed = min(dimmed, Math.abs(<f64>(u - NEUTRAL) - <f64>a * dim) + Math.abs(<f64>(v - NEUTRAL) - <f64>b * dim));
  }
  let alike = OTHERWISE + LIT * <f64>load<f32>(lumaBell + (<usize>off << 2)) * <f64>load<f32>(chromaBell + (<usize>chroma << 2));
  if (isShaded) {
    if (beside && l < least && light < DARKER && dimmed < SAME_HUE) addShadow(light);
    alike += SHADED * usualShadow(light) * <f64>load<f32>(shadedBell + (<usize>dimmed << 2));
  }
  return load<i16>(pastSays + (<usize>(alike * STEPS_OF_ONE) << 1));
}

// ---- How dark shadows are here: learnt from ground beside people that is darker than it was a moment ago and of the same hue ----

/** Shares of the ground's light told apart, and up to which one a darker place is a shadow's at all. */
const DEPTHS: f64 = 32;
const LAST_DEPTH: i32 = 28;
/** What is left of a frame's count by the next. */
const DEPTHS_KEPT: f64 = 0.97;
/** Until shadows were seen, they may be of any depth from this share of the light on; as if so many had been. */
const USUAL_FROM: i32 = 14;
const USUAL_COUNT: f32 = 20;
/** Density at which a depth is as usual as any. */
const COMMON: f64 = 1.0 / 12.0;
const depths: usize = memory.data(34 * 4, 16);
let depthsTotal: f64 = 0;

function fadeShadows(): void {
  if (depthsTotal == 0) {
    for (let i = USUAL_FROM + 1; i < LAST_DEPTH + 2; i++) store<f32>(depths + (<usize>i << 2), USUAL_COUNT);
    depthsTotal = <f64>USUAL_COUNT * <f64>(LAST_DEPTH + 1 - USUAL_FROM);
  }
  for (let i = 0; i < 34; i++) {
    const at = depths + (<usize>i << 2);
    store<f32>(at, <f32>(<f64>load<f32>(at) * DEPTHS_KEPT));
  }
  depthsTotal *= DEPTHS_KEPT;
}

@inline function addShadow(light: f64): void {
  const step = <i32>(light * DEPTHS);
  if (step > LAST_DEPTH) return;
  const at = depths + (<usize>(step + 1) << 2);
  store<f32>(at, load<f32>(at) + 1);
  depthsTotal += 1;
}

/** How usual it is for a shadow to leave this share of the light, 0 to 1. */
@inline function usualShadow(light: f64): f64 {
  const at = depths + (<usize>(max(0, min(LAST_DEPTH, <i32>(light * DEPTHS))) + 1) << 2);
  const smoothed = (<f64>load<f32>(at - 4) + 2 * <f64>load<f32>(at) + <f64>load<f32>(at, 4)) / 4;
  return min<f64>(1, smoothed / (COMMON * depthsTotal));
}

// ---- All of it together ----

/** What colours say of the ground in general counts less where it is known how it looked just there, which says the same; and so much does that. */
const COLOUR_BESIDE_PAST: f64 = 0.7;
const PAST: f64 = 0.7;
/** Where it is not known, somebody stands there in doubt: a line over an ankle is worse than a gap beside it. */
const IN_DOUBT: f64 = 1;
/** No place is surer than this by itself, log odds; places are averaged with their neighbours. */
const SUREST: f64 = 4;

@inline function limited(value: f64): i32 {
  return <i32>max<f64>(-SUREST * ODDS, min<f64>(SUREST * ODDS, value));
}

/** How surely somebody stands in front of the ground at a pixel, log odds in parts of ODDS. */
@inline function oddsOf(x: i32, y: i32, l: i32): i32 {
  if (!isKnown) return byMatte(x, y);
  const atC = (y >> shiftY) * strideC + (x >> shiftX) * stepC;
  const u = sample(nowU, atC);
  const v = sample(nowV, atC);
  const near = isNear(x >> 1, y >> 1);
  const past = pastOdds(x, y, l, u, v, !near);
  if (past == PLAIN_GROUND) return <i32>(-SUREST * ODDS);
  const colour = <f64>colourSays(l, u, v);
  if (past == UNSEEN) return limited(prior(x, y, near) + colour + IN_DOUBT * ODDS);
  return limited(prior(x, y, near) + COLOUR_BESIDE_PAST * colour + PAST * <f64>past);
}

/** The same without what was seen there a moment ago, for a colour that is known already. */
export function coarse(x: i32, y: i32, l: i32, u: i32, v: i32): i32 {
  if (!isKnown) return byMatte(x, y);
  return limited(prior(x, y, isNear(x >> 1, y >> 1)) + <f64>colourSays(l, u, v) + IN_DOUBT * ODDS);
}

/** What is known of a place before its colour is looked at. */
@inline function prior(x: i32, y: i32, near: bool): f64 {
  return SAYS_GROUND * ODDS + (SAYS_FRONT - SAYS_GROUND) * <f64>matteAt(x >> 1, y >> 1) - (near ? 0 : AWAY * ODDS);
}

@inline function byMatte(x: i32, y: i32): i32 {
  return <i32>(matteAt(x >> 1, y >> 1) > 128 ? SUREST * ODDS : -SUREST * ODDS);
}

/** Pixels `from` to before `to`, `step` apart, of row `y`, the first of them kept at `at`, where that was not done in this frame. */
function judge(y: i32, from: i32, to: i32, step: i32, at: i32): void {
  for (let x = from, p = <usize>at; x < to; x += step, p += step) {
    if (load<u8>(judgedIn + p) == frame) continue;
    store<u8>(judgedIn + p, frame);
    const l = sample(nowY, y * strideY + x);
    store<u8>(luma + p, <u8>l);
    store<i16>(odds + (p << 1), <i16>oddsOf(x, y, l));
  }
}

// ---- Shares ----

/** Log odds beyond which a square of two by two pixels, with all those around it, needs no closer look. */
const SURE: i32 = 384;
/** How much less sure a pixel is than the surest beside it: what is thin (a tyre, a racket's frame) fades into the ground at both its edges. */
const SPREAD: f64 = 0.7;
/** Steps of log odds for which shares are kept ready, and the odds the last of them stands for. */
const STEPS: i32 = 1024;
const WIDEST: f64 = 4;
/** Pixels around the picture: one to average over, one to be beside. */
const MARGIN: i32 = 2;
/** What is known of a square, once it was looked at. */
const GROUND: i32 = 1;
const FRONT: i32 = 2;
const MIXED: i32 = 3;
/** What the first pixel of a square rules out for it and those around it. */
const NOT_GROUND: i32 = 1;
const NOT_FRONT: i32 = 2;

/** Counts frames, 1 to 255: what was found out in another is not of this one. */
let frame: u8 = 0;
let isKnown: bool = false;
let stride: i32 = 0;
let squares: i32 = 0;
let lastColumn: i32 = 0;
let lastRow: i32 = 0;
/** By pixel, with the margin. */
let odds: usize = 0;
let smooth: usize = 0;
let luma: usize = 0;
let judgedIn: usize = 0;
let smoothIn: usize = 0;
/** By square. */
let looks: usize = 0;
let lookIn: usize = 0;
let kinds: usize = 0;
let kindIn: usize = 0;
/** By difference of luma, from -255 on; by step of log odds. */
let weights: usize = 0;
let shares: usize = 0;

/** Takes the addresses of all that front-kernel.ts lays out, in its order. */
export function setMemory(list: usize): void {
  slots = load<u32>(list);
  cells = load<u32>(list, 4);
  across = load<u32>(list, 8);
  down = load<u32>(list, 12);
  columnOf = load<u32>(list, 16);
  rowOf = load<u32>(list, 20);
  says = load<u32>(list, 24);
  saidIn = load<u32>(list, 28);
  which = load<u32>(list, 32);
  foundIn = load<u32>(list, 36);
  affine = load<u32>(list, 40);
  lumaBell = load<u32>(list, 44);
  chromaBell = load<u32>(list, 48);
  shadedBell = load<u32>(list, 52);
  pastSays = load<u32>(list, 56);
  odds = load<u32>(list, 60);
  smooth = load<u32>(list, 64);
  luma = load<u32>(list, 68);
  judgedIn = load<u32>(list, 72);
  smoothIn = load<u32>(list, 76);
  looks = load<u32>(list, 80);
  lookIn = load<u32>(list, 84);
  kinds = load<u32>(list, 88);
  kindIn = load<u32>(list, 92);
  weights = load<u32>(list, 96);
  shares = load<u32>(list, 100);
}

/** Another frame, its picture in a slot: what was found out is forgotten. `known`: colours tell the ground from others. @returns its number, as counted here */
export function begin(slot: i32, columns: i32, known: i32, colours: i32): i32 {
  const planes = slots + <usize>(slot * 12);
  nowY = load<u32>(planes);
  nowU = load<u32>(planes, 4);
  nowV = load<u32>(planes, 8);
  cellColumns = columns;
  isKnown = known != 0;
  colourFrame = <u8>colours;
  fadeShadows();
  if (frame == 255) {
    const pixels = <usize>(stride * (height + 2 * MARGIN));
    const all = <usize>(squares * (lastRow + 1));
    memory.fill(judgedIn, 0, pixels);
    memory.fill(smoothIn, 0, pixels);
    memory.fill(lookIn, 0, all);
    memory.fill(kindIn, 0, all);
    memory.fill(foundIn, 0, <usize>(blockColumns * ((height + 15) >> 4)));
    frame = 0;
  }
  return <i32>++frame;
}

/** 255 less the share (times strength, 0 to 256) of the pixels from `from` to before `to` of row `y`, which is inside the picture, to `out`. */
export function uncovered(y: i32, from: i32, to: i32, strength: i32, out: usize): void {
  const hidden = <u8>(255 - ((255 * strength + 128) >> 8));
  const row = y >> 1;
  for (let r = max(0, row - 1); r <= min(lastRow, row + 1); r++) lookRun(r, max(0, (from >> 1) - 1), min(lastColumn, ((to - 1) >> 1) + 1));
  for (let x = from; x < to; ) {
    const kind = kindOf(x >> 1, row);
    let end = (x | 1) + 1;
    while (end < to && kindOf(end >> 1, row) == kind) end += 2;
    if (end > to) end = to;
    const at = out + <usize>(x - from);
    if (kind == MIXED) look(y, x, end, strength, at);
    else memory.fill(at, kind == FRONT ? hidden : 255, <usize>(end - x));
    x = end;
  }
}

/** GROUND, FRONT or MIXED, where the square and those around it were looked at. */
function kindOf(column: i32, row: i32): i32 {
  const square = <usize>(row * squares + column);
  if (load<u8>(kindIn + square) == frame) return <i32>load<u8>(kinds + square);
  store<u8>(kindIn + square, frame);
  let all = column == 0 || row == 0 || column >= lastColumn || row >= lastRow ? NOT_FRONT : 0;
  for (let r = max(0, row - 1); r <= min(lastRow, row + 1); r++)
    for (let c = max(0, column - 1); c <= min(lastColumn, column + 1); c++) all |= <i32>load<u8>(looks + <usize>(r * squares + c));
  const kind = (all & NOT_GROUND) == 0 ? GROUND : (all & NOT_FRONT) == 0 ? FRONT : MIXED;
  store<u8>(kinds + square, <u8>kind);
  return kind;
}

/** The first pixels of squares `first` to `last` of a row. */
function lookRun(row: i32, first: i32, last: i32): void {
  const base = row * squares;
  while (first <= last && load<u8>(lookIn + <usize>(base + first)) == frame) first++;
  while (first <= last && load<u8>(lookIn + <usize>(base + last)) == frame) last--;
  if (first > last) return;
  const line = (2 * row + MARGIN) * stride + MARGIN;
  judge(2 * row, 2 * first, 2 * last + 1, 2, line + 2 * first);
  for (let column = first; column <= last; column++) {
    const one = <i32>load<i16>(odds + (<usize>(line + 2 * column) << 1));
    store<u8>(lookIn + <usize>(base + column), frame);
    store<u8>(looks + <usize>(base + column), <u8>((one > 0 ? NOT_GROUND : 0) | (one > SURE ? 0 : NOT_FRONT)));
  }
}

/** Every pixel from `from` to before `to`. */
function look(y: i32, from: i32, to: i32, strength: i32, out: usize): void {
  const row = y + MARGIN;
  const first = from + MARGIN;
  const last = to + MARGIN;
  smoothRun(row - 1, first, last);
  smoothRun(row, first - 1, last + 1);
  smoothRun(row + 1, first, last);
  const line = <usize>stride << 1;
  for (let x = first; x < last; x++, out++) {
    const p = smooth + (<usize>(row * stride + x) << 1);
    const beside = max(max(<i32>load<i16>(p - 2), <i32>load<i16>(p, 2)), max(<i32>load<i16>(p - line), <i32>load<i16>(p + line)));
    const surest = max<f64>(<f64>load<i16>(p), <f64>beside - SPREAD * ODDS);
    const step = <i32>((surest + WIDEST * ODDS) * (<f64>STEPS / (2 * WIDEST * ODDS)));
    const share = <i32>load<u8>(shares + <usize>max(0, min(STEPS, step)));
    store<u8>(out, <u8>(255 - ((share * strength + 128) >> 8)));
  }
}

/** Averages log odds with those of neighbours that are as light; columns and rows with the margin. */
function smoothRun(row: i32, from: i32, to: i32): void {
  let first = row * stride + from;
  let last = row * stride + to;
  while (first < last && load<u8>(smoothIn + <usize>first) == frame) first++;
  while (first < last && load<u8>(smoothIn + <usize>(last - 1)) == frame) last--;
  if (first >= last) return;
  for (let r = row - 1; r <= row + 1; r++) judgeRun(r, first - row * stride - 1, last - row * stride + 1);
  for (let at = first; at < last; at++) {
    if (load<u8>(smoothIn + <usize>at) == frame) continue;
    store<u8>(smoothIn + <usize>at, frame);
    const own = odds + (<usize>at << 1);
    const value = <i32>load<i16>(own);
    if (isEven(own, value)) {
      store<i16>(smooth + (<usize>at << 1), <i16>value);
      continue;
    }
    const level = <i32>load<u8>(luma + <usize>at) - 255;
    let sum: f64 = 0;
    let weight: f64 = 0;
    for (let line = at - stride; line <= at + stride; line += stride)
      for (let p = line - 1; p <= line + 1; p++) {
        const w = <f64>load<f32>(weights + (<usize>(<i32>load<u8>(luma + <usize>p) - level) << 2));
        sum += w * <f64>load<i16>(odds + (<usize>p << 1));
        weight += w;
      }
    store<i16>(smooth + (<usize>at << 1), <i16>(sum / weight));
  }
}

/** Whether a pixel and the eight around it are equally sure: nothing to average. */
@inline function isEven(own: usize, value: i32): bool {
  if (<i32>load<i16>(own - 2) != value || <i32>load<i16>(own, 2) != value) return false;
  const line = <usize>stride << 1;
  for (let i: usize = 0; i < 6; i += 2)
    if (<i32>load<i16>(own - line - 2 + i) != value || <i32>load<i16>(own + line - 2 + i) != value) return false;
  return true;
}

/** Columns and rows with the margin; what lies outside the picture is as the pixel at its edge. */
function judgeRun(row: i32, from: i32, to: i32): void {
  const y = max(0, min(height - 1, row - MARGIN));
  const line = row * stride;
  const first = max(from, MARGIN);
  const end = min(to, width + MARGIN);
  judge(y, first - MARGIN, end - MARGIN, 1, line + first);
  for (let column = from; column < first; column++) judge(y, 0, 1, 1, line + column);
  for (let column = end; column < to; column++) judge(y, width - 1, width, 1, line + column);
}
