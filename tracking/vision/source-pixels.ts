import { type Box, type Mat3, multiply, rescale, type Size } from '../../protocol/index.js';

/** Pixels around a box that may still show what is in it. */
const MARGIN_PX = 3;

/** Converts between pixels of the pictures looked at and those of the source. */
export class SourcePixels {
  readonly #toSource: Mat3;
  readonly #toAnalysis: Mat3;

  constructor(analysis: Size, source: Size) {
    const sx = source.width / analysis.width;
    const sy = source.height / analysis.height;
    this.#toSource = [sx, 0, 0, 0, sy, 0, 0, 0, 1];
    this.#toAnalysis = [1 / sx, 0, 0, 0, 1 / sy, 0, 0, 0, 1];
  }

  /** A homography between pictures, of source pixels. */
  homography(analysis: Mat3): Mat3 {
    return rescale(multiply(multiply(this.#toSource, analysis), this.#toAnalysis));
  }

  /** A box of the source and a margin, in pixels of the pictures looked at. */
  around(source: Box): Box {
    const sx = this.#toAnalysis[0];
    const sy = this.#toAnalysis[4];
    const x = source.x * sx - MARGIN_PX;
    const y = source.y * sy - MARGIN_PX;
    return { x, y, width: source.width * sx + 2 * MARGIN_PX, height: source.height * sy + 2 * MARGIN_PX };
  }
}
