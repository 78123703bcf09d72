export * from './control.js';
export * from './geometry.js';
export * from './graphic.js';
export * from './project.js';
export * from './synthetic.js';
export * from './tracking-frame.js';
export * from './tracking-frame-codec.js';
export * from './units.js';
