export { CameraMotion, type CameraMotionOptions } from './camera-motion.js';
export { Foreground, foregroundLevel, type ForegroundFrame, type ForegroundOptions, type Moved } from './foreground.js';
export type { CameraMotionResult } from './still-camera.js';
export type { Followed } from './people.js';
