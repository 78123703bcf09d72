export { type CalibratedFrame, calibrateFile } from './calibration-file.js';
export { estimateLens, type LensEstimate } from './estimate-lens.js';
export { fitHomography } from './homography.js';
export { inverse } from './linear-algebra.js';
export { type LensChange, throughOtherLens } from './other-lens.js';
export {
  type CalibratedCamera,
  groundToImageBy,
  type LineSighting,
  type LineView,
  type RefinedCamera,
  refineCamera,
  slopeAlong,
  slopesBy,
  UNMOVED,
} from './refine-camera.js';
export { type CalibrationProblem, type FitError, type GroundSolution, solveGround } from './solve-ground.js';
export { groundError } from './uncertainty.js';
