import { decodeFile } from '../../media/index.js';
import { apply, type Course, CourseGeometry, depth, type Point, type SyntheticScene, type TrackingFrame } from '../../protocol/index.js';
import { pixelDifference } from './glue.js';

/** Of the leader line's pixels: how many of those that somebody covers are not painted, and how many of the others are. */
export interface MatteResult {
  readonly hidden: number;
  readonly painted: number;
  /** Covered pixels looked at. */
  readonly covered: number;
}

/** Summed difference (0–765) between the composited film and the one that went in from which a pixel counts as painted. */
const PAINTED = 48;
/** Places along the line (its faded ends left out) and across it, metres from its middle. */
const ALONG = 400;
const ACROSS_M = [-0.08, 0, 0.08] as const;

/** Every so many frames of the two films, as drawn, against who stood where in truth. */
export async function measureMatte(
  films: { readonly plainPath: string; readonly compositedPath: string },
  scene: Pick<SyntheticScene, 'covers'>,
  course: Course,
  drawn: readonly TrackingFrame[],
  every: number,
): Promise<MatteResult> {
  const plain = decodeFile(films.plainPath);
  const composited = decodeFile(films.compositedPath);
  const count = { covered: 0, hidden: 0, free: 0, painted: 0 };
  for (let i = 0; i < drawn.length; i++) {
    const [a, b] = [await plain.next(), await composited.next()];
    if (!a.done && !b.done && i % every === 0) {
      const difference = pixelDifference(a.value.frame, b.value.frame);
      for (const { x, y } of linePlaces(course, drawn[i])) {
        const change = difference(x, y);
        if (change === null) continue;
        const isPainted = change >= PAINTED;
        if (scene.covers?.(i, { x: Math.floor(x) + 0.5, y: Math.floor(y) + 0.5 })) {
          count.covered++;
          if (!isPainted) count.hidden++;
        } else {
          count.free++;
          if (isPainted) count.painted++;
        }
      }
    }
    if (!a.done) a.value.frame.free();
    if (!b.done) b.value.frame.free();
    if (a.done || b.done) break;
  }
  return { hidden: count.hidden / Math.max(1, count.covered), painted: count.painted / Math.max(1, count.free), covered: count.covered };
}

/** Places on the line as it was drawn, picture pixels. */
function* linePlaces(course: Course, frame: TrackingFrame | undefined): Generator<Point> {
  const leader = frame?.standings[0];
  if (!frame || !leader || frame.pose.state === 'lost') return;
  const lengthM = course.finishM - course.startM;
  const { groundToImage } = frame.pose;
  const geometry = new CourseGeometry(course);
  for (const across of ACROSS_M) {
    const [left, right] = geometry.lineAcross(course.startM + Math.max(0, Math.min(lengthM, leader.distanceM)) + across);
    for (let s = 0; s <= ALONG; s++) {
      const t = 0.1 + (0.8 * s) / ALONG;
      const at = { x: left.x + (right.x - left.x) * t, y: left.y + (right.y - left.y) * t };
      if (depth(groundToImage, at) * depth(groundToImage, left) > 0) yield apply(groundToImage, at);
    }
  }
}
