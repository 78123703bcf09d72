// Which share of the pixels belongs to somebody in front of the ground; front.ts says how that is told, front-kernel.ts is the other end.

import { beginPast, openPast, pastOdds, PLAIN_GROUND, UNSEEN } from './front-past.as';
import { frame, height, nextFrame, nowU, nowV, nowY, ODDS, openPicture, room, sample, shiftX, shiftY, stepC, strideC, strideY, width } from './front-picture.as';
import { beginPrior, colourSays, isNear, matteAt, openPrior, prior } from './front-prior.as';

export { affine, foundIn, which } from './front-past.as';
export { slots } from './front-picture.as';
export { across, cells, columnOf, down, matteAt, rowOf, saidIn, says, setColumns } from './front-prior.as';

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
/** By square of two by two pixels. */
let looks: usize = 0;
let lookIn: usize = 0;
let kinds: usize = 0;
let kindIn: usize = 0;
/** How much a neighbour counts, by the difference of luma, from -255 on; somebody's share of a pixel, of 255, by step of log odds. */
let weights: usize = 0;
let shares: usize = 0;
/** What uncovered() tells, a byte a pixel of a row. */
export let mask: usize = 0;

/** Makes room for pictures of one size and format, once. */
export function open(w: i32, h: i32, sx: i32, sy: i32, isSemi: i32, bytes: i32, extraBits: i32): void {
  openPicture(w, h, sx, sy, isSemi, bytes, extraBits);
  openPrior();
  openPast();
  stride = w + 2 * MARGIN;
  squares = (w + 1) >> 1;
  lastColumn = squares - 1;
  lastRow = ((h + 1) >> 1) - 1;
  const pixels = stride * (h + 2 * MARGIN);
  odds = room(2 * pixels);
  smooth = room(2 * pixels);
  luma = room(pixels);
  judgedIn = room(pixels);
  smoothIn = room(pixels);
  const all = squares * (lastRow + 1);
  looks = room(all);
  lookIn = room(all);
  kinds = room(all);
  kindIn = room(all);
  mask = room(w);
  weights = room(4 * 511);
  for (let i = 0; i < 511; i++) store<f32>(weights + (<usize>i << 2), <f32>Math.exp(-Math.abs(<f64>(i - 255)) / ALIKE));
  shares = room(STEPS + 1);
  for (let i = 0; i <= STEPS; i++) {
    const below = (WIDEST - (2 * WIDEST * <f64>i) / <f64>STEPS + FROM) / SOFT;
    store<u8>(shares + <usize>i, <u8>Math.round(255 / (1 + Math.exp(below))));
  }
}

/** Another frame, its picture in a slot: what was found out is forgotten. `known`: colours tell the ground from others. @returns its number, as counted here */
export function begin(slot: i32, known: i32, colours: i32): i32 {
  const isAnew = nextFrame(slot);
  beginPrior(colours);
  beginPast(isAnew);
  isKnown = known != 0;
  if (isAnew) {
    const pixels = <usize>(stride * (height + 2 * MARGIN));
    const all = <usize>(squares * (lastRow + 1));
    memory.fill(judgedIn, 0, pixels);
    memory.fill(smoothIn, 0, pixels);
    memory.fill(lookIn, 0, all);
    memory.fill(kindIn, 0, all);
  }
  return <i32>frame;
}

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

/** Log odds beyond which a square of two by two pixels, with all those around it, needs no closer look. */
const SURE: i32 = 384;
/** How much less sure a pixel is than the surest beside it: what is thin (a tyre, a racket's frame) fades into the ground at both its edges. */
const SPREAD: f64 = 0.7;
/** Steps of log odds for which shares are kept ready, and the odds the last of them stands for. */
const STEPS: i32 = 1024;
const WIDEST: f64 = 4;
/** Levels of luma over which a neighbour is taken to belong to something else. */
const ALIKE: f64 = 18;
/** Log odds from which somebody is seen rather than the ground, and over which a share goes from low to high. */
export const FROM: f64 = 0.6;
const SOFT: f64 = 0.3;
/** Pixels around the picture: one to average over, one to be beside. */
const MARGIN: i32 = 2;
/** What is known of a square, once it was looked at. */
const GROUND: i32 = 1;
const FRONT: i32 = 2;
const MIXED: i32 = 3;
/** What the first pixel of a square rules out for it and those around it. */
const NOT_GROUND: i32 = 1;
const NOT_FRONT: i32 = 2;

/** 255 less the share (times strength, 0 to 256) of the pixels from `from` to before `to` of row `y`, which is inside the picture, to `mask`. */
export function uncovered(y: i32, from: i32, to: i32, strength: i32): void {
  const hidden = <u8>(255 - ((255 * strength + 128) >> 8));
  const row = y >> 1;
  for (let r = max(0, row - 1); r <= min(lastRow, row + 1); r++) lookRun(r, max(0, (from >> 1) - 1), min(lastColumn, ((to - 1) >> 1) + 1));
  for (let x = from; x < to; ) {
    const kind = kindOf(x >> 1, row);
    let end = (x | 1) + 1;
    while (end < to && kindOf(end >> 1, row) == kind) end += 2;
    if (end > to) end = to;
    const at = mask + <usize>(x - from);
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
