/** From pixels to positions in metres. What other parts may use. */
export { type CalibrationProblem, type GroundSolution, solveGround } from './calibration/index.js';
export { combine, type PairScore, parseMotFile, report, type ScoreReport, scorePair } from './evaluation/index.js';
export { openCvVersion } from './opencv.js';
export { analysisSize, type PipelineConfig, type StageTimes, TrackingPipeline } from './pipeline.js';
export { Standings } from './sport/index.js';
export { type AssociateOptions, assign, associate, FixedLagSmoother, predictFrame } from './tracker/index.js';
export { MAX_PENDING, TrackingBusyError, TrackingWorker } from './tracking-worker.js';
