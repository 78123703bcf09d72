import { type Box, iou, type LumaPicture, type Point } from '../../protocol/index.js';
import { sampleWindow } from './window.js';

/** Samples a side of the window that boxes of one scale are tried in. */
const SIDE = 64;
/** Square root of a box's area in that window, about. */
const SPAN = 16;
const AREA = { least: 180, most: 400 };
/** Sides of boxes tried, samples. */
const LENGTHS = [6, 7, 9, 11, 13, 16, 19, 23, 28, 34, 40];
/** Scales tried, pixels of the picture: from the smallest target that can be followed, each larger by a factor. */
const SMALLEST = 8;
const LARGER = 1.45;
const LARGEST_SHARE = 1 / 2.5;
/** Width of the strips around a box that it is told apart from, of its size. */
const STRIP = 0.3;
const BINS = 16;
/** How much the least different side counts against the mean of all four. */
const WORST_SIDE = 0.7;
/** What an operator clicks on, before looking: near its middle (of its size), about so large (of the picture's height), rather upright. */
const CLICK_SPREAD = 0.22;
const TYPICAL = { size: 0.07, logSpread: 0.9, logAspect: -0.7, logAspectSpread: 0.7 };

/** Clicks beside the one made, pixels: a choice that hangs on a fraction of a pixel is outvoted. */
const BESIDE = [
  [0, 0],
  [1.5, 0],
  [-1.5, 0],
  [0, 1.5],
  [0, -1.5],
] as const;

/**
 * The box of the thing at a point: of those found from there and from close by, the one most others agree with.
 * @param click continuous pixels of the picture, on the picture.
 * @returns undefined only for a picture too small to hold anything.
 */
export function extentAt(picture: LumaPicture, click: Point): Box | undefined {
  const boxes = BESIDE.flatMap(([dx, dy]) => mostDistinct(picture, { x: click.x + dx, y: click.y + dy }) ?? []);
  const agreement = (box: Box) => boxes.reduce((sum, other) => sum + iou(box, other), 0);
  return boxes.reduce<Box | undefined>((best, box) => (best && agreement(best) >= agreement(box) ? best : box), undefined);
}

/**
 * The box at a point: the one whose luma and texture differ most from strips along all four of its sides, weighed with where
 * and how large what people click on usually is. In the manner of the contrast cue of objectness (Alexe, Deselaers and Ferrari 2012).
 */
function mostDistinct(picture: LumaPicture, click: Point): Box | undefined {
  const scene = new Contrast();
  const largest = LARGEST_SHARE * Math.min(picture.width, picture.height);
  let best: Candidate | undefined;
  for (let size = SMALLEST; size <= largest; size *= LARGER) {
    const step = size / SPAN;
    scene.load(picture, click, step);
    const found = bestBox(scene);
    const scale = gauss(Math.log(size / (TYPICAL.size * picture.height)) / TYPICAL.logSpread);
    if (found.score * scale <= (best?.score ?? 0)) continue;
    const { x, y, width, height } = found.box;
    const box = { x: click.x + (x - SIDE / 2) * step, y: click.y + (y - SIDE / 2) * step, width: width * step, height: height * step };
    best = { box, score: found.score * scale };
  }
  return best?.box;
}

interface Candidate {
  readonly box: Box;
  readonly score: number;
}

const gauss = (deviations: number): number => Math.exp(-0.5 * deviations * deviations);

/** Tries all boxes of about one size near the middle of a window. */
function bestBox(scene: Contrast): Candidate {
  let best: Candidate = { box: { x: 0, y: 0, width: SIDE, height: SIDE }, score: 0 };
  for (const width of LENGTHS) {
    for (const height of LENGTHS) {
      const area = width * height;
      if (area < AREA.least || area > AREA.most || width > 2.5 * height || height > 5 * width) continue;
      const strip = Math.max(2, Math.round(STRIP * Math.sqrt(area)));
      const shape = gauss((Math.log(width / height) - TYPICAL.logAspect) / TYPICAL.logAspectSpread);
      const stepX = Math.max(1, Math.round(width / 8));
      const stepY = Math.max(1, Math.round(height / 8));
      for (let j = -4; j <= 4; j++) {
        for (let i = -4; i <= 4; i++) {
          const x = Math.round(SIDE / 2 + i * stepX - width / 2);
          const y = Math.round(SIDE / 2 + j * stepY - height / 2);
          if (x < strip || y < strip || x + width + strip > SIDE || y + height + strip > SIDE) continue;
          const off = Math.hypot((x + width / 2 - SIDE / 2) / width, (y + height / 2 - SIDE / 2) / height);
          const score = shape * gauss(off / CLICK_SPREAD) * scene.of(x, y, width, height, strip);
          if (score > best.score) best = { box: { x, y, width, height }, score };
        }
      }
    }
  }
  return best;
}

