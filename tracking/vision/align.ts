import { apply, type Box, type Mat3, multiply, normalise, type Size, translation } from '../../protocol/index.js';
import { UnitFrame } from './camera-model.js';
import { fitHomography, PointMatches } from './homography-fit.js';
import { FOLLOWED, MAX_PATCHES, type Pyramid } from './kernels.js';
import type { KeyFrame } from './key-frame.js';
import { type RowEffect, rowEffect } from './rolling-shutter.js';

/** A picture measured against a key frame. */
export interface Alignment {
  /** Key picture → this picture, analysis pixels: the best that is known. */
  readonly keyToCurrent: Mat3;
  /** The same as measured, with nothing assumed about the camera. */
  readonly measured: Mat3;
  /** Patches inside the picture and agreeing with the fit. */
  readonly inliers: number;
  readonly visible: number;
  /** 0 (useless) to 1: the share of agreeing patches beyond what chance gives, less where they stand together in few places. */
  readonly confidence: number;
  /** Information matrix of `measured` (see HomographyFit). */
  readonly information: Float64Array;
}

/** What a picture's alignment says of where it is against the key frame, unit coordinates: see Link. */
export interface Measurement {
  readonly homography: Mat3;
  readonly information: Float64Array;
  readonly rows: RowEffect;
}

/** Below this confidence an alignment is not believed. */
export const MIN_CONFIDENCE = 0.12;

/** Grey levels of noise a template's pixel is trusted to, and pixels of its level a patch can at best be placed to. */
const NOISE = 2;
const FLOOR = 0.03;

/** Squared distance, in its own sigmas, up to which a patch agrees with the fit, however much all of them differ. */
const AGREES = 11;
/** Share of the patches in view that must agree for the full size alone to be enough. */
const ENOUGH = 0.5;

/** Coarse levels fit what moves most (shift, then turn and zoom); the finer the level, the freer the fit. From full size down. */
const SHAPE_SIGMA = [0.3, 0.2, 0.08, 0.03];
const PERSPECTIVE_SIGMA = [0.2, 0.1, 0.02, 0.005];
const ITERATIONS = [4, 5, 6, 8];
const REACH = [4, 5, 7, 9];

export class Aligner {
  readonly #matches = new PointMatches(MAX_PATCHES);
  readonly #frame: UnitFrame;
  #information: Float64Array = new Float64Array(64);

  constructor(
    /** The picture that is measured. */
    public pyramid: Pyramid,
    readonly size: Size,
  ) {
    this.#frame = new UnitFrame(size);
  }

  /**
   * Where each patch of the last alignment was, how far it was believed: for tests and debug pictures.
   */
  get matches(): PointMatches {
    return this.#matches;
  }

  /**
   * Coarse to fine from a guess.
   * @param mask boxes of this picture (analysis pixels) that are not the still world.
   * @param from the coarsest level used: lower where the guess is good.
   */
  align(key: KeyFrame, guess: Mat3, mask: readonly Box[], from = this.pyramid.levels.length - 1): Alignment {
    let h = guess;
    for (let l = Math.min(from, this.pyramid.levels.length - 1); l >= 0; l--) h = this.#step(key, h, mask, l, ITERATIONS[l], REACH[l]);
    // Once more at full size, warped by the answer itself: patches that ran astray start at the right place now. A picture without fine
    // detail (blurred, or coded at a low rate) is measured at half size too.
    const levels = this.#agreeing() < ENOUGH * this.#visible(key, h, 0) && this.pyramid.levels.length > 1 ? [0, 1] : [0];
    this.#matches.count = 0;
    for (const l of levels) this.#measure(key, h, mask, l, 3, 2);
    h = this.#fit(h, 0);
    return this.#judge(key, h, levels);
  }

