// What is known of a place before its ground of a moment ago is looked at: the matte and the people (cells.ts), and what its colour says (colours.ts).

import { height, ODDS, room, width } from './front-picture.as';

/** Fills in what a colour says, by its bin. */
@external("front", "say") declare function say(bin: i32): void;

/** The largest matte, with a row and a cell more. */
const CELLS: i32 = 1024 * 1025 + 1;
const BINS: i32 = 32 * 32 * 32;
export let cells: usize = 0;
let cellColumns: i32 = 0;
/** By column, and by row, of squares of two by two pixels. */
export let across: usize = 0;
export let down: usize = 0;
export let columnOf: usize = 0;
export let rowOf: usize = 0;
/** By bin. */
export let says: usize = 0;
export let saidIn: usize = 0;
let colourFrame: u8 = 0;

export function openPrior(): void {
  const columns = (width + 1) >> 1;
  const rows = (height + 1) >> 1;
  cells = room(CELLS);
  across = room(4 * columns);
  down = room(4 * rows);
  columnOf = room(4 * columns);
  rowOf = room(4 * rows);
  says = room(2 * BINS);
  saidIn = room(BINS);
}

/** How many cells there are from now on in a row. */
export function setColumns(columns: i32): void {
  cellColumns = columns;
}

/** @param colours the frame colours count */
export function beginPrior(colours: i32): void {
  colourFrame = <u8>colours;
}

const COVERED: i32 = 1;
const NEAR: i32 = 2;
/** A cell of the matte as log odds: much less than a colour that is plainly not the ground's. */
const SAYS_FRONT: f64 = 1.4;
const SAYS_GROUND: f64 = -0.45;
/** Away from everybody's box it takes more: what moved there is mostly a shadow, what did not a mark on the ground. */
const AWAY: f64 = 1.5;

@inline export function isNear(column: i32, row: i32): bool {
  const at = load<i32>(rowOf + (<usize>row << 2)) * cellColumns + load<i32>(columnOf + (<usize>column << 2));
  return (<i32>load<u8>(cells + <usize>at) & NEAR) != 0;
}

/** The matte between its cells' middles, at a square of two by two pixels: 0 to 256. */
export function matteAt(column: i32, row: i32): i32 {
  const x = load<i32>(across + (<usize>column << 2));
  const y = load<i32>(down + (<usize>row << 2));
  const at = cells + <usize>((y >> 4) * cellColumns + (x >> 4));
  const a = x & 15;
  const below = at + <usize>cellColumns;
  const upper = (<i32>load<u8>(at) & COVERED) * (16 - a) + (<i32>load<u8>(at, 1) & COVERED) * a;
  const lower = (<i32>load<u8>(below) & COVERED) * (16 - a) + (<i32>load<u8>(below, 1) & COVERED) * a;
  return upper * (16 - (y & 15)) + lower * (y & 15);
}

/** What is known of a place before its colour is looked at. */
@inline export function prior(x: i32, y: i32, near: bool): f64 {
  return SAYS_GROUND * ODDS + (SAYS_FRONT - SAYS_GROUND) * <f64>matteAt(x >> 1, y >> 1) - (near ? 0 : AWAY * ODDS);
}

/** In parts of ODDS; bins as in colour-density.ts. */
@inline export function colourSays(l: i32, u: i32, v: i32): i32 {
  const y = min(31, max(0, l >> 3));
  const p = min(31, max(0, (u - 64) >> 2));
  const q = min(31, max(0, (v - 64) >> 2));
  const bin = (y * 32 + p) * 32 + q;
  if (load<u8>(saidIn + <usize>bin) != colourFrame) say(bin);
  return load<i16>(says + (<usize>bin << 1));
}
