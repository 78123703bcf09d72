import type { ReplayBuffer, TimeRange } from '../../protocol/index.js';
import { time } from './moments.js';

/** What an operator says of a range; the rest is taken from marks and buffer. */
export interface AskedRange {
  readonly fromUs?: number | undefined;
  readonly toUs?: number | undefined;
  readonly lastS?: number | undefined;
}

export interface Marks {
  readonly inUs: number | null;
  readonly outUs: number | null;
}

/**
 * A mark set at a moment, as editing programs do it: the other mark goes where the two would enclose nothing.
 * @returns the marks, and one line where the other one went.
 */
export function withMark({ inUs, outUs }: Marks, which: 'in' | 'out', atUs: number): { readonly marks: Marks; readonly message: string } {
  const isIn = which === 'in';
  const otherUs = isIn ? outUs : inUs;
  const goes = otherUs !== null && (isIn ? atUs >= otherUs : atUs <= otherUs);
  const keptUs = goes ? null : otherUs;
  const message = goes ? `marked ${which} at ${time(atUs)}; the mark ${isIn ? 'out' : 'in'} at ${time(otherUs)} is gone` : '';
  return { marks: isIn ? { inUs: atUs, outUs: keptUs } : { inUs: keptUs, outUs: atUs }, message };
}

const DEFAULT_LAST_S = 10;
/** The newest frames are on disk before the status that tells of them. */
const AHEAD_US = 2_000_000;

/** @returns the newest recorded media time. @throws Error in one line while nothing is recorded. */
export function newestIn(buffer: ReplayBuffer): number {
  if (buffer.toUs < 0) throw new Error(buffer.message || 'nothing has been recorded yet');
  return buffer.toUs;
}

/** @throws Error in one line when the buffer does not hold that moment. */
export function within(buffer: ReplayBuffer, us: number): number {
  const newest = newestIn(buffer);
  if (us < buffer.fromUs || us > newest + AHEAD_US)
    throw new Error(`${time(us)} is not in the replay buffer, which holds ${time(buffer.fromUs)} to ${time(newest)}`);
  return us;
}

/**
 * What is asked for first, then the marks, then the last ten seconds.
 * @throws Error in one line when it ends before it begins or is not in the buffer.
 */
export function resolveRange(asked: AskedRange, marks: Marks, buffer: ReplayBuffer): TimeRange {
  const newest = newestIn(buffer);
  const back = (fromUs: number, seconds: number): number => Math.max(buffer.fromUs, fromUs - seconds * 1e6);
  const free = asked.fromUs === undefined && asked.lastS === undefined;
  const toUs = asked.toUs ?? (free ? marks.outUs : null) ?? newest;
  const lastUs = asked.lastS === undefined ? null : back(toUs, asked.lastS);
  const fromUs = asked.fromUs ?? lastUs ?? (asked.toUs === undefined ? marks.inUs : null) ?? back(toUs, DEFAULT_LAST_S);
  if (fromUs >= toUs) throw new Error(`the range ends (${time(toUs)}) before it begins (${time(fromUs)})`);
  return { fromUs: Math.round(within(buffer, fromUs)), toUs: Math.round(within(buffer, toUs)) };
}
