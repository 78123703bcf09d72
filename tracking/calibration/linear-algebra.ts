/** The little dense linear algebra calibration needs; matrices are row-major arrays of rows. */

/**
 * Eigenvector of the smallest eigenvalue of a symmetric matrix, by cyclic Jacobi rotations.
 * @returns unit vector; the matrix given is left as it was.
 */
export function smallestEigenvector(symmetric: readonly (readonly number[])[]): number[] {
  const n = symmetric.length;
  const a = symmetric.map((row) => [...row]);
  const v = a.map((_, i) => a.map((_, j) => (i === j ? 1 : 0)));
  for (let sweep = 0; sweep < 60; sweep++) {
    let off = 0;
    let diagonal = 0;
    for (let i = 0; i < n; i++) {
      diagonal += a[i][i] ** 2;
      for (let j = i + 1; j < n; j++) off += a[i][j] ** 2;
    }
    if (off <= 1e-32 * diagonal) break;
    for (let p = 0; p < n; p++) for (let q = p + 1; q < n; q++) rotate(a, v, p, q);
  }
  let smallest = 0;
  for (let i = 1; i < n; i++) if (a[i][i] < a[smallest][smallest]) smallest = i;
  return v.map((row) => row[smallest]);
}

/** One Jacobi rotation that zeroes `a[p][q]`. */
function rotate(a: number[][], v: number[][], p: number, q: number): void {
  if (a[p][q] === 0) return;
  const theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
  const t = (theta >= 0 ? 1 : -1) / (Math.abs(theta) + Math.hypot(theta, 1));
  const c = 1 / Math.hypot(t, 1);
  const s = t * c;
  for (let k = 0; k < a.length; k++) {
    const kp = a[k][p];
    const kq = a[k][q];
    a[k][p] = c * kp - s * kq;
    a[k][q] = s * kp + c * kq;
  }
  for (let k = 0; k < a.length; k++) {
    const pk = a[p][k];
    const qk = a[q][k];
    a[p][k] = c * pk - s * qk;
    a[q][k] = s * pk + c * qk;
    const vp = v[k][p];
    const vq = v[k][q];
    v[k][p] = c * vp - s * vq;
    v[k][q] = s * vp + c * vq;
  }
}

/** Solves `a · x = b` by Gauss elimination with pivoting; undefined when singular. */
export function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] | undefined {
  const n = b.length;
  const m = a.map((row, i) => [...row, b[i]]);
  for (let col = 0; col < n; col++) {
    let pivot = col;
    for (let r = col + 1; r < n; r++) if (Math.abs(m[r][col]) > Math.abs(m[pivot][col])) pivot = r;
    if (!(Math.abs(m[pivot][col]) > 1e-300)) return undefined;
    [m[col], m[pivot]] = [m[pivot], m[col]];
    for (let r = col + 1; r < n; r++) {
      const f = m[r][col] / m[col][col];
      for (let k = col; k <= n; k++) m[r][k] -= f * m[col][k];
    }
  }
  const x = new Array<number>(n).fill(0);
  for (let r = n - 1; r >= 0; r--) {
    let sum = m[r][n];
    for (let k = r + 1; k < n; k++) sum -= m[r][k] * x[k];
    x[r] = sum / m[r][r];
  }
  return x;
}

/** Inverse of a symmetric positive matrix; what it does not determine comes out very large, not infinite. */
export function inverse(symmetric: readonly (readonly number[])[]): number[][] {
  const n = symmetric.length;
  // Scaled to a unit diagonal, so that radians, pixels and metres weigh alike.
  const scale = symmetric.map((row, i) => 1 / Math.sqrt(Math.max(row[i], 1e-300)));
  const scaled = symmetric.map((row, i) => row.map((value, j) => value * scale[i] * scale[j] + (i === j ? 1e-12 : 0)));
  const columns = scaled.map(
    (_, j) =>
      solve(
        scaled,
        scaled.map((__, i) => (i === j ? 1 : 0)),
      ) ?? new Array<number>(n).fill(0),
  );
  return scaled.map((_, i) => columns.map((column, j) => column[i] * scale[i] * scale[j]));
}
