/** A box in samples of a window, edges included: first and last column and row. */
export interface Edges {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/**
 * The box that holds most figure and least ground near a given one: each edge in turn goes where the sum of (figure share − `worth`) inside
 * is greatest.
 * @param share side × side values, 0 ground to 1 figure.
 * @param reach how far an edge may move, as a share of the box.
 */
export function fitBox(share: Float32Array, side: number, from: Edges, worth: number, reach: number): Edges {
  let box = from;
  const w = side + 1;
  const sums = new Float64Array(w * w);
  for (let j = 0; j < side; j++) {
    let row = 0;
    for (let i = 0; i < side; i++) {
      row += share[j * side + i] - worth;
      sums[(j + 1) * w + i + 1] = sums[j * w + i + 1] + row;
    }
  }
  const inside = (b: Edges) =>
    sums[(b.bottom + 1) * w + b.right + 1] - sums[b.top * w + b.right + 1] - sums[(b.bottom + 1) * w + b.left] + sums[b.top * w + b.left];
  const dx = Math.max(2, Math.round(reach * (from.right - from.left + 1)));
  const dy = Math.max(2, Math.round(reach * (from.bottom - from.top + 1)));
  const limits = { left: dx, right: dx, top: dy, bottom: dy };
  for (let round = 0; round < 3; round++) {
    let changed = false;
    for (const edge of ['left', 'right', 'top', 'bottom'] as const) {
      let best = box;
      let most = inside(box);
      for (let d = -limits[edge]; d <= limits[edge]; d++) {
        const at = from[edge] + d;
        if (at < 0 || at >= side) continue;
        const next = { ...box, [edge]: at };
        if (next.right - next.left < 4 || next.bottom - next.top < 4) continue;
        const sum = inside(next);
        if (sum > most) {
          most = sum;
          best = next;
        }
      }
      if (best !== box) changed = true;
      box = best;
    }
    if (!changed) break;
  }
  return box;
}
