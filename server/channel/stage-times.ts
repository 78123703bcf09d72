import { performance } from 'node:perf_hooks';

/** Milliseconds a frame of each stage: mean over all frames, p99 over the most recent ones. Memory is bounded whatever the run's length. */
export class StageTimes {
  readonly #stages = new Map<string, { count: number; totalMs: number; recentMs: Float64Array }>();

  add(stage: string, ms: number): void {
    let s = this.#stages.get(stage);
    if (!s) {
      s = { count: 0, totalMs: 0, recentMs: new Float64Array(RECENT) };
      this.#stages.set(stage, s);
    }
    s.recentMs[s.count % RECENT] = ms;
    s.count += 1;
    s.totalMs += ms;
  }

  /** Runs `work` and books its wall time under `stage`. */
  measure<T>(stage: string, work: () => T): T {
    const start = performance.now();
    const result = work();
    this.add(stage, performance.now() - start);
    return result;
  }

  summary(): Record<string, { meanMs: number; p99Ms: number }> {
    const out: Record<string, { meanMs: number; p99Ms: number }> = {};
    for (const [stage, s] of this.#stages) {
      const recent = s.recentMs.slice(0, Math.min(s.count, RECENT)).sort();
      const p99 = recent[Math.min(recent.length - 1, Math.floor(recent.length * 0.99))] ?? 0;
      out[stage] = { meanMs: round(s.totalMs / s.count), p99Ms: round(p99) };
    }
    return out;
  }
}

const RECENT = 2048;
const round = (ms: number): number => Math.round(ms * 1000) / 1000;
