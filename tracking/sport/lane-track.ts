import type { Course, MediaTimeUs, Point, RosterEntry } from '../../protocol/index.js';
import type { Moved } from '../vision/foreground.js';

/** Someone followed along a lane. */
export interface LaneTrack {
  /** The same for a lane until the race begins again. */
  readonly trackId: number;
  readonly rosterIndex: number;
  readonly lane: number;
  readonly ground: Point;
  /** Metres a second on the ground. */
  readonly velocity: Point;
  /** Seen in this frame or just before; else where they are expected. */
  readonly visible: boolean;
  /** 0 to 1. */
  readonly confidence: number;
}

/** Follows competitors along lanes that the project names: nobody has to be found first. */
export interface LaneFollower {
  /** The race begins again: everybody is at the start, under a new identity. */
  reset(): void;
  /**
   * One frame, in order of media time.
   * @param moved undefined where the pose or the mask cannot be trusted: everybody is carried forward.
   * @param bystanders where others stand, metres: beside the course they account for what moves there.
   */
  step(moved: Moved | undefined, mediaTimeUs: MediaTimeUs, bystanders?: readonly Point[]): LaneTrack[];
}

/** Identities of lane tracks: above the general tracker's, below those from outside. */
export const LANE_ID_BASE = 0x4000_0000;

/** Lanes that somebody on the roster has, each with the first who has it. */
export function lanesOf(roster: readonly RosterEntry[], course: Course): { lane: number; rosterIndex: number }[] {
  const first = new Map<number, number>();
  for (const [index, { lane }] of roster.entries()) {
    if (lane !== undefined && lane >= 1 && lane <= course.lanes && !first.has(lane)) first.set(lane, index);
  }
  return [...first].map(([lane, rosterIndex]) => ({ lane, rosterIndex }));
}
