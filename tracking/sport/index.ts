export { CourseGeometry, type CoursePlace } from './course-geometry.js';
export { RosterBinding } from './roster-binding.js';
export { Standings } from './standings.js';
