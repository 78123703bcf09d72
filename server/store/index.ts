export { DeskWriter, loadDesk } from './desk-file.js';
