import type { Box, LumaPicture, Point } from '../../protocol/index.js';
import { type Edges, fitBox } from './box-fit.js';
import { CorrelationFilter, type Peak } from './correlation-filter.js';
import { CELL, CELLS, CHANNELS, Features, WINDOW } from './features.js';
import { blur, classify, type FigureModel, figureModel, figureShare, learnHistogram } from './figure.js';
import { sampleWindow } from './window.js';

/** Side of the window, in sizes of the target: how far it may move between two frames. */
const PAD = 4;
/** Share of a new frame in what is known: the filter forgets in a second or two, the template it is checked against later. */
const FILTER_RATE = 0.03;
const TEMPLATE_RATE = 0.02;
const FIGURE_RATE = 0.05;
/** The filter is confined to a little more than the box. */
const MASK_GROWTH = 1.1;
/** Luma of the figure is learnt well inside the box, that of the ground around it. */
const CORE = 0.8;
const GROUND = { from: 1.25, to: 2.4 };
/** The box is fitted where the share of figure inside it is this much above that outside: from the first on, fully from the second. */
const CLEAR = { from: 0.3, full: 0.4 };
/** Where this share of the surroundings looks like the figure too, luma tells nothing about its box. */
const CLUTTER = 0.35;
/** A sample belongs into the box above this place between the two shares. */
const WORTH = 0.3;
/** How far an edge may be from where it was, of the box, and how fast it goes there. */
const EDGE_REACH = 0.2;
const EDGE_RATE = 0.1;
/** How fast scale and anchor follow the box. */
const SCALE_PULL = 0.05;
const ANCHOR_PULL = 0.05;

/** Where a target is: its anchor, its scale, and its box about them. */
export interface Placement {
  /** Pixels of the picture. */
  readonly centre: Point;
  /** Square root of the area that the window is measured by, pixels. */
  readonly size: number;
  /** How far the box reaches from the centre, in sizes. */
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

export function placementOf(box: Box): Placement {
  const size = Math.sqrt(box.width * box.height);
  const [w, h] = [box.width / 2 / size, box.height / 2 / size];
  return { centre: { x: box.x + box.width / 2, y: box.y + box.height / 2 }, size, left: w, right: w, top: h, bottom: h };
}

export function boxOf({ centre, size, left, right, top, bottom }: Placement): Box {
  return { x: centre.x - left * size, y: centre.y - top * size, width: (left + right) * size, height: (top + bottom) * size };
}

/** What one target looks like in this session: a correlation filter, a slowly learnt template, and its luma against its surroundings. */
export class TargetModel {
  readonly #features = new Features();
  readonly #filter = new CorrelationFilter();
  readonly #samples = new Float32Array(WINDOW * WINDOW);
  readonly #weights = new Float32Array(WINDOW * WINDOW);
  readonly #classes = new Uint8Array(WINDOW * WINDOW);
  readonly #share = new Float32Array(WINDOW * WINDOW);
  readonly #mask = new Float32Array(CELLS * CELLS);
  readonly #template = new Float32Array(CELLS * CELLS * CHANNELS);
  readonly #figure: FigureModel = figureModel();
  #learnt = false;

