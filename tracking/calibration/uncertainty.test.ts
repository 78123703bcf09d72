import assert from 'node:assert/strict';
import { test } from 'node:test';
import { apply, type Calibration, depth, invert, type Mat3, type Point } from '../../protocol/index.js';
import { solveGround } from './solve-ground.js';

const SOURCE = { width: 1280, height: 720 };

/** A camera 12 m up that looks 0.35 rad down along y. Metres → pixels. */
const CAMERA: Mat3 = (() => {
  const [f, c, s, z] = [1300, Math.cos(0.35), Math.sin(0.35), 12];
  return [f, 640 * c, 640 * s * z, 0, -f * s + 360 * c, f * c * z + 360 * s * z, 0, c, s * z];
})();

/** Seeded normal noise (Box–Muller). */
function noise(seed: number): () => number {
  let state = seed;
  const uniform = () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return (state + 1) / (2 ** 32 + 1);
  };
  return () => Math.sqrt(-2 * Math.log(uniform())) * Math.cos(2 * Math.PI * uniform());
}

test('stated uncertainty is about as large as the error, near the points and far from them', () => {
  const back = invert(CAMERA);
  assert.ok(back);
  const spots: Point[] = [
    [200, 650],
    [1100, 640],
    [640, 500],
    [400, 350],
    [900, 360],
    [650, 420],
    [1000, 500],
  ].map(([x, y]) => ({ x, y }));
  const places: readonly (readonly [string, Point])[] = [
    ['among the points', { x: 600, y: 520 }],
    ['at the edge', { x: 60, y: 400 }],
    ['far beyond', { x: 640, y: 120 }],
  ];
  const rms = new Map<string, { error: number; stated: number; together: number; statedTogether: number }>();
  const RUNS = 40;
  for (let run = 0; run < RUNS; run++) {
    const random = noise(run + 1);
    const calibration: Calibration = {
      size: [SOURCE.width, SOURCE.height],
      atMediaTimeUs: 0,
      points: spots.map((p) => {
        const g = apply(back, p);
        return { image: [p.x + 3 * random(), p.y + 3 * random()], ground: [g.x, g.y] };
      }),
    };
    const solved = solveGround(calibration, SOURCE);
    assert.ok(solved.ok && solved.uncertainty);
    for (const [name, p] of places) {
      const truth = apply(back, p);
      const ours = apply(solved.imageToGround, p);
      assert.ok(depth(CAMERA, truth) > 0);
      const { xx, xy, yy } = solved.uncertainty(ours);
      const sum = rms.get(name) ?? { error: 0, stated: 0, together: 0, statedTogether: 0 };
      sum.error += ((ours.x - truth.x) ** 2 + (ours.y - truth.y) ** 2) / RUNS;
      sum.stated += (xx + yy) / RUNS;
      sum.together += ((ours.x - truth.x) * (ours.y - truth.y)) / RUNS;
      sum.statedTogether += xy / RUNS;
      rms.set(name, sum);
    }
  }
  for (const [name, { error, stated, together, statedTogether }] of rms) {
    const ratio = Math.sqrt(stated / error);
    assert.ok(ratio > 0.6 && ratio < 2, `${name}: ${Math.sqrt(error)} m off, ${Math.sqrt(stated)} m stated`);
    // The ellipse lies the way the errors do.
    assert.ok(
      Math.abs(together / error - statedTogether / stated) < 0.15,
      `${name}: ${together / error}, ${statedTogether / stated} stated`,
    );
  }
  const [near, , far] = places.map(([name]) => rms.get(name)?.stated ?? 0);
  assert.ok(far > 4 * near);
});
