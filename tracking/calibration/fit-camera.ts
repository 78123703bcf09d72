import type { Size } from '../../protocol/index.js';
import { type Camera, moved } from './camera.js';
import { deviation, type Evidence, evidence, type Terms, terms, trust } from './camera-terms.js';
import { startCameras } from './hypotheses.js';
import { solve } from './linear-algebra.js';
import type { PointMatch } from './matches.js';

/** Noise to be expected of a point, share of the picture's width, and of how many numbers this is worth the evidence. */
const NOISE_SHARE = 0.002;
const NOISE_EVIDENCE = 4;
/** Noise to begin with: wide, so that a start that is a little off still sees its points. */
const FIRST_NOISE_SHARE = 0.01;
/** Numbers a camera takes from its points; the rest of the nine its habits say. */
const FREE = 6;
/** Rounds of noise and camera in turn. */
const ROUNDS = 8;
/** Starts that are followed to their end. */
const FINALISTS = 4;
/** Standard deviations beyond which a point is not believed: one in a thousand good ones. */
const BELIEVED = 3.7;

/** The camera that the points and what cameras obey make most likely. */
export interface CameraFit {
  readonly camera: Camera;
  /** Noise of a fully trusted point in either direction, pixels. */
  readonly noisePx: number;
  /** Inverse covariance of the camera's nine numbers, see `moved()`. */
  readonly information: readonly (readonly number[])[];
  /** Which points agree with it. */
  readonly believed: readonly boolean[];
}

/**
 * Finds a camera above a right-handed ground from point pairs, wrong ones among them: homographies through four points (RANSAC, Fischler and
 * Bolles 1981) that many others agree with become cameras, and each is improved by Levenberg–Marquardt on the posterior: noise of Student's
 * t (Lange, Little and Taylor 1989) whose size is estimated along, and priors that cameras obey.
 * @returns undefined when no four points are seen from above
 */
export function fitCamera(matches: readonly PointMatch[], size: Size): CameraFit | undefined {
  const first = evidence(matches, size, FIRST_NOISE_SHARE * size.width);
  const finalists = startCameras(matches, size)
    .map((start) => descend(start, first, 10))
    .sort((a, b) => a.energy - b.energy)
    .slice(0, FINALISTS)
    .flatMap(({ camera }) => [settle(camera, first), settle(camera, { ...first, noisePx: NOISE_SHARE * size.width })]);
  let best: Settled | undefined;
  for (const fit of finalists) if (!best || fit.energy < best.energy) best = fit;
  if (!best) return undefined;
  const { camera, given, information } = best;
  return { camera, noisePx: given.noisePx, information, believed: matches.map((match) => deviation(camera, match, given) < BELIEVED) };
}

interface Descent extends Terms {
  readonly camera: Camera;
}

interface Settled extends Descent {
  readonly given: Evidence;
}

/** Levenberg–Marquardt at a given noise, robust weights anew in each step. */
function descend(start: Camera, given: Evidence, steps: number): Descent {
  let camera = start;
  let at = terms(camera, given, false);
  let damping = 1e-3;
  for (let step = 0; step < steps && damping < 1e10; step++) {
    const damped = at.information.map((row, i) => row.map((value, j) => (i === j ? value * (1 + damping) + 1e-12 : value)));
    const delta = solve(damped, at.gradient);
    const next =
      delta &&
      moved(
        camera,
        delta.map((value) => -value),
      );
    const energy = next ? terms(next, given, true).energy : Number.POSITIVE_INFINITY;
    if (next && energy < at.energy) {
      const gain = at.energy - energy;
      camera = next;
      at = terms(camera, given, false);
      damping = Math.max(damping / 10, 1e-9);
      if (gain < 1e-9 * (1 + Math.abs(energy))) break;
    } else damping *= 10;
  }
  return { camera, ...at };
}

/** Camera and noise in turn until neither changes. */
function settle(start: Camera, first: Evidence): Settled {
  let given = first;
  let at = descend(start, given, 20);
  for (let round = 0; round < ROUNDS; round++) {
    const before = given.noisePx;
    given = { ...given, noisePx: noiseOf(at.camera, given) };
    if (Math.abs(given.noisePx / before - 1) < 1e-3) break;
    at = descend(at.camera, given, 15);
  }
  const { noisePx, size } = given;
  const noiseEnergy = NOISE_EVIDENCE * (((NOISE_SHARE * size.width) / noisePx) ** 2 + 2 * Math.log(noisePx));
  // Which points are wrong is decided by the others and by what cameras obey, not by how wrong they are.
  const { energy } = terms(at.camera, given, true, BELIEVED);
  return { ...at, energy: energy + noiseEnergy, given };
}

/** Most likely noise of the points around this camera (expectation–maximisation), with what is to be expected as evidence. */
function noiseOf(camera: Camera, given: Evidence): number {
  const { matches, size, noisePx } = given;
  const expected = NOISE_EVIDENCE * (NOISE_SHARE * size.width) ** 2;
  const numbers = Math.max(2 * matches.length - FREE, 0) + NOISE_EVIDENCE;
  const squares = matches.map((match) => Math.min(deviation(camera, match, given), 1e6) ** 2);
  let ratio = 1;
  for (let i = 0; i < 20; i++) {
    const sum = squares.reduce((s, square) => s + trust(square / ratio) * square, 0);
    ratio = (sum * noisePx ** 2 + expected) / (numbers * noisePx ** 2);
  }
  return noisePx * Math.sqrt(ratio);
}
