/** From pixels to positions in metres. What other parts may use. */
export {
  type CalibratedFrame,
  type CalibrationProblem,
  calibrateFile,
  estimateLens,
  type GroundSolution,
  type LensEstimate,
  solveGround,
} from './calibration/index.js';
export { combine, type PairScore, parseMotFile, report, type ScoreReport, scorePair } from './evaluation/index.js';
export { FOLLOW_ID_BASE, type FollowClick } from './follow/index.js';
export { openCvVersion } from './opencv.js';
export { TrackingPipeline } from './pipeline.js';
export { analysisSize, type ForegroundMask, type PipelineConfig, type StageTimes } from './pipeline-config.js';
export { POSE_MEMORY_US } from './pose/index.js';
export { Standings } from './sport/index.js';
export { type AssociateOptions, assign, associate, FixedLagSmoother, predictFrame } from './tracker/index.js';
export { MAX_PENDING, TrackingBusyError, TrackingWorker } from './tracking-worker.js';
