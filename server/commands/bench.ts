import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UsageError } from '../usage-error.js';

/** One line of a bench's table, and what the JSON holds. */
export interface BenchResult {
  readonly name: string;
  readonly lines: readonly string[];
  readonly figures: Record<string, number>;
}

type Bench = (folder: string, table?: string) => Promise<BenchResult>;

/** Benches of several tables, of which one may be asked for. */
const WITH_TABLES: readonly string[] = ['tracking'];

/** Each measures against a named baseline in the same run: this may be a shared, noisy machine. */
const BENCHES: Record<string, () => Promise<Bench>> = {
  compose: async () => (await import('../bench/compose.js')).benchCompose,
  glue: async () => (await import('../bench/glue-bench.js')).benchGlue,
  tracking: async () => (await import('../bench/tracking.js')).benchTracking,
  graphics: async () => (await import('../bench/graphics.js')).benchGraphics,
  pictures: async () => (await import('../bench/pictures.js')).benchPictures,
  live: async () => (await import('../bench/live.js')).benchLive,
  fanout: async () => (await import('../bench/fanout.js')).benchFanoutTable,
};

/** `leaderline bench [NAME] [TABLE]`. @throws UsageError naming the benches, or the tables, there are. */
export async function bench(name: string | undefined, table: string | undefined, o: { json?: boolean }): Promise<void> {
  if (name !== undefined && !(name in BENCHES)) throw new UsageError(`no bench "${name}"; there are ${Object.keys(BENCHES).join(', ')}`);
  if (name !== undefined && table !== undefined && !WITH_TABLES.includes(name))
    throw new UsageError(`bench ${name} has one table only; leave "${table}" out`);
  const results: BenchResult[] = [];
  for (const [key, load] of Object.entries(BENCHES)) {
    if (name !== undefined && key !== name) continue;
    const folder = mkdtempSync(join(tmpdir(), `leaderline-bench-${key}-`));
    try {
      const result = await (await load())(folder, table);
      results.push(result);
      if (!o.json) console.log(`${key}\n${result.lines.map((line) => `  ${line}`).join('\n')}`);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }
  if (o.json) console.log(JSON.stringify(results.map(({ name: key, figures }) => ({ name: key, ...figures }))));
}
