import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  apply,
  type Calibration,
  type Course,
  depth,
  invert,
  type LumaPicture,
  type Mat3,
  multiply,
  type Point,
} from '../../protocol/index.js';
import { solveGround } from '../calibration/index.js';
import type { GroundError } from '../pose/index.js';
import { rotationOf } from '../rotation.js';
import { paintedLines } from './painted-lines.js';
import { RefinedGround } from './refined-ground.js';

const SOURCE = { width: 1920, height: 1080 };
const ANALYSIS = { width: 640, height: 360 };
const COURSE: Course = {
  centreLine: [
    [-10, 4.88],
    [120, 4.88],
  ],
  startM: 10,
  finishM: 110,
  splitsM: [],
  widthM: 9.76,
  lanes: 8,
};
const FRAME_US = 40_000;
const FRAMES_A_VIEW = 12;

/** A camera 12 m up beside the straight, turned so far, as ground → source pixels. */
function camera(turn: number): Mat3 {
  const [f, tilt] = [3000, 0.3];
  const down = (angle: number): Mat3 => [1, 0, 0, 0, -Math.sin(angle), -Math.cos(angle), 0, Math.cos(angle), -Math.sin(angle)];
  const aside = rotationOf(0, 0, turn);
  // Ground axes to the camera at (30, −34, 12): right, down, forward.
  const axes = multiply(down(tilt), aside);
  const t = [0, 3, 6].map((i) => -(axes[i] * 30 + axes[i + 1] * -34 + axes[i + 2] * 12));
  const view: Mat3 = [axes[0], axes[1], t[0], axes[3], axes[4], t[1], axes[6], axes[7], t[2]];
  return multiply([f, 0, SOURCE.width / 2, 0, f, SOURCE.height / 2, 0, 0, 1], view);
}

/** From the start to the finish: the finish is never in the calibrated picture. */
const TURNS = Array.from({ length: 15 }, (_, i) => -0.7 + 0.13 * i);

function hash(n: number): number {
  let h = Math.imul(n ^ (n >>> 15), 0x2c1b3c6d);
  h = Math.imul(h ^ (h >>> 12), 0x297a2d39);
  return ((h ^ (h >>> 15)) >>> 0) / 2 ** 32;
}

/** Seeded normal noise (Box–Muller). */
function normal(seed: number): () => number {
  let n = seed * 1000;
  return () => Math.sqrt(-2 * Math.log(hash(++n) + 1e-12)) * Math.cos(2 * Math.PI * hash(++n));
}

/** Rough ground and, where there are any, white lines 5 cm wide: lengthwise at these y, across at these x. */
function draw(toImage: Mat3, lengthwise: readonly number[], across: readonly number[], seed: number): LumaPicture {
  const { width, height } = ANALYSIS;
  const back = invert(multiply([1 / 3, 0, 0, 0, 1 / 3, 0, 0, 0, 1], toImage));
  assert.ok(back);
  const data = new Uint8Array(width * height);
  const covered = (offM: number, mPerPx: number) => {
    const [d, half] = [Math.abs(offM) / mPerPx, 0.025 / mPerPx];
    return Math.max(0, Math.min(d + 0.5, half) - Math.max(d - 0.5, -half));
  };
  const nearest = (lines: readonly number[], v: number) =>
    lines.reduce((best, l) => (Math.abs(v - l) < Math.abs(best) ? v - l : best), 1e3);
  for (let j = 0; j < height; j++) {
    for (let i = 0; i < width; i++) {
      const at = (x: number, y: number) => apply(back, { x, y });
      const [g, r, d] = [at(i + 0.5, j + 0.5), at(i + 1, j + 0.5), at(i + 0.5, j + 1)];
      let line = covered(nearest(lengthwise, g.y), 2 * Math.hypot(r.y - g.y, d.y - g.y));
      if (g.y > 0 && g.y < COURSE.widthM) line = Math.max(line, covered(nearest(across, g.x), 2 * Math.hypot(r.x - g.x, d.x - g.x)));
      data[j * width + i] = 95 + 110 * line + 10 * hash(seed * 1_000_003 + j * width + i);
    }
  }
  return { ...ANALYSIS, data };
}

const LANE_LINES = Array.from({ length: 9 }, (_, i) => 1.22 * i);
const painted = TURNS.map((turn, i) => draw(camera(turn), LANE_LINES, [0, 100], i));

/** Clicks on lane lines in the first picture, so far off. */
function clicked(offPx: number, seed: number): Calibration {
  const random = normal(seed);
  const grounds = [-4, 0, 4, 8, 12].flatMap((x) => [0, 4.88, 9.76].map((y) => ({ x, y })));
  const pairs = grounds.map((ground) => ({ ground, image: apply(camera(TURNS[0]), ground) }));
  const inView = pairs.filter(({ image: { x, y } }) => x > 20 && y > 20 && x < SOURCE.width - 20 && y < SOURCE.height - 20);
  const points = inView.map(({ ground, image }) => {
    const at = [image.x + offPx * random(), image.y + offPx * random()] as const;
    return { image: [...at] as [number, number], ground: [ground.x, ground.y] as [number, number] };
  });
  return { size: [SOURCE.width, SOURCE.height], atMediaTimeUs: 0, points };
}

interface Shown {
  readonly before: Mat3;
  readonly after: Mat3;
  readonly uncertaintyBefore: GroundError;
  readonly uncertainty: GroundError;
  /** How far the ground moved at most from one frame to the next, source pixels. */
  readonly jumpPx: number;
}

