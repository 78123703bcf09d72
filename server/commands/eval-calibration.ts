import { type CalibratedFrame, calibrateFile } from '../../tracking/index.js';
import { UsageError } from '../usage-error.js';
import { readInput } from './files.js';

/** `leaderline eval-calibration`: how far calibrations from key points are off, over the ground in view. */
export function evalCalibration(path: string, o: { json?: boolean; frames?: boolean }): void {
  const text = readInput(path, 'calibration file');
  let frames: CalibratedFrame[];
  try {
    frames = calibrateFile(text);
  } catch (error) {
    throw new UsageError(`${path}: ${error instanceof Error ? error.message : String(error)}`);
  }
  const errors = frames.flatMap(({ error }) => (error ? [error] : []));
  const missed = frames.length - errors.length;
  const ground = errorFigures(errors.map((e) => e.overGroundM));
  const picture = errorFigures(errors.map((e) => e.overPictureM));
  if (o.json) {
    console.log(
      JSON.stringify({ ...ground, missed, frames: frames.length, overPicture: picture, ...(o.frames ? { perFrame: frames } : {}) }),
    );
    return;
  }
  if (o.frames) for (const frame of frames) console.log(row(frame));
  console.log(`over the ground in view:  ${line(ground)} missed ${missed} of ${frames.length}`);
  console.log(`over the picture:         ${line(picture)}`);
}

export interface ErrorFigures {
  readonly meanM: number;
  readonly medianM: number;
  readonly p90M: number;
}

/** Over frames. @param errors metres, one a frame */
export function errorFigures(errors: readonly number[]): ErrorFigures {
  const sorted = [...errors].sort((a, b) => a - b);
  return { meanM: sorted.reduce((sum, e) => sum + e, 0) / sorted.length, medianM: quantile(sorted, 0.5), p90M: quantile(sorted, 0.9) };
}

/** Linear between neighbours, as most programs count it; NaN of nothing. */
function quantile(sorted: readonly number[], share: number): number {
  const at = (sorted.length - 1) * share;
  const below = Math.floor(at);
  if (sorted.length === 0) return Number.NaN;
  const above = Math.min(below + 1, sorted.length - 1);
  return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
}

function line({ meanM, medianM, p90M }: ErrorFigures): string {
  return `mean ${meanM.toFixed(3)} m, median ${medianM.toFixed(3)} m, 90th percentile ${p90M.toFixed(3)} m`;
}

function row({ frame, points, believed, error }: CalibratedFrame): string {
  return `${frame}: ${error ? `${error.overGroundM.toFixed(3)} m` : 'missed'}, ${believed} of ${points} points believed`;
}
