export { type CalibratedFrame, calibrateFile } from './calibration-file.js';
export { estimateLens, type LensEstimate } from './estimate-lens.js';
export { fitHomography } from './homography.js';
export { type CalibrationProblem, type FitError, type GroundSolution, solveGround } from './solve-ground.js';
