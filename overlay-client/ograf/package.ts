/** Entry of the OGraf package's shared module: every graphic's main module takes its class from here. */
export { ografGraphic } from './graphic-element.js';
