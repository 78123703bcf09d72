export { assign, leastCost } from './assignment.js';
export { type AssociateOptions, associate } from './associate.js';
export { FixedLagSmoother } from './fixed-lag-smoother.js';
export { predictFrame } from './predict-frame.js';
export { Tracker, type TrackerOptions } from './tracker.js';
