export { LANE_ID_BASE, type LaneFollower, type LaneTrack } from './lane-track.js';
export { followLanes } from './lanes.js';
export { RosterBinding } from './roster-binding.js';
export { Standings } from './standings.js';
