import type { ReplayFrame } from '../../media/index.js';
import {
  apply,
  type Box,
  depth,
  IDENTITY,
  invert,
  type Mat3,
  type Point,
  type TrackedSubject,
  type TrackingFrame,
} from '../../protocol/index.js';

/** Measured frames further apart say nothing about those between them. */
const GAP_US = 600_000;

/**
 * What was extrapolated live, because tracking was late, is known better afterwards: from the measured frames before and after. Frames that lie too
 * far from any, or across a cut, have their pose marked as lost: pictures must not be registered by a guess.
 * @returns the same frames, `predicted` where they were, with poses and positions between those of their neighbours.
 */
export function repaired(frames: readonly ReplayFrame[]): ReplayFrame[] {
  const out = [...frames];
  let before = -1;
  for (const [i, frame] of frames.entries()) {
    if (frame.cut) before = -1;
    if (!isMeasured(frame)) continue;
    for (let j = before < 0 ? gapStart(frames, i) : before + 1; j < i; j++)
      out[j] = between(before < 0 ? undefined : frames[before], frame, frames[j]!);
    before = i;
  }
  for (let j = before + 1; j < out.length; j++) if (!isMeasured(out[j]!)) out[j] = between(undefined, undefined, out[j]!);
  return out;
}

/** The pose was measured on this very picture, and holds. */
export function isMeasured({ tracking }: Pick<ReplayFrame, 'tracking'>): boolean {
  return !tracking.predicted && tracking.pose.state === 'held';
}

/** First of the frames without a measurement right before a place. */
function gapStart(frames: readonly ReplayFrame[], index: number): number {
  let at = index;
  while (at > 0 && !isMeasured(frames[at - 1]!)) at--;
  return at;
}

function between(before: ReplayFrame | undefined, after: ReplayFrame | undefined, frame: ReplayFrame): ReplayFrame {
  const { tracking } = frame;
  if (!before || !after || after.mediaTimeUs - before.mediaTimeUs > GAP_US)
    return { ...frame, tracking: { ...tracking, pose: { ...tracking.pose, state: 'lost' } } };
  const share = (frame.mediaTimeUs - before.mediaTimeUs) / (after.mediaTimeUs - before.mediaTimeUs);
  return { ...frame, tracking: mixed(before.tracking, after.tracking, share, tracking) };
}

function mixed(a: TrackingFrame, b: TrackingFrame, share: number, frame: TrackingFrame): TrackingFrame {
  const middle = apply(invert(a.pose.groundToImage) ?? IDENTITY, { x: a.width / 2, y: a.height / 2 });
  const [from, to] = [towards(a.pose.groundToImage, middle), towards(b.pose.groundToImage, middle)];
  const mix = (i: number): number => from[i]! + (to[i]! - from[i]!) * share;
  const groundToImage: Mat3 = [mix(0), mix(1), mix(2), mix(3), mix(4), mix(5), mix(6), mix(7), mix(8)];
  const subjects = a.subjects.flatMap((subject) => {
    const then = b.subjects.find((s) => s.trackId === subject.trackId);
    return then ? subjectBetween(subject, then, share) : [];
  });
  return { ...frame, pose: { ...a.pose, groundToImage }, subjects };
}

/** The same mapping, scaled so that a place has depth 1: mixed, two such matrices move it evenly. */
function towards(m: Mat3, place: Point): Mat3 {
  const d = depth(m, place) || 1;
  return [m[0] / d, m[1] / d, m[2] / d, m[3] / d, m[4] / d, m[5] / d, m[6] / d, m[7] / d, m[8] / d];
}

function subjectBetween(a: TrackedSubject, b: TrackedSubject, share: number): TrackedSubject {
  const mix = (from: number, to: number): number => from + (to - from) * share;
  const point = (from: Point, to: Point): Point => ({ x: mix(from.x, to.x), y: mix(from.y, to.y) });
  const box: Box = { ...point(a.box, b.box), width: mix(a.box.width, b.box.width), height: mix(a.box.height, b.box.height) };
  return { ...(share < 0.5 ? a : b), box, foot: point(a.foot, b.foot), ground: point(a.ground, b.ground) };
}
