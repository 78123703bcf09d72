import type { Segment } from '../line-card.js';
import { formatTime } from '../race-clock.js';
import type { RecordLineData } from './manifest.js';
import type { Pacer } from './pacer.js';

const GOOD = { dark: '#4be39a', light: '#0b7a43' } as const;
const BAD = { dark: '#ff7b7f', light: '#c01f2b' } as const;

/**
 * What the card says: before the start the time to beat; then how the leader stands against it. Less time is written with a minus, as timekeepers do.
 * @param leader undefined before the start.
 */
export function comparison(
  pacer: Pacer,
  lengthM: number,
  leader: { readonly timeS: number; readonly distanceM: number } | undefined,
  show: RecordLineData['show'],
  light: boolean,
): Segment[] {
  if (!leader) return [{ kind: 'figures', text: formatTime(pacer.timeAtS(lengthM), 2) }];
  const mode = light ? 'light' : 'dark';
  const behindS = leader.timeS - pacer.timeAtS(leader.distanceM);
  const ahead = behindS <= 0;
  const colour = ahead ? GOOD[mode] : BAD[mode];
  const out: Segment[] = [{ kind: 'caption', text: ahead ? 'AHEAD' : 'BEHIND', colour }];
  if (show === 'both' || show === 'time') {
    out.push({ kind: 'figures', text: `${ahead ? '−' : '+'}${formatTime(Math.abs(behindS), 2)}`, colour });
  }
  // Once the leader is home, metres say nothing more than the time does.
  const gapM = Math.abs(leader.distanceM - pacer.distanceAtM(leader.timeS));
  if ((show === 'both' && leader.distanceM < lengthM) || show === 'distance') {
    out.push({ kind: 'figures', text: `${gapM.toFixed(1)} m` });
  }
  return out;
}
