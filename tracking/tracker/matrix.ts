/** Dense matrices of a few rows for the smoother: row-major, `rows × columns` known to the caller. */
export type Matrix = Float64Array;

export function multiply(a: Matrix, b: Matrix, n: number, inner: number, m: number): Matrix {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < inner; k++) {
      const v = a[i * inner + k];
      if (v === 0) continue;
      for (let j = 0; j < m; j++) out[i * m + j] += v * b[k * m + j];
    }
  }
  return out;
}

export function transpose(a: Matrix, n: number, m: number): Matrix {
  const out = new Float64Array(n * m);
  for (let i = 0; i < n; i++) for (let j = 0; j < m; j++) out[j * n + i] = a[i * m + j];
  return out;
}

/** `a + factor · b`. */
export function add(a: Matrix, b: Matrix, factor = 1): Matrix {
  return a.map((v, i) => v + factor * b[i]);
}

/** Inverse of a symmetric positive definite n × n matrix (Gauss–Jordan; no pivoting needed). */
export function inverse(a: Matrix, n: number): Matrix {
  const m = Float64Array.from(a);
  const out = new Float64Array(n * n);
  for (let i = 0; i < n; i++) out[i * n + i] = 1;
  for (let c = 0; c < n; c++) {
    const pivot = m[c * n + c];
    for (let j = 0; j < n; j++) {
      m[c * n + j] /= pivot;
      out[c * n + j] /= pivot;
    }
    for (let r = 0; r < n; r++) {
      const f = m[r * n + c];
      if (r === c || f === 0) continue;
      for (let j = 0; j < n; j++) {
        m[r * n + j] -= f * m[c * n + j];
        out[r * n + j] -= f * out[c * n + j];
      }
    }
  }
  return out;
}
