export { type CalibratedFrame, calibrateFile } from './calibration-file.js';
export { fitHomography } from './homography.js';
export { type CalibrationProblem, type FitError, type GroundSolution, solveGround } from './solve-ground.js';
