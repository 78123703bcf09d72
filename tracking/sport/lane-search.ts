/** Steps along a lane in which places are weighed, metres. */
export const STEP_M = 0.08;
/** And where all of a lane is looked through. */
export const SCAN_STEP_M = 0.3;
/** Where someone is looked for, in standard deviations of the prediction, within these bounds in metres. */
const REACH = 3;
export const LEAST_REACH_M = 0.4;
const MOST_REACH_M = 1.6;
/** How much a whole runner's silhouette weighs against the prediction, in nats: neighbouring pixels do not tell independently. */
const WEIGHT = 20;
/** What speaks against a place counts this far only: a runner dressed like the ground is there all the same. */
const LEAST_SHARE = -0.1;
/** A position is never believed better than this, metres. */
const FINEST_M = 0.06;

/** What one more person at a distance along a lane would explain; undefined where nothing is known. */
export type Explains = (alongM: number) => number | undefined;

export interface Found {
  readonly meanM: number;
  readonly varianceM2: number;
  /** What they explain there. */
  readonly share: number;
}

/** Where along a lane someone is, from where they are expected and from what they would explain: mean and spread of what is believed after looking. */
export function searchNear(explains: Explains, expectedM: number, predictedSpreadM: number): Found {
  const spread = Math.max(predictedSpreadM, FINEST_M);
  const count = Math.ceil(Math.max(LEAST_REACH_M, Math.min(MOST_REACH_M, REACH * spread)) / STEP_M);
  const shares = Array.from({ length: 2 * count + 1 }, (_, i) => explains(expectedM + (i - count) * STEP_M) ?? 0);
  const beliefs = shares.map((share, i) => WEIGHT * usable(share) - (((i - count) * STEP_M) / spread) ** 2 / 2);
  const most = Math.max(...beliefs);
  let total = 0;
  let mean = 0;
  let square = 0;
  let share = 0;
  for (const [i, belief] of beliefs.entries()) {
    const weight = Math.exp(belief - most);
    const x = (i - count) * STEP_M;
    total += weight;
    mean += weight * x;
    square += weight * x * x;
    share += weight * shares[i];
  }
  mean /= total;
  return { meanM: expectedM + mean, varianceM2: Math.max(FINEST_M ** 2, square / total - mean * mean), share: share / total };
}

/** The place in a stretch that explains most, or undefined where none explains more than `least`. */
export function bestPlace(
  explains: Explains,
  fromM: number,
  toM: number,
  stepM: number,
  least: number,
): { alongM: number; share: number } | undefined {
  let best: { alongM: number; share: number } | undefined;
  for (let alongM = fromM; alongM <= toM; alongM += stepM) {
    const share = explains(alongM);
    if (share !== undefined && share > (best?.share ?? least)) best = { alongM, share };
  }
  return best;
}

/** Someone who shows more than others is not much likelier there: a bystander seen whole must not draw a faint runner away. */
function usable(share: number): number {
  return Math.max(LEAST_SHARE, Math.min(share, 1 + 0.2 * (share - 1)));
}
