export { moved } from './camera.js';
export { type CalibratedFrame, calibrateFile } from './calibration-file.js';
export { fitHomography } from './homography.js';
export { type CalibrationProblem, type FitError, type GroundSolution, solveGround } from './solve-ground.js';
export { inverse } from './linear-algebra.js';
export {
  type CalibratedCamera,
  groundToImageBy,
  type LineSighting,
  type LineView,
  type RefinedCamera,
  refineCamera,
  slopeAlong,
  slopesBy,
} from './refine-camera.js';
export { groundError } from './uncertainty.js';
