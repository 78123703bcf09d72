import type { BenchResult } from '../commands/bench.js';
import { benchFanout, fanoutTable } from '../realtime/fanout-bench.js';

/** Positions to many clients: server CPU a delivered message against bare `ws`, and how late they come. */
export async function benchFanoutTable(): Promise<BenchResult> {
  const report = await benchFanout();
  const pages = report.results.find((r) => r.mode === 'pages');
  return {
    name: 'fanout',
    lines: [...fanoutTable(report).split('\n'), '(goals: at most 1.50 × bare ws, p99 under 100 ms)'],
    figures: { pagesOverWs: report.pagesOverWs, p99Ms: pages?.p99Ms ?? Number.NaN, clients: report.options.clients },
  };
}
