import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, IDENTITY, invert, type Mat3, multiply, normalise, rescale } from '../../protocol/index.js';
import { rotationOf } from '../rotation.js';
import { type CameraModel, UnitFrame } from './camera-model.js';
import { carriedCamera } from './carried-camera.js';
import { fitHomography, PointMatches } from './homography-fit.js';
import { PictureMotion } from './picture-motion.js';
import { bent, rowEffect, rowResponse, unrolled } from './rolling-shutter.js';
import { between, type Link, type SolvedViews, solveViews } from './solve-views.js';
import { turned, worstError } from './textured-world.test-support.js';
import { turningCamera } from './turning-camera.js';

const SIZE = { width: 640, height: 360 };
const frame = new UnitFrame(SIZE);
const FOCAL = 1500;

/** Each picture linked to the one and two before it, each link off by `noisePx`. Poses: reference → picture, pixels. */
function linksOf(poses: readonly Mat3[], noisePx: number): Link[] {
  const information = new Float64Array(64);
  for (let i = 0; i < 8; i++) information[i * 9] = (i > 5 ? 0.1 : 1) * (320 / noisePx) ** 2;
  let state = 7;
  const random = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 3.4 * (noisePx / 320);
  };
  const links: Link[] = [];
  for (let to = 1; to < poses.length; to++) {
    for (const from of [to - 1, to - 2]) {
      const back = from < 0 ? undefined : invert(poses[from]);
      if (!back) continue;
      const h = frame.toUnit(multiply(poses[to], back)).map((v, i, all) => v / all[8] + (i < 8 ? random() * (i > 5 ? 3 : 1) : 0));
      links.push({
        from,
        to,
        homography: [h[0], h[1], h[2], h[3], h[4], h[5], h[6], h[7], h[8]],
        information,
        rolling: new Float64Array(8),
      });
    }
  }
  return links;
}

/** The chain of each link to the picture before alone: what there is without a model. */
function chained(links: readonly Link[], count: number): Mat3[] {
  const poses: Mat3[] = [IDENTITY];
  for (let i = 1; i < count; i++) {
    const link = links.find((l) => l.from === i - 1 && l.to === i);
    assert.ok(link);
    poses.push(multiply(link.homography, poses[i - 1]));
  }
  return poses;
}

/** The best of all starts. */
function solve<Shared, View>(model: CameraModel<Shared, View>, links: readonly Link[], count: number): SolvedViews<Shared, View> {
  const chain = chained(links, count);
  const solved = model.starts.map((shared) =>
    solveViews(model, { shared, readoutS: 0, views: chain.map((h, i) => (i ? model.nearest(shared, h) : model.reference)) }, links, 1, 20),
  );
  return solved.reduce((a, b) => (b.chiSquare < a.chiSquare ? b : a));
}

/** A pan in steps of 6° with a zoom. */
const pan = Array.from({ length: 9 }, (_, i) => turned(SIZE, FOCAL, FOCAL * (1 + 0.02 * i), 0.1 * i, 0.01 * i));

/** A drone 1 over the ground that flies on and swings its look a little; the last ones climb. Half widths of focal length: 1.8. */
const GROUND = { focal: 1.8, normal: [0, Math.cos(0.7), Math.sin(0.7)] as const };
const flight = Array.from({ length: 16 }, (_, i) =>
  frame.toPixels(
    carriedCamera.place(GROUND, {
      rotation: rotationOf(0.03 * Math.sin(i), 0.05 * i, 0.02 * Math.cos(i) - 0.02),
      shift: [0.02 * i, 0.01 * Math.sin(i), -0.12 * i + 0.002 * i * i],
    }),
  ),
);

test('a turning camera: the focal length and every turn follow from the links alone', () => {
  const { shared, views, chiSquare } = solve(turningCamera, linksOf(pan, 0.005), pan.length);
  assert.ok(Math.abs(shared.focal * 320 - FOCAL) < 15, `focal length ${shared.focal * 320} px`);
  assert.ok(chiSquare < 4, `chi square ${chiSquare}`);
  for (const [i, pose] of pan.entries()) {
    const error = worstError(frame.toPixels(turningCamera.place(shared, views[i])), pose, SIZE);
    assert.ok(error < 0.6, `picture ${i} off by ${error.toFixed(2)} px`);
  }
});

test('a camera carried over a plane: focal length, steepness and every view follow from the links alone', () => {
  const links = linksOf(flight, 0.005);
  const { shared, views, chiSquare } = solve(carriedCamera, links, flight.length);
  assert.ok(Math.abs(shared.focal - GROUND.focal) < 0.004, `focal length ${shared.focal}`);
  assert.ok(Math.abs(Math.asin(shared.normal[2]) - 0.7) < 0.002, `steepness ${Math.asin(shared.normal[2])}`);
  assert.ok(chiSquare < 4, `chi square ${chiSquare}`);
  const chain = chained(links, flight.length);
  const error = (h: Mat3, i: number) => worstError(frame.toPixels(h), flight[i], SIZE);
  const last = flight.length - 1;
  const held = error(carriedCamera.place(shared, views[last]), last);
  assert.ok(held < 0.5 * error(chain[last], last), `${held.toFixed(2)} px, chained ${error(chain[last], last).toFixed(2)} px`);
});

