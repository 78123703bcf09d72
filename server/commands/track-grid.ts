import { depth, groundOf, imageOf, type Point, type PosedPicture } from '../../protocol/index.js';

/** Lines on the ground at whole multiples of a spacing, as image points; each line is cut where it passes behind the camera. */
export interface GroundGrid {
  readonly spacingM: number;
  readonly lines: readonly (readonly Point[])[];
}

const SPACINGS_M = [0.5, 1, 2, 5, 10, 20, 50, 100];
/** Lines each way at most. */
const MOST_LINES = 24;
/** Ground is shown as far off as this many times the distance of the picture's nearest ground. */
const FAR = 12;
const STEPS = 48;

/** The grid of the ground that a picture shows. @returns undefined where it shows none. */
export function groundGrid(picture: PosedPicture): GroundGrid | undefined {
  const shown = shownGround(picture);
  if (!shown) return undefined;
  const { left, right, near, far } = shown;
  const extent = Math.max(right - left, far - near);
  const spacingM = SPACINGS_M.find((s) => extent / s <= MOST_LINES) ?? extent / MOST_LINES;
  const lines: Point[][] = [];
  const line = (at: (t: number) => Point) => {
    let run: Point[] = [];
    for (let i = 0; i <= STEPS; i++) {
      const seen = imageOf(picture, at(i / STEPS));
      if (seen) run.push(seen);
      else {
        if (run.length > 1) lines.push(run);
        run = [];
      }
    }
    if (run.length > 1) lines.push(run);
  };
  for (let x = Math.ceil(left / spacingM) * spacingM; x <= right; x += spacingM) line((t) => ({ x, y: near + t * (far - near) }));
  for (let y = Math.ceil(near / spacingM) * spacingM; y <= far; y += spacingM) line((t) => ({ x: left + t * (right - left), y }));
  return { spacingM, lines };
}

/** Bounds, in metres, of the ground in the picture that is not too far off. */
function shownGround(picture: PosedPicture): { left: number; right: number; near: number; far: number } | undefined {
  const { width, height, pose } = picture;
  const seen: { point: Point; depth: number }[] = [];
  for (let j = 0; j <= 12; j++) {
    for (let i = 0; i <= 12; i++) {
      const point = groundOf(picture, { x: (i * width) / 12, y: (j * height) / 12 });
      if (point) seen.push({ point, depth: depth(pose.groundToImage, point) });
    }
  }
  const nearest = Math.min(...seen.map((s) => s.depth));
  const kept = seen.filter((s) => s.depth <= FAR * nearest).map((s) => s.point);
  if (kept.length < 3) return undefined;
  const xs = kept.map((p) => p.x);
  const ys = kept.map((p) => p.y);
  return { left: Math.min(...xs), right: Math.max(...xs), near: Math.min(...ys), far: Math.max(...ys) };
}
