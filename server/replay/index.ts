export { ReplayDesk } from './desk.js';
export type { ReplayHandle } from './handle.js';
export { runJob } from './jobs.js';