test('later pictures are placed with the earlier ones held', () => {
  const links = linksOf(flight, 0.005);
  const shared = GROUND;
  const views = flight.map((h, i) => (i ? carriedCamera.nearest(shared, frame.toUnit(h)) : carriedCamera.reference));
  const astray = views.map((view, i) => (i < 10 ? view : carriedCamera.stepView(view, Float64Array.of(0.01, 0, 0, 0, 0.02, 0), 0)));
  const solved = solveViews(carriedCamera, { shared, readoutS: 0, views: astray }, links, 10, 12);
  assert.deepEqual(solved.shared, shared);
  for (let i = 0; i < 10; i++) assert.equal(solved.views[i], views[i]);
  const error = worstError(frame.toPixels(carriedCamera.place(shared, solved.views[15])), flight[15], SIZE);
  assert.ok(error < 0.6, `${error.toFixed(2)} px`);
});

test('one kind of camera does not pass for the other, and neither for what no camera does', () => {
  assert.ok(solve(turningCamera, linksOf(flight, 0.005), flight.length).chiSquare > 20);
  // A zoom is not something the carried one has: the whole picture grows without the plane coming nearer evenly.
  const zoomed = flight.map((h, i): Mat3 => rescale(multiply(frame.toPixels([1 + 0.02 * i, 0, 0, 0, 1 + 0.02 * i, 0, 0, 0, 1]), h)));
  assert.ok(solve(carriedCamera, linksOf(zoomed, 0.005), zoomed.length).chiSquare > 20);
  const squeezed = flight.map((h, i): Mat3 => rescale(multiply(frame.toPixels([1 + 0.004 * i, 0, 0, 0, 1, 0, 0, 0, 1]), h)));
  assert.ok(solve(carriedCamera, linksOf(squeezed, 0.005), squeezed.length).chiSquare > 20);
});

test('between two views goes what goes from the one to the other', () => {
  const view = carriedCamera.stepView(carriedCamera.reference, Float64Array.of(0.1, -0.2, 0.05, 0.3, 0.1, -0.2), 0);
  const there = between(carriedCamera, GROUND, carriedCamera.reference, view);
  const back = between(carriedCamera, GROUND, view, carriedCamera.reference);
  assert.ok(worstError(frame.toPixels(multiply(back, there)), IDENTITY, SIZE) < 1e-6);
  const again = carriedCamera.nearest(GROUND, there);
  assert.ok(worstError(frame.toPixels(carriedCamera.place(GROUND, again)), frame.toPixels(there), SIZE) < 1e-6);
});

test('rows read one after another: the readout time follows from the links, and the drift it makes goes', () => {
  const readoutS = 0.02;
  const plain = linksOf(flight, 0.002);
  // How fast each picture moves, its frames 40 ms apart, and what that makes of a link between two of them.
  const motions = flight.map((pose, i) => {
    const moving = new PictureMotion(SIZE);
    const [before, after] = [flight[Math.max(0, i - 1)], flight[Math.min(flight.length - 1, i + 1)]];
    moving.next(0, IDENTITY);
    moving.hold(before);
    moving.next(i > 0 && i < flight.length - 1 ? 1_000_000 : 500_000, before);
    return moving.at(i < flight.length - 1 ? after : pose);
  });
  /** A point of a picture, pixels, as its row shows it. */
  const seen = (x: number, y: number, motion: Mat3): readonly [number, number] => {
    const [u, v] = unrolled((x - SIZE.width / 2) / 320, (y - SIZE.height / 2) / 320, motion, -readoutS, SIZE);
    return [u * 320 + SIZE.width / 2, v * 320 + SIZE.height / 2];
  };
  const grid = new PointMatches(63);
  const links = plain.map((link): Link => {
    const truth = frame.toPixels(link.homography);
    grid.count = 0;
    for (let j = 0; j < 7; j++) {
      for (let i = 0; i < 9; i++) {
        const at = { x: 40 + 70 * i, y: 30 + 50 * j };
        const there = apply(truth, at);
        grid.add(...seen(at.x, at.y, motions[link.from]), ...seen(there.x, there.y, motions[link.to]), 1, 1, 0);
      }
    }
    const fit = fitHomography(grid, truth, { size: SIZE, shapeSigma: 1, perspectiveSigma: 1, iterations: 12 });
    assert.ok(fit);
    const homography = normalise(frame.toUnit(fit.homography));
    return { ...link, homography, rolling: rowResponse(rowEffect(grid, homography, SIZE), motions[link.from], motions[link.to]) };
  });
  const start = { shared: GROUND, readoutS: 0, views: flight.map((h) => carriedCamera.nearest(GROUND, frame.toUnit(h))) };
  const without = solveViews(carriedCamera, start, links, 1, 20);
  const found = solveViews(carriedCamera, without, links, 1, 20, true);
  assert.ok(Math.abs(found.readoutS - readoutS) < 0.001, `readout ${found.readoutS} s`);
  const error = (s: typeof found) => worstError(frame.toPixels(carriedCamera.place(s.shared, s.views[15])), flight[15], SIZE);
  assert.ok(
    error(found) < 0.5 && error(found) < 0.2 * error(without),
    `${error(found).toFixed(2)} px, without ${error(without).toFixed(2)} px`,
  );
});

test('a row read late shows a point where it has moved to', () => {
  // Ten half widths a second to the right; the lowest row is read 5 ms after the middle one.
  const motion = [0, 0, 10, 0, 0, 0, 0, 0, 0] as const;
  const [x, y] = unrolled(0.25, SIZE.height / SIZE.width, motion, 0.01, SIZE);
  assert.ok(Math.abs(x - 0.2) < 1e-9 && y === SIZE.height / SIZE.width);
  // The whole picture is sheared by it.
  const seen = worstError(frame.toPixels(bent(motion, 0.01, SIZE)), [1, 16 / 180, -16, 0, 1, 0, 0, 0, 1], SIZE);
  assert.ok(seen < 0.01, `${seen} px`);
});
