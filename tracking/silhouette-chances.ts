/** What tells one kind of silhouette from another. */
export interface SilhouetteShape {
  readonly columns: number;
  readonly rows: number;
  /** Width of the silhouette, as a share of a person's height. */
  readonly width: number;
  /** Chances are kept in this many steps, up to the highest. */
  readonly levels: number;
  readonly highest: number;
  /** Chance that a pixel nobody covers is marked as moved. */
  readonly noise: number;
  /**
   * Chance that a person covers a place.
   * @param y 0 at the head to 1 at the feet
   * @param soft falls from 1 within `half` of the middle to 0 outside it over `edge`, shares of the height
   */
  chance(y: number, soft: (half: number, edge: number) => number): number;
}

/** Tables by chance, in levels, for weighing a mask of moved pixels against people. */
export interface SilhouetteChances {
  /** Chance that someone covers a cell, by row. */
  readonly silhouette: Uint8Array;
  readonly chanceOf: (level: number) => number;
  /** Log of how much likelier a moved pixel gets by someone covering it with a chance, where others leave it free with another: [free][chance]. */
  readonly gain: Float32Array;
  /** The same for a pixel that did not move. */
  readonly loss: Float32Array;
  /** What someone covering a pixel leaves of the chance that it is free, and what taking them out gives back. */
  readonly free: Float32Array;
  readonly freed: Float32Array;
}

/** Works the tables out, once for a shape. */
export function silhouetteChances({ columns, rows, width, levels, highest, noise, chance }: SilhouetteShape): SilhouetteChances {
  const chanceOf = (level: number) => (highest * level) / (levels - 1);
  const silhouette = Uint8Array.from({ length: columns * rows }, (_, i) => {
    const x = Math.abs((((i % columns) + 0.5) / columns - 0.5) * width);
    const soft = (half: number, edge: number) => Math.max(0, Math.min(1, 0.5 + (half - x) / edge));
    return Math.round((chance((Math.floor(i / columns) + 0.5) / rows, soft) / highest) * (levels - 1));
  });
  const gain = Float32Array.from({ length: levels * levels }, (_, i) => {
    const free = (1 - noise) * (Math.floor(i / levels) / (levels - 1));
    return Math.log((1 - free * (1 - chanceOf(i % levels))) / (1 - free));
  });
  const loss = Float32Array.from({ length: levels }, (_, level) => Math.log(1 - chanceOf(level)));
  const free = Float32Array.from({ length: levels }, (_, level) => 1 - chanceOf(level));
  return { silhouette, chanceOf, gain, loss, free, freed: free.map((share) => 1 / share) };
}
