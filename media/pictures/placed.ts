import type { Box, OverlayRegion, Point, Size } from '../../protocol/index.js';
import type { CutOut } from './cut-out.js';
import type { PictureKernel } from './kernel.js';
import { inverseMap, mapBetween, mapped, ofParts, type PictureMap, type PictureView } from './picture-map.js';
import type { Standing } from './standing.js';

/**
 * How the picture of a subject gets into another picture.
 * - `turned`: by the homography between the pictures, through the ground. Exact for everything when the camera only turned and zoomed.
 * - `upright`: the foot by the ground, the rest only scaled. When the camera itself moved, the ground's homography would lay people down.
 */
export type Registration = 'turned' | 'upright';

/** More than this between the two main stretches of a small patch of ground: no turn of a camera does that. */
const STRETCH = 1.35;

/** @returns what carries a picture's pixels to another's; undefined where a pose is degenerate or the place lies behind the camera. */
export function registration(from: PictureView, to: PictureView, foot: Point, how: Registration): PictureMap | undefined {
  const whole = mapBetween(from, to);
  const at = whole && mapped(whole, foot);
  if (!whole || !at) return undefined;
  if (how === 'turned') return whole;
  const { across } = stretches(whole, foot);
  const matrix = [across, 0, at.x - across * foot.x, 0, across, at.y - across * foot.y, 0, 0, 1] as const;
  return { from: undefined, matrix, to: undefined };
}

/** Which way fits a pair of poses, judged where the subject stands. */
export function registrationFor(from: PictureView, to: PictureView, foot: Point): Registration {
  const whole = mapBetween(from, to);
  if (!whole) return 'turned';
  const { ratio } = stretches(whole, foot);
  return ratio > STRETCH ? 'upright' : 'turned';
}

/** What a map does to a small patch: the ratio of its greatest to its least stretch, and how much things become wider. */
function stretches(map: PictureMap, at: Point): { ratio: number; across: number } {
  const step = 0.5;
  const [l, r] = [mapped(map, { x: at.x - step, y: at.y }), mapped(map, { x: at.x + step, y: at.y })];
  const [t, b] = [mapped(map, { x: at.x, y: at.y - step }), mapped(map, { x: at.x, y: at.y + step })];
  // Behind the other camera there is nothing to compare.
  if (!l || !r || !t || !b) return { ratio: 1, across: 1 };
  const [a, c, e, d] = [r.x - l.x, r.y - l.y, b.x - t.x, b.y - t.y];
  const sum = a * a + c * c + e * e + d * d;
  const product = Math.abs(a * d - c * e);
  const difference = Math.sqrt(Math.max(0, sum * sum - 4 * product * product));
  const least = Math.sqrt(Math.max(1e-12, (sum - difference) / 2));
  return { ratio: Math.sqrt((sum + difference) / 2) / least, across: Math.hypot(a, c) };
}

let revision = 0;

/** Draws a cut-out into a picture of another pose. @returns what the composite blends; null where nothing of it is inside. */
export function placed(
  kernel: PictureKernel,
  cut: CutOut,
  toPicture: PictureMap,
  size: Size,
  key: string,
  opacity = 1,
): OverlayRegion | null {
  const box = boundsIn(cut, toPicture, size);
  const back = inverseMap(toPicture);
  if (!box || !back) return null;
  const { x, y, width, height } = box;
  const mark = kernel.mark();
  const source = kernel.take(cut.rgba.length);
  const out = kernel.take(width * height * 4);
  kernel.bytes(source, cut.rgba.length).set(cut.rgba);
  const map = ofParts(back, { x, y }, cut);
  kernel.warpCutOut(source, cut.width, cut.height, map, out, width, height, opacity);
  const rgba = kernel.bytes(out, width * height * 4).slice();
  kernel.release(mark);
  return { key, revision: ++revision, onGround: false, x, y, width, height, rgba };
}

/** Places along each side of a cut-out whose bounds are sought: a lens may bend its sides outwards. */
const SIDE_PLACES = 5;

function boundsIn(cut: CutOut, map: PictureMap, size: Size): Box | null {
  const shares = Array.from({ length: SIDE_PLACES }, (_, i) => i / (SIDE_PLACES - 1));
  const rim = shares.flatMap((u) => shares.flatMap((v) => (u * v * (1 - u) * (1 - v) === 0 ? [{ u, v }] : [])));
  const seen = rim.map(({ u, v }) => mapped(map, { x: cut.x + u * cut.width, y: cut.y + v * cut.height }));
  const points = seen.flatMap((p) => p ?? []);
  if (points.length < seen.length) return null;
  const xs = points.map((p) => p.x);
  const ys = points.map((p) => p.y);
  const x = Math.max(0, Math.floor(Math.min(...xs)) - 1);
  const y = Math.max(0, Math.floor(Math.min(...ys)) - 1);
  const width = Math.min(size.width, Math.ceil(Math.max(...xs)) + 1) - x;
  const height = Math.min(size.height, Math.ceil(Math.max(...ys)) + 1) - y;
  return width > 0 && height > 0 ? { x, y, width, height } : null;
}

/**
 * Lets who really stands there be seen through a region that is drawn over them.
 * @param shares of the region where somebody stands nearer than it, and where they stand farther, 0 to 1.
 */
export function shareOverlap(
  drawn: OverlayRegion,
  { region, nearer, farther }: Standing,
  shares: { nearer: number; farther: number },
): void {
  const left = Math.max(region.x, drawn.x);
  const right = Math.min(region.x + region.width, drawn.x + drawn.width);
  const bottom = Math.min(region.y + region.height, drawn.y + drawn.height);
  for (let y = Math.max(region.y, drawn.y); y < bottom; y++) {
    for (let x = left; x < right; x++) {
      const p = (y - region.y) * region.width + x - region.x;
      const at = ((y - drawn.y) * drawn.width + x - drawn.x) * 4 + 3;
      const less = (1 - shares.nearer) * nearer[p]! + (1 - shares.farther) * farther[p]!;
      drawn.rgba[at] = Math.round(drawn.rgba[at]! * Math.max(0, 1 - less / 255));
    }
  }
}
