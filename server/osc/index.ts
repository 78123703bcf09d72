export { type OscCounters, type OscServer, startOsc } from './osc-server.js';
