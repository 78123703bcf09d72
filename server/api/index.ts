export { Gate, isLoopbackName, type Refusal, tokenOf } from './access.js';
export { createApp } from './app.js';
export type { RealtimeCounters } from './metrics.js';
export { type ApiOptions, apiRoutes } from './routes.js';
export { oneLine } from './zod-line.js';
