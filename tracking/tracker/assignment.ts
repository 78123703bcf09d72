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
  const cost = new Float64Array(rows.length * columns.length);
  for (const [i, r] of rows.entries()) {
    for (const [j, c] of columns.entries()) cost[i * columns.length + j] = -Math.max(gain[r * stride + c], 0);
  }
  for (const [i, j] of leastCost(cost, rows.length, columns.length).entries()) {
    if (j >= 0 && cost[i * columns.length + j] < 0) rowMate[rows[i]] = columns[j];
  }
}

/**
 * Every row gets a column of its own, or every column a row where those are fewer, at the least summed cost (Crouse 2016, "On implementing 2D rectangular
 * assignment algorithms"). Ties go to a column that is free, else to the later one in the list of those remaining, which starts in falling
 * order: equal costs all over give the diagonal.
 *
 * @param cost rows × columns, row-major, finite
 * @returns for each row its column, or -1
 */
export function leastCost(cost: Float64Array, rows: number, columns: number): Int32Array {
  if (rows <= columns) return shortestAugmentingPaths(cost, rows, columns);
  const turned = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) for (let c = 0; c < columns; c++) turned[c * rows + r] = cost[r * columns + c];
  const rowMate = new Int32Array(rows).fill(-1);
  for (const [c, r] of shortestAugmentingPaths(turned, columns, rows).entries()) rowMate[r] = c;
  return rowMate;
}

function shortestAugmentingPaths(cost: Float64Array, n: number, m: number): Int32Array {
  const u = new Float64Array(n);
  const v = new Float64Array(m);
  const columnOf = new Int32Array(n).fill(-1);
  const rowOf = new Int32Array(m).fill(-1);
  const from = new Int32Array(m);
  const least = new Float64Array(m);
  const remaining = new Int32Array(m);
  const rowSeen = new Uint8Array(n);
  const columnSeen = new Uint8Array(m);
  for (let start = 0; start < n; start++) {
    for (let k = 0; k < m; k++) remaining[k] = m - 1 - k;
    let left = m;
    least.fill(Number.POSITIVE_INFINITY);
    rowSeen.fill(0);
    columnSeen.fill(0);
    let row = start;
    let reached = 0;
    let end = -1;
    while (end < 0) {
      rowSeen[row] = 1;
      let at = -1;
      let lowest = Number.POSITIVE_INFINITY;
      for (let k = 0; k < left; k++) {
        const j = remaining[k];
        const through = reached + cost[row * m + j] - u[row] - v[j];
        if (through < least[j]) {
          least[j] = through;
          from[j] = row;
        }
        if (least[j] < lowest || (least[j] === lowest && rowOf[j] < 0)) {
          lowest = least[j];
          at = k;
        }
      }
      if (at < 0) throw new RangeError('assignment: a cost is not finite');
      reached = lowest;
      const j = remaining[at];
      columnSeen[j] = 1;
      remaining[at] = remaining[--left];
      if (rowOf[j] < 0) end = j;
      else row = rowOf[j];
    }
    u[start] += reached;
    for (let i = 0; i < n; i++) if (rowSeen[i] && i !== start) u[i] += reached - least[columnOf[i]];
    for (let j = 0; j < m; j++) if (columnSeen[j]) v[j] -= reached - least[j];
    // Turn the pairs along the path round.
    for (let j = end; ; ) {
      const i = from[j];
      rowOf[j] = i;
      const next = columnOf[i];
      columnOf[i] = j;
      if (i === start) break;
      j = next;
    }
  }
  return columnOf;
}
