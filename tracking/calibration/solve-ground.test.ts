import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { apply, bend, type Calibration, depth, lensOf, type Mat3, multiply, type Point, translation } from '../../protocol/index.js';
import { type GroundSolution, solveGround } from './solve-ground.js';

const SOURCE = { width: 1280, height: 720 };

/** A camera on a mast: height m, looking `tilt` below level, `pan` from the y axis, `focal` in pixels. Ground metres → pixels. */
function mast(heightM: number, tilt: number, pan: number, focal: number): Mat3 {
  const [cp, sp, ct, st] = [Math.cos(pan), Math.sin(pan), Math.cos(tilt), Math.sin(tilt)];
  // Right, down and forward in ground axes, the camera at (0, 0, heightM).
  const right = [cp, -sp, 0];
  const forward = [sp * ct, cp * ct, -st];
  const down = [-sp * st, -cp * st, -ct];
  const row = (r: number[]) => [r[0], r[1], -r[2] * heightM];
  const [r, d, f] = [row(right), row(down), row(forward)];
  const [cx, cy] = [SOURCE.width / 2, SOURCE.height / 2];
  const mix = (a: number[], c: number) => a.map((v, i) => focal * v + c * f[i]);
  const [x, y] = [mix(r, cx), mix(d, cy)];
  return [x[0], x[1], x[2], y[0], y[1], y[2], f[0], f[1], f[2]];
}

const camera = fc
  .record({
    heightM: fc.double({ min: 3, max: 60, noNaN: true }),
    tilt: fc.double({ min: 0.15, max: 1.4, noNaN: true }),
    pan: fc.double({ min: -3, max: 3, noNaN: true }),
    focal: fc.double({ min: 600, max: 3000, noNaN: true }),
  })
  .map((c) => mast(c.heightM, c.tilt, c.pan, c.focal));

function inverseOf(m: Mat3, p: Point): Point {
  const [a, b, c, d, e, f, g, h, i] = m;
  const [A, B, C, D] = [a - p.x * g, b - p.x * h, d - p.y * g, e - p.y * h];
  const [u, v] = [p.x * i - c, p.y * i - f];
  const det = A * D - B * C;
  return { x: (u * D - B * v) / det, y: (A * v - u * C) / det };
}

/** Pixels below the horizon, spread over the picture, with their ground points. */
const SPOTS: Point[] = [
  { x: 100, y: 650 },
  { x: 1180, y: 690 },
  { x: 900, y: 420 },
  { x: 300, y: 400 },
  { x: 640, y: 560 },
  { x: 500, y: 700 },
  { x: 1000, y: 600 },
  { x: 200, y: 500 },
];

function calibration(h: Mat3, count: number, shift: (i: number) => Point = () => ({ x: 0, y: 0 })): Calibration {
  return {
    size: [SOURCE.width, SOURCE.height],
    atMediaTimeUs: 0,
    points: SPOTS.slice(0, count).map((p, i) => {
      const g = inverseOf(h, p);
      return { image: [p.x + shift(i).x, p.y + shift(i).y], ground: [g.x, g.y] };
    }),
  };
}

function solved(result: ReturnType<typeof solveGround>): GroundSolution {
  assert.ok(result.ok, result.ok ? '' : result.message);
  return result;
}

function refusal(result: ReturnType<typeof solveGround>): string {
  assert.ok(!result.ok, 'expected a refusal');
  return result.message;
}

const visible = (h: Mat3) => SPOTS.every((p) => depth(h, inverseOf(h, p)) > 1e-6);

test('any camera above the ground is recovered, exactly from four points, to half a pixel from eight', () => {
  fc.assert(
    fc.property(camera, fc.constantFrom(4, 8), (h, count) => {
      fc.pre(visible(h));
      const solution = solved(solveGround(calibration(h, count), SOURCE));
      for (const p of SPOTS) {
        const g = inverseOf(h, p);
        const q = apply(solution.groundToImage, g);
        assert.ok(Math.hypot(q.x - p.x, q.y - p.y) < (count === 4 ? 1e-5 : 0.5), `off by ${Math.hypot(q.x - p.x, q.y - p.y)} px`);
        assert.ok(depth(solution.groundToImage, g) > 0);
      }
      assert.equal(solution.warning, '');
    }),
    { numRuns: 60 },
  );
});

test('clicks that are off by a pixel or so give an error of about that, in pixels and metres', () => {
  fc.assert(
    fc.property(camera, fc.array(fc.double({ min: -1.5, max: 1.5, noNaN: true }), { minLength: 16, maxLength: 16 }), (h, noise) => {
      fc.pre(visible(h));
      const shift = (i: number) => ({ x: noise[2 * i], y: noise[2 * i + 1] });
      const given = calibration(h, 8, shift);
      const solution = solved(solveGround(given, SOURCE));
      const clicked = Math.sqrt(noise.reduce((s, v) => s + v * v, 0) / 8);
      assert.ok(solution.errorPx.rms <= 1.1 * clicked + 0.2, `${solution.errorPx.rms} px from clicks ${clicked} px off`);
      assert.ok(solution.points.every((p) => p.believed));
    }),
    { numRuns: 60 },
  );
});

