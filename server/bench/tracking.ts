import type { BenchResult } from '../commands/bench.js';
import { UsageError } from '../usage-error.js';
import { associationTable } from './association.js';
import { calibrationTable } from './calibration.js';
import { findData } from './data.js';
import { followTable } from './follow.js';
import { frameRateTable } from './frame-rates.js';
import { peopleTable } from './people.js';
import { type Table, tableLines } from './table.js';
import { crowdSpeedTable } from './tracking-speed.js';

/** By the names they are asked for; most need the folder of real data. */
const TABLES: Record<string, ((data: string) => Table | Promise<Table>) | { readonly withoutData: () => Table }> = {
  association: associationTable,
  'frame-rates': frameRateTable,
  people: peopleTable,
  follow: followTable,
  calibration: calibrationTable,
  speed: { withoutData: crowdSpeedTable },
};

/**
 * How good and how fast tracking is, beside reference trackers on the same input.
 * @param only one table by its name; all where it is not given
 * @throws UsageError naming the tables there are
 */
export async function benchTracking(_folder: string, only?: string): Promise<BenchResult> {
  if (only !== undefined && !(only in TABLES))
    throw new UsageError(`bench tracking has no table "${only}"; there are ${Object.keys(TABLES).join(', ')}`);
  const data = findData();
  const lines: string[] = [];
  const figures: Record<string, number> = {};
  for (const [name, make] of Object.entries(TABLES)) {
    if (only !== undefined && name !== only) continue;
    if (typeof make === 'function' && data === null) {
      lines.push(`SKIPPED ${name}: no real data; set LEADERLINE_DATA to its folder, or put it at ../shared/data beside the repository`, '');
      continue;
    }
    const table = typeof make === 'function' ? await make(String(data)) : make.withoutData();
    lines.push(...tableLines(table));
    Object.assign(figures, table.figures);
  }
  return { name: 'tracking', lines, figures };
}
