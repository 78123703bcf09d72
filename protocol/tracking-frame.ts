import { z } from 'zod';
import { LensTerms } from './lens.js';
import { Matte } from './matte.js';

/**
 * What is known about one frame: the camera's pose and where every subject is. The one message that flows from tracking to graphics,
 * browsers and remote systems; its binary form is in `tracking-frame-codec.ts`.
 */

const finite = z.number().finite();
const mat3 = z.tuple([finite, finite, finite, finite, finite, finite, finite, finite, finite]).readonly();

/**
 * How the pose came about.
 * - `held`: carried from the calibration by camera motion, to be trusted as far as its confidence says.
 * - `lost`: the camera moved in a way that could not be followed (cut, whip pan, blackout); ground graphics fade out.
 */
export const PoseState = z.enum(['held', 'lost']);
export type PoseState = z.infer<typeof PoseState>;

/** Camera pose: what maps ground to image for one frame. */
export const CameraPose = z.object({
  /** Ground (x, y in `unit`) → image (continuous source pixels), row-major 3×3; with a lens, the image as a camera without it would show it. */
  groundToImage: mat3,
  /** How the lens bends that image into the picture (see `bend`). Absent: not at all. */
  lens: LensTerms.optional(),
  /** `m` when calibrated; `px` (pixels of the reference picture) when not: paths still stick to the ground, but nothing is in metres. */
  unit: z.enum(['m', 'px']),
  state: PoseState,
  /** 0 (guess) to 1 (as good as the calibration itself). */
  confidence: z.number().min(0).max(1),
});
export type CameraPose = z.infer<typeof CameraPose>;

/**
 * - `visible`: seen in this frame.
 * - `predicted`: not seen (occluded or missed) but expected here.
 * - `outside`: expected outside the picture; `foot` lies there.
 */
export const SubjectState = z.enum(['visible', 'predicted', 'outside']);
export type SubjectState = z.infer<typeof SubjectState>;

/** One tracked competitor or shopper in one frame. */
export const TrackedSubject = z.object({
  /** Identity over time, unique on the channel while it runs. Random per visit on a floor; never joined across days. */
  trackId: z.number().int().min(0).max(0xffffffff),
  /** Index into the channel's roster (`ChannelScene.roster`), or -1 while it is not known who this is. */
  rosterIndex: z.number().int().min(-1).max(32767),
  state: SubjectState,
  /** Box in continuous source pixels. */
  box: z.object({ x: finite, y: finite, width: finite.nonnegative(), height: finite.nonnegative() }),
  /** Where the subject touches the ground, in continuous source pixels. */
  foot: z.object({ x: finite, y: finite }),
  /** The same on the ground, in the pose's unit. */
  ground: z.object({ x: finite, y: finite }),
  /** How far off `ground` may be, metres: the longer half-axis of its 1-σ ellipse. Absent where nobody can tell (uncalibrated, pose lost). */
  uncertaintyM: finite.positive().optional(),
  /** Velocity on the ground, pose units a second. */
  velocity: z.object({ x: finite, y: finite }),
  /** How sure the tracker is, 0 to 1. */
  confidence: z.number().min(0).max(1),
  /** Lane (1-based) where the course has lanes, else 0. */
  lane: z.number().int().min(0).max(255),
});
export type TrackedSubject = z.infer<typeof TrackedSubject>;

/** A subject's place in the race. Only with a calibrated pose and a course. */
export const Standing = z.object({
  trackId: z.number().int().min(0),
  /** Who it is (see TrackedSubject): standings outlive the sight of their subject. */
  rosterIndex: z.number().int().min(-1).max(32767),
  /** 1 = leader. */
  rank: z.number().int().min(1).max(65535),
  /** Distance along the course from its start, metres. */
  distanceM: finite,
  /** Speed along the course, metres a second. */
  speedMps: finite,
  /** Distance behind the leader, metres; 0 for the leader. */
  gapM: finite.nonnegative(),
  /** Time behind the leader: how long ago the leader was where this subject is now (seconds); 0 for the leader, null while unknown. */
  gapS: finite.nonnegative().nullable(),
  /** Media time of crossing the finish, or null. */
  finishedAtUs: z.number().int().nullable(),
});
export type Standing = z.infer<typeof Standing>;

export const TrackingFrame = z.object({
  /** Media time of the frame all of this was measured on, integer microseconds. */
  mediaTimeUs: z.number().int().min(0),
  /** Frame number on the channel, from 0, without gaps. */
  frameIndex: z.number().int().min(0),
  /** The source picture's size in pixels (display orientation). */
  width: z.number().int().min(1).max(65535),
  height: z.number().int().min(1).max(65535),
  pose: CameraPose,
  /** True when tracking was late and this frame was extrapolated from the last measured one. */
  predicted: z.boolean(),
  /** True on the first frame after a cut, loop or reconnect: histories (paths, order animations) start again. */
  discontinuity: z.boolean(),
  subjects: z.array(TrackedSubject).max(1000),
  /** Ordered by rank. Empty without a course. */
  standings: z.array(Standing).max(1000),
  /** What stands in front of the ground; absent where that is not known. */
  matte: Matte.optional(),
});
export type TrackingFrame = z.infer<typeof TrackingFrame>;
