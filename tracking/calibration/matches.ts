import type { Point } from '../../protocol/index.js';

/** A point of the ground and where it was seen. */
export interface PointMatch {
  /** Continuous pixels. */
  readonly image: Point;
  /** Metres. */
  readonly ground: Point;
  /** How far whoever found it trusts it, 0 to 1; 1 for a clicked point. */
  readonly confidence: number;
}
