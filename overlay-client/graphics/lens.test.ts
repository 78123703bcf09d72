import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { apply, bend, lensOf, type OverlayRegion, type Point, type TrackingFrame } from '../../protocol/index.js';
import { createHeadlessOverlay } from '../index.js';
import { lookAt } from '../testing/camera.js';
import { alphaAt, flatten, type Picture } from '../testing/picture.js';
import { on, RACE_WIDTH_M, raceFrame, raceScene, SMALL_HD } from '../testing/race.js';
import { bandAt } from './bands.js';
import { between, GroundView } from './ground.js';
import { projectLine } from './line.js';

/** Graphics under a lens that bends straight lines. */

const BARREL = { k1: -0.12, k2: 0.005 };

/** Distance of a point from a line through many. */
function offLine(p: Point, line: readonly Point[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (let i = 1; i < line.length; i++) {
    const [a, b] = [line[i - 1]!, line[i]!];
    const [dx, dy] = [b.x - a.x, b.y - a.y];
    const t = Math.max(0, Math.min(1, ((p.x - a.x) * dx + (p.y - a.y) * dy) / (dx * dx + dy * dy || 1)));
    least = Math.min(least, Math.hypot(p.x - a.x - t * dx, p.y - a.y - t * dy));
  }
  return least;
}

const cameras = fc.record({
  x: fc.double({ min: -20, max: 20, noNaN: true }),
  y: fc.double({ min: -40, max: -8, noNaN: true }),
  height: fc.double({ min: 2, max: 30, noNaN: true }),
  focal: fc.double({ min: 500, max: 2500, noNaN: true }),
  k1: fc.double({ min: -0.13, max: 0.2, noNaN: true }),
});

test('what is straight on the ground is drawn within a quarter of a pixel of the curve that the lens makes of it', () => {
  let measured = 0;
  fc.assert(
    fc.property(cameras, ({ x, y, height, focal, k1 }) => {
      const { groundToImage } = lookAt(SMALL_HD, [x, y, height], [0, 2, 0], focal);
      const lens = { k1, k2: 0.01 };
      const view = GroundView.of({ groundToImage: [...groundToImage], lens, unit: 'm', state: 'held', confidence: 1 }, SMALL_HD);
      assert.ok(view);
      const exact = (p: Point): Point => bend(lensOf(lens, SMALL_HD), apply(groundToImage, p));
      const inside = (p: Point): boolean => p.x > 0 && p.y > 0 && p.x < SMALL_HD.width && p.y < SMALL_HD.height;
      const [a, b, c] = [
        { x: -25, y: -4 },
        { x: 30, y: 1 },
        { x: 2, y: 28 },
      ] as const;
      const line = projectLine(view, a, b, 0.2, SMALL_HD, 1);
      const drawn = line
        ? Array.from(
            { length: (line.band.via?.length ?? 0) + 2 },
            (_, i, all = line.band.via?.length ?? 0) => bandAt(line.band, i / (all + 1)).at,
          )
        : [];
      const outline = view.outline([a, b, c]);
      const edges = Array.from({ length: outline.length / 2 + 1 }, (_, i) => ({
        x: outline[(2 * i) % outline.length]!,
        y: outline[(2 * i + 1) % outline.length]!,
      }));
      for (let share = 0; share <= 1; share += 0.02) {
        for (const [from, to] of [
          [a, b],
          [b, c],
          [c, a],
        ] as const) {
          const ground = between(from, to, share);
          if (!view.isVisible(ground) || !inside(exact(ground))) continue;
          measured++;
          assert.ok(offLine(exact(ground), edges) < 0.25, `outline ${offLine(exact(ground), edges)} px off`);
          if (from === a) assert.ok(offLine(exact(ground), drawn) < 0.25, `line ${offLine(exact(ground), drawn)} px off`);
        }
      }
    }),
    { numRuns: 40 },
  );
  assert.ok(measured > 500, `${measured} places`);
});

async function drawn(frame: TrackingFrame): Promise<Picture> {
  const overlay = await createHeadlessOverlay(raceScene(SMALL_HD));
  try {
    const regions: readonly OverlayRegion[] = overlay.render(frame, [on('leader-line', { label: 'none' })]);
    return flatten(regions, SMALL_HD);
  } finally {
    overlay.close();
  }
}

/** Distances of the drawn line's middle from where it should be, up and down, pixels. */
function offsets(picture: Picture, curve: readonly Point[]): number[] {
  return curve.flatMap(({ x, y }) => {
    const column = Math.floor(x);
    if (column < 40 || column > picture.width - 40 || y < 60 || y > picture.height - 60) return [];
    let [weight, sum] = [0, 0];
    for (let row = Math.max(0, Math.round(y) - 60); row < Math.min(picture.height, y + 60); row++) {
      const alpha = alphaAt(picture, column, row);
      weight += alpha;
      sum += alpha * (row + 0.5 - y);
    }
    return weight > 0 ? [Math.abs(sum / weight)] : [];
  });
}

test('the leader line is drawn on the painted one under a wide lens, and far beside it without', async () => {
  const base = raceFrame(SMALL_HD, 40);
  const leader = base.standings[0]?.distanceM ?? 0;
  // A camera behind the runners, low: the line crosses the picture from side to side.
  const { groundToImage } = lookAt(SMALL_HD, [leader - 4.4, 0, 2.2], [leader + 3, 0, 0], 560);
  const frame = (lens: boolean): TrackingFrame => ({
    ...base,
    pose: { ...base.pose, groundToImage: [...groundToImage], ...(lens && { lens: BARREL }) },
  });
  const lens = lensOf(BARREL, SMALL_HD);
  const curve = Array.from({ length: 200 }, (_, i) => {
    // The ends fade.
    const y = (0.42 - (0.84 * i) / 199) * RACE_WIDTH_M;
    return bend(lens, apply(groundToImage, { x: leader, y }));
  });
  const on = offsets(await drawn(frame(true)), curve);
  const off = offsets(await drawn(frame(false)), curve);
  assert.ok(on.length > 100 && Math.max(...on) < 0.6, `${on.length} places, ${Math.max(...on)} px`);
  assert.ok(off.length === 0 || Math.max(...off) > 4, `without the lens ${Math.max(...off)} px`);
});
