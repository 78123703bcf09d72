/**
 * Which row goes with which column so that the summed gain is greatest. Rows and columns may stay single; a pair counts only where its
 * gain is positive. Exact: the pairs are split into connected groups (in tracking most groups are one row and one column), and each group is solved
 * by shortest augmenting paths (Jonker and Volgenant 1987).
 *
 * @param gain rows × columns, row-major; 0 or less forbids a pair
 * @returns for each row its column, or -1
 */
export function assign(gain: Float64Array, rows: number, columns: number): Int32Array {
  const rowMate = new Int32Array(rows).fill(-1);
  if (rows === 0 || columns === 0) return rowMate;
  const group = new Int32Array(rows + columns);
  for (let i = 0; i < group.length; i++) group[i] = i;
  const find = (i: number): number => {
    let root = i;
    while (group[root] !== root) {
      group[root] = group[group[root]];
      root = group[root];
    }
    return root;
  };
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (gain[r * columns + c] > 0) group[find(r)] = find(rows + c);
    }
  }
  const rowsOf = new Map<number, number[]>();
  const columnsOf = new Map<number, number[]>();
  for (let c = 0; c < columns; c++) push(columnsOf, find(rows + c), c);
  for (let r = 0; r < rows; r++) push(rowsOf, find(r), r);
  for (const [root, groupRows] of rowsOf) {
    const groupColumns = columnsOf.get(root);
    if (!groupColumns) continue;
    if (groupRows.length === 1 && groupColumns.length === 1) rowMate[groupRows[0]] = groupColumns[0];
    else solveGroup(gain, columns, groupRows, groupColumns, rowMate);
  }
  return rowMate;
}

function push(map: Map<number, number[]>, key: number, value: number): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

function solveGroup(gain: Float64Array, stride: number, rows: readonly number[], columns: readonly number[], rowMate: Int32Array): void {
  const turned = rows.length > columns.length;
  const n = turned ? columns.length : rows.length;
  const m = turned ? rows.length : columns.length;
  const cost = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < m; j++) {
      const g = turned ? gain[rows[j] * stride + columns[i]] : gain[rows[i] * stride + columns[j]];
      cost[i * m + j] = g > 0 ? -g : 0;
    }
  }
  const mate = shortestAugmentingPaths(cost, n, m);
  for (let i = 0; i < n; i++) {
    const j = mate[i];
    if (cost[i * m + j] < 0) rowMate[turned ? rows[j] : rows[i]] = turned ? columns[i] : columns[j];
  }
}

/** Every one of n rows gets one of m ≥ n columns at the least summed cost (dense, row-major). */
export function shortestAugmentingPaths(cost: Float64Array, n: number, m: number): Int32Array {
  // Index 0 is a virtual column the search starts from; rows and columns count from 1 inside.
  const u = new Float64Array(n + 1);
  const v = new Float64Array(m + 1);
  const rowOf = new Int32Array(m + 1);
  const from = new Int32Array(m + 1);
  const least = new Float64Array(m + 1);
  const done = new Uint8Array(m + 1);
  for (let i = 1; i <= n; i++) {
    rowOf[0] = i;
    least.fill(Number.POSITIVE_INFINITY);
    done.fill(0);
    let at = 0;
    do {
      done[at] = 1;
      const row = rowOf[at];
      const base = (row - 1) * m - 1;
      let delta = Number.POSITIVE_INFINITY;
      let next = 0;
      for (let j = 1; j <= m; j++) {
        if (done[j]) continue;
        const reduced = cost[base + j] - u[row] - v[j];
        if (reduced < least[j]) {
          least[j] = reduced;
          from[j] = at;
        }
        if (least[j] < delta) {
          delta = least[j];
          next = j;
        }
      }
      for (let j = 0; j <= m; j++) {
        if (done[j]) {
          u[rowOf[j]] += delta;
          v[j] -= delta;
        } else least[j] -= delta;
      }
      at = next;
    } while (rowOf[at] !== 0);
    while (at !== 0) {
      rowOf[at] = rowOf[from[at]];
      at = from[at];
    }
  }
  const mate = new Int32Array(n);
  for (let j = 1; j <= m; j++) if (rowOf[j] > 0) mate[rowOf[j] - 1] = j - 1;
  return mate;
}
