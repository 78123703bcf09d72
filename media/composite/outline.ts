import type { Point } from '../../protocol/index.js';

/** Where a horizontal line goes in and out of an outline (even-odd), from left to right: pairs of x. @param into overwritten and returned. */
export function crossings(outline: readonly Point[], y: number, into: number[]): number[] {
  into.length = 0;
  for (let i = 0; i < outline.length; i++) {
    const a = outline[i]!;
    const b = outline[i + 1 === outline.length ? 0 : i + 1]!;
    if (a.y <= y === b.y <= y) continue;
    into.push(a.x + ((y - a.y) * (b.x - a.x)) / (b.y - a.y));
  }
  return into.length > 2 ? into.sort((a, b) => a - b) : into.length === 2 && into[0]! > into[1]! ? into.reverse() : into;
}

/** Whether an outline can reach into a box. */
export function reaches(
  outline: readonly Point[],
  box: { readonly x: number; readonly y: number; readonly width: number; readonly height: number },
): boolean {
  let [left, right, above, below] = [true, true, true, true];
  for (const { x, y } of outline) {
    if (x >= box.x) left = false;
    if (x <= box.x + box.width) right = false;
    if (y >= box.y) above = false;
    if (y <= box.y + box.height) below = false;
  }
  return !(left || right || above || below);
}
