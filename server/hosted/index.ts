export { findChromium } from './chromium.js';
export { type HostedFigures, HostedLayer } from './layer.js';
