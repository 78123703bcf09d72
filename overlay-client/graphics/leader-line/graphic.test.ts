import assert from 'node:assert/strict';
import test from 'node:test';
import { apply, type OverlayRegion, type Point, type Size, type TrackingFrame } from '../../../protocol/index.js';
import { createHeadlessOverlay } from '../../index.js';
import { lookAt } from '../../testing/camera.js';
import { alphaAt, flatten, type Picture, strongest } from '../../testing/picture.js';
import { HD, on, RACE_WIDTH_M, raceFrame, raceScene, SMALL_HD } from '../../testing/race.js';

const LINE = [on('leader-line', { label: 'none' })];

async function drawLine(size: Size, frames: readonly TrackingFrame[], graphics = LINE): Promise<OverlayRegion[][]> {
  const overlay = await createHeadlessOverlay(raceScene(size));
  try {
    return frames.map((frame) => [...overlay.render(frame, graphics)]);
  } finally {
    overlay.close();
  }
}

/** Greatest distance between the drawn line's alpha-weighted centre and the exact projected line, pixels, measured across it. */
function centreError(picture: Picture, a: Point, b: Point): number {
  const length = Math.hypot(b.x - a.x, b.y - a.y);
  const across = { x: -(b.y - a.y) / length, y: (b.x - a.x) / length };
  let worst = 0;
  let measured = 0;
  // The ends fade.
  for (let share = 0.15; share <= 0.85; share += 0.004) {
    const at = { x: a.x + (b.x - a.x) * share, y: a.y + (b.y - a.y) * share };
    if (at.x < 60 || at.y < 60 || at.x > picture.width - 60 || at.y > picture.height - 60) continue;
    let weight = 0;
    let sum = 0;
    for (let off = -50; off <= 50; off += 0.25) {
      const alpha = between(picture, at.x + across.x * off, at.y + across.y * off);
      weight += alpha;
      sum += alpha * off;
    }
    if (weight === 0) continue;
    measured++;
    worst = Math.max(worst, Math.abs(sum / weight));
  }
  assert.ok(measured > 20, `only ${measured} places measured`);
  return worst;
}

/** Opacity at a continuous place, from the four pixels around it. */
function between(picture: Picture, x: number, y: number): number {
  const left = Math.floor(x - 0.5);
  const top = Math.floor(y - 0.5);
  const fx = x - 0.5 - left;
  const fy = y - 0.5 - top;
  const upper = alphaAt(picture, left, top) * (1 - fx) + alphaAt(picture, left + 1, top) * fx;
  const lower = alphaAt(picture, left, top + 1) * (1 - fx) + alphaAt(picture, left + 1, top + 1) * fx;
  return upper * (1 - fy) + lower * fy;
}

test('the drawn line lies within 0.3 px of the exact projection', async () => {
  for (const size of [SMALL_HD, HD]) {
    const cameras = [
      raceFrame(size, 40).pose.groundToImage,
      lookAt(size, [20, -30, 4], [24, 0, 0], 2000).groundToImage,
      lookAt(size, [14, -1, 12], [26, 0, 0], 900).groundToImage,
    ];
    for (const [i, groundToImage] of cameras.entries()) {
      const frame = {
        ...raceFrame(size, 80),
        pose: { ...raceFrame(size, 80).pose, groundToImage: [...groundToImage] as typeof groundToImage },
      };
      const [regions = []] = await drawLine(size, [{ ...frame, pose: { ...frame.pose, groundToImage: [...groundToImage] } }]);
      const x = frame.standings[0]!.distanceM;
      const a = apply(groundToImage, { x, y: RACE_WIDTH_M / 2 });
      const b = apply(groundToImage, { x, y: -RACE_WIDTH_M / 2 });
      const error = centreError(flatten(regions, size), a, b);
      assert.ok(error < 0.3, `camera ${i} at ${size.height} lines: ${error.toFixed(3)} px`);
    }
  }
});

test('no line without metres, without standings, or without a course', async () => {
  const frame = raceFrame(SMALL_HD, 60);
  const { pose } = frame;
  const [uncalibrated, unranked] = await drawLine(SMALL_HD, [
    { ...frame, pose: { ...pose, unit: 'px' } },
    { ...frame, standings: [], mediaTimeUs: frame.mediaTimeUs + 1, discontinuity: true },
  ]);
  assert.deepEqual([uncalibrated, unranked], [[], []]);
  const overlay = await createHeadlessOverlay({ ...raceScene(SMALL_HD), course: null });
  assert.deepEqual(overlay.render(frame, LINE), []);
  overlay.close();
});

test('a lost pose fades the line out in 0.3 s and a found one in again', async () => {
  const frames = Array.from({ length: 60 }, (_, i) => {
    const frame = raceFrame(SMALL_HD, 60 + i, 60);
    const lost = i >= 10 && i < 30;
    return { ...frame, pose: { ...frame.pose, state: lost ? ('lost' as const) : ('held' as const), confidence: lost ? 0 : 0.9 } };
  });
  const opacity = (await drawLine(SMALL_HD, frames)).map((regions) => Math.max(0, ...regions.map(({ rgba }) => strongest(rgba))));
  assert.ok(opacity[9]! > 230);
  assert.ok(opacity[14]! > 60 && opacity[14]! < 180, `in the middle of fading: ${opacity[14]}`);
  assert.equal(opacity[20], 0);
  assert.ok(opacity[34]! > 60 && opacity[34]! < 180);
  assert.equal(opacity[45], opacity[9]);
});

test('a camera among the runners, at the horizon, or with a mirrored sign draws no nonsense', async () => {
  const base = raceFrame(SMALL_HD, 80);
  const cameras = [
    lookAt(SMALL_HD, [base.standings[0]!.distanceM - 3, 1, 1.6], [base.standings[0]!.distanceM + 40, 0, 1.4], 700),
    lookAt(SMALL_HD, [base.standings[0]!.distanceM, -2, 1.6], [base.standings[0]!.distanceM + 4, 60, 1.2], 500),
    lookAt(SMALL_HD, [base.standings[0]!.distanceM + 5, 0, 3], [base.standings[0]!.distanceM + 60, 0, 0], 700),
  ];
  for (const { groundToImage } of cameras) {
    const pose = { ...base.pose, groundToImage: [...groundToImage] as [...typeof groundToImage] };
    const negated = { ...pose, groundToImage: groundToImage.map((value) => -value) as typeof pose.groundToImage };
    const [plain = []] = await drawLine(SMALL_HD, [{ ...base, pose }]);
    const [mirrored = []] = await drawLine(SMALL_HD, [{ ...base, pose: negated }]);
    assert.deepEqual(
      plain.map(({ x, y, width, height }) => [x, y, width, height]),
      mirrored.map(({ x, y, width, height }) => [x, y, width, height]),
    );
    const area = plain.reduce((sum, region) => sum + region.width * region.height, 0);
    assert.ok(area < 0.35 * SMALL_HD.width * SMALL_HD.height, `${area} pixels`);
  }
  // Behind the camera: nothing at all.
  const behind = lookAt(SMALL_HD, [base.standings[0]!.distanceM + 5, 0, 3], [base.standings[0]!.distanceM + 60, 0, 0], 700);
  const [none] = await drawLine(SMALL_HD, [{ ...base, pose: { ...base.pose, groundToImage: [...behind.groundToImage] } }]);
  assert.deepEqual(none, []);
});
