import { writeFileSync } from 'node:fs';
import type { Rational, Size } from '../../protocol/index.js';
import { associate } from '../../tracking/index.js';
import { UsageError } from '../usage-error.js';
import { checkWritable, readInput } from './files.js';

/** `leaderline associate`: detections in, tracks out. */
export function associateFile(detections: string, o: { out: string; fps: Rational; size: Size; motion?: string }): void {
  checkWritable(o.out, { input: detections });
  const text = readInput(detections, 'detections');
  const motionText = o.motion === undefined ? undefined : readInput(o.motion, '--motion');
  let tracks: string;
  try {
    tracks = associate(text, { fps: o.fps.num / o.fps.den, size: o.size, ...(motionText === undefined ? {} : { motionText }) });
  } catch (error) {
    throw new UsageError(`${detections}: ${error instanceof Error ? error.message : String(error)}`);
  }
  writeFileSync(o.out, tracks);
}
