import type { Course, TrackedSubject, TrackingFrame } from '../../protocol/index.js';

/** Subjects and frames for this folder's tests; the ground is the picture, a hundredth of a metre a pixel. */
export const STRAIGHT: Course = {
  centreLine: [
    [-10, 0],
    [130, 0],
  ],
  startM: 10,
  finishM: 110,
  splitsM: [],
  widthM: 8,
  lanes: 8,
};

export function subject(trackId: number, x: number, y: number, more: Partial<TrackedSubject> = {}): TrackedSubject {
  const foot = { x: x * 100, y: y * 100 };
  return {
    trackId,
    rosterIndex: -1,
    state: 'visible',
    box: { x: foot.x - 30, y: foot.y - 170, width: 60, height: 170 },
    foot,
    ground: { x, y },
    velocity: { x: 0, y: 0 },
    confidence: 1,
    lane: 0,
    ...more,
  };
}

export function frameAt(mediaTimeUs: number, subjects: TrackedSubject[], more: Partial<TrackingFrame> = {}): TrackingFrame {
  return {
    mediaTimeUs,
    frameIndex: Math.round(mediaTimeUs / 20_000),
    width: 1280,
    height: 720,
    pose: { groundToImage: [100, 0, 0, 0, 100, 0, 0, 0, 1], unit: 'm', state: 'held', confidence: 1 },
    predicted: false,
    discontinuity: false,
    subjects,
    standings: [],
    ...more,
  };
}