/** Pans over the pictures, and back to the first. */
function show(calibration: Calibration, pictures: readonly LumaPicture[], course = COURSE): Shown {
  const solved = solveGround(calibration, SOURCE);
  assert.ok(solved.ok && solved.calibrated && solved.uncertainty);
  const ground = new RefinedGround(solved.calibrated, paintedLines(course, 1.8), SOURCE);
  const back = invert(camera(TURNS[0]));
  assert.ok(back);
  let after = solved.groundToImage;
  let [frame, jumpPx] = [0, 0];
  for (const [i, picture] of pictures.entries()) {
    const toCurrent = multiply(camera(TURNS[i]), back);
    const places = inView(TURNS[i]);
    for (let k = 0; k < FRAMES_A_VIEW; k++) {
      const next = ground.look(picture, toCurrent, [], frame++ * FRAME_US) ?? after;
      for (const p of places) {
        const [was, is] = [after, next].map((m) => apply(multiply(toCurrent, m), p));
        jumpPx = Math.max(jumpPx, Math.hypot(is.x - was.x, is.y - was.y));
      }
      after = next;
    }
  }
  return { before: solved.groundToImage, after, uncertaintyBefore: solved.uncertainty, uncertainty: ground.uncertainty, jumpPx };
}

/** Places of the course that a picture shows. */
function inView(turn: number): Point[] {
  const m = camera(turn);
  const places = Array.from({ length: 60 }, (_, i) => [1, 4.88, 8.5].map((y) => ({ x: 2 * i - 8, y }))).flat();
  return places.filter((p) => {
    const { x, y } = apply(m, p);
    return depth(m, p) > 0 && x > 0 && y > 0 && x < SOURCE.width && y < SOURCE.height;
  });
}

/** Distance in metres, for every place that some picture shows, of where a calibration has it from where it is. */
function errors(groundToImage: Mat3): { place: Point; offM: number }[] {
  const back = invert(groundToImage);
  assert.ok(back);
  return TURNS.flatMap((turn) =>
    inView(turn).map((place) => {
      const q = apply(multiply(back, camera(TURNS[0])), place);
      return { place, offM: Math.hypot(q.x - place.x, q.y - place.y) };
    }),
  );
}

function quantile(values: readonly number[], share: number): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length * share)];
}

test('clicks 2 px off: lines seen later bring the ground within 0.1 m (median) and 0.25 m (95 %), without a jump', () => {
  for (const seed of [1, 2, 3]) {
    const shown = show(clicked(2, seed), painted);
    const [before, after] = [shown.before, shown.after].map((m) => errors(m).map((e) => e.offM));
    assert.ok(quantile(before, 0.95) > 0.5, `${quantile(before, 0.95)} m before: too easy`);
    assert.ok(
      quantile(after, 0.5) <= 0.1 && quantile(after, 0.95) <= 0.25,
      `${quantile(after, 0.5)} m, ${quantile(after, 0.95)} m at 95 %`,
    );
    assert.ok(shown.jumpPx < 1, `the ground jumped by ${shown.jumpPx} px`);
    // What is stated shrinks, and is about as large as the error.
    const far = { x: 100, y: 4.88 };
    const sigma = (e: GroundError) => Math.sqrt(e(far).xx + e(far).yy);
    assert.ok(sigma(shown.uncertainty) < 0.3 * sigma(shown.uncertaintyBefore));
    for (const { place, offM } of errors(shown.after)) {
      const { xx, yy } = shown.uncertainty(place);
      assert.ok(offM < 4 * Math.sqrt(xx + yy) + 0.02, `${offM} m off at ${place.x}, ${Math.sqrt(xx + yy)} m stated`);
    }
  }
});

test('an exact calibration is confirmed, not moved', () => {
  const shown = show(clicked(0, 1), painted);
  const before = errors(shown.before);
  for (const [i, { offM }] of errors(shown.after).entries()) assert.ok(Math.abs(offM - before[i].offM) < 1e-6, `${offM} m`);
  const far = { x: 100, y: 4.88 };
  assert.ok(shown.uncertainty(far).xx < 0.1 * shown.uncertaintyBefore(far).xx);
});

test('ground without lines, or with other lines than the course has, leaves the calibration as it is', () => {
  const pictures = (lengthwise: readonly number[]) => TURNS.slice(0, 6).map((turn, i) => draw(camera(turn), lengthwise, [], i));
  const bare = show(clicked(2, 1), pictures([]));
  const other = show(clicked(2, 1), painted.slice(0, 6), { ...COURSE, lanes: 5 });
  const beside = show(clicked(2, 1), pictures(LANE_LINES.map((y) => y + 0.6)));
  for (const { after, before, uncertainty, uncertaintyBefore } of [bare, other, beside]) {
    const p = { x: 20, y: 4 };
    const [is, was] = [after, before].map((m) => apply(m, p));
    assert.ok(Math.hypot(is.x - was.x, is.y - was.y) < 1e-6);
    assert.ok(Math.abs(uncertainty(p).xx / uncertaintyBefore(p).xx - 1) < 1e-6);
  }
});

test('lines are painted where there are lanes on land, or where the course says so', () => {
  assert.equal(paintedLines(COURSE, 1.8).length, 11);
  assert.equal(paintedLines(COURSE, 0.5).length, 0, 'a pool’s ropes float');
  assert.equal(paintedLines({ ...COURSE, lanes: 0 }, 1.8).length, 0);
  assert.equal(paintedLines({ ...COURSE, painted: false }, 1.8).length, 0);
  assert.equal(paintedLines({ ...COURSE, lanes: 0, painted: true }, 1.8).length, 4);
  assert.equal(paintedLines(undefined, 1.8).length, 0);
});