test('a camera on its side, off centre or with stretched pixels is recovered too, to a pixel', () => {
  const [c, s] = [Math.cos(0.3), Math.sin(0.3)];
  const about = (m: Mat3) => multiply(translation(640, 360), multiply(m, translation(-640, -360)));
  for (const [what, change] of [
    ['rolled', about([c, -s, 0, s, c, 0, 0, 0, 1])],
    ['cropped', translation(150, -80)],
    ['stretched', about([1.07, 0, 0, 0, 1, 0, 0, 0, 1])],
  ] as const) {
    const m = multiply(change, mast(14, 0.5, 0.2, 1200));
    const solution = solved(solveGround(calibration(m, 8), SOURCE));
    for (const p of SPOTS) {
      const q = apply(solution.groundToImage, inverseOf(m, p));
      assert.ok(Math.hypot(q.x - p.x, q.y - p.y) < 1, `${what}: off by ${Math.hypot(q.x - p.x, q.y - p.y)} px`);
    }
    assert.equal(solution.warning, '');
  }
});

test('a point far off among eight is named and not believed, whichever it is and wherever the camera stands', () => {
  let [named, tried] = [0, 0];
  for (const [heightM, tilt, pan, focal] of [
    [3, 0.5, 0.3, 900],
    [12, 0.3, -2, 1400],
    [25, 0.6, 1, 2600],
    [50, 1.2, 2.5, 1000],
  ]) {
    const m = mast(heightM, tilt, pan, focal);
    if (!visible(m)) continue;
    for (let wrong = 0; wrong < 8; wrong++) {
      for (const direction of [0.5, 2.1, 3.7, 5.3]) {
        const noise = (i: number) => ({ x: ((i * 5) % 3) * 0.4 - 0.4, y: ((i * 7) % 3) * 0.4 - 0.4 });
        const shift = (i: number) => (i === wrong ? { x: 70 * Math.cos(direction), y: 70 * Math.sin(direction) } : noise(i));
        const given = calibration(m, 8, shift);
        if (given.points.some(({ image: [x, y] }) => x < 0 || y < 0 || x > SOURCE.width || y > SOURCE.height)) continue;
        tried++;
        const solution = solved(solveGround(given, SOURCE));
        if (solution.points.every((p, i) => p.believed === (i !== wrong))) named++;
        else continue;
        assert.match(solution.warning, new RegExp(`point ${wrong + 1} is .* px .* not believed`));
        assert.ok(solution.errorPx.max < 6, `${solution.errorPx.max} px between points that are believed`);
      }
    }
  }
  assert.ok(tried > 60 && named >= 0.95 * tried, `${named} of ${tried}`);
});

const h = mast(12, 0.5, 0.4, 1100);

test('one of five points far off is told from the four that agree with a camera', () => {
  for (let wrong = 0; wrong < 5; wrong++) {
    const inwards = { x: SPOTS[wrong].x > 640 ? -200 : 200, y: SPOTS[wrong].y > 550 ? -90 : 90 };
    const solution = solved(
      solveGround(
        calibration(h, 5, (i) => (i === wrong ? inwards : { x: 0, y: 0 })),
        SOURCE,
      ),
    );
    assert.match(solution.warning, new RegExp(`point ${wrong + 1} is .* px .* not believed.*another point`));
    const off = SPOTS.slice(0, 5).map((p, i) => {
      const q = apply(solution.groundToImage, inverseOf(h, p));
      return i === wrong ? 0 : Math.hypot(q.x - p.x, q.y - p.y);
    });
    assert.ok(Math.max(...off) < 3, `point ${wrong + 1} pulls the ground by ${Math.max(...off)} px`);
  }
});

test('points clicked on a smaller picture are scaled to the source', () => {
  const small = calibration(h, 6);
  const scaled: Calibration = {
    ...small,
    size: [640, 360],
    points: small.points.map((p) => ({ image: [p.image[0] / 2, p.image[1] / 2], ground: p.ground })),
  };
  const g = inverseOf(h, { x: 640, y: 560 });
  const q = apply(solved(solveGround(scaled, SOURCE)).groundToImage, g);
  assert.ok(Math.hypot(q.x - 640, q.y - 560) < 0.05);
});

