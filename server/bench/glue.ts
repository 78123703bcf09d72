import type { Frame } from 'node-av/lib';
import { decodeFile } from '../../media/index.js';
import { apply, type Course, CourseGeometry, depth, type Mat3, type Point, type TrackingFrame } from '../../protocol/index.js';

/**
 * How well a composited line lies where truth says: for each frame, the line's own pixels (difference between the composited film and the
 * film that went in) against the course line at the distance drawn, projected by the true homography.
 */
export interface GlueResult {
  /** Frames in which the line was seen. */
  readonly frames: number;
  /** Over all samples of all frames, pixels. */
  readonly rmsPx: number;
  /** The worst frame's own RMS, pixels, and which it was. */
  readonly worstFramePx: number;
  readonly worstFrameIndex: number;
}

export interface GlueInput {
  readonly plainPath: string;
  readonly compositedPath: string;
  readonly course: Course;
  /** True ground → image, by frame. */
  readonly groundToImage: readonly Mat3[];
  /** What was drawn, by frame: the line's distance is its leader's. */
  readonly drawn: readonly TrackingFrame[];
  /** Whether somebody stands in front of the ground at a place of a frame: the line runs under them, and its middle is not seen there. */
  covers?(index: number, at: Point): boolean;
}

/** Half of the searched profile across the line, pixels at 1080 lines. */
const REACH_PX = 40;
const SAMPLES = 33;
/** Nobody may stand nearer to the line's middle than this where it is measured, pixels at 1080 lines. */
const CLEAR_PX = 24;
/** Summed difference (0–765) from which a pixel belongs to the line. */
const THRESHOLD = 24;

export async function measureGlue(input: GlueInput): Promise<GlueResult> {
  const plain = decodeFile(input.plainPath);
  const composited = decodeFile(input.compositedPath);
  let sum = 0;
  let count = 0;
  let frames = 0;
  let worst = { px: 0, index: -1 };
  for (let i = 0; ; i++) {
    const [a, b] = [await plain.next(), await composited.next()];
    if (a.done || b.done) {
      if (!a.done) a.value.frame.free();
      if (!b.done) b.value.frame.free();
      break;
    }
    const offsets = frameOffsets(a.value.frame, b.value.frame, i, input);
    a.value.frame.free();
    b.value.frame.free();
    if (offsets.length < 5) continue;
    const square = offsets.reduce((t, v) => t + v * v, 0);
    sum += square;
    count += offsets.length;
    frames += 1;
    const px = Math.sqrt(square / offsets.length);
    if (px > worst.px) worst = { px, index: i };
  }
  return { frames, rmsPx: Math.sqrt(sum / Math.max(1, count)), worstFramePx: worst.px, worstFrameIndex: worst.index };
}

/** Signed distances from the true line, pixels, of the line found at points along it. */
function frameOffsets(plain: Frame, composited: Frame, index: number, input: GlueInput): number[] {
  const truth = input.groundToImage[index];
  const leader = input.drawn[index]?.standings[0];
  if (!truth || !leader) return [];
  const [left, right] = new CourseGeometry(input.course).lineAcross(input.course.startM + leader.distanceM);
  const difference = pixelDifference(plain, composited);
  const offsets: number[] = [];
  for (let s = 0; s < SAMPLES; s++) {
    // The ends fade out: measure the inner 80 %.
    const t = 0.1 + (0.8 * s) / (SAMPLES - 1);
    const at: Point = { x: left.x + (right.x - left.x) * t, y: left.y + (right.y - left.y) * t };
    const on = apply(truth, at);
    const ahead = apply(truth, { x: at.x + (right.x - left.x) * 0.01, y: at.y + (right.y - left.y) * 0.01 });
    if (depth(truth, at) * depth(truth, left) <= 0) continue;
    const normal = { x: -(ahead.y - on.y), y: ahead.x - on.x };
    if (isCovered(index, on, normal, (CLEAR_PX * plain.height) / 1080, input)) continue;
    const offset = profileCentre(difference, on, normal, (REACH_PX * plain.height) / 1080);
    if (offset !== null) offsets.push(offset);
  }
  return offsets;
}

function isCovered(index: number, on: Point, normal: Point, reachPx: number, { covers }: GlueInput): boolean {
  const length = Math.hypot(normal.x, normal.y) || 1;
  for (let d = -reachPx; covers && d <= reachPx; d += 2) {
    if (covers(index, { x: on.x + (normal.x / length) * d, y: on.y + (normal.y / length) * d })) return true;
  }
  return false;
}

/**
 * Weighted centre of what `difference` shows along a normal through `on`, pixels from it; null where the line is not seen whole.
 */
export function profileCentre(
  difference: (x: number, y: number) => number | null,
  on: Point,
  normal: Point,
  reachPx: number,
): number | null {
  const length = Math.hypot(normal.x, normal.y);
  if (length === 0) return null;
  let weight = 0;
  let moment = 0;
  for (let d = -reachPx; d <= reachPx; d += 0.5) {
    const value = difference(on.x + (normal.x / length) * d, on.y + (normal.y / length) * d);
    if (value === null) return null;
    if (value < THRESHOLD) continue;
    if (Math.abs(d) > reachPx - 1) return null;
    weight += value;
    moment += value * d;
  }
  return weight > THRESHOLD * 3 ? moment / weight : null;
}

/** |Δluma| + |Δchroma| at a continuous pixel position, null outside the picture. 8-bit 4:2:0. */
export function pixelDifference(a: Frame, b: Frame): (x: number, y: number) => number | null {
  const planesA = a.data ?? [];
  const planesB = b.data ?? [];
  const sample = (plane: number, x: number, y: number): number => {
    const at = y * (a.linesize[plane] ?? 0) + x;
    const other = y * (b.linesize[plane] ?? 0) + x;
    return Math.abs((planesA[plane]?.[at] ?? 0) - (planesB[plane]?.[other] ?? 0));
  };
  return (x, y) => {
    const px = Math.floor(x);
    const py = Math.floor(y);
    if (px < 0 || py < 0 || px >= a.width || py >= a.height) return null;
    return sample(0, px, py) + sample(1, px >> 1, py >> 1) + sample(2, px >> 1, py >> 1);
  };
}
