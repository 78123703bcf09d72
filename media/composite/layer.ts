import type { Stretch } from './kernel.js';

/**
 * One plane of a region, ready to blend: `sample = (add − sample · keep) · 2^-fraction`, with the fraction that lets the largest sample fit 15 bits. Lies in
 * the kernel's memory, row after row, two bytes a number; samples outside the spans are without coverage.
 */
export interface LayerPlane {
  readonly width: number;
  readonly height: number;
  /** Where it is told how much of the picture stays: none to all as 0 to −1, Q15. */
  readonly keep: number;
  /** Where coverage times the drawn sample lies, in parts of a code value, half of one added to round. */
  readonly add: number;
  /** Triples: row, first sample, one past the last. */
  readonly spans: Int32Array;
}

/** A region converted for one picture format and one position on the chroma grid. */
export interface Layer {
  readonly revision: number;
  readonly width: number;
  readonly height: number;
  /** Place of the region's top left pixel within its chroma block: the planes begin this much left of and above the region. */
  readonly phaseX: number;
  readonly phaseY: number;
  /** What all the planes lie in; the owner's to give back. */
  readonly memory: Stretch;
  readonly luma: LayerPlane;
  /** U then V; both share `keep` and `spans`. */
  readonly chroma: readonly [LayerPlane, LayerPlane];
}
