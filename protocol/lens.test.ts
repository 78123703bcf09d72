import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { bend, bendSlope, type LensTerms, lensOf, lensProblem, unbend } from './lens.js';

const size = { width: 1920, height: 1080 };
const terms = fc
  .record({ k1: fc.double({ min: -0.2, max: 0.3, noNaN: true }), k2: fc.double({ min: -0.15, max: 0.15, noNaN: true }) })
  .filter((t) => lensProblem(t) === undefined);
const pixel = fc.record({
  x: fc.double({ min: 0, max: size.width, noNaN: true }),
  y: fc.double({ min: 0, max: size.height, noNaN: true }),
});

test('what a lens does is undone to within a hundredth of a pixel, all over the picture', () => {
  fc.assert(
    fc.property(terms, pixel, (t: LensTerms, p) => {
      const lens = lensOf(t, size);
      const there = bend(lens, unbend(lens, p));
      assert.ok(Math.hypot(there.x - p.x, there.y - p.y) < 0.01, `${there.x}, ${there.y}`);
    }),
  );
});

test('what lies outside the picture is never bent back into it, however far away', () => {
  const away = fc.record({ angle: fc.double({ min: 0, max: 7, noNaN: true }), far: fc.double({ min: 0, max: 1000, noNaN: true }) });
  fc.assert(
    fc.property(terms, away, (t, { angle, far }) => {
      const lens = lensOf(t, size);
      const at = (r: number) => ({
        x: lens.centre.x + r * lens.radiusPx * Math.cos(angle),
        y: lens.centre.y + r * lens.radiusPx * Math.sin(angle),
      });
      const out = (p: { x: number; y: number }) => Math.hypot(p.x - lens.centre.x, p.y - lens.centre.y) / lens.radiusPx;
      assert.ok(out(bend(lens, at(lens.reach + far))) >= 1 - 1e-9);
      assert.ok(Math.abs(out(unbend(lens, bend(lens, at(far)))) - far) < 1e-6 * (1 + far));
    }),
  );
});

test('slopes are those of the bending', () => {
  fc.assert(
    fc.property(terms, pixel, (t, p) => {
      const lens = lensOf(t, size);
      const by = 0.01;
      const [right, left] = [bend(lens, { x: p.x + by, y: p.y }), bend(lens, { x: p.x - by, y: p.y })];
      const [down, up] = [bend(lens, { x: p.x, y: p.y + by }), bend(lens, { x: p.x, y: p.y - by })];
      const found = [(right.x - left.x) / (2 * by), (down.x - up.x) / (2 * by), (right.y - left.y) / (2 * by), (down.y - up.y) / (2 * by)];
      for (const [i, value] of bendSlope(lens, p).entries()) assert.ok(Math.abs(value - found[i]!) < 1e-3, `${i}: ${value}, ${found[i]}`);
    }),
  );
});

test("OpenCV's terms are these with distances in focal lengths", () => {
  // projectPoints' radial part: x'' = x' (1 + k1 r² + k2 r⁴), r in the plane a focal length of 1 away.
  const [focalPx, k1, k2] = [1500, -0.21, 0.05];
  const { centre, radiusPx } = lensOf({ k1: 0, k2: 0 }, size);
  const share = radiusPx / focalPx;
  const lens = lensOf({ k1: k1 * share ** 2, k2: k2 * share ** 4 }, size);
  const [x, y] = [0.41, -0.27];
  const r2 = x * x + y * y;
  const factor = 1 + k1 * r2 + k2 * r2 * r2;
  const p = bend(lens, { x: centre.x + focalPx * x, y: centre.y + focalPx * y });
  assert.ok(Math.hypot(p.x - centre.x - focalPx * x * factor, p.y - centre.y - focalPx * y * factor) < 1e-6);
});

test('a lens that folds the picture over is refused with one line that says what to do', () => {
  for (const folding of [
    { k1: -0.2, k2: 0 },
    { k1: -0.6, k2: 0.05 },
    { k1: 0.1, k2: -0.4 },
  ]) {
    const problem = lensProblem(folding);
    assert.match(problem ?? '', /^the lens \(k1 .*\) folds the picture over before its corners; solve it again .*leave it out$/);
  }
  for (const fine of [
    { k1: 0, k2: 0 },
    { k1: -0.12, k2: 0 },
    { k1: -0.2, k2: 0.05 },
    { k1: 0.2, k2: 0 },
  ])
    assert.equal(lensProblem(fine), undefined);
});
