// How the ground looked at a place a moment ago, when nobody stood there: past-ground.ts knows where in which picture, here colours are compared.

import { frame, height, ODDS, room, sample, shiftX, shiftY, slots, stepC, strideC, strideY, width } from './front-picture.as';

/** Fills in which picture shows a block's ground (a square of 16 pixels, its corner at x, y), and the affine mapping there. */
@external("front", "find") declare function find(block: i32, x: i32, y: i32): void;

/** By block: the slot of the picture that shows its ground, in which frame, as counted here, that was found, and the affine mapping of its pixels there. */
export let which: usize = 0;
export let foundIn: usize = 0;
export let affine: usize = 0;
let columns: i32 = 0;
let blocks: i32 = 0;

/** What a pixel says that looks just as it did, and one whose ground was not seen. */
export const PLAIN_GROUND: i32 = -0x7fff;
export const UNSEEN: i32 = 0x7fff;
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
/** Levels by which luma, and both chromas together, differ from frame to frame; in shadows less of chroma is left to differ. */
const LUMA_SPREAD: f64 = 5;
const CHROMA_SPREAD: f64 = 6;
const SHADED_CHROMA_SPREAD: f64 = 5;
/** Gaussians over whole levels; log odds by how much likelier a colour is on this ground than anywhere, in steps. */
const LEVELS: i32 = 512;
const LIKELIHOODS: i32 = <i32>((LIT + SHADED + 1) * STEPS_OF_ONE);
let lumaBell: usize = 0;
let chromaBell: usize = 0;
let shadedBell: usize = 0;
let pastSays: usize = 0;

export function openPast(): void {
  columns = (width + 15) >> 4;
  blocks = columns * ((height + 15) >> 4);
  which = room(blocks);
  foundIn = room(blocks);
  affine = room(24 * blocks);
  lumaBell = bell(LUMA_SPREAD);
  chromaBell = bell(CHROMA_SPREAD);
  shadedBell = bell(SHADED_CHROMA_SPREAD);
  pastSays = room(2 * LIKELIHOODS);
  for (let i = 0; i < LIKELIHOODS; i++)
    store<i16>(pastSays + (<usize>i << 1), <i16>(-ODDS * Math.log(max<f64>(OTHERWISE, <f64>i / STEPS_OF_ONE))));
  openShadows();
}

function bell(spread: f64): usize {
  const at = room(4 * LEVELS);
  for (let off = 0; off < LEVELS; off++) store<f32>(at + (<usize>off << 2), <f32>Math.exp(-0.5 * Math.pow(<f64>off / spread, 2)));
  return at;
}

export function beginPast(isAnew: bool): void {
  fadeShadows();
  if (isAnew) memory.fill(foundIn, 0, <usize>blocks);
}

/** Log odds that somebody stands before the ground at a pixel; PLAIN_GROUND, or UNSEEN. `beside`: nobody is known to be near. */
@inline export function pastOdds(x: i32, y: i32, l: i32, u: i32, v: i32, beside: bool): i32 {
  const block = (y >> 4) * columns + (x >> 4);
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
  const isSameChroma = abs<i32>(u - sample(pastU, atC)) + abs<i32>(v - sample(pastV, atC)) <= SAME_CHROMA;
  const e = sample(pastY, at);
  if (isSameChroma && abs<i32>(l - e) <= SAME_LUMA) return PLAIN_GROUND;
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
    chroma = min(chroma, abs<i32>(u - NEUTRAL - a) + abs<i32>(v - NEUTRAL - b));
    dimmed = min(dimmed, Math.abs(<f64>(u - NEUTRAL) - <f64>a * dim) + Math.abs(<f64>(v - NEUTRAL) - <f64>b * dim));
  }
  let alike = OTHERWISE + LIT * <f64>load<f32>(lumaBell + (<usize>off << 2)) * <f64>load<f32>(chromaBell + (<usize>chroma << 2));
  if (isShaded) {
    if (beside && l < least && light < DARKER && dimmed < SAME_HUE) addShadow(light);
    alike += SHADED * usualShadow(light) * <f64>load<f32>(shadedBell + (<usize>dimmed << 2));
  }
  return load<i16>(pastSays + (<usize>(alike * STEPS_OF_ONE) << 1));
}

// How dark shadows are here: learnt from ground beside people that is darker than it was a moment ago and of the same hue.

/** Shares of the ground's light told apart, and up to which one a darker place is a shadow's at all. */
const DEPTHS: f64 = 32;
const LAST_DEPTH: i32 = 28;
/** What is left of a frame's count by the next. */
const DEPTHS_KEPT: f64 = 0.97;
/** Until shadows were seen, they may be of any depth from this share of the light on; as if so many had been. */
const USUAL_FROM: i32 = 14;
const USUAL_COUNT: f32 = 20;
/** Density from which on a depth is as usual as can be. */
const COMMON: f64 = 1.0 / 12.0;
/** By depth, with one more at both ends. */
const COUNTS: i32 = 34;
const depths: usize = memory.data(34 * 4, 16);
let depthsTotal: f64 = 0;

function openShadows(): void {
  for (let i = USUAL_FROM + 1; i < LAST_DEPTH + 2; i++) store<f32>(depths + (<usize>i << 2), USUAL_COUNT);
  depthsTotal = <f64>USUAL_COUNT * <f64>(LAST_DEPTH + 1 - USUAL_FROM);
}

function fadeShadows(): void {
  for (let i = 0; i < COUNTS; i++) {
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
