import type { Course, RosterEntry } from '../../protocol/index.js';
import type { LaneFollower } from './lane-track.js';
import { LaneTracker } from './lane-tracker.js';
import { SwimLanes } from './swim-lanes.js';

/** Who shows no more than this above the ground lies in water. */
const LYING_M = 1.2;

/**
 * Who follows the competitors of a course along its lanes: upright ones by their silhouettes, lying ones by how they stir the water.
 * @param subjectHeightM how far a competitor reaches above the ground.
 * @returns undefined where the course has no lanes or nobody on the roster has one.
 */
export function followLanes(roster: readonly RosterEntry[], course: Course | undefined, subjectHeightM: number): LaneFollower | undefined {
  if (!course || course.lanes === 0) return undefined;
  return subjectHeightM <= LYING_M ? SwimLanes.for(roster, course) : LaneTracker.for(roster, course);
}
