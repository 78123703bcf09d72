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
  if (fromUs >= toUs) throw new Error(`the range ends (${time(toUs)}) before it begins (${time(fromUs)}): mark in before out`);
  return { fromUs: Math.round(within(buffer, fromUs)), toUs: Math.round(within(buffer, toUs)) };
}