test('ground whose origin lies behind the camera still has positive depth in the picture', () => {
  const behind = calibration(mast(12, 0.3, 0, 1100), 4);
  const moved: Calibration = {
    ...behind,
    points: behind.points.map((p) => ({ image: p.image, ground: [p.ground[0], p.ground[1] + 500] })),
  };
  const solution = solved(solveGround(moved, SOURCE));
  for (const p of moved.points) assert.ok(depth(solution.groundToImage, { x: p.ground[0], y: p.ground[1] }) > 0);
});

test('three of four points on a line are refused, and named, in the picture and on the ground', () => {
  const line = calibration(h, 4);
  const [a, b] = [SPOTS[0], SPOTS[1]];
  const middle = { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
  const g = inverseOf(h, middle);
  const points = line.points.map((p, i) => (i === 2 ? { image: [middle.x, middle.y], ground: [g.x, g.y] } : p));
  assert.match(
    refusal(solveGround({ ...line, points: points as Calibration['points'] }, SOURCE)),
    /points 1, 2 and 3 lie on one line in the picture/,
  );
  const flat: Calibration = { ...line, points: line.points.map((p, i) => ({ image: p.image, ground: i === 3 ? [7, 9] : [i * 2, i * 3] })) };
  assert.match(refusal(solveGround(flat, SOURCE)), /points 1, 2 and 3 lie on one line on the ground/);
});

test('mirrored ground is refused', () => {
  const c = calibration(h, 6);
  const swapped: Calibration = { ...c, points: c.points.map((p) => ({ image: p.image, ground: [p.ground[1], p.ground[0]] })) };
  assert.match(refusal(solveGround(swapped, SOURCE)), /mirrored/);
  const negated: Calibration = { ...c, points: c.points.map((p) => ({ image: p.image, ground: [-p.ground[0], p.ground[1]] })) };
  assert.match(refusal(solveGround(negated, SOURCE)), /mirrored/);
});

test('two swapped corners are refused as a horizon between the points', () => {
  const c = calibration(h, 4);
  const [a, b, d, e] = c.points;
  const swapped: Calibration = { ...c, points: [{ ...a, ground: b.ground }, { ...b, ground: a.ground }, d, e] };
  assert.match(refusal(solveGround(swapped, SOURCE)), /horizon .* swapped/);
});

test('points off the picture, repeated or too few are refused and named', () => {
  const c = calibration(h, 5);
  const off: Calibration = { ...c, points: c.points.map((p, i) => (i === 2 ? { ...p, image: [1300, 20] } : p)) };
  assert.match(refusal(solveGround(off, SOURCE)), /point 3 \(1300, 20\) lies off the 1280×720 picture/);
  const twice: Calibration = { ...c, points: c.points.map((p, i) => (i === 4 ? { ...p, image: c.points[1].image } : p)) };
  assert.match(refusal(solveGround(twice, SOURCE)), /points 2 and 5 are the same place in the picture/);
  assert.match(refusal(solveGround({ ...c, points: c.points.slice(0, 3) }, SOURCE)), /3 points; at least 4/);
});

test('with its lens, points of a wide lens agree to nothing, and are far off without; a lens that folds the picture over is refused', () => {
  const terms = { k1: -0.12, k2: 0.01 };
  const lens = lensOf(terms, SOURCE);
  const m = mast(8, 0.45, 0.1, 620);
  const points = Array.from({ length: 24 }, (_, i): Calibration['points'][number] => {
    const ground = { x: -14 + (i % 6) * 6, y: 8 + Math.floor(i / 6) * 9 };
    const { x, y } = bend(lens, apply(m, ground));
    return { image: [x, y], ground: [ground.x, ground.y] };
  }).filter(({ image: [x, y] }) => x > 0 && y > 0 && x < SOURCE.width && y < SOURCE.height);
  const given: Calibration = { size: [SOURCE.width, SOURCE.height], atMediaTimeUs: 0, points };
  const bent = solved(solveGround({ ...given, lens: terms }, SOURCE));
  assert.ok(bent.errorPx.max < 0.1 && bent.warning === '', `${bent.errorPx.max} px`);
  const p = apply(bent.straight?.plain(bent.groundToImage) ?? m, { x: 3, y: 20 });
  const truth = apply(m, { x: 3, y: 20 });
  assert.ok(Math.hypot(p.x - truth.x, p.y - truth.y) < 0.2);
  const without = solveGround(given, SOURCE);
  assert.ok(!without.ok || without.errorPx.max > 5 || without.warning !== '');
  assert.match(refusal(solveGround({ ...given, lens: { k1: -0.4, k2: 0 } }, SOURCE)), /^calibration: the lens .* folds the picture over/);
  const square = { width: 1000, height: 1000 };
  assert.match(refusal(solveGround({ ...given, lens: terms }, square)), /lens was solved on a .* picture, .* another shape \(1000×1000\)/);
});
