export { BoxFlow } from './box-flow.js';
export { CameraMotion, type CameraMotionOptions } from './camera-motion.js';
export { Foreground, type ForegroundFrame, type ForegroundOptions, foregroundLevel, type Moved } from './foreground.js';
export type { Followed } from './people.js';
export type { CameraMotionResult } from './still-camera.js';
