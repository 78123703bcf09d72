/** A camera operator: follows targets with the lag, the smoothness and the tremor of a hand on a tripod head. */

const STEPS_PER_S = 120;

/** Values of several smooth signals, recorded once, read at any time (cubic in between). */
export class Recording {
  constructor(
    private readonly rate: number,
    private readonly rows: readonly (readonly number[])[],
  ) {}

  at(timeS: number): number[] {
    const position = Math.max(0, Math.min(timeS * this.rate, this.rows.length - 1));
    const i = Math.min(Math.floor(position), this.rows.length - 2);
    const t = position - i;
    const row = (j: number) => this.rows[Math.max(0, Math.min(j, this.rows.length - 1))] as readonly number[];
    const [a, b, c, d] = [row(i - 1), row(i), row(i + 1), row(i + 2)];
    return b.map((p1, k) => {
      const p0 = a[k] as number;
      const p2 = c[k] as number;
      const p3 = d[k] as number;
      return p1 + 0.5 * t * (p2 - p0 + t * (2 * p0 - 5 * p1 + 4 * p2 - p3 + t * (3 * (p1 - p2) + p3 - p0)));
    });
  }
}

/**
 * Follows `target` (several values a moment) as critically damped springs of the given stiffness (1/s, one a value), aiming `leadS` ahead
 * as an operator does who anticipates.
 */
export function follow(
  durationS: number,
  target: (timeS: number) => readonly number[],
  stiffness: readonly number[],
  leadS: number,
): Recording {
  const value = [...target(0)];
  const speed = value.map(() => 0);
  const rows: number[][] = [];
  const dt = 1 / STEPS_PER_S;
  for (let i = 0; i <= durationS * STEPS_PER_S + 2; i++) {
    rows.push([...value]);
    const aim = target(i * dt + leadS);
    for (let k = 0; k < value.length; k++) {
      const w = stiffness[k] as number;
      speed[k] = (speed[k] as number) + (w * w * ((aim[k] as number) - (value[k] as number)) - 2 * w * (speed[k] as number)) * dt;
      value[k] = (value[k] as number) + (speed[k] as number) * dt;
    }
  }
  return new Recording(STEPS_PER_S, rows);
}
