/** One known moment of a run. */
interface Knot {
  readonly timeS: number;
  readonly distanceM: number;
}

/**
 * A run known at a few places: where it was at any time, and when at any place. Between the known places, a monotone cubic: it never runs
 * backwards and passes every place at its time. Fritsch & Carlson, "Monotone Piecewise Cubic Interpolation", SIAM J. Numer. Anal. 17 (1980),
 * with the weighted harmonic mean of Fritsch & Butland (1984) for the slopes.
 */
export class Pacer {
  readonly #knots: readonly Knot[];
  /** Speed at each known place, metres a second. */
  readonly #speeds: readonly number[];

  private constructor(knots: readonly Knot[]) {
    this.#knots = knots;
    this.#speeds = speeds(knots);
  }

  /**
   * @param splits distances and times both growing. @param totalS time at the finish; 0 where the splits say it.
   * @returns undefined when nothing says how fast the run was.
   */
  static of(splits: readonly Knot[], totalS: number, lengthM: number): Pacer | undefined {
    const knots: Knot[] = [{ timeS: 0, distanceM: 0 }, ...splits.filter(({ distanceM }) => distanceM <= lengthM)];
    const last = knots.at(-1)!;
    if (lengthM <= 0) return undefined;
    if (last.distanceM < lengthM) {
      const beyond = splits[knots.length - 1];
      if (totalS > last.timeS) knots.push({ timeS: totalS, distanceM: lengthM });
      else if (beyond) knots.push(beyond);
      else if (knots.length > 1) knots.push(straightOn(knots, lengthM));
    }
    return knots.length > 1 ? new Pacer(knots) : undefined;
  }

  /** Metres from the start at a time since it; goes on for ever at neither end. */
  distanceAtM(timeS: number): number {
    const knots = this.#knots;
    const end = knots.at(-1)!;
    if (timeS <= 0) return 0;
    if (timeS >= end.timeS) return end.distanceM;
    const i = knots.findIndex((knot) => knot.timeS > timeS) - 1;
    const [a, b] = [knots[i]!, knots[i + 1]!];
    const h = b.timeS - a.timeS;
    const t = (timeS - a.timeS) / h;
    const [va, vb] = [this.#speeds[i]! * h, this.#speeds[i + 1]! * h];
    const rise = b.distanceM - a.distanceM;
    return a.distanceM + t * (va + t * (3 * rise - 2 * va - vb + t * (va + vb - 2 * rise)));
  }

  /** Seconds since the start at which a place was reached, as far as the run is known. */
  timeAtS(distanceM: number): number {
    let [low, high] = [0, this.#knots.at(-1)!.timeS];
    for (let i = 0; i < 40; i++) {
      const middle = (low + high) / 2;
      if (this.distanceAtM(middle) < distanceM) low = middle;
      else high = middle;
    }
    return (low + high) / 2;
  }
}

/** The finish, reached at the speed of the last stretch. */
function straightOn(knots: readonly Knot[], lengthM: number): Knot {
  const [before, last] = [knots.at(-2)!, knots.at(-1)!];
  const speed = (last.distanceM - before.distanceM) / (last.timeS - before.timeS);
  return { timeS: last.timeS + (lengthM - last.distanceM) / speed, distanceM: lengthM };
}

function speeds(knots: readonly Knot[]): number[] {
  const widths = knots.slice(1).map((knot, i) => knot.timeS - knots[i]!.timeS);
  const means = widths.map((width, i) => (knots[i + 1]!.distanceM - knots[i]!.distanceM) / width);
  if (means.length === 1) return [means[0]!, means[0]!];
  return knots.map((_, i) => {
    if (i === 0) return endSpeed(widths[0]!, widths[1]!, means[0]!, means[1]!);
    if (i === means.length) return endSpeed(widths[i - 1]!, widths[i - 2]!, means[i - 1]!, means[i - 2]!);
    const [h0, h1] = [widths[i - 1]!, widths[i]!];
    const [w0, w1] = [2 * h1 + h0, h1 + 2 * h0];
    return (w0 + w1) / (w0 / means[i - 1]! + w1 / means[i]!);
  });
}

/** Three-point slope at an end, held between standing still and three times the mean so that the cubic stays monotone. */
function endSpeed(h0: number, h1: number, m0: number, m1: number): number {
  return Math.min(Math.max(((2 * h0 + h1) * m0 - h0 * m1) / (h0 + h1), 0), 3 * m0);
}
