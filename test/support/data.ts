import { findData } from '../../server/bench/data.js';

/** Folder of the real clips and truth, or null where it is absent. */
export const dataFolder = findData();

/** For `test(name, {skip}, …)`: says loudly why a real-data test does not run. */
export const skipWithoutData: string | false =
  dataFolder === null ? 'SKIPPED: real data not found (../shared/data or LEADERLINE_DATA)' : false;
