export { type PaintedLine, paintedLines } from './painted-lines.js';
export { RefinedGround } from './refined-ground.js';
