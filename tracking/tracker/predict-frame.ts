import { imageOf, type MediaTimeUs, type TrackedSubject, type TrackingFrame, US_PER_SECOND } from '../../protocol/index.js';

/** Nobody is extrapolated further than this: after a longer silence they stay where they are expected by then. */
const LONGEST_S = 1;

/**
 * A frame that tracking did not deliver in time, from the last one it did: subjects go on at their velocity, the camera stays, ranks stay.
 * Always start from the last measured frame, not from another prediction.
 */
export function predictFrame(last: TrackingFrame, mediaTimeUs: MediaTimeUs, frameIndex: number): TrackingFrame {
  const dtS = Math.min(Math.max((mediaTimeUs - last.mediaTimeUs) / US_PER_SECOND, 0), LONGEST_S);
  const standings = last.standings.map((s) => (s.finishedAtUs === null ? { ...s, distanceM: s.distanceM + s.speedMps * dtS } : s));
  const leaderM = Math.max(...standings.map((s) => s.distanceM));
  return {
    ...last,
    mediaTimeUs,
    frameIndex,
    predicted: true,
    discontinuity: false,
    subjects: last.subjects.map((s) => moved(s, dtS, last)),
    standings: standings.map((s) => ({ ...s, gapM: Math.max(0, leaderM - s.distanceM) })),
  };
}

function moved(s: TrackedSubject, dtS: number, frame: TrackingFrame): TrackedSubject {
  const ground = { x: s.ground.x + s.velocity.x * dtS, y: s.ground.y + s.velocity.y * dtS };
  const [before, after] = [imageOf(frame, s.ground), imageOf(frame, ground)];
  if (!before || !after) return { ...s, state: notSeen(s) };
  const shift = { x: after.x - before.x, y: after.y - before.y };
  const foot = { x: s.foot.x + shift.x, y: s.foot.y + shift.y };
  const inside = foot.x >= 0 && foot.y >= 0 && foot.x <= frame.width && foot.y <= frame.height;
  return {
    ...s,
    ground,
    foot,
    box: { ...s.box, x: s.box.x + shift.x, y: s.box.y + shift.y },
    state: inside ? notSeen(s) : 'outside',
  };
}

function notSeen(s: TrackedSubject): TrackedSubject['state'] {
  return s.state === 'visible' ? 'predicted' : s.state;
}
