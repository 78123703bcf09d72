import { LaneFilter } from './lane-filter.js';
import type { Lane, LanePlaces, Pack } from './lane-places.js';
import { bestPlace, type Explains, LEAST_REACH_M, SCAN_STEP_M, STEP_M } from './lane-search.js';

/** A lane is left for a place at most this far away that explains this much more, this often in a row. */
const ASTRAY_M = 4;
const BETTER = 0.8;
const ASTRAY_SCANS = 3;
const SWAP_BETTER = 0.1;
const SWAP_SURE = 1.6;
/** Slower than the others by this: standing while they run. */
export const LEFT_BEHIND_MPS = 4;

/**
 * Someone who took a neighbour's place finds back: another place in the lane that explains far more, again and again, is theirs. So does someone
 * who stands while the others run: it is a bystander whom they passed.
 */
export function reconsider(places: LanePlaces, lane: Lane, pack: Pack | undefined): void {
  const { filter } = lane;
  if (!filter) return;
  const stands = pack !== undefined && pack.speedMps - filter.speedMps > LEFT_BEHIND_MPS;
  const around = stands ? pack.alongM : filter.alongM;
  places.remove(lane);
  const explains = places.along(lane);
  const least = stands ? 0 : Math.max(0, explains(filter.alongM) ?? 0) + BETTER;
  const elsewhere: Explains = (alongM) => (Math.abs(alongM - filter.alongM) < LEAST_REACH_M ? undefined : explains(alongM));
  const bestM = bestPlace(elsewhere, around - ASTRAY_M, around + ASTRAY_M, SCAN_STEP_M, least)?.alongM;
  lane.astray = bestM === undefined ? 0 : lane.astray + 1;
  if (bestM !== undefined && lane.astray >= ASTRAY_SCANS) {
    lane.filter = new LaneFilter(bestM, stands ? pack.speedMps : filter.speedMps, 0.25, 2);
    lane.astray = 0;
  }
  places.add(lane);
}

/** Two neighbours who took each other's runner stay put one by one: together they are better off elsewhere. */
export function reconsiderBoth(lanes: LanePlaces, a: Lane, b: Lane): void {
  if (!a.filter || !b.filter || Math.abs(a.filter.alongM - b.filter.alongM) > ASTRAY_M) return;
  const places = [a.filter.alongM, b.filter.alongM];
  lanes.remove(a);
  lanes.remove(b);
  const together = (first: Lane, firstM: number, second: Lane, secondM: (explains: Explains) => number | undefined) => {
    const alone = lanes.along(first)(firstM) ?? 0;
    lanes.add(first, firstM);
    const explains = lanes.along(second);
    const alongM = secondM(explains);
    const share = alongM === undefined ? Number.NEGATIVE_INFINITY : alone + (explains(alongM) ?? 0);
    lanes.remove(first, firstM);
    return { alongM, share };
  };
  const now = together(a, places[0], b, () => places[1]).share;
  const middleM = (places[0] + places[1]) / 2;
  const around = (explains: Explains) =>
    bestPlace(explains, middleM - ASTRAY_M, middleM + ASTRAY_M, 3 * STEP_M, Number.NEGATIVE_INFINITY)?.alongM;
  let better: readonly [number, number] | undefined;
  let most = now + SWAP_BETTER;
  for (const [first, second] of [
    [a, b],
    [b, a],
  ]) {
    const firstM = around(lanes.along(first));
    if (firstM === undefined) continue;
    const { alongM, share } = together(first, firstM, second, around);
    if (alongM === undefined || share <= most) continue;
    most = share;
    better = first === a ? [firstM, alongM] : [alongM, firstM];
  }
  const moves = better?.every((m, i) => Math.abs(m - places[i]) > LEAST_REACH_M) ?? false;
  a.swapped = moves ? a.swapped + most - now : 0;
  if (better && a.swapped > SWAP_SURE) {
    a.filter = new LaneFilter(better[0], a.filter.speedMps, 0.25, 2);
    b.filter = new LaneFilter(better[1], b.filter.speedMps, 0.25, 2);
    a.swapped = 0;
  }
  lanes.add(a);
  lanes.add(b);
}
