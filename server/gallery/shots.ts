import type { GraphicType } from '../../overlay-client/index.js';
import type { GraphicState } from '../../protocol/index.js';

/** One graphic at its best moment of a scene, as the gallery shows it. */
export interface Shot {
  readonly type: GraphicType;
  readonly scene: string;
  readonly atS: number;
  readonly data?: GraphicState['data'];
  readonly step?: number;
  /** Shown with it, where one alone says little. */
  readonly with?: readonly GraphicType[];
}

const RIVAL = [
  { distanceM: 30, timeS: 4.3 },
  { distanceM: 60, timeS: 7.05 },
  { distanceM: 100, timeS: 10.62 },
];

export const SHOTS: readonly Shot[] = [
  { type: 'leader-line', scene: 'sprint', atS: 8 },
  { type: 'record-line', scene: 'sprint', atS: 7.2, data: { label: 'WR', name: 'A. Lindqvist', splits: RIVAL, totalS: 0 } },
  {
    type: 'reference-lines',
    scene: 'sprint',
    atS: 11.4,
    data: { lines: [{ kind: 'finish' }, { kind: 'distance', distanceM: 90, label: '90 m' }] },
  },
  { type: 'lanes', scene: 'sprint', atS: 5.5 },
  { type: 'lanes', scene: 'swim', atS: 11 },
  { type: 'distance-markers', scene: 'sprint', atS: 9.4 },
  { type: 'distance-markers', scene: 'drone', atS: 9 },
  { type: 'leader-line', scene: 'drone', atS: 7 },
  { type: 'paths', scene: 'drone', atS: 11, data: { colourBy: 'speed' } },
  { type: 'paths', scene: 'shop', atS: 14 },
  { type: 'heat-map', scene: 'shop', atS: 18 },
  { type: 'zones', scene: 'shop', atS: 12 },
  { type: 'name-tags', scene: 'sprint', atS: 6.4, data: { speed: true } },
  { type: 'gap-board', scene: 'sprint', atS: 9, step: 1, data: { splits: true } },
  { type: 'head-to-head', scene: 'sprint', atS: 10.2 },
  { type: 'speed-trace', scene: 'sprint', atS: 10.6 },
  { type: 'lower-third', scene: 'sprint', atS: 2, step: 1, data: { subject: 'roster 2', line: 'Season best 10.31' } },
  { type: 'race-clock', scene: 'sprint', atS: 7.7 },
  { type: 'leader-margin', scene: 'sprint', atS: 11 },
  { type: 'result-board', scene: 'sprint', atS: 16 },
  { type: 'where-won', scene: 'sprint', atS: 15 },
  { type: 'sync-marker', scene: 'swim', atS: 6 },
];
