export { RosterBinding } from './roster-binding.js';
export { Standings } from './standings.js';
