export { ChannelHub } from './hub.js';
export { attachPages } from './pages.js';
export { attachPositions } from './positions.js';
