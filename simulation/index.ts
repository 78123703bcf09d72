export { createScene, sceneNames } from './create.js';
export { truthLine } from './truth-lines.js';
