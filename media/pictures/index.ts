/** Pictures in time: subjects cut out of a recording and drawn into other pictures of it. */
export { type Care, type CutOut, cutOut } from './cut-out.js';
export { PictureKernel } from './kernel.js';
export { crowdedShare, Looks } from './looks.js';
export { type Panorama, panorama } from './panorama.js';
export { mapBetween, mapped, type PictureMap, type PictureView, viewOf } from './picture-map.js';
export { placed, type Registration, registration, registrationFor, shareOverlap } from './placed.js';
export { type Standing, standing } from './standing.js';
export { pngOf } from './still.js';
export { type HeldFrame, PictureStore } from './store.js';
