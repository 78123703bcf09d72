export { type GroundCovariance, type GroundError, withUncertainty } from './ground-error.js';
export { POSE_MEMORY_US } from './pose-memory.js';
export { type GroundCalibration, type MotionEstimate, PoseTrack } from './pose-track.js';
export { onGround, toSubjects } from './subjects.js';
export { uprightBox, WIDTH_SHARE } from './upright.js';
