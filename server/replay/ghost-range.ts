import type { GhostCommand, GhostRun, TimeRange } from '../../protocol/index.js';

/** What of a run's recording a ghost shows. */
export function rangeOf({ beforeS, afterS }: GhostCommand, { syncUs }: GhostRun): TimeRange {
  return { fromUs: Math.max(0, Math.round(syncUs - beforeS * 1e6)), toUs: Math.round(syncUs + afterS * 1e6) };
}
