import { apply, invert, type Mat3, type Point, rescale, type Size } from '../../protocol/index.js';
import type { StraightPicture } from '../lens/index.js';
import { fitHomography } from './homography.js';

/** Places across and down on which two pictures are compared. */
const PLACES = 9;
/** Fewer places that both pictures show say nothing. */
const LEAST_PLACES = 12;

/** The pictures tracking looked at, and those it looks at now: straight ones, or the camera's own where the lens bends nothing. */
export interface LensChange {
  readonly from: StraightPicture | undefined;
  readonly to: StraightPicture | undefined;
  readonly size: Size;
}

/**
 * What carries one picture to another, measured on pictures with one lens taken out (or none), for those with another taken out: bent lines make
 * it no homography exactly, so the one that does best where both pictures show the same.
 */
export function throughOtherLens(measured: Mat3, { from, to, size }: LensChange): Mat3 {
  const seen = (p: Point): Point => from?.seen(p) ?? p;
  const before = (p: Point): Point => from?.straight(p) ?? p;
  const after = (p: Point): Point => to?.straight(p) ?? p;
  const starts: Point[] = [];
  const ends: Point[] = [];
  for (let i = 0; i < PLACES * PLACES; i++) {
    const at = { x: (((i % PLACES) + 0.5) / PLACES) * size.width, y: ((Math.floor(i / PLACES) + 0.5) / PLACES) * size.height };
    const there = seen(apply(measured, before(at)));
    if (there.x < 0 || there.y < 0 || there.x > size.width || there.y > size.height) continue;
    starts.push(after(at));
    ends.push(after(there));
  }
  const fitted = starts.length >= LEAST_PLACES ? fitHomography(starts, ends) : undefined;
  // Pictures that share nothing: what was measured, as good or bad as it was.
  if (!fitted || !invert(fitted)) return measured;
  return rescale(fitted);
}
