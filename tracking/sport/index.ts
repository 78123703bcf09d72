export { LANE_ID_BASE, type LaneTrack, LaneTracker } from './lane-tracker.js';
export { RosterBinding } from './roster-binding.js';
export { Standings } from './standings.js';
