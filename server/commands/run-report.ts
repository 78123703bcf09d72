import type { ChannelRunner } from '../channel/runner.js';

/** What `--json` ends with. */
export interface RunReport {
  readonly framesIn: number;
  readonly framesOut: number;
  readonly framesLate: number;
  readonly framesPredicted: number;
  /** Milliseconds of wall time a frame, by stage. */
  readonly stagesMs: Record<string, { meanMs: number; p99Ms: number }>;
  readonly wallS: number;
  /** All threads of the process. */
  readonly cpuS: number;
  readonly peakMemoryMB: number;
  readonly interrupted: boolean;
}

export function runReport(runner: ChannelRunner, run: { startedCpu: NodeJS.CpuUsage; startedMs: number; interrupted: boolean }): RunReport {
  const cpu = process.cpuUsage(run.startedCpu);
  const { framesIn, framesOut, framesLate, framesPredicted } = runner.counters;
  return {
    framesIn,
    framesOut,
    framesLate,
    framesPredicted,
    stagesMs: runner.stages.summary(),
    wallS: round((performance.now() - run.startedMs) / 1000),
    cpuS: round((cpu.user + cpu.system) / 1e6),
    peakMemoryMB: Math.round(process.resourceUsage().maxRSS / 1024),
    interrupted: run.interrupted,
  };
}

const round = (s: number): number => Math.round(s * 1000) / 1000;