/** Histograms of luma and of texture in any box of a window, by summed areas. */
class Contrast {
  readonly #luma = new Float32Array(SIDE * SIDE);
  readonly #sums = new Float64Array((SIDE + 1) ** 2 * 2 * BINS);
  readonly #row = new Float64Array(2 * BINS);
  readonly #inside = new Float32Array(2 * BINS);
  readonly #beside = new Float32Array(2 * BINS);

  load(picture: LumaPicture, centre: Point, step: number): void {
    const luma = this.#luma;
    sampleWindow(picture, centre, step, SIDE, luma);
    const sums = this.#sums;
    const row = this.#row;
    const planes = 2 * BINS;
    for (let j = 0; j < SIDE; j++) {
      row.fill(0);
      for (let k = 0; k < SIDE; k++) {
        const i = j * SIDE + k;
        const gx = k > 0 && k < SIDE - 1 ? luma[i + 1] - luma[i - 1] : 0;
        const gy = j > 0 && j < SIDE - 1 ? luma[i + SIDE] - luma[i - SIDE] : 0;
        share(row, 0, luma[i] / (256 / BINS) - 0.5);
        share(row, BINS, 2 * Math.log2(1 + Math.hypot(gx, gy)));
        const at = ((j + 1) * (SIDE + 1) + k + 1) * planes;
        const above = (j * (SIDE + 1) + k + 1) * planes;
        for (let p = 0; p < planes; p++) sums[at + p] = sums[above + p] + row[p];
      }
    }
  }

  /** How far a box differs from the strips along its sides: 0 not at all, 1.5 in everything. */
  of(x: number, y: number, width: number, height: number, strip: number): number {
    this.#histogram(x, y, width, height, this.#inside);
    const left = this.#difference(x - strip, y, strip, height);
    const right = this.#difference(x + width, y, strip, height);
    const above = this.#difference(x, y - strip, width, strip);
    const below = this.#difference(x, y + height, width, strip);
    return WORST_SIDE * Math.min(left, right, above, below) + ((1 - WORST_SIDE) * (left + right + above + below)) / 4;
  }

  #difference(x: number, y: number, width: number, height: number): number {
    this.#histogram(x, y, width, height, this.#beside);
    let luma = 0;
    let texture = 0;
    for (let p = 0; p < BINS; p++) {
      luma += Math.sqrt(this.#inside[p] * this.#beside[p]);
      texture += Math.sqrt(this.#inside[BINS + p] * this.#beside[BINS + p]);
    }
    return Math.max(0, 1 - luma) + 0.5 * Math.max(0, 1 - texture);
  }

  #histogram(x: number, y: number, width: number, height: number, out: Float32Array): void {
    const planes = 2 * BINS;
    const line = SIDE + 1;
    const a = (y * line + x) * planes;
    const b = (y * line + x + width) * planes;
    const c = ((y + height) * line + x) * planes;
    const d = ((y + height) * line + x + width) * planes;
    for (let p = 0; p < planes; p++) {
      out[p] = (this.#sums[d + p] - this.#sums[b + p] - this.#sums[c + p] + this.#sums[a + p]) / (width * height);
    }
    // Luma in wide bins: what is a little lighter is not something else.
    for (let pass = 0; pass < 4; pass++) {
      let before = out[0];
      for (let p = 0; p < BINS; p++) {
        const here = out[p];
        out[p] = Math.max(0, 0.25 * before + 0.5 * here + 0.25 * (p < BINS - 1 ? out[p + 1] : here));
        before = here;
      }
    }
  }
}

/** Adds one to a histogram at a place between two bins. */
function share(bins: Float64Array, from: number, at: number): void {
  const place = Math.max(0, Math.min(BINS - 1, at));
  const low = Math.min(BINS - 2, Math.floor(place));
  bins[from + low] += 1 - (place - low);
  bins[from + low + 1] += place - low;
}
