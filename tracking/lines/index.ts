export { paintedLines } from './painted-lines.js';
export { RefinedGround, setDebug } from './refined-ground.js';
