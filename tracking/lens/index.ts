export { type MaskBender, type Straightener, StraightPicture } from './straight-picture.js';
