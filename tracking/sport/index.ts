export { CourseGeometry, type CoursePlace } from './course-geometry.js';
