import type { SubjectTruth } from '../protocol/index.js';
import { strideM } from './people/gait.js';

const STEPS_PER_S = 240;

/** Where a competitor is at one moment. */
export interface Progress {
  /** Distance along the course from the start line, metres. */
  readonly distanceM: number;
  readonly speedMps: number;
  /** Of the gait, in cycles. */
  readonly phase: number;
}

/** One competitor's whole race, integrated once from a law of speed; any moment can then be asked for in any order. */
export class Run {
  private readonly distances: number[] = [];
  private readonly speeds: number[] = [];
  private readonly phases: number[] = [];

  /**
   * @param acceleration metres a second², from time, distance and speed.
   * @param cycleM metres of one cycle of movement at a speed.
   */
  constructor(
    durationS: number,
    acceleration: (timeS: number, distanceM: number, speedMps: number) => number,
    options: { speedMps?: number; distanceM?: number; phase?: number; cycleM?: (speedMps: number) => number } = {},
  ) {
    let { distanceM = 0, speedMps = 0, phase = 0 } = options;
    const cycleM = options.cycleM ?? strideM;
    const dt = 1 / STEPS_PER_S;
    for (let i = 0; i <= Math.ceil(durationS * STEPS_PER_S) + 2; i++) {
      this.distances.push(distanceM);
      this.speeds.push(speedMps);
      this.phases.push(phase);
      const next = Math.max(0, speedMps + acceleration(i * dt, distanceM, speedMps) * dt);
      const mean = (speedMps + next) / 2;
      distanceM += mean * dt;
      phase += (mean / cycleM(mean)) * dt;
      speedMps = next;
    }
  }

  at(timeS: number): Progress {
    const position = Math.max(0, Math.min(timeS * STEPS_PER_S, this.distances.length - 1.001));
    const i = Math.floor(position);
    const t = position - i;
    const between = (list: readonly number[]) => (list[i] as number) + ((list[i + 1] as number) - (list[i] as number)) * t;
    return { distanceM: between(this.distances), speedMps: between(this.speeds), phase: between(this.phases) };
  }

  /** When the competitor first was at a distance, seconds; null when never or before the recording. */
  timeAt(distanceM: number): number | null {
    const list = this.distances;
    if (distanceM <= (list[0] as number) || distanceM > (list.at(-1) as number)) return null;
    let low = 0;
    let high = list.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((list[middle] as number) < distanceM) low = middle;
      else high = middle;
    }
    const a = list[low] as number;
    const b = list[high] as number;
    return (low + (b > a ? (distanceM - a) / (b - a) : 0)) / STEPS_PER_S;
  }
}

export type Place = Required<Pick<SubjectTruth, 'rank' | 'distanceM' | 'gapM' | 'gapS'>>;

/**
 * Ranks everyone at a moment. Who has finished comes first, in order of finishing; the others follow by distance. Gaps count to the
 * finish: metres between leader and subject with both stopped at the finish line, seconds since the leader was where the subject is now
 * (for finishers: the difference of their times); null while the subject has not left the start.
 */
export function places(runs: readonly Run[], timeS: number, finishM: number): Place[] {
  const now = runs.map((run, index) => {
    const distanceM = run.at(timeS).distanceM;
    const finish = run.timeAt(finishM);
    return { index, run, distanceM, finishedS: finish !== null && finish <= timeS ? finish : null };
  });
  const order = [...now].sort((a, b) => {
    if (a.finishedS !== null && b.finishedS !== null) return a.finishedS - b.finishedS;
    if (a.finishedS !== null) return -1;
    if (b.finishedS !== null) return 1;
    return b.distanceM - a.distanceM;
  });
  const leader = order[0] as (typeof now)[number];
  const out: Place[] = [];
  for (const [position, { index, distanceM, finishedS }] of order.entries()) {
    const gapM = Math.max(0, Math.min(leader.distanceM, finishM) - Math.min(distanceM, finishM));
    out[index] = { rank: position + 1, distanceM, gapM, gapS: position === 0 ? 0 : gapS() };
    function gapS(): number | null {
      const there = leader.run.timeAt(Math.min(distanceM, finishM));
      return there === null ? null : Math.max(0, (finishedS ?? timeS) - there);
    }
  }
  return out;
}
