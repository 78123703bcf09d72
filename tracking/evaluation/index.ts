export { type MotRow, parseMotFile } from './mot-file.js';
export { combine, type PairScore, report, type ScoreReport, scorePair } from './score.js';
