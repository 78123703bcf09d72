import type { BenchResult } from '../commands/bench.js';
import { associationTable } from './association.js';
import { findData } from './data.js';
import { frameRateTable } from './frame-rates.js';
import { type Table, tableLines } from './table.js';
import { crowdSpeedTable } from './tracking-speed.js';

/** Each table is one function of the folder of real data; one that needs none goes into {@link WITHOUT_DATA}. */
const WITH_DATA: readonly ((data: string) => Table | Promise<Table>)[] = [associationTable, frameRateTable];
const WITHOUT_DATA: readonly (() => Table | Promise<Table>)[] = [crowdSpeedTable];

/** How good and how fast tracking is, beside reference trackers on the same input. */
export async function benchTracking(): Promise<BenchResult> {
  const data = findData();
  const tables: Table[] = [];
  if (data !== null) for (const table of WITH_DATA) tables.push(await table(data));
  for (const table of WITHOUT_DATA) tables.push(await table());
  const absent = ['no real data: set LEADERLINE_DATA to its folder, or put it at ../shared/data beside the repository', ''];
  return {
    name: 'tracking',
    lines: [...(data === null ? absent : []), ...tables.flatMap(tableLines)],
    figures: Object.assign({}, ...tables.map((table) => table.figures)),
  };
}
