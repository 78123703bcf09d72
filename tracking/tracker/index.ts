export { associate } from './associate.js';
export { Tracker, type TrackerOptions } from './tracker.js';
