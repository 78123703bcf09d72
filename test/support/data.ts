import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Folder of the real clips and truth, or null where it is absent: `LEADERLINE_DATA`, or `../shared/data` beside the repository. */
export const dataFolder = findData();

/** For `test(name, {skip}, …)`: says loudly why a real-data test does not run. */
export const skipWithoutData: string | false =
  dataFolder === null ? 'SKIPPED: real data not found (../shared/data or LEADERLINE_DATA)' : false;

function findData(): string | null {
  const named = process.env.LEADERLINE_DATA;
  if (named !== undefined) return existsSync(named) ? named : null;
  let at = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(at, 'package.json'))) at = dirname(at);
  const beside = join(at, '..', 'shared', 'data');
  return existsSync(beside) ? beside : null;
}
