/** Complex two-dimensional Fourier transforms of n × n values, n a power of two. Works in place on separate real and imaginary planes. */
export class Fft2 {
  readonly #n: number;
  readonly #cos: Float32Array;
  readonly #sin: Float32Array;
  readonly #reverse: Uint8Array;
  readonly #re: Float32Array;
  readonly #im: Float32Array;

  constructor(n: number) {
    if (n < 2 || n > 256 || (n & (n - 1)) !== 0)
      throw new Error(`Fourier transform of ${n} × ${n}: the side must be a power of two up to 256`);
    this.#n = n;
    this.#cos = Float32Array.from({ length: n / 2 }, (_, i) => Math.cos((2 * Math.PI * i) / n));
    this.#sin = Float32Array.from({ length: n / 2 }, (_, i) => -Math.sin((2 * Math.PI * i) / n));
    const bits = Math.log2(n);
    this.#reverse = Uint8Array.from({ length: n }, (_, i) => {
      let r = 0;
      for (let b = 0; b < bits; b++) if (i & (1 << b)) r |= 1 << (bits - 1 - b);
      return r;
    });
    this.#re = new Float32Array(n);
    this.#im = new Float32Array(n);
  }

  forward(re: Float32Array, im: Float32Array): void {
    for (let j = 0; j < this.#n; j++) this.#line(re, im, j * this.#n, 1);
    for (let i = 0; i < this.#n; i++) this.#line(re, im, i, this.#n);
  }

  /** Without the division by n². */
  inverse(re: Float32Array, im: Float32Array): void {
    this.forward(im, re);
  }

  #line(re: Float32Array, im: Float32Array, start: number, stride: number): void {
    const n = this.#n;
    const a = this.#re;
    const b = this.#im;
    for (let i = 0; i < n; i++) {
      const p = start + this.#reverse[i] * stride;
      a[i] = re[p];
      b[i] = im[p];
    }
    for (let half = 1, turn = n / 2; half < n; half *= 2, turn /= 2) {
      for (let k = 0; k < half; k++) {
        const c = this.#cos[k * turn];
        const s = this.#sin[k * turn];
        for (let i = k; i < n; i += 2 * half) {
          const j = i + half;
          const x = a[j] * c - b[j] * s;
          const y = a[j] * s + b[j] * c;
          a[j] = a[i] - x;
          b[j] = b[i] - y;
          a[i] += x;
          b[i] += y;
        }
      }
    }
    for (let i = 0; i < n; i++) {
      const p = start + i * stride;
      re[p] = a[i];
      im[p] = b[i];
    }
  }
}