  /** What the last alignment measured. */
  measurement({ measured, information }: Alignment): Measurement {
    const homography = normalise(this.#frame.toUnit(measured));
    return { homography, information, rows: rowEffect(this.#matches, homography, this.size) };
  }

  /**
   * How alike key and picture are at a guess: mean correlation of the patches that lie in the picture, 0 where few do.
   * @param level of the pyramid to look at; the coarsest where the picture is too small to have it.
   */
  likeness(key: KeyFrame, guess: Mat3, level = Number.POSITIVE_INFINITY): number {
    const l = Math.min(level, this.pyramid.levels.length - 1);
    const set = key.sets[l];
    const scale = 2 ** -l;
    const found = this.pyramid.kernels.follow(this.pyramid.levels[l], set.templates, set.centres, set.count, atLevel(guess, scale), 1, 1);
    let sum = 0;
    let seen = 0;
    for (let i = 0; i < set.count; i++) {
      const correlation = found[i * FOLLOWED + 4];
      if (correlation < -1.5) continue;
      sum += Math.max(0, correlation);
      seen++;
    }
    return seen >= Math.max(5, set.count * 0.15) ? sum / (seen + 4) : 0;
  }

  /** The whole-picture shift of a guess that makes the coarse pictures most alike, or undefined when none does. */
  bestShift(key: KeyFrame, guess: Mat3): Mat3 | undefined {
    const { width, height } = this.size;
    const stepPx = 28;
    let best = 0.45;
    let shift: Mat3 | undefined;
    for (let y = -Math.floor((0.4 * height) / stepPx); y <= (0.4 * height) / stepPx; y++) {
      for (let x = -Math.floor((0.6 * width) / stepPx); x <= (0.6 * width) / stepPx; x++) {
        const moved = multiply(translation(x * stepPx, y * stepPx), guess);
        const likeness = this.likeness(key, moved);
        if (likeness > best) {
          best = likeness;
          shift = moved;
        }
      }
    }
    return shift;
  }

  #step(key: KeyFrame, guess: Mat3, mask: readonly Box[], l: number, iterations: number, reach: number): Mat3 {
    this.#matches.count = 0;
    this.#measure(key, guess, mask, l, iterations, reach);
    return this.#fit(guess, l);
  }

  #fit(guess: Mat3, l: number): Mat3 {
    if (this.#matches.count < 6) return guess;
    const options = { size: this.size, shapeSigma: SHAPE_SIGMA[l], perspectiveSigma: PERSPECTIVE_SIGMA[l], iterations: 12 };
    const fit = fitHomography(this.#matches, guess, options);
    if (!fit) return guess;
    this.#information = fit.information;
    return fit.homography;
  }

  /** Adds what patches of one level say to the matches. */
  #measure(key: KeyFrame, guess: Mat3, mask: readonly Box[], l: number, iterations: number, reach: number): void {
    const { kernels, levels } = this.pyramid;
    const set = key.sets[l];
    const up = 2 ** l;
    const found = kernels.follow(levels[l], set.templates, set.centres, set.count, atLevel(guess, 1 / up), iterations, reach);
    const centres = kernels.f32(set.centres, set.count * 2);
    const m = this.#matches;
    for (let i = 0; i < set.count; i++) {
      const o = i * FOLLOWED;
      const correlation = found[o + 4];
      if (correlation < 0.5) continue;
      const x = found[o] * up;
      const y = found[o + 1] * up;
      if (mask.some((b) => x >= b.x && y >= b.y && x < b.x + b.width && y < b.y + b.height)) continue;
      // Covariance: the template's own sharpness, plus a floor for what sampling and a not quite flat world do to any patch.
      const noise = (NOISE * NOISE * up * up) / (correlation * correlation);
      const xx = found[o + 6];
      const yy = found[o + 7];
      const xy = found[o + 8];
      const det = xx * yy - xy * xy + 1e-3;
      const floor = FLOOR * FLOOR * up * up;
      const cxx = (noise * yy) / det + floor;
      const cyy = (noise * xx) / det + floor;
      const cxy = (-noise * xy) / det;
      const d = cxx * cyy - cxy * cxy;
      m.add(centres[i * 2] * up, centres[i * 2 + 1] * up, x, y, cyy / d, cxx / d, -cxy / d);
    }
  }

  /** Patches of the last fit that agree with it. */
  #agreeing(): number {
    let count = 0;
    for (let i = 0; i < this.#matches.count; i++) if (this.#matches.distance[i] <= AGREES) count++;
    return count;
  }

  /** Patches of a level that should be in the picture. */
  #visible(key: KeyFrame, h: Mat3, l: number): number {
    const { count, centres: pointer } = key.sets[l];
    const centres = this.pyramid.kernels.f32(pointer, count * 2);
    const { width, height } = this.size;
    const up = 2 ** l;
    let visible = 0;
    for (let i = 0; i < count; i++) {
      const q = apply(h, { x: centres[i * 2] * up, y: centres[i * 2 + 1] * up });
      if (q.x >= 8 * up && q.y >= 8 * up && q.x < width - 8 * up && q.y < height - 8 * up) visible++;
    }
    return visible;
  }

  #judge(key: KeyFrame, h: Mat3, levels: readonly number[]): Alignment {
    const m = this.#matches;
    const { width, height } = this.size;
    const visible = levels.reduce((sum, l) => sum + this.#visible(key, h, l), 0);
    let inliers = 0;
    const cells = new Set<number>();
    for (let i = 0; i < m.count; i++) {
      if (m.distance[i] > AGREES) continue;
      inliers++;
      cells.add(Math.floor((m.qy[i] / height) * 6) * 8 + Math.floor((m.qx[i] / width) * 8));
    }
    // About a tenth of patches agree with any homography by chance (edges do along themselves).
    const excess = Math.max(0, inliers - 0.1 * visible - 8);
    const confidence = Math.min(1, visible ? excess / (0.5 * visible) : 0) * Math.min(1, cells.size / 8);
    return { keyToCurrent: h, measured: h, inliers, visible, confidence, information: this.#information };
  }
}

/** A homography between pictures of full size, for pictures `scale` times as large. */
function atLevel(h: Mat3, scale: number): Mat3 {
  return [h[0], h[1], h[2] * scale, h[3], h[4], h[5] * scale, h[6] / scale, h[7] / scale, h[8]];
}
