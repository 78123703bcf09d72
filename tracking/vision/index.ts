export { CameraMotion, type CameraMotionOptions, type CameraMotionResult } from './camera-motion.js';
export { Foreground, type ForegroundFrame, type ForegroundOptions } from './foreground.js';