  /** Looks at a window about a point. @param scale of the window against the placement's own. */
  look(picture: LumaPicture, { size }: Placement, centre: Point, scale: number): void {
    sampleWindow(picture, centre, (PAD * size * scale) / WINDOW, WINDOW, this.#samples);
    this.#features.compute(this.#samples);
  }

  /** Where in the window last looked at the target seems to be, picture pixels from its middle. */
  respond(placement: Placement, scale: number): Peak {
    const peak = this.#filter.respond(this.#features.planes);
    const cell = (PAD * placement.size * scale * CELL) / WINDOW;
    return { ...peak, dx: peak.dx * cell, dy: peak.dy * cell };
  }

  /** Cosine between what is in the middle of the window last looked at and the template, within the mask: −1 to 1. */
  likeness(placement: Placement): number {
    this.#setMask(placement);
    const planes = this.#features.planes;
    let ab = 0;
    let aa = 0;
    let bb = 0;
    for (let c = 0, p = 0; c < CHANNELS; c++) {
      for (let i = 0; i < CELLS * CELLS; i++, p++) {
        const m = this.#mask[i];
        if (m === 0) continue;
        const a = planes[p];
        const b = this.#template[p];
        ab += m * a * b;
        aa += m * a * a;
        bb += m * b * b;
      }
    }
    return aa > 0 && bb > 0 ? ab / Math.sqrt(aa * bb) : 0;
  }

  /** Takes what is in the middle of the window last looked at as the target. @param trust 0 to 1: how much of it to believe. */
  learn(placement: Placement, trust: number): void {
    this.#setMask(placement);
    const planes = this.#features.planes;
    this.#filter.learn(planes, this.#mask, trust * FILTER_RATE);
    const take = this.#learnt ? trust * TEMPLATE_RATE : 1;
    for (let p = 0; p < planes.length; p++) this.#template[p] += take * (planes[p] - this.#template[p]);
    this.#learnFigure(placement, this.#learnt ? trust * FIGURE_RATE : 1);
    this.#learnt = true;
  }

  /** Fits the box, in the window last looked at, to what differs from its surroundings in luma, where that tells. */
  refine(placement: Placement): Placement {
    classify(this.#samples, WINDOW, this.#classes);
    figureShare(this.#figure, this.#classes, this.#weights);
    blur(this.#weights, WINDOW, this.#share);
    const from = edges(placement, 1);
    const { inside, outside } = means(this.#share, from, edges(placement, 2));
    const clear = Math.min(1, (inside - outside - CLEAR.from) / (CLEAR.full - CLEAR.from));
    if (clear <= 0 || outside > CLUTTER) return placement;
    const to = fitBox(this.#share, WINDOW, from, outside + WORTH * (inside - outside), EDGE_REACH);
    const unit = WINDOW / PAD;
    const middle = WINDOW / 2;
    const blend = (was: number, now: number) => was + clear * EDGE_RATE * (now / unit - was);
    return {
      ...placement,
      left: blend(placement.left, middle - to.left),
      right: blend(placement.right, to.right + 1 - middle),
      top: blend(placement.top, middle - to.top),
      bottom: blend(placement.bottom, to.bottom + 1 - middle),
    };
  }

  #setMask(placement: Placement): void {
    const unit = CELLS / PAD;
    const cx = CELLS / 2 + (unit * (placement.right - placement.left)) / 2;
    const cy = CELLS / 2 + (unit * (placement.bottom - placement.top)) / 2;
    const w = (unit * (placement.left + placement.right) * MASK_GROWTH) / 2;
    const h = (unit * (placement.top + placement.bottom) * MASK_GROWTH) / 2;
    const soft = (d: number) => Math.max(0, Math.min(1, d + 0.5));
    for (let j = 0, i = 0; j < CELLS; j++) {
      const row = soft(h - Math.abs(j + 0.5 - cy));
      for (let k = 0; k < CELLS; k++, i++) this.#mask[i] = row * soft(w - Math.abs(k + 0.5 - cx));
    }
  }

  #learnFigure(placement: Placement, rate: number): void {
    const weights = this.#weights;
    classify(this.#samples, WINDOW, this.#classes);
    const within = edges(placement, CORE);
    const near = edges(placement, GROUND.from);
    const far = edges(placement, GROUND.to);
    weights.fill(0);
    const cx = (within.left + within.right) / 2;
    const cy = (within.top + within.bottom) / 2;
    const rx = (within.right - within.left + 1) / 2;
    const ry = (within.bottom - within.top + 1) / 2;
    for (let j = within.top; j <= within.bottom; j++) {
      for (let i = within.left; i <= within.right; i++) {
        const d = ((i - cx) / rx) ** 2 + ((j - cy) / ry) ** 2;
        if (d < 1) weights[j * WINDOW + i] = 1 - 0.5 * d;
      }
    }
    learnHistogram(this.#figure.figure, this.#classes, weights, rate);
    weights.fill(0);
    for (let j = far.top; j <= far.bottom; j++) {
      for (let i = far.left; i <= far.right; i++) {
        if (i < near.left || i > near.right || j < near.top || j > near.bottom) weights[j * WINDOW + i] = 1;
      }
    }
    learnHistogram(this.#figure.ground, this.#classes, weights, rate);
  }
}

/** Pulls anchor and scale a little towards the box: the filter looks at all of the target. */
export function settled(p: Placement): Placement {
  const g = Math.sqrt((p.left + p.right) * (p.top + p.bottom)) ** SCALE_PULL;
  const size = p.size * g;
  const [left, right, top, bottom] = [p.left / g, p.right / g, p.top / g, p.bottom / g];
  const sx = (ANCHOR_PULL * (right - left)) / 2;
  const sy = (ANCHOR_PULL * (bottom - top)) / 2;
  const centre = { x: p.centre.x + sx * size, y: p.centre.y + sy * size };
  return { centre, size, left: left + sx, right: right - sx, top: top + sy, bottom: bottom - sy };
}

/** The placement's box, grown about its middle, in samples of the window. */
function edges(p: Placement, grow: number): Edges {
  const unit = WINDOW / PAD;
  const cx = WINDOW / 2 + (unit * (p.right - p.left)) / 2;
  const cy = WINDOW / 2 + (unit * (p.bottom - p.top)) / 2;
  const w = (unit * (p.left + p.right) * grow) / 2;
  const h = (unit * (p.top + p.bottom) * grow) / 2;
  const clamp = (v: number) => Math.max(0, Math.min(WINDOW - 1, Math.round(v)));
  return { left: clamp(cx - w), right: clamp(cx + w - 1), top: clamp(cy - h), bottom: clamp(cy + h - 1) };
}

/** Means of a plane inside one box, and outside it but inside the other. */
function means(plane: Float32Array, within: Edges, around: Edges): { inside: number; outside: number } {
  let [inside, ni, outside, no] = [0, 0, 0, 0];
  for (let j = around.top; j <= around.bottom; j++) {
    const row = j >= within.top && j <= within.bottom;
    for (let i = around.left; i <= around.right; i++) {
      const v = plane[j * WINDOW + i];
      if (row && i >= within.left && i <= within.right) {
        inside += v;
        ni++;
      } else {
        outside += v;
        no++;
      }
    }
  }
  return { inside: inside / Math.max(1, ni), outside: outside / Math.max(1, no) };
}
