import type { Sample } from '../plot.js';
import { samplePlaces } from '../plot.js';

/** A piece of the course and what it did to the gap. */
export interface Sector {
  readonly fromM: number;
  readonly toM: number;
  /** Seconds gained on the other here, negative for lost; NaN where it is not known (yet). */
  readonly gainedS: number;
  readonly decisive: boolean;
}

export interface Story {
  /** Seconds ahead of the other at each place, NaN where it is not known. */
  readonly curve: readonly Sample[];
  readonly sectors: readonly Sector[];
  /** Seconds ahead at the last place that is known. */
  readonly aheadS: number | undefined;
  /** Everything is known up to the finish: nothing will change any more. */
  readonly isFinal: boolean;
}

/** Decisive sectors make up this share of the gap together, and are no more than this share of all sectors. */
const DECISIVE_GAP = 0.5;
const DECISIVE_COUNT = 0.25;

/**
 * Where a gap came from.
 * @param aheadAtS seconds ahead of the other at a place, undefined where it is not known.
 * @param widthPx of the curve, picture pixels.
 */
export function tell(lengthM: number, count: number, widthPx: number, aheadAtS: (distanceM: number) => number | undefined): Story {
  const curve = samplePlaces(0, lengthM, widthPx).map((place): Sample => [place, aheadAtS(place) ?? Number.NaN]);
  const sectors = Array.from({ length: count }, (_, i) => {
    const [fromM, toM] = [(lengthM * i) / count, (lengthM * (i + 1)) / count];
    return { fromM, toM, gainedS: (aheadAtS(toM) ?? Number.NaN) - (aheadAtS(fromM) ?? Number.NaN) };
  });
  const finish = aheadAtS(lengthM);
  const aheadS = finish ?? curve.findLast(([, ahead]) => !Number.isNaN(ahead))?.[1];
  const chosen = decisive(
    sectors.map(({ gainedS }) => gainedS),
    aheadS ?? 0,
  );
  return {
    curve,
    sectors: sectors.map((sector, i) => ({ ...sector, decisive: chosen.has(i) })),
    aheadS,
    isFinal: finish !== undefined,
  };
}

/**
 * The rule: of the sectors that changed the gap the way it turned out (gained for who is ahead, lost for who is behind), the largest, as
 * few as make up half of it together, at most a quarter of all.
 * @param gainedS a sector each, NaN where it is not known. @param total the gap as it turned out.
 * @returns their indices.
 */
export function decisive(gainedS: readonly number[], total: number): ReadonlySet<number> {
  const known = gainedS.map((gained, index) => ({ gained, index })).filter(({ gained }) => !Number.isNaN(gained));
  const sign = Math.sign(total);
  const chosen = new Set<number>();
  let made = 0;
  for (const { gained, index } of known.sort((a, b) => sign * (b.gained - a.gained) || a.index - b.index)) {
    if (gained * sign <= 0 || made >= DECISIVE_GAP * Math.abs(total) || chosen.size + 1 > DECISIVE_COUNT * gainedS.length) break;
    chosen.add(index);
    made += Math.abs(gained);
  }
  return chosen;
}

/** Neighbouring decisive sectors as one stretch, the one that did most first. */
export function stretches(sectors: readonly Sector[]): Omit<Sector, 'decisive'>[] {
  const out: { fromM: number; toM: number; gainedS: number }[] = [];
  for (const { fromM, toM, gainedS, decisive: isDecisive } of sectors) {
    if (!isDecisive) continue;
    const last = out.at(-1);
    if (last && Math.abs(last.toM - fromM) < 1e-6) {
      last.toM = toM;
      last.gainedS += gainedS;
    } else out.push({ fromM, toM, gainedS });
  }
  return out.sort((a, b) => Math.abs(b.gainedS) - Math.abs(a.gainedS));
}

/**
 * A record's time at a place: straight between its splits, from 0 at the start.
 * @returns undefined beyond its last split.
 */
export function recordTimeS(
  record: readonly { readonly distanceM: number; readonly timeS: number }[],
  distanceM: number,
): number | undefined {
  let before = { distanceM: 0, timeS: 0 };
  for (const split of [...record].sort((a, b) => a.distanceM - b.distanceM)) {
    if (distanceM <= split.distanceM) {
      const share = (distanceM - before.distanceM) / (split.distanceM - before.distanceM || 1);
      return before.timeS + (split.timeS - before.timeS) * share;
    }
    before = split;
  }
  return undefined;
}
