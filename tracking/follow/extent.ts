import type { Box, LumaPicture, Point } from '../../protocol/index.js';
import { sampleWindow } from './window.js';

export const SIDE = 64;
const B = 16;
export const P = {
  ratio: 1.45,
  minS: 8,
  click: 0.22,
  min: 0.7,
  margin: 0.3,
  aspect: -0.7,
  aspectS: 0.7,
  smooth: 4,
  grad: 0.5,
  small: -0.15,
  expl: 0,
  k: 3,
  wide: 0.8,
  mid: 0.07,
  spread: 0.9,
};

export interface Extent {
  readonly box: Box;
  readonly score: number;
}

export function extentAt(picture: LumaPicture, click: Point): Extent[] {
  const all: Extent[] = [];
  const largest = Math.min(picture.width, picture.height) / 2.5;
  for (let s = P.minS; s <= largest; s *= P.ratio) {
    const e = level(picture, click, s);
    if (e) all.push(e);
  }
  return all.sort((a, b) => b.score - a.score);
}

const SIZES = [6, 7, 9, 11, 13, 16, 19, 23, 28, 34, 40];

function level(picture: LumaPicture, click: Point, size: number): Extent | undefined {
  const n = SIDE * SIDE;
  const step = size / 16;
  const luma = new Float32Array(n);
  sampleWindow(picture, click, step, SIDE, luma);
  const planes = 2 * B;
  const W = SIDE + 1;
  const integral = new Float32Array(W * W * planes);
  const row = new Float32Array(planes);
  for (let j = 0; j < SIDE; j++) {
    row.fill(0);
    for (let k = 0; k < SIDE; k++) {
      const i = j * SIDE + k;
      const v = luma[i] / (256 / B) - 0.5;
      const b0 = Math.floor(v),
        f = v - b0;
      row[Math.max(0, b0)] += 1 - f;
      row[Math.min(B - 1, b0 + 1)] += f;
      const gx = k > 0 && k < SIDE - 1 ? luma[i + 1] - luma[i - 1] : 0;
      const gy = j > 0 && j < SIDE - 1 ? luma[i + SIDE] - luma[i - SIDE] : 0;
      const g = Math.min(B - 1.001, Math.log2(1 + Math.hypot(gx, gy)) * 2);
      const g0 = Math.floor(g);
      row[B + g0] += 1 - (g - g0);
      row[B + Math.min(B - 1, g0 + 1)] += g - g0;
      const at = ((j + 1) * W + k + 1) * planes,
        up = (j * W + k + 1) * planes;
      for (let p = 0; p < planes; p++) integral[at + p] = integral[up + p] + row[p];
    }
  }
  const inside = new Float32Array(planes);
  const side = new Float32Array(planes);
  const outer = new Float32Array(planes);
  const wide = new Float32Array(planes);
  const hist = (x0: number, y0: number, x1: number, y1: number, out: Float32Array): boolean => {
    const a = (y0 * W + x0) * planes,
      b = (y0 * W + x1) * planes,
      c = (y1 * W + x0) * planes,
      d = (y1 * W + x1) * planes;
    const area = (x1 - x0) * (y1 - y0);
    for (let p = 0; p < planes; p++) out[p] = Math.max(0, integral[d + p] - integral[b + p] - integral[c + p] + integral[a + p]) / area;
    // smooth luma
    for (let q = 0; q < P.smooth; q++) {
      let prev = out[0];
      for (let p = 0; p < B; p++) {
        const v = out[p];
        out[p] = 0.25 * prev + 0.5 * v + 0.25 * (p < B - 1 ? out[p + 1] : v);
        prev = v;
      }
    }
    return true;
  };
  const distance = (): number => {
    let l = 0,
      g = 0;
    for (let p = 0; p < B; p++) l += Math.sqrt(inside[p] * side[p]);
    for (let p = B; p < planes; p++) g += Math.sqrt(inside[p] * side[p]);
    return Math.max(0, 1 - l) + P.grad * Math.max(0, 1 - g);
  };
  let best: Extent | undefined;
  for (const w of SIZES)
    for (const h of SIZES) {
      const area = w * h;
      if (area < 180 || area > 400 || w > 2.5 * h || h > 5 * w) continue;
      const m = Math.max(2, Math.round(P.margin * Math.sqrt(area)));
      const la = (Math.log(w / h) - P.aspect) / P.aspectS;
      const prior0 = Math.exp(-0.5 * la * la);
      const sx = Math.max(1, Math.round(w / 8)),
        sy = Math.max(1, Math.round(h / 8));
      for (let dy = -4; dy <= 4; dy++)
        for (let dx = -4; dx <= 4; dx++) {
          const x0 = Math.round(SIDE / 2 + dx * sx - w / 2),
            y0 = Math.round(SIDE / 2 + dy * sy - h / 2);
          const x1 = x0 + w,
            y1 = y0 + h;
          if (x0 - m < 0 || y0 - m < 0 || x1 + m > SIDE || y1 + m > SIDE) continue;
          const cx = (x0 + x1) / 2 - SIDE / 2,
            cy = (y0 + y1) / 2 - SIDE / 2;
          const off = Math.hypot(cx / w, cy / h) / P.click;
          hist(x0, y0, x1, y1, inside);
          hist(x0 - m, y0, x0, y1, side);
          const d0 = distance();
          hist(x1, y0, x1 + m, y1, side);
          const d1 = distance();
          hist(x0, y0 - m, x1, y0, side);
          const d2 = distance();
          hist(x0, y1, x1, y1 + m, side);
          const d3 = distance();
          // The ring must look like what lies further out.
          hist(x0 - m, y0 - m, x1 + m, y1 + m, outer);
          const W1 = Math.round(P.wide * Math.sqrt(area));
          const X0 = Math.max(0, x0 - m - W1),
            Y0 = Math.max(0, y0 - m - W1),
            X1 = Math.min(SIDE, x1 + m + W1),
            Y1 = Math.min(SIDE, y1 + m + W1);
          hist(X0, Y0, X1, Y1, wide);
          const aIn = area,
            aOut = (w + 2 * m) * (h + 2 * m),
            aWide = (X1 - X0) * (Y1 - Y0);
          let explained = 0;
          for (let p = 0; p < B; p++) {
            const r = Math.max(0, outer[p] * aOut - inside[p] * aIn) / (aOut - aIn);
            const f = Math.max(0, wide[p] * aWide - outer[p] * aOut) / (aWide - aOut);
            explained += Math.min(r, P.k * f);
          }
          const score =
            explained ** P.expl *
            (P.min * Math.min(d0, d1, d2, d3) + ((1 - P.min) * (d0 + d1 + d2 + d3)) / 4) *
            Math.exp(-0.5 * off * off) *
            prior0 *
            size ** -P.small *
            Math.exp(-0.5 * (Math.log(size / (P.mid * picture.height)) / P.spread) ** 2);
          if (!best || score > best.score)
            best = {
              score,
              box: { x: click.x + (x0 - SIDE / 2) * step, y: click.y + (y0 - SIDE / 2) * step, width: w * step, height: h * step },
            };
        }
    }
  return best;
}
