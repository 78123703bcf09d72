export { DetectorWorker, type LateDetections } from './detector-worker.js';
