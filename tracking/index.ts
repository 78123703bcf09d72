export { analysisSize, type PipelineConfig, type StageTimes, TrackingPipeline } from './pipeline.js';
export { MAX_PENDING, TrackingBusyError, TrackingWorker } from './tracking-worker.js';
