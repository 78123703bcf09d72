import { apply, depth, invert, type Mat3, type Point, type Size } from '../../protocol/index.js';

/** How far a calibration is off, mean over the part of a rectangular ground that the picture shows. */
export interface ProjectionError {
  /** Mean over points a metre apart on the ground. */
  readonly overGroundM: number;
  /** Mean over points 20 pixels apart in the picture: the near ground, which fills more of it, counts for more. */
  readonly overPictureM: number;
}

const GROUND_STEP_M = 1;
const PICTURE_STEP_PX = 20;

/**
 * Distance in metres between where truth and estimate put the same image point, over the ground in view.
 * @param truth image → ground
 * @param estimate image → ground, in the same ground coordinates
 * @param extent the ground's rectangle: its corner at (0, 0), the far one here, metres
 * @returns undefined where nothing of the ground is in view
 */
export function projectionError(truth: Mat3, estimate: Mat3, extent: Point, size: Size): ProjectionError | undefined {
  const toImage = invert(truth);
  if (!toImage) return undefined;
  const onGround = (g: Point) => g.x >= 0 && g.y >= 0 && g.x <= extent.x && g.y <= extent.y;
  // Ground in front of the camera has the depth's sign that most of the rectangle's visible part has.
  const inPicture = (p: Point) => p.x >= 0 && p.y >= 0 && p.x <= size.width && p.y <= size.height;
  const grounds = grid(extent.x, extent.y, GROUND_STEP_M, 0);
  const shown = grounds.filter((g) => inPicture(apply(toImage, g)));
  const front = shown.filter((g) => depth(toImage, g) > 0).length * 2 > shown.length ? 1 : -1;
  const inFront = (g: Point) => depth(toImage, g) * front > 0;
  const off = (p: Point, g: Point) => {
    const q = apply(estimate, p);
    return Math.hypot(q.x - g.x, q.y - g.y);
  };
  const overGround = shown.filter(inFront).map((g) => off(apply(toImage, g), g));
  const overPicture = grid(size.width, size.height, PICTURE_STEP_PX, PICTURE_STEP_PX / 2)
    .map((p) => ({ p, g: apply(truth, p) }))
    .filter(({ g }) => onGround(g) && inFront(g))
    .map(({ p, g }) => off(p, g));
  if (overGround.length === 0 || overPicture.length === 0) return undefined;
  return { overGroundM: mean(overGround), overPictureM: mean(overPicture) };
}

function grid(width: number, height: number, step: number, first: number): Point[] {
  const points: Point[] = [];
  for (let x = first; x <= width; x += step) for (let y = first; y <= height; y += step) points.push({ x, y });
  return points;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, v) => sum + v, 0) / values.length;
}
